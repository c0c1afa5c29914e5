"""Who acts while the nemesis is at work: shoppers, a stock keeper, an onlooker. Every call is an operation."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import ShopContext
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from chassis.identity import Caller
from subgraphs.order.app.create_cart import token_hash
from tests.fault.histories.record import Answer, Recorder
from tests.fault.wired import WiredShop, deliver
from tests.fixtures.order import ADDRESS, SERVICE, Guest

PATIENCE_SECONDS = 2.5
"""For one answer; then nobody knows."""
TRIES = 6
TOKENS = (
    "tok_approve",
    "tok_approve",
    "tok_approve+webhook_duplicate",
    "tok_slow",
    "tok_3ds",
    "tok_3ds+webhook_never",
    "tok_decline",
    "tok_charge_then_timeout",
    "tok_500_after_charge",
    "tok_capture_then_timeout",
    "tok_expired_authorization",
)
PAID = {"PAID", "PARTIALLY_REFUNDED"}
UNSETTLED = {"PENDING", "AUTHORIZED"}


@dataclass
class Market:
    """What all of them share."""

    shop: WiredShop
    recorder: Recorder
    skus: list[str]
    orders: list[str] = field(default_factory=list[str])
    """Those somebody was told of."""

    def stub(self, draw: random.Random) -> Any:
        """One of the order services."""
        return draw.choice(list(self.shop.shops.values()))

    def note(self, answer: Answer, response: Any) -> None:
        """Ends an operation by what an order mutation answered."""
        errors = [error_code(one) for one in response.user_errors]
        if not response.order.id:
            answer.fail(errors=errors)
            return
        answer.ok(**told(response.order), errors=errors)
        if response.order.id not in self.orders:
            self.orders.append(response.order.id)


def error_code(error: Any) -> str:
    return UserErrorCode.Name(getattr(error, error.WhichOneof("kind")).code)


def told(order: pb.Order) -> dict[str, Any]:
    """What an answer says of an order."""
    return {
        "order": order.id,
        "status": pb.OrderStatus.Name(order.status),
        "payment": pb.PaymentStatus.Name(order.payment_status).removeprefix("PAYMENT_"),
        "sequence": order.sequence,
    }


async def answered(call: Awaitable[Any]) -> Any:
    """None when nobody knows."""
    try:
        return await call
    except (EmporiumError, httpx.HTTPError):
        return None


class Shopper:
    """Buys again and again: every card, every way of asking twice; cancels and wants money back."""

    def __init__(self, name: str, market: Market, seed: int) -> None:
        self.name = name
        self._market = market
        self._draw = random.Random(f"{name} {seed}")

    async def run(self, over: Callable[[], bool]) -> None:
        while not over():
            guest = await answered(self._fill())
            if guest is not None:
                await self._buy(guest)
            await asyncio.sleep(0.01)

    def _key(self, what: str) -> str:
        return f"{what}-{self._draw.getrandbits(64):016x}"

    async def _fill(self) -> Guest:
        stub = self._market.stub(self._draw)
        context = ShopContext(channel="web", currency_code="USD", locale="en")
        with identity.acting_as(Caller()):
            request = cart_pb2.CreateCartRequest(context=context, email=f"{self.name}@example.org")
            created = await stub.carts.CreateCart(request, timeout=PATIENCE_SECONDS)
        guest = Guest(cart=created.cart, caller=Caller(cart_token_hash=token_hash(created.token)))
        for sku in self._draw.sample(self._market.skus, self._draw.choice([1, 1, 2])):
            await self._add(guest, sku, self._draw.choice([1, 1, 2]))
        with identity.acting_as(guest.caller):
            request = cart_pb2.UpdateCartRequest(
                cart_id=guest.cart.id, shipping_address=ADDRESS, delivery_method_code="standard"
            )
            updated = await stub.carts.UpdateCart(request, timeout=PATIENCE_SECONDS)
        return Guest(cart=updated.cart, caller=guest.caller)

    async def _add(self, guest: Guest, sku: str, units: int) -> None:
        value = {"cart": guest.cart.id, "sku": sku, "units": units}
        lines = [cart_pb2.CartLineInput(sku=sku, quantity=units)]
        request = cart_pb2.AddCartLinesRequest(cart_id=guest.cart.id, lines=lines)
        with self._market.recorder.operation(self.name, "add", **value) as answer, identity.acting_as(guest.caller):
            response = await self._market.stub(self._draw).carts.AddCartLines(request, timeout=PATIENCE_SECONDS)
            errors = [error_code(one) for one in response.user_errors]
            if errors:
                answer.fail(errors=errors)
            else:
                # More than there is, is capped.
                answer.ok(quantity=sum(line.quantity for line in response.cart.lines if line.sku == sku))

    async def _buy(self, guest: Guest) -> None:
        """The same key until it is settled; sometimes twice at once, or with another key beside it."""
        key, token = self._key("key"), self._draw.choice(TOKENS)
        for _ in range(TRIES):
            calls = [self._complete(guest, key, token)]
            how = self._draw.random()
            if how < 0.25:
                calls.append(self._complete(guest, key, token))
            elif how < 0.35:
                calls.append(self._complete(guest, self._key("key"), "tok_approve"))
            elif how < 0.45:
                calls.append(self._add(guest, self._draw.choice(self._market.skus), 1))
            first, *_ = await asyncio.gather(*(answered(call) for call in calls))
            if first is None:
                continue
            if not first.order.id:
                return
            order = await self._confirm(guest, first.order)
            if order is not None and self._is_settled(order):
                await self._have_second_thoughts(guest, order)
                return

    def _is_settled(self, order: pb.Order) -> bool:
        known = told(order)
        return known["status"] in {"REJECTED", "CLOSED"} or known["payment"] not in UNSETTLED

    async def _complete(self, guest: Guest, key: str, token: str) -> pb.CheckoutResponse:
        market, stub = self._market, self._market.stub(self._draw)
        request = pb.CompleteCheckoutRequest(
            cart_id=guest.cart.id,
            idempotency_key=key,
            expected_total=guest.cart.totals.total,
            payment_token=token,
        )
        value = {"cart": guest.cart.id, "key": key, "token": token}
        with market.recorder.operation(self.name, "complete", **value) as answer, identity.acting_as(guest.caller):
            response = await stub.orders.CompleteCheckout(request, timeout=PATIENCE_SECONDS)
            market.note(answer, response)
            return response

    async def _confirm(self, guest: Guest, order: pb.Order) -> pb.Order | None:
        """At the bank, when it asks; most of them approve."""
        market = self._market
        if not order.payment_action.url:
            return order
        outcome = "approve" if self._draw.random() < 0.7 else "fail"
        await answered(market.shop.shop.sandbox.authenticate(order.payment_action.url, outcome))
        return await answered(self._continue(guest, order.id))

    async def _continue(self, guest: Guest, order_id: str) -> pb.Order:
        market, stub = self._market, self._market.stub(self._draw)
        with market.recorder.operation(self.name, "continue", order=order_id) as answer:
            with identity.acting_as(guest.caller):
                request = pb.ContinuePaymentRequest(order_id=order_id)
                response = await stub.orders.ContinuePayment(request, timeout=PATIENCE_SECONDS)
            market.note(answer, response)
            return response.order

    async def _have_second_thoughts(self, guest: Guest, order: pb.Order) -> None:
        if told(order)["payment"] not in PAID:
            return
        how = self._draw.random()
        if how < 0.3:
            await self._refund(order, self._key("refund"), self._draw.choice([1, 100]))
        if 0.2 < how < 0.5:
            await cancel(self._market, self.name, order.id, self._key("cancel"), guest.caller, self._draw)

    async def _refund(self, order: pb.Order, key: str, amount: int) -> None:
        """Asked again under the same key until it is answered, and once more."""
        money = Money(minor_units=amount, currency_code=order.totals.total.currency_code)
        request = pb.RefundOrderRequest(order_id=order.id, idempotency_key=key, amount=money)
        value = {"order": order.id, "key": key, "amount": amount}
        answers = 0
        for _ in range(TRIES):
            answers += await answered(self._ask_refund(request, value)) is not None
            if answers == 2:
                return

    async def _ask_refund(self, request: pb.RefundOrderRequest, value: dict[str, Any]) -> pb.OrderResponse:
        stub = self._market.stub(self._draw)
        with self._market.recorder.operation(self.name, "refund", **value) as answer, identity.acting_as(SERVICE):
            response = await stub.orders.RefundOrder(request, timeout=PATIENCE_SECONDS)
            if response.user_errors:
                answer.fail(errors=[error_code(one) for one in response.user_errors])
            else:
                self._market.note(answer, response)
            return response


async def cancel(market: Market, name: str, order_id: str, key: str, caller: Caller, draw: random.Random) -> None:
    """Asked under the same key until it is answered."""
    request = pb.CancelOrderRequest(order_id=order_id, idempotency_key=key, reason="second thoughts")

    async def ask() -> pb.OrderResponse:
        with market.recorder.operation(name, "cancel", order=order_id, key=key) as answer, identity.acting_as(caller):
            response = await market.stub(draw).orders.CancelOrder(request, timeout=PATIENCE_SECONDS)
            if response.user_errors:
                answer.fail(errors=[error_code(one) for one in response.user_errors])
            else:
                market.note(answer, response)
            return response

    for _ in range(TRIES):
        if await answered(ask()) is not None:
            return


async def keep_stock(market: Market, seed: int, over: Callable[[], bool]) -> None:
    """Brings goods and takes some away, each under a key that is repeated until it is answered."""
    draw = random.Random(f"keeper {seed}")
    while not over():
        sku, delta = draw.choice(market.skus), draw.choice([2, 3, -1, -2])
        key = f"adjust-{draw.getrandbits(64):016x}"
        for _ in range(TRIES):
            if await answered(adjust(market, sku, delta, key)) is not None:
                break
        await asyncio.sleep(draw.uniform(0.1, 0.4))


async def adjust(market: Market, sku: str, delta: int, key: str) -> bool:
    adjustment = catalog_pb2.StockAdjustment(sku=sku, delta=delta, reason="counted")
    request = catalog_pb2.AdjustStockRequest(adjustments=[adjustment], idempotency_key=key)
    inventory = market.shop.shop.catalog.inventory
    with market.recorder.operation("keeper", "adjust", sku=sku, delta=delta, key=key) as answer:
        response = await inventory.AdjustStock(request, timeout=PATIENCE_SECONDS)
        if response.outcomes[0].user_errors:
            answer.fail(errors=[error_code(one) for one in response.outcomes[0].user_errors])
        else:
            answer.ok()
        return True


async def look_on(market: Market, seed: int, over: Callable[[], bool]) -> None:
    """Reads stock and orders at any order service, and delivers the provider's events once more."""
    draw = random.Random(f"onlooker {seed}")
    while not over():
        await answered(read_stock(market, draw.choice(market.skus)))
        if market.orders:
            await answered(read_order(market, draw.choice(market.orders[-12:]), draw))
        if market.shop.door.taken:
            await answered(redeliver(market, draw))
        await asyncio.sleep(draw.uniform(0.0, 0.1))


async def read_stock(market: Market, sku: str) -> None:
    with market.recorder.operation("onlooker", "stock", sku=sku) as answer:
        request = catalog_pb2.BatchGetStockRequest(skus=[sku])
        response = await market.shop.shop.catalog.inventory.BatchGetStock(request, timeout=PATIENCE_SECONDS)
        answer.ok(available=response.outcomes[0].level.available)


async def read_order(market: Market, order_id: str, draw: random.Random) -> None:
    with market.recorder.operation("onlooker", "read", order=order_id) as answer, identity.acting_as(SERVICE):
        request = pb.BatchGetOrdersRequest(ids=[order_id])
        response = await market.stub(draw).orders.BatchGetOrders(request, timeout=PATIENCE_SECONDS)
        if response.outcomes[0].HasField("order"):
            answer.ok(**told(response.outcomes[0].order))
        else:
            answer.fail(error="no such order")


async def redeliver(market: Market, draw: random.Random) -> None:
    body, headers = draw.choice(market.shop.door.taken)
    with market.recorder.operation("onlooker", "webhook", event=orjson.loads(body)["id"]) as answer:
        answer.ok(accepted=await deliver(market.stub(draw).orders, body, headers))
