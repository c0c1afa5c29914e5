"""What catalog's events end, and who is asked anew after a write."""

import time

import pytest
from emporium.events.v1.events_pb2 import CategoryChanged, ProductChanged, ProductsChanged, StockChanged

from chassis.identity import Caller
from chassis.inbox import Received
from gateway.http.writing import FRESH_SECONDS, Writers, wrote_lately, wrote_now
from gateway.metrics import Metrics
from gateway.sharing.feed import Feed
from gateway.sharing.store import Entry, Store
from gateway.slices import SLICES

KEPT = {"product": "Product:prd_1", "other": "Product:prd_2", "listing": "Product", "tree": "Category"}


@pytest.fixture
def store() -> Store:
    store = Store(1_000_000)
    for key, name in KEPT.items():
        entry = Entry(key, names=(name,), since=store.clock(), ends=store.clock() + 60, bytes=10)
        assert store.put(key, entry, store.moment)
    return store


def event(
    message: ProductChanged | ProductsChanged | CategoryChanged | StockChanged, payload: bytes | None = None
) -> Received:
    body = message.SerializeToString() if payload is None else payload
    return Received(event_id="evt_1", type=message.DESCRIPTOR.full_name, topic="t", key="k", payload=body)


def left(store: Store) -> set[str]:
    return {key for key in KEPT if store.get(key) is not None}


async def test_a_changed_product_ends_itself_and_listings(store: Store) -> None:
    feed = Feed(SLICES, store, Metrics())
    assert feed.topics == ["emporium.catalog.events.v1"]
    await feed.handle([event(ProductChanged(product_id="prd_1", version=2))])
    assert left(store) == {"other", "tree"}


async def test_an_event_of_many_products_ends_each_of_them(store: Store) -> None:
    changed = [ProductChanged(product_id=f"prd_{number}", version=2) for number in (1, 2, 3)]
    await Feed(SLICES, store, Metrics()).handle([event(ProductsChanged(products=changed))])
    assert left(store) == {"tree"}


async def test_a_new_category_ends_the_tree(store: Store) -> None:
    await Feed(SLICES, store, Metrics()).handle([event(CategoryChanged(category_id="cat_9", version=1))])
    assert left(store) == {"product", "other", "listing"}


async def test_an_event_that_means_nothing_ends_nothing(store: Store) -> None:
    await Feed(SLICES, store, Metrics()).handle([event(StockChanged(product_id="prd_1", sku="a"))])
    assert left(store) == set(KEPT)


async def test_an_event_that_cannot_be_read_may_mean_anything(store: Store) -> None:
    broken = event(ProductChanged(), payload=b"\xff\xff")
    await Feed(SLICES, store, Metrics()).handle([broken, event(ProductChanged(product_id="prd_2", version=2))])
    assert left(store) == set()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"emporium-wrote": "now"},
        {"emporium-wrote": "-1"},
        {"emporium-wrote": "²"},
        {"emporium-wrote": "9" * 400},
        {"emporium-wrote": str(int((time.time() - FRESH_SECONDS - 1) * 1000))},
        {"emporium-wrote": str(int((time.time() + 3_600) * 1000))},
        {"cookie": "emporium-wrote"},
        {"cookie": "not-emporium-wrote=1"},
        {"cookie": "a=emporium-wrote=1; emporium-wrote=;"},
    ],
)
def test_nothing_else_is_a_recent_write(headers: dict[str, str]) -> None:
    assert not wrote_lately(headers)


def test_a_recent_write_is_known_by_header_and_by_cookie() -> None:
    told = wrote_now()
    assert wrote_lately({"emporium-wrote": told["Emporium-Wrote"]})
    assert wrote_lately({"cookie": f"a=b; {told['Set-Cookie'].partition(';')[0]}; c=d"})


def test_who_wrote_is_known_by_session_cart_or_connection_for_some_seconds() -> None:
    now = 100.0
    writers = Writers(lambda: now)
    writer = Caller(session_id="ses_1", cart_token_hash="hash", request_id="req_1")
    writers.note(writer)
    for known in (Caller(session_id="ses_1"), Caller(cart_token_hash="hash"), Caller(request_id="req_1")):
        assert writers.wrote_lately(known)
    for other in (Caller(), Caller(session_id="ses_2", request_id="req_2")):
        assert not writers.wrote_lately(other)
    now += FRESH_SECONDS
    assert not writers.wrote_lately(writer)
    writers.note(Caller(session_id="ses_2"))
    assert list(vars(writers)["_wrote_at"]) == ["ses_2"], "what is over is forgotten"
