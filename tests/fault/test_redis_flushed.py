"""Redis loses everything in the middle of a checkout through the gateway: it holds nothing that must survive."""

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from infra.embedded.stack import RunningServers
from tests.fault.arena import variables
from tests.fault.wired import WiredShop, wired_shop
from tests.fixtures.order import ADDRESS
from tests.fixtures.processes import free_address, service_process
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.slow]
CREATE = """mutation ($sku: String!) {
  cartCreate(input: {email: "ada@example.org", lines: [{sku: $sku, quantity: 1}]}) { token cart { id } } }"""
UPDATE = """mutation ($cart: ID!, $address: PostalAddressInput!) {
  cartUpdate(input: {cartId: $cart, shippingAddress: $address, deliveryMethodCode: "standard"}) {
    cart { totals { total { amount currencyCode } } } userErrors { message } } }"""
COMPLETE = """mutation ($cart: ID!, $key: ID!, $total: MoneyInput!) {
  checkoutComplete(input: {
    cartId: $cart, idempotencyKey: $key, expectedTotal: $total, paymentToken: "tok_3ds+webhook_never"
  }) { order { id paymentStatus paymentAction { url } } userErrors { message } } }"""
CONTINUE = """mutation ($order: ID!) {
  checkoutPaymentContinue(input: {orderId: $order}) { order { status paymentStatus } userErrors { message } } }"""


class Client:
    """A shopper at the gateway."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=30)
        self.token = ""

    async def send(self, query: str, **more: Any) -> dict[str, Any]:
        """The mutation's own answer."""
        headers = {"emporium-cart-token": self.token} if self.token else {}
        answer = (await self._http.post("/graphql", json={"query": query, "variables": more}, headers=headers)).json()
        assert "errors" not in answer, answer
        (payload,) = answer["data"].values()
        assert not payload.get("userErrors"), payload
        return payload

    async def ready(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                known = (await self._http.get("/readyz")).json()["subgraphs"]
                if known["order"] and known["catalog"]:
                    return
            except (httpx.HTTPError, KeyError, ValueError):
                pass
            assert time.monotonic() < deadline, "the gateway was not ready in time"
            await asyncio.sleep(0.1)

    async def close(self) -> None:
        await self._http.aclose()


def gateway_of(shop: WiredShop, redis_url: str) -> dict[str, str]:
    return variables(
        LISTEN_ADDRESS=free_address(),
        METRICS_ADDRESS=free_address(),
        ACCOUNT_ADDRESS=free_address(),
        CATALOG_ADDRESS=f"127.0.0.1:{shop.catalog.port}",
        ORDER_ADDRESS=f"127.0.0.1:{shop.orders['order-a'].port}",
        REDIS_URL=redis_url,
        RATE_LIMIT="60000",
    )


@pytest.mark.timeout(300)
async def test_redis_is_flushed_in_the_middle_of_a_checkout(
    servers: SharedServers, own_servers: Callable[..., AbstractContextManager[RunningServers]], tmp_path: Path
):
    with own_servers("redis") as own:
        async with wired_shop(servers, tmp_path, names=["order-a"]) as shop:
            environment = gateway_of(shop, own.redis_url)
            with service_process("gateway", tmp_path / "gateway.log", environment):
                client = Client(f"http://{environment['LISTEN_ADDRESS']}")
                await client.ready()
                sku = await shop.shop.product(units=3)
                order = await at_the_bank(client, sku)
                redis = Redis.from_url(own.redis_url)
                assert await redis.dbsize() > 0, "the fault never fired: Redis held nothing"
                await redis.flushall()
                assert await redis.dbsize() == 0
                await redis.aclose()
                await shop.shop.sandbox.authenticate(order["paymentAction"]["url"], "approve")
                done = (await client.send(CONTINUE, order=order["id"]))["order"]
                await client.close()
            assert (done["status"], done["paymentStatus"]) == ("CONFIRMED", "PAID")
            await shop.shop.quiet(30)
            assert await shop.shop.stock(sku) == (2, 0, 0, 1)
            assert await shop.breaches() == {}


async def at_the_bank(client: Client, sku: str) -> dict[str, Any]:
    """The order, when the bank asks."""
    created = await client.send(CREATE, sku=sku)
    client.token, cart = created["token"], created["cart"]["id"]
    address = {
        "fullName": ADDRESS.full_name,
        "line1": ADDRESS.line1,
        "city": ADDRESS.city,
        "postalCode": ADDRESS.postal_code,
        "countryCode": ADDRESS.country_code,
    }
    updated = await client.send(UPDATE, cart=cart, address=address)
    total = updated["cart"]["totals"]["total"]
    order = (await client.send(COMPLETE, cart=cart, key=uuid.uuid4().hex, total=total))["order"]
    assert order["paymentStatus"] == "ACTION_REQUIRED"
    return order
