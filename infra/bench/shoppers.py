"""Shoppers that only check out: carts made beforehand, then `checkoutComplete` through the public GraphQL API."""

import asyncio
import json
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from infra.demo import operations as ask

ADDRESS = {
    "fullName": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postalCode": "SW1Y 4JH",
    "countryCode": "GB",
}
CHECKOUT = """mutation Checkout($input: CheckoutCompleteInput!) {
  checkoutComplete(input: $input) { order { id status paymentStatus } userErrors { code message } }
}"""
ORDER = "query Order($id: ID!) { order(id: $id) { status paymentStatus } }"
SKUS = """{ search(query: "", first: 50) { nodes { variants { sku } } } }"""
PATIENCE_SECONDS = 30.0
PREPARING = 16
"""Carts made at a time."""


class BenchFailed(Exception):
    """The shop did not do what a measurement needs; the message is the shop's."""


@dataclass(frozen=True, kw_only=True)
class ReadyCart:
    """A guest's cart with everything but the payment."""

    id: str
    token: str
    total: dict[str, str]


@dataclass(kw_only=True)
class Orders:
    """What came of the checkouts of one window; seconds."""

    latencies: list[float] = field(default_factory=list[float])
    """From the submission (in an open loop: from when it was due) to PAID."""
    failures: list[str] = field(default_factory=list[str])
    late: int = 0
    """Answered before PAID and then asked for."""
    seconds: float = 0.0
    order_ids: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The public API."""

    http: aiohttp.ClientSession
    url: str

    async def ask(self, document: str, variables: dict[str, Any], cart_token: str = "") -> dict[str, Any]:
        """The operation's `data`. Raises BenchFailed."""
        headers = {"emporium-cart-token": cart_token} if cart_token else {}
        body = {"query": document, "variables": variables}
        async with self.http.post(f"{self.url}/graphql", json=body, headers=headers) as response:
            answer: dict[str, Any] = json.loads(await response.read())
        if answer.get("errors"):
            raise BenchFailed(str(answer["errors"][0]["message"]))
        return answer["data"]

    async def change(self, document: str, variables: dict[str, Any], cart_token: str = "") -> dict[str, Any]:
        """The payload of the only mutation. Raises BenchFailed."""
        payload: dict[str, Any] = next(iter((await self.ask(document, variables, cart_token)).values()))
        if payload["userErrors"]:
            raise BenchFailed(str(payload["userErrors"][0]["message"]))
        return payload

    async def skus(self) -> list[str]:
        """Some that are for sale."""
        nodes = (await self.ask(SKUS, {}))["search"]["nodes"]
        return [variant["sku"] for node in nodes for variant in node["variants"]]

    async def cart(self, skus: Sequence[str]) -> ReadyCart:
        """One unit of each, an address, a delivery method."""
        lines = [{"sku": sku, "quantity": 1} for sku in skus]
        made = await self.change(ask.CART_CREATE, {"input": {"lines": lines, "email": "bench@emporium.example"}})
        token, cart_id = made["token"], made["cart"]["id"]
        rest = {"cartId": cart_id, "shippingAddress": ADDRESS, "deliveryMethodCode": "standard"}
        total = (await self.change(ask.CART_UPDATE, {"input": rest}, token))["cart"]["totals"]["total"]
        return ReadyCart(
            id=cart_id, token=token, total={"amount": total["amount"], "currencyCode": total["currencyCode"]}
        )

    async def carts(self, count: int, skus: Sequence[str], lines: int) -> list[ReadyCart]:
        """Many, each with so many lines; which SKUs is random but the same in every run."""
        choose = random.Random(count)  # noqa: S311 (a repeatable choice)
        wanted = [choose.sample(skus, lines) for _ in range(count)]
        made: list[ReadyCart] = []

        async def work() -> None:
            while wanted:
                made.append(await self.cart(wanted.pop()))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(PREPARING, count)):
                group.create_task(work())
        return made

    async def check_out(self, cart: ReadyCart, orders: Orders, due: float) -> None:
        """One order until it is PAID; what goes wrong is kept, not raised."""
        variables = {
            "input": {
                "cartId": cart.id,
                "idempotencyKey": secrets.token_hex(16),
                "expectedTotal": cart.total,
                "paymentToken": "tok_approve",
            }
        }
        try:
            order = (await self.change(CHECKOUT, variables, cart.token))["order"]
            if order["paymentStatus"] != "PAID":
                orders.late += 1
                await self._paid(order["id"], cart.token)
        except (BenchFailed, aiohttp.ClientError, TimeoutError, ValueError) as error:
            orders.failures.append(str(error) or type(error).__name__)
            return
        orders.latencies.append(time.perf_counter() - due)
        orders.order_ids.append(order["id"])

    async def _paid(self, order_id: str, token: str) -> None:
        give_up = time.perf_counter() + PATIENCE_SECONDS
        while time.perf_counter() < give_up:
            order = (await self.ask(ORDER, {"id": order_id}, token))["order"]
            if order["paymentStatus"] == "PAID":
                return
            if order["status"] in {"REJECTED", "CANCELLED", "CLOSED"}:
                raise BenchFailed(f"the order was {order['status']}")
            await asyncio.sleep(0.02)
        raise BenchFailed(f"not PAID within {PATIENCE_SECONDS:.0f} s")


async def skus_for_sale(url: str) -> list[str]:
    """Of the shop at `url`."""
    async with aiohttp.ClientSession() as http:
        return await Shop(http=http, url=url).skus()


async def closed_loop(shop: Shop, carts: list[ReadyCart], shoppers: int, seconds: float) -> Orders:
    """So many shoppers, each with its next checkout as soon as the last one is paid, until time or carts are up."""
    orders = Orders()
    began = time.perf_counter()
    end = began + seconds

    async def shopper() -> None:
        while carts and (now := time.perf_counter()) < end:
            await shop.check_out(carts.pop(), orders, now)

    async with asyncio.TaskGroup() as group:
        for _ in range(shoppers):
            group.create_task(shopper())
    orders.seconds = time.perf_counter() - began
    return orders


async def open_loop(shop: Shop, carts: list[ReadyCart], rate: float, seconds: float) -> Orders:
    """Checkouts at random moments, `rate` a second, whether or not the shop keeps up."""
    orders = Orders()
    moments = random.Random(1)  # noqa: S311 (a repeatable load)
    began = time.perf_counter()
    due = began
    async with asyncio.TaskGroup() as group:
        while carts and due < began + seconds:
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            group.create_task(shop.check_out(carts.pop(), orders, due))
            due += moments.expovariate(rate)
    orders.seconds = time.perf_counter() - began
    return orders
