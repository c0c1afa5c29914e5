"""What shoppers search for, counted without saying who: what is counted at all, how often, and how it is told."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import merchandising_pb2 as pb
from emporium.common.v1.page_pb2 import ShopContext

from chassis import identity
from chassis.errors import Unavailable
from chassis.graph.searched import Searched
from chassis.identity import Caller
from chassis.settings import Secret
from gateway.context import DEFAULT_SHOP, Backends, RequestContext
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from gateway.searches.counting import DAY_SECONDS, WINDOW_SECONDS, SearchCount
from gateway.searches.door import may_be_learnt
from gateway.searches.telling import MOST_TRIES, SearchTeller
from gateway.sharing.sharing import Sharing
from gateway.sharing.store import Store
from gateway.slices import SLICES
from subgraphs.catalog.schema.search import what_was_searched

WEB = ShopContext(channel="web", currency_code="USD")


class Counting:
    """A count with a clock that is set by hand."""

    def __init__(self, secret: str = "s" * 32, **bounds: int) -> None:
        self.now = float(100 * WINDOW_SECONDS)
        self.metrics = Metrics()
        self.count = SearchCount(Secret(secret), self.metrics, clock=lambda: self.now, **bounds)

    def note(
        self, text: str, *, user: str = "", address: str = "", found: bool = True, roles: Sequence[str] = ()
    ) -> None:
        caller = Caller(service="gateway", user_id=user, ip_address=address, roles=frozenset(roles))
        self.count.note([Searched(text=text, found=found)], WEB, caller)

    def told(self) -> dict[str, int]:
        """By text: how many asked; 0 where it was in vain."""
        batch = self.count.take()
        return {text: len(askers) for (_, _, text), askers in batch.askers.items()} if batch else {}

    def outcome(self, name: str) -> float:
        return self.metrics.registry.get_sample_value("emporium_gateway_searches_total", {"outcome": name}) or 0


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com", "write to ann@example.com now", "0171 555-0199", "4111 1111 1111 1111", "order 12345678",
        "x", "1 2", "a" * 61, "http://evil.example", "evil.example//lamp", "www.evil.example", "<b>lamp",
        "lamp\u202epmal", "lamp\x00", "key=value", "{lamp}",
    ],
)  # fmt: skip
def test_what_may_name_a_person_or_harm_one_never_leaves_the_gateway(text: str) -> None:
    counting = Counting()
    counting.note(text, user="usr_1")
    counting.note(text, user="usr_1", found=False)
    assert (counting.told(), counting.outcome("refused")) == ({}, 2)


@pytest.mark.parametrize(
    "text", ["lamp", 'tv 55" 4k', "l'oréal", "ноутбук 15,6", "कुर्सी", "27-inch", "iphone 15 128 gb", "50% off", "h&m"]
)
def test_what_people_search_shops_for_may_be_learnt(text: str) -> None:
    assert may_be_learnt(text)


def test_an_asker_counts_once_a_day_for_a_text_and_has_another_hash_for_another() -> None:
    counting = Counting()
    for text in ("lamp", "lamp", "desk"):
        counting.note(text, user="usr_1")
    counting.note("lamp", user="usr_2")
    batch = counting.count.take()
    assert batch is not None
    lamp, desk = batch.askers["web", "", "lamp"], batch.askers["web", "", "desk"]
    assert (len(lamp), len(desk), len(lamp | desk)) == (2, 1, 3)
    counting.note("lamp", user="usr_1")
    assert counting.told() == {}, "also in the next batch"
    assert counting.outcome("again") == 2
    counting.now += DAY_SECONDS
    counting.note("lamp", user="usr_1")
    (again,) = (counting.count.take() or batch).askers.values()
    assert again < lamp, "the same hash all week"
    counting.now += WINDOW_SECONDS
    counting.note("lamp", user="usr_1")
    later = counting.count.take()
    assert later is not None
    assert not lamp & later.askers["web", "", "lamp"]
    assert later.askers_until == 102 * WINDOW_SECONDS


def test_hashes_of_all_gateways_of_a_deployment_are_equal_and_of_no_other() -> None:
    batches: list[Any] = []
    for secret in ("s" * 32, "s" * 32, "t" * 32):
        counting = Counting(secret)
        counting.note("lamp", user="usr_1")
        batches.append(next(iter((counting.count.take()).askers.values())))  # type: ignore[union-attr]
    assert batches[0] == batches[1] != batches[2]


def test_a_guest_is_a_network_and_staff_is_nobody() -> None:
    counting = Counting()
    for address in ("2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2", ""):
        counting.note("lamp", address=address)
    counting.note("lamp", user="usr_9", roles=["catalog_manager"])
    assert counting.told() == {"lamp": 3}


def test_memory_is_bounded_and_what_has_no_room_is_counted_as_such() -> None:
    counting = Counting(most_texts=2, most_askers=2, most_seen=4)
    for user in ("usr_1", "usr_2", "usr_3"):
        for text in ("lamp", "desk", "shelf"):
            counting.note(text, user=user)
    assert (counting.told(), counting.outcome("full")) == ({"lamp": 2, "desk": 2}, 5)


def test_a_search_in_vain_is_told_without_its_asker_and_in_place_of_those_before() -> None:
    counting = Counting()
    counting.note("lamp", user="usr_1")
    counting.note("lamp", user="usr_2", found=False)
    assert counting.told() == {"lamp": 0}


@pytest.mark.parametrize(
    ("asked", "page", "said"),
    [
        ({"query": "  Desk   LAMP"}, {"hits": 1}, ("desk lamp", True)),
        ({"query": "labtop"}, {"hits": 1, "did_you_mean": "laptop"}, ("laptop", True)),
        ({"query": "lamp", "where": object()}, {"hits": 1}, ("lamp", True)),
        ({"query": "lamp"}, {"hits": 1, "degraded": "away"}, None),
        ({"query": "lamp"}, {}, ("lamp", False)),
        ({"query": "lamp xyzzy"}, {"hits": 1, "rescue": catalog_pb2.SearchRescue()}, ("lamp xyzzy", False)),
        ({"query": "lamp", "where": object()}, {}, None),
        ({"query": "lamp", "facets": [object()]}, {}, None),
        ({"query": "lamp", "after": "cursor"}, {"hits": 1}, None),
        ({"query": " "}, {"hits": 1}, None),
    ],
)
def test_a_first_page_tells_what_was_searched(asked: Any, page: Any, said: tuple[str, bool] | None) -> None:
    hits = [catalog_pb2.SearchHit()] * page.pop("hits", 0)
    row = catalog_pb2.SearchProductsResponse(hits=hits, **page)
    told = what_was_searched({"where": None, "facets": None, "after": None, **asked}, row)
    assert (told and (told.text, told.found)) == said


class Merchandising:
    """Takes batches, or is away."""

    def __init__(self) -> None:
        self.batches: list[pb.RecordSearchesRequest] = []
        self.is_away = False

    async def RecordSearches(self, request: pb.RecordSearchesRequest) -> pb.RecordSearchesResponse:
        assert identity.current() == identity.service_caller("gateway")
        self.batches.append(request)
        if self.is_away:
            raise Unavailable
        return pb.RecordSearchesResponse()


async def test_a_batch_is_told_by_one_call_and_again_under_its_id_until_it_is_taken() -> None:
    counting, merchandising = Counting(), Merchandising()
    teller = SearchTeller(counting.count, merchandising, counting.metrics)
    assert not await teller.tell(1), "nothing to tell is no call"
    merchandising.is_away = True
    for text in ("lamp", "desk"):
        counting.note(text, user="usr_secret", address="192.0.2.77")
    assert not await teller.tell(1)
    merchandising.is_away = False
    counting.note("shelf", user="usr_1")
    await teller.finish()
    first, again, last = merchandising.batches
    assert first == again
    assert first.batch_id != last.batch_id
    assert [[each.text for each in batch.queries] for batch in (first, last)] == [["lamp", "desk"], ["shelf"]]
    assert "secret" not in str(first)
    assert "192.0.2" not in str(first)


async def test_a_batch_that_is_never_taken_does_not_hold_up_the_next_for_ever() -> None:
    counting, merchandising = Counting(), Merchandising()
    teller = SearchTeller(counting.count, merchandising, counting.metrics)
    merchandising.is_away = True
    counting.note("lamp", user="usr_1")
    for _ in range(MOST_TRIES):
        await teller.tell(1)
    merchandising.is_away = False
    counting.note("desk", user="usr_1")
    assert await teller.tell(1)
    assert [each.text for each in merchandising.batches[-1].queries] == ["desk"]


class Catalog:
    """Finds one product, and counts how often it is asked."""

    asked = 0

    async def SearchProducts(self, request: Any) -> Any:
        self.asked += 1
        return catalog_pb2.SearchProductsResponse(hits=[catalog_pb2.SearchHit()])


async def test_who_is_answered_what_is_kept_has_searched_too() -> None:
    operations = Operations(compose(SLICES, View.STOREFRONT), Limits(), Metrics(), introspection=False)
    prepared = operations.prepare(OperationRequest(query='{ search(query: "Lamp") { edges { cursor } } }'))
    catalog, none, sharing = Catalog(), SimpleNamespace(), Sharing(Store(1_000_000), Metrics())
    backends: Any = Backends(
        account=none, catalog=catalog, collections=none, inventory=none, jobs=none, merchandising=none, products=none,
        carts=none, orders=none,
    )  # type: ignore[arg-type]  # fmt: skip
    caller = Caller(service="gateway", user_id="usr_1")
    ctx = RequestContext(operations.graph, backends, caller, DEFAULT_SHOP, Metrics(), sharing=sharing)
    first = await operations.execute(prepared, ctx)
    assert first.errors == []
    kept = operations.kept(prepared, ctx)
    assert kept is not None
    again = await operations.execute(prepared, ctx)
    assert catalog.asked == 1
    assert first.searched == kept.searched == again.searched == (Searched(text="lamp", found=True),)
