"""The purchase, step by step. Each step checks what it sees; the first thing that is off ends the journey."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from chassis.money import parse_amount
from infra.demo import operations as ask
from infra.demo.client import Json, ShopClient, ShopError
from infra.demo.provider import DECLINED_CARD, GOOD_CARD, Provider

CODE = "WELCOME10"
ADDRESS = {
    "fullName": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postalCode": "SW1Y 4JH",
    "countryCode": "GB",
}
PATIENCE_SECONDS = 30


class DemoFailed(Exception):
    """Something is not as it should be; the message says what was expected and what was seen."""


@dataclass(frozen=True, kw_only=True)
class StepDone:
    """One step of the journey, as it went."""

    title: str
    told: str
    milliseconds: float
    rpcs: int


@dataclass(kw_only=True)
class Journey:
    """One shopper's way, with an administrator who looks at the books."""

    shopper: ShopClient
    admin: ShopClient
    admin_login: dict[str, str]
    provider: Provider
    email: str = field(default_factory=lambda: f"ada+{secrets.token_hex(4)}@emporium.example")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    product: Json = field(default_factory=dict[str, Any])
    sku: str = ""
    order: Json = field(default_factory=dict[str, Any])
    before: tuple[dict[str, int], int] = field(default_factory=lambda: ({}, 0))
    """The books before the first checkout."""

    async def run(self) -> AsyncIterator[StepDone]:
        """Yields each step when it is done. Raises DemoFailed or ShopError."""
        for title, step in self.steps():
            started, before = time.perf_counter(), self.shopper.rpcs + self.admin.rpcs
            told = await step()
            milliseconds = (time.perf_counter() - started) * 1000
            yield StepDone(
                title=title, told=told, milliseconds=milliseconds, rpcs=self.shopper.rpcs + self.admin.rpcs - before
            )

    def steps(self) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        return [
            ("register", self.register),
            ("log in", self.log_in),
            ("browse a category", self.browse),
            ("search with a facet", self.search),
            ("open a product page", self.product_page),
            ("put it into a cart", self.fill_cart),
            ("check out with a good card", self.check_out),
            ("watch the order reach PAID", self.watch),
            ("look at the order history", self.history),
            ("check out with a declined card", self.declined),
            ("submit twice, get one order", self.submit_twice),
        ]

    async def register(self) -> str:
        variables = {"input": {"email": self.email, "password": self.password, "firstName": "Ada"}}
        await self.shopper.change(ask.REGISTER, variables)
        return f"as {self.email}"

    async def log_in(self) -> str:
        answer = await self.shopper.change(ask.LOG_IN, {"input": {"email": self.email, "password": self.password}})
        self.shopper.access_token = answer["accessToken"]
        answer = await self.admin.change(ask.LOG_IN, {"input": self.admin_login})
        self.admin.access_token = answer["accessToken"]
        return "a 10-minute access token; the administrator logs in too"

    async def browse(self) -> str:
        categories = (await self.shopper.ask(ask.BROWSE))["categories"]
        expect(bool(categories), "categories to browse", categories)
        first = categories[0]
        return f"{len(categories)} at the root; {first['name']} holds {first['productCount']} products"

    async def search(self) -> str:
        whole = await self.undegraded_search({"query": "", "where": {"availableForSale": True}})
        brand = next(facet for facet in whole["facets"] if facet["key"] == "brand")["values"][0]
        variables = {"query": "", "where": {"availableForSale": True}, "facets": [brand["input"]]}
        found = await self.undegraded_search(variables)
        expect(
            found["totalCount"] == brand["count"], f"{brand['count']} products as the facet said", found["totalCount"]
        )
        self.product = found["nodes"][0]
        return f"{whole['totalCount']} products, {found['totalCount']} of brand {brand['value']}"

    async def undegraded_search(self, variables: Json) -> Json:
        """Right after a start the search engine may still be catching up; longer than that is a failure."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := (await self.shopper.ask(ask.SEARCH, variables))["search"])["degraded"] is not None:
            expect(time.monotonic() < deadline, "an answer of the search engine", found["degraded"])
            await asyncio.sleep(0.2)
        return found

    async def product_page(self) -> str:
        self.product = (await self.shopper.ask(ask.PRODUCT, {"id": self.product["id"]}))["product"] | self.product
        buyable = [variant for variant in self.product["variants"] if variant["quantityAvailable"] >= 3]
        expect(bool(buyable), "a variant with 3 in stock", self.product["variants"])
        self.sku = buyable[0]["sku"]
        price = buyable[0]["price"]
        return f"{self.product['name']}, SKU {self.sku} at {price['amount']} {price['currencyCode']}"

    async def fill_cart(self) -> str:
        cart = await self.new_cart(1)
        totals = cart["totals"]
        subtotal, discount, total = (totals[name]["amount"] for name in ("subtotal", "discount", "total"))
        return f"{subtotal} − {discount} ({CODE}) + delivery = {total}"

    async def check_out(self) -> str:
        self.before = await self.books()
        cart = await self.new_cart(1)
        payload = await self.shopper.change(ask.CHECKOUT, await self.checkout(cart, GOOD_CARD))
        self.order = payload["order"]
        expect(self.order["status"] in {"PENDING", "CONFIRMED"}, "an order on its way", self.order)
        return f"order {self.order['number']} is {self.order['status']}, payment {self.order['paymentStatus']}"

    async def watch(self) -> str:
        seen: list[str] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for data in self.shopper.subscribe(ask.WATCH, {"id": self.order["id"]}):
                order = data["orderUpdated"]["order"]
                seen.append(f"{order['status']}/{order['paymentStatus']}")
                if order["paymentStatus"] == "PAID":
                    break
        expect(bool(seen) and seen[-1].endswith("/PAID"), "PAID", seen)
        await self.settled(self.before, sold=1, uses=1)
        total = self.order["totals"]["total"]
        captured = parse_amount(total["amount"], total["currencyCode"])
        entries = await self.provider.entries(self.order["id"])
        kinds = {kind: amount for kind, amount in entries if kind == "captured"}
        expect(list(kinds.values()) == [captured], f"one capture of {captured} in the provider's ledger", entries)
        return f"{' → '.join(dict.fromkeys(seen))}; the provider's ledger holds one capture of {total['amount']}"

    async def history(self) -> str:
        orders = (await self.shopper.ask(ask.HISTORY))["me"]["orders"]["nodes"]
        expect(len(orders) == 1 and orders[0]["paymentStatus"] == "PAID", "one paid order", orders)
        steps = [event["sequence"] for event in orders[0]["events"]]
        expect([int(step) for step in steps] == list(range(1, len(steps) + 1)), "events without a gap", steps)
        return f"{orders[0]['number']}: {' → '.join(event['type'] for event in orders[0]['events'])}"

    async def declined(self) -> str:
        before = await self.books()
        variables = await self.checkout(await self.new_cart(2), DECLINED_CARD)
        payload = next(iter((await self.shopper.ask(ask.CHECKOUT, variables)).values()))
        codes = [error["code"] for error in payload["userErrors"]]
        expect(codes == ["PAYMENT_DECLINED"], "userErrors of PAYMENT_DECLINED", payload)
        await self.settled(before, sold=0, uses=0)
        order_id = payload["order"]["id"]
        expect(payload["order"]["status"] == "REJECTED", "a REJECTED order", payload["order"])
        entries = await self.provider.entries(order_id)
        expect(not [entry for entry in entries if entry[0] == "captured"], "nothing captured", entries)
        ledger = (await self.admin.ask(ask.LEDGER, {"sku": self.sku}, admin=True))["stockLedger"]["nodes"]
        kinds = [entry["kind"] for entry in reversed(ledger) if entry["orderId"] == order_id]
        expect(kinds == ["reserved", "released"], "reserved, then released in the stock ledger", kinds)
        return f"order {payload['order']['number']} REJECTED; stock ledger {' → '.join(kinds)}; code and money back"

    async def submit_twice(self) -> str:
        variables = await self.checkout(await self.new_cart(1), GOOD_CARD)
        both = await asyncio.gather(*(self.shopper.change(ask.CHECKOUT, variables) for _ in range(2)))
        numbers = {payload["order"]["number"] for payload in both}
        expect(len(numbers) == 1, "one order for one key", numbers)
        orders = (await self.shopper.ask(ask.HISTORY))["me"]["orders"]["nodes"]
        placed = [order for order in orders if order["status"] != "REJECTED"]
        expect(len(placed) == 2, "two orders in all", [order["number"] for order in orders])
        return f"both answers are order {numbers.pop()}"

    async def new_cart(self, quantity: int) -> Json:
        """The shopper's open cart with so many of the product, ready for checkout."""
        made = await self.shopper.change(ask.CART_CREATE, {"input": {}})
        cart_id = made["cart"]["id"]
        lines = made["cart"]["lines"]
        if lines:
            line = {"lineId": lines[0]["id"], "quantity": quantity}
            await self.shopper.change(ask.CART_SET, {"input": {"cartId": cart_id, "lines": [line]}})
        else:
            line = {"sku": self.sku, "quantity": quantity}
            await self.shopper.change(ask.CART_ADD, {"input": {"cartId": cart_id, "lines": [line]}})
        address = {"cartId": cart_id, "email": self.email, "shippingAddress": ADDRESS, "deliveryMethodCode": "standard"}
        await self.shopper.change(ask.CART_UPDATE, {"input": address})
        return (await self.shopper.change(ask.CART_CODE, {"input": {"cartId": cart_id, "code": CODE}}))["cart"]

    async def checkout(self, cart: Json, card: str) -> Json:
        """The variables of a checkout: the total the shopper saw, a fresh key, a token of the provider."""
        total = cart["totals"]["total"]
        token = await self.provider.token(card)
        return {
            "input": {
                "cartId": cart["id"],
                "idempotencyKey": secrets.token_hex(16),
                "expectedTotal": {"amount": total["amount"], "currencyCode": total["currencyCode"]},
                "paymentToken": token,
            }
        }

    async def books(self) -> tuple[dict[str, int], int]:
        """Stock of the SKU, and how often the discount code was used."""
        product = (await self.admin.ask(ask.STOCK, {"id": self.product["id"]}, admin=True))["product"]
        levels = next(variant["stock"] for variant in product["variants"] if variant["sku"] == self.sku)
        stock = {place: sum(level[place] for level in levels) for place in ("available", "reserved", "secured", "sold")}
        code = (await self.admin.ask(ask.CODE_USE, {"code": CODE}, admin=True))["discountCode"]
        return stock, code["usedCount"]

    async def settled(self, before: tuple[dict[str, int], int], *, sold: int, uses: int) -> None:
        """Waits until the books show it: so many more sold, nothing left reserved or secured."""
        stock, used = before
        wanted = (stock | {"available": stock["available"] - sold, "sold": stock["sold"] + sold}, used + uses)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (seen := await self.books()) != wanted:
            if time.monotonic() > deadline:
                expect(False, str(wanted), seen)
            await asyncio.sleep(0.05)


def expect(holds: bool, wanted: str, seen: object) -> None:
    """Raises DemoFailed unless it holds."""
    if not holds:
        raise DemoFailed(f"expected {wanted}, saw {seen}")


__all__ = ["DemoFailed", "Journey", "ShopError", "StepDone"]
