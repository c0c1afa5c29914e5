"""The gateway as a process in front of the three subgraphs as processes, over real PostgreSQL and nothing else."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub
from emporium.common.v1 import money_pb2

from chassis.identity import TokenMinter, acting_as, service_caller
from chassis.rpc import channel
from chassis.settings import Secret
from tests.fixtures.processes import free_address, service_process
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
SECRET = "an internal secret of this test, long enough"
ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Shop:
    """The running processes."""

    url: str
    catalog: str
    metrics: str
    processes: dict[str, subprocess.Popen[bytes]]

    def send(
        self, query: str, *, path: str = "/graphql", headers: dict[str, str] | None = None, **variables: Any
    ) -> Any:
        answer = httpx.post(self.url + path, json={"query": query, "variables": variables}, headers=headers, timeout=20)
        return answer.json()


@pytest.fixture(scope="module")
def shop(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    ports = {name: free_address() for name in ("account", "catalog", "order", "gateway", "metrics")}
    addresses = {f"{name.upper()}_ADDRESS": ports[name] for name in ("account", "catalog", "order", "metrics")}
    payment = {"PAYMENT_API_KEY": "key", "PAYMENT_WEBHOOK_SECRET": "secret", "PAYMENT_URL": "http://127.0.0.1:9"}
    keys = {"TOKEN_KEY_ENCRYPTION_SECRET": "k" * 40}
    logs = tmp_path_factory.mktemp("logs")
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with contextlib.ExitStack() as stack:
        for name in ("account", "catalog", "order", "gateway"):
            own = {"LISTEN_ADDRESS": ports[name], "MODE": "development", "INTERNAL_TOKEN_SECRET": SECRET}
            if name != "gateway":
                own["DATABASE_URL"] = servers.database_url(name)
            module = "gateway" if name == "gateway" else f"subgraphs.{name}"
            variables = own | addresses | payment | keys
            processes[name] = stack.enter_context(service_process(module, logs / f"{name}.log", variables))
        url = f"http://{ports['gateway']}"
        wait_until(lambda: all(httpx.get(f"{url}/readyz").json()["subgraphs"].values()), logs)
        yield Shop(url, ports["catalog"], ports["metrics"], processes)


def wait_until(true: Callable[[], bool], logs: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(httpx.HTTPError, KeyError):
            if true():
                return
        if time.monotonic() > deadline:
            pytest.fail("\n".join(log.read_text()[-2_000:] for log in logs.iterdir()), pytrace=False)
        time.sleep(0.1)


@pytest.fixture(scope="module")
def sku(shop: Shop) -> str:
    """Of one published product that is in stock."""
    import asyncio

    sku = f"SKU-{time.time_ns()}"
    variant = catalog_pb2.VariantInput(
        sku=sku, name="One", price=money_pb2.Money(minor_units=1999, currency_code="USD"), initial_quantity=5
    )
    product = catalog_pb2.ProductInput(
        external_reference=sku, name=f"Lamp {sku}", category_path=["Home", "Lamps"], variants=[variant], published=True
    )

    async def seed() -> None:
        minter = TokenMinter(Secret(SECRET), "launcher")
        async with channel(shop.catalog, audience="catalog", minter=minter) as opened:
            with acting_as(service_caller("launcher")):
                request = catalog_pb2.UpsertProductsRequest(products=[product], idempotency_key=sku)
                answer = await CatalogServiceStub(opened).UpsertProducts(request)
                assert not answer.writes[0].user_errors, answer

    asyncio.run(seed())
    return sku


PRODUCT = """query ($ref: String!) { product(externalReference: $ref) {
  id name availableForSale priceRange { min { amount currencyCode } }
  category { name parent { name } } variants { sku quantityAvailable price { amount } } } }"""


GUEST_ORDER = """
INSERT INTO orders (id, number, buyer_id, cart_id, email, status, payment_status, channel, currency, subtotal, discount,
    shipping, tax, total, captured, address, delivery_code, delivery_name, sequence, version, created_at, updated_at)
VALUES ('ord_guest', 'E-GUEST1', 'byr_g', 'crt_g', 'guest@example.org', 'CONFIRMED', 'PAID', 'web', 'USD', 1000, 0, 490,
    0, 1490, 1490, '{"full_name": "Ada", "line1": "1 Street", "city": "London", "postal_code": "X", "country_code":
    "GB"}', 'standard', 'Standard', 1, 1, now(), now())
"""


def test_number_and_email_open_a_guests_order_but_not_its_address_history_or_payments(
    shop: Shop, servers: SharedServers
) -> None:
    with psycopg.connect(servers.database_url("order"), autocommit=True) as order:
        order.execute(GUEST_ORDER)
    query = """query ($email: String!) { orderByNumber(number: "E-GUEST1", email: $email) {
        number status email totals { total { amount } } fulfillments { trackingNumber } shippingAddress { line1 } } }"""
    answer = shop.send(query, email="guest@example.org")
    assert answer["data"]["orderByNumber"] == {
        "number": "E-GUEST1", "status": "CONFIRMED", "email": "guest@example.org",
        "totals": {"total": {"amount": "14.90"}}, "fulfillments": [], "shippingAddress": None,
    }  # fmt: skip
    assert "errors" not in answer
    assert shop.send(query, email="eve@example.org")["data"] == {"orderByNumber": None}
    # What needs more is null at its own path, and says what it needs.
    more = """{ orderByNumber(number: "E-GUEST1", email: "guest@example.org") {
        number events { type } transactions { kind } } }"""
    partial = shop.send(more)
    assert partial["data"]["orderByNumber"] == {"number": "E-GUEST1", "events": None, "transactions": None}
    assert [error["path"] for error in partial["errors"]] == [
        ["orderByNumber", "events"], ["orderByNumber", "transactions"],
    ]  # fmt: skip
    assert all("send the cart's token" in error["message"] for error in partial["errors"])
    # A token of another cart is none.
    other = shop.send(more, headers={"Emporium-Cart-Token": "x" * 43})
    assert other["data"]["orderByNumber"]["events"] is None


def test_a_product_page_comes_from_catalog(shop: Shop, sku: str) -> None:
    answer = shop.send(PRODUCT, ref=sku)
    assert "errors" not in answer, answer
    product = answer["data"]["product"]
    assert product["priceRange"]["min"] == {"amount": "19.99", "currencyCode": "USD"}
    assert product["category"] == {"name": "Lamps", "parent": {"name": "Home"}}
    assert product["variants"] == [{"sku": sku, "quantityAvailable": 5, "price": {"amount": "19.99"}}]
    assert answer["extensions"]["rpcs"]["count"] == 4
    node = shop.send("query ($id: ID!) { node(id: $id) { __typename id } }", id=product["id"])
    assert node["data"]["node"] == {"__typename": "Product", "id": product["id"]}


def test_a_search_without_its_engine_is_answered_and_said_to_be_degraded(shop: Shop, sku: str) -> None:
    answer = shop.send("query ($q: String!) { search(query: $q) { totalCount nodes { name } } }", q=sku)
    assert [node["name"] for node in answer["data"]["search"]["nodes"]] == [f"Lamp {sku}"]
    assert answer["extensions"]["degraded"]


CART = """mutation ($input: CartCreateInput!) { cartCreate(input: $input) { token userErrors { code message }
  cart { id totals { total { amount } } lines { quantity product { name } variant { sku } } } } }"""


def test_a_guest_fills_a_cart_whose_lines_show_products(shop: Shop, sku: str) -> None:
    created = shop.send(CART, input={"lines": [{"sku": sku, "quantity": 2}]})
    assert "errors" not in created, created
    payload = created["data"]["cartCreate"]
    assert payload["cart"]["totals"]["total"] == {"amount": "39.98"}
    assert payload["cart"]["lines"] == [{"quantity": 2, "product": {"name": f"Lamp {sku}"}, "variant": {"sku": sku}}]
    query = "query ($id: ID!) { cart(id: $id) { lines { quantity } } }"
    owner = {"Emporium-Cart-Token": payload["token"]}
    cart_id = payload["cart"]["id"]
    assert shop.send(query, headers=owner, id=cart_id)["data"]["cart"] == {"lines": [{"quantity": 2}]}
    stranger = shop.send(query, headers={"Emporium-Cart-Token": "other"}, id=cart_id)
    assert stranger["data"]["cart"] is None


def test_a_customer_logs_in_and_sees_themself(shop: Shop) -> None:
    who = {"email": f"a{time.time_ns()}@example.com", "password": "correct horse battery"}
    register = "mutation ($i: CustomerRegisterInput!) { customerRegister(input: $i) { userErrors { code } } }"
    assert shop.send(register, i=who)["data"]["customerRegister"] == {"userErrors": []}
    log_in = "mutation ($i: TokenCreateInput!) { tokenCreate(input: $i) { accessToken userErrors { code } } }"
    token = shop.send(log_in, i=who)["data"]["tokenCreate"]["accessToken"]
    me = shop.send("{ me { email cart { id } orders { nodes { id } } } }", headers={"Authorization": f"Bearer {token}"})
    assert "errors" not in me, me
    assert me["data"]["me"] == {"email": who["email"], "cart": None, "orders": {"nodes": []}}
    admin = shop.send(
        "{ customers { nodes { id } } }", path="/admin/graphql", headers={"Authorization": f"Bearer {token}"}
    )
    assert admin["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_metrics_are_on_a_listener_of_their_own(shop: Shop) -> None:
    shop.send("{ deliveryMethods { code } }")
    text = httpx.get(f"http://{shop.metrics}/metrics").text
    assert 'emporium_gateway_rpc_seconds_count{method="carts.ListDeliveryMethods",status="OK"}' in text
    assert httpx.get(f"{shop.url}/metrics").status_code == 404


def test_a_frozen_subgraph_costs_its_own_fields_only(shop: Shop, sku: str) -> None:
    shop.processes["catalog"].send_signal(signal.SIGKILL)
    shop.processes["catalog"].wait(5)
    answer = shop.send("{ deliveryMethods { code } categories { name } }")
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["categories"], "UNAVAILABLE")
    partial = shop.send('{ deliveryMethods { code } product(slug: "x") { name } }')
    assert partial["data"]["product"] is None
    assert partial["data"]["deliveryMethods"]


def test_the_gateway_drains_and_exits_cleanly(shop: Shop) -> None:
    shop.processes["gateway"].terminate()
    assert shop.processes["gateway"].wait(15) == 0
