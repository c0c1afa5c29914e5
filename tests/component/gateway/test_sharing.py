"""What shoppers share, over a real catalog, Kafka and Redis: who sees what, and when."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from chassis.ids import new_id
from gateway.http import writing
from tests.fixtures.catalog import RunningCatalog, running_catalog, variant_input
from tests.fixtures.sharing import PRODUCT, Gateway, gateway, rewrite, sneaker, until
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

NAME = "query ($id: ID!) { node(id: $id) { ... on Product { name } } }"
HIDE = "mutation ($id: ID!) { productPublish(input: {ids: [$id], published: false}) { userErrors { message } } }"
CREATE_CART = "mutation { cartCreate(input: {lines: []}) { userErrors { message } } }"


@pytest_asyncio.fixture(loop_scope="session")
async def catalog(fresh_database: Callable[[str], str], servers: SharedServers) -> AsyncIterator[RunningCatalog]:
    """Announces its changes."""
    url = fresh_database("catalog")
    kafka = {"kafka_bootstrap_servers": servers.kafka_bootstrap_servers, "search_consumer_group": new_id("grp")}
    async with running_catalog(url, **kafka) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def silent_catalog(fresh_database: Callable[[str], str]) -> AsyncIterator[RunningCatalog]:
    """Announces nothing."""
    async with running_catalog(fresh_database("catalog")) as running:
        yield running


async def test_a_second_shopper_is_shown_what_the_first_was_without_a_call(
    catalog: RunningCatalog, servers: SharedServers
) -> None:
    ref, product_id = await sneaker(catalog)
    async with gateway(catalog, kafka_bootstrap_servers=servers.kafka_bootstrap_servers) as shop:
        await until(lambda: told_of(shop))
        first = await shop.ask(NAME, id=product_id)
        second = await shop.ask(NAME, id=product_id, roles=("customer",))
        assert first["data"] == second["data"] == {"node": {"name": f"Sneaker {ref}"}}
        assert (first["extensions"]["rpcs"]["count"], second["extensions"]["rpcs"]["count"]) == (1, 0)
        whole = [await shop.ask(PRODUCT, ref=ref) for _ in range(2)]
        assert whole[0]["data"] == whole[1]["data"]
        assert shop.count("emporium_gateway_answers_total", written_by="kept") == 1
        assert (await shop.product(ref, currency="EUR"))["priceRange"] is None, "another currency is another row"


async def test_pages_of_different_products_asked_at_once_are_looked_up_together(silent_catalog: RunningCatalog) -> None:
    products = [await sneaker(silent_catalog) for _ in range(12)]
    name = "query ($ref: String) { product(externalReference: $ref) { id } }"
    async with gateway(silent_catalog) as shop:
        nameless = asyncio.create_task(shop.http.post("/graphql", json={"query": "{ product { id } }"}))
        answers = await asyncio.gather(*(shop.ask(name, ref=ref) for ref, _ in products))
        refused = (await nameless).json()
    assert [answer["data"]["product"]["id"] for answer in answers] == [product_id for _, product_id in products]
    # Two may be under way; whoever comes meanwhile leaves with the third.
    assert 1 <= sum(answer["extensions"]["rpcs"]["count"] for answer in (*answers, refused)) <= 3
    assert refused["errors"][0]["extensions"]["reason"] == "ONE_KEY_WANTED", "its fault is nobody else's"


async def told_of(shop: Gateway) -> bool:
    """The events of what was written before the gateway came have been read."""
    return shop.count("emporium_gateway_shared_changes_total", news="new") > 0


async def test_a_hidden_product_leaves_the_shop_and_stays_visible_to_staff_alone(
    catalog: RunningCatalog, servers: SharedServers
) -> None:
    ref, product_id = await sneaker(catalog)
    async with gateway(catalog, kafka_bootstrap_servers=servers.kafka_bootstrap_servers) as shop:
        assert await shop.product(ref)
        await shop.ask(HIDE, id=product_id, path="/admin/graphql", roles=("catalog_manager",))

        async def gone() -> bool:
            return await shop.product(ref) is None and (await shop.ask(NAME, id=product_id))["data"]["node"] is None

        await until(gone)
        for _ in range(3):
            for path in ("/graphql", "/admin/graphql"):
                manager = await shop.product(ref, path=path, roles=("catalog_manager",))
                assert manager["id"] == product_id, "the manager still sees it, at once and in both views"
                seen = await shop.ask(NAME, id=product_id, path=path, roles=("catalog_manager",))
                assert seen["data"]["node"] == {"name": f"Sneaker {ref}"}
                assert await shop.product(ref) is None, "what the manager was shown is nobody else's"
                assert await shop.product(ref, roles=("customer",)) is None
        assert await shop.product(ref, roles=("support",)) is None, "support may not see it, and is asked for alone"


async def test_a_new_price_is_shown_as_soon_as_its_event_has_come(
    catalog: RunningCatalog, servers: SharedServers
) -> None:
    ref, _ = await sneaker(catalog)
    async with gateway(catalog, kafka_bootstrap_servers=servers.kafka_bootstrap_servers) as shop:
        assert (await shop.product(ref))["priceRange"]["min"]["amount"] == "49.99"
        await rewrite(catalog, ref, variants=[variant_input(f"{ref}-1", cents=1000)])

        async def new_price() -> bool:
            return (await shop.product(ref))["priceRange"]["min"]["amount"] == "10.00"

        await until(new_price)
        assert shop.count("emporium_gateway_shared_ended_total", why="event") > 0


async def test_whoever_has_just_changed_something_is_asked_anew_and_others_profit(
    silent_catalog: RunningCatalog, servers: SharedServers
) -> None:
    ref, _ = await sneaker(silent_catalog, name="Old")
    async with gateway(silent_catalog, kafka_bootstrap_servers=servers.kafka_bootstrap_servers) as shop:
        assert (await shop.product(ref))["name"] == "Old"
        wrote = (await shop.ask(CREATE_CART))["headers"]
        await rewrite(silent_catalog, ref, name="New")
        assert (await shop.product(ref))["name"] == "Old", "nothing was announced"
        stale = {"Emporium-Wrote": str(int(wrote["emporium-wrote"]) - 60_000)}
        assert (await shop.product(ref, headers=stale))["name"] == "Old", "too long ago to matter"
        cookie = {"Cookie": f"theme=dark; {wrote['set-cookie'].partition(';')[0]}"}
        assert (await shop.product(ref, headers=cookie))["name"] == "New"
        assert (await shop.product(ref, headers={"Emporium-Wrote": wrote["emporium-wrote"]}))["name"] == "New"


@pytest.fixture
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write stays recent, however slow the machine."""
    monkeypatch.setattr(writing, "FRESH_SECONDS", 600)


async def test_a_write_is_seen_over_every_transport_by_its_session_and_by_whoever_says_so(
    silent_catalog: RunningCatalog, servers: SharedServers, no_hurry: None
) -> None:
    """By WebSocket and HTTP in either order, while rows and answers that are kept for all hold what was before."""
    ref, _ = await sneaker(silent_catalog, name="Old")
    kafka = {"kafka_bootstrap_servers": servers.kafka_bootstrap_servers}
    async with gateway(silent_catalog, **kafka) as shop, gateway(silent_catalog, **kafka) as other:
        mine, guest = {"Authorization": f"Bearer {shop.issuer.token()}"}, {"Emporium-Cart-Token": "secret"}
        async with shop.socket(**mine) as writer, other.socket() as stranger, other.socket(**guest) as hers:
            for each in (shop, writer, stranger, hers):
                assert (await each.product(ref))["name"] == "Old"
            wrote = (await writer.ask(CREATE_CART))["extensions"]["wrote"]
            await rewrite(silent_catalog, ref, name="New")
            assert (await shop.product(ref))["name"] == "Old", "nothing was announced"
            assert (await writer.product(ref))["name"] == "New"
            assert (await shop.product(ref, headers=mine))["name"] == "New"
            assert (await hers.product(ref))["name"] == "Old"
            await other.ask(CREATE_CART, headers=guest)
            assert (await hers.product(ref))["name"] == "New"
            assert (await stranger.product(ref))["name"] == "Old"
            assert (await stranger.product(ref, {"wrote": wrote}))["name"] == "New", "any gateway can be told"


async def test_a_second_gateway_finds_rows_in_redis_and_an_event_ends_them_for_both(
    catalog: RunningCatalog, servers: SharedServers
) -> None:
    ref, product_id = await sneaker(catalog, name="Old")
    behind = {"kafka_bootstrap_servers": servers.kafka_bootstrap_servers, "redis_url": servers.redis_url}
    async with gateway(catalog, **behind) as one, gateway(catalog, **behind) as other:
        await until(lambda: told_of(one))
        await until(lambda: told_of(other))
        await one.ask(NAME, id=product_id)

        async def written() -> bool:
            return one.count("emporium_gateway_shared_redis_total", outcome="written") > 0

        await until(written)
        found = await other.ask(NAME, id=product_id)
        assert (found["data"]["node"]["name"], found["extensions"]["rpcs"]["count"]) == ("Old", 0)
        assert other.count("emporium_gateway_shared_redis_total", outcome="hit") == 1
        await rewrite(catalog, ref, name="New")

        async def both_new() -> bool:
            names = [(await each.ask(NAME, id=product_id))["data"]["node"]["name"] for each in (one, other)]
            return names == ["New", "New"]

        await until(both_new)


async def test_without_redis_and_kafka_everything_answers_and_nothing_is_kept_for_long(
    silent_catalog: RunningCatalog,
) -> None:
    ref, _ = await sneaker(silent_catalog, name="Old")
    away = "redis://127.0.0.1:1/0"
    async with gateway(silent_catalog, redis_url=away) as shop:
        assert (await shop.product(ref))["name"] == "Old"
        await rewrite(silent_catalog, ref, name="New")

        async def new() -> bool:
            return (await shop.product(ref))["name"] == "New"

        await until(new)
        assert shop.count("emporium_gateway_shared_ended_total", why="time") > 0


async def test_sharing_can_be_switched_off(silent_catalog: RunningCatalog) -> None:
    ref, _ = await sneaker(silent_catalog)
    async with gateway(silent_catalog, share=False) as shop:
        counts = [(await shop.ask(PRODUCT, ref=ref))["extensions"]["rpcs"]["count"] for _ in range(2)]
    assert counts == [1, 1]
