"""What shoppers share, over a real catalog, Kafka and Redis: who sees what, and when."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.catalog.v1.collection_pb2_grpc import CollectionServiceStub
from emporium.catalog.v1.job_pb2_grpc import JobServiceStub
from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceStub
from emporium.catalog.v1.product_pb2_grpc import ProductServiceStub
from emporium.order.v1 import cart_pb2

from chassis.identity import TokenMinter
from chassis.ids import new_id
from chassis.rpc import channel
from chassis.settings import Mode
from gateway.app import application
from gateway.bootstrap import Subgraphs
from gateway.context import Backends
from gateway.metrics import Metrics
from gateway.settings import GatewaySettings
from tests.fakes.shop_backend import Backend
from tests.fixtures.catalog import SECRET, SERVICE, RunningCatalog, product_input, running_catalog, variant_input
from tests.fixtures.gateway import AccountOfGateway, Issuer
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

PRODUCT = """query ($ref: String!, $currency: String) @inContext(currency: $currency) {
  product(externalReference: $ref) { id name priceRange { min { amount } } } }"""
NAME = "query ($id: ID!) { node(id: $id) { ... on Product { name } } }"
HIDE = "mutation ($id: ID!) { productPublish(input: {ids: [$id], published: false}) { userErrors { message } } }"
CREATE_CART = "mutation { cartCreate(input: {lines: []}) { userErrors { message } } }"
PATIENCE = 60


class Carts:
    """Fills any cart."""

    async def CreateCart(self, request: Any) -> Any:
        return cart_pb2.CartResponse()


@dataclass
class Gateway:
    """A gateway in this process."""

    http: httpx.AsyncClient
    metrics: Metrics
    issuer: Issuer

    async def ask(
        self, query: str, *, path: str = "/graphql", roles: tuple[str, ...] = (), headers: Any = None, **variables: Any
    ) -> dict[str, Any]:
        sent = dict(headers or {})
        if roles:
            sent["Authorization"] = f"Bearer {self.issuer.token(new_id('usr'), *roles)}"
        answer = await self.http.post(path, json={"query": query, "variables": variables}, headers=sent)
        self.http.cookies.clear()
        body: dict[str, Any] = answer.json()
        assert "errors" not in body, body
        return body | {"headers": answer.headers}

    async def product(self, ref: str, **options: Any) -> Any:
        return (await self.ask(PRODUCT, ref=ref, **options))["data"]["product"]

    def count(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


async def until(holds: Callable[[], Any]) -> None:
    """Asks again until it holds: events take their time on a busy machine."""
    ends = time.monotonic() + PATIENCE
    while not await holds():
        assert time.monotonic() < ends, "it did not become so"
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def gateway(catalog: RunningCatalog, **settings: Any) -> AsyncGenerator[Gateway]:
    issuer, metrics, none = Issuer(), Metrics(), SimpleNamespace()
    account, carts = AccountOfGateway(Backend(), issuer), Carts()
    minter = TokenMinter(SECRET, "gateway")

    @contextlib.asynccontextmanager
    async def connect(_: GatewaySettings) -> AsyncGenerator[Subgraphs]:
        async with channel(f"127.0.0.1:{catalog.port}", audience="catalog", minter=minter, timeout=30) as opened:
            backends: Any = Backends(
                account=account,  # type: ignore[arg-type]
                catalog=CatalogServiceStub(opened),
                collections=CollectionServiceStub(opened),
                inventory=InventoryServiceStub(opened),
                jobs=JobServiceStub(opened),
                merchandising=MerchandisingServiceStub(opened),
                products=ProductServiceStub(opened),
                carts=carts,  # type: ignore[arg-type]
                orders=none,  # type: ignore[arg-type]
            )
            yield Subgraphs(backends=backends, channels={})

    given = GatewaySettings(mode=Mode.DEVELOPMENT, internal_token_secret=SECRET, metrics_address="", **settings)
    app = application(given, connect=connect, metrics=metrics)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
        running = Gateway(http, metrics, issuer)
        while (await http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.01)
        if given.kafka_bootstrap_servers:

            async def trusted() -> bool:
                return running.count("emporium_gateway_shared_trusted") == 1

            await until(trusted)
        yield running


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


async def sneaker(catalog: RunningCatalog, **changes: Any) -> tuple[str, str]:
    """A product's reference and id."""
    ref = new_id("ref")
    return ref, await rewrite(catalog, ref, **changes)


async def rewrite(catalog: RunningCatalog, ref: str, **changes: Any) -> str:
    """Writes a product straight into the catalog; its id."""
    with catalog.acting(SERVICE):
        (write,) = await catalog.upsert(product_input(ref, **changes))
    return write.product_id


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
