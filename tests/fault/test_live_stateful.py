"""Any sequence of what shoppers, staff, provider and faults can do, on a live shop: I1 to I12 hold when it is quiet.

FAULT_SEED draws the sequences, FAULT_EXAMPLES says how many.
"""

import asyncio
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1.money_pb2 import Money
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chassis import identity
from chassis.errors import EmporiumError
from infra.verify.invariants import invariants
from tests.fault.live import Live, live_shop
from tests.fixtures.order import SERVICE, Guest, RunningOrder
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
SEED = int(os.getenv("FAULT_SEED", "1"))
EXAMPLES = int(os.getenv("FAULT_EXAMPLES", "6"))
STEPS = 20
QUIET_SECONDS = 60
PATIENCE_SECONDS = 30
CARDS = (
    "tok_approve", "tok_approve", "tok_approve+webhook_duplicate", "tok_decline", "tok_3ds", "tok_3ds+webhook_never",
    "tok_slow", "tok_charge_then_timeout", "tok_500_after_charge", "tok_500_after_capture", "tok_expired_authorization",
)  # fmt: skip
BUSY = """
SELECT order_id FROM sagas WHERE state IN ('RUNNING', 'COMPENSATING')
UNION ALL SELECT event_id FROM webhook_events WHERE processed_at IS NULL
"""
engine_numbers = st.integers(0, 1)
sku_numbers = st.integers(0, 1)
carts = st.tuples(sku_numbers, st.integers(1, 3), st.booleans())
"""Which SKU, how many units, with the code or without."""


@dataclass
class Visit:
    """One cart, and all that was asked of it and answered."""

    guest: Guest
    key: str = ""
    token: str = ""
    orders: dict[str, str] = field(default_factory=dict[str, str])
    """The order each key was answered with."""
    last: pb.Order | None = None
    pending: list["asyncio.Future[Any]"] = field(default_factory=list["asyncio.Future[Any]"])


LIVE: list[Live] = []
FIRED: Counter[str] = Counter()
"""What the faults met, over all sequences of a run."""


@pytest.fixture(scope="module")
def live(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> Generator[Live]:
    with live_shop(servers, tmp_path_factory.mktemp("live")) as opened:
        LIVE.append(opened)
        yield opened
        LIVE.clear()


class LiveShop(RuleBasedStateMachine):
    visits = Bundle("visits")

    def __init__(self) -> None:
        super().__init__()
        self.live = LIVE[0]
        self.all: list[Visit] = []

    def at(self, number: int) -> RunningOrder:
        return self.live.engines[number].shop

    def ask(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """None for an answer that was lost or a refusal: both are allowed at any time."""

        async def answered() -> Any:
            try:
                return await call()
            except EmporiumError as error:
                FIRED[error.reason] += 1
                return None

        return self.live.run(answered())

    @initialize(target=visits, units=st.integers(1, 6), limit=st.integers(1, 3))
    def open_the_shop(self, units: int, limit: int) -> Visit:
        """With its first customer."""
        shop = self.live.shop
        self.skus = [self.live.run(shop.product(units=units)) for _ in range(2)]
        self.code = f"L{uuid.uuid4().hex[:8].upper()}"
        self.save_code(limit)
        first = self.fill((0, 1, False), 0)
        self.submit(first, "tok_approve", 0)
        return first

    def save_code(self, limit: int) -> Any:
        code = pb.DiscountCode(code=self.code, percent_off=10, usage_limit=limit)
        request = pb.SaveDiscountCodeRequest(discount_code=code)
        return self.ask(lambda: self.live.shop.orders.SaveDiscountCode(request))

    # Shoppers

    @rule(target=visits, cart=carts, card=st.sampled_from(CARDS), number=engine_numbers)
    def buy(self, cart: tuple[int, int, bool], card: str, number: int) -> Visit:
        visit = self.fill(cart, number)
        self.submit(visit, card, number)
        return visit

    @rule(target=visits, cart=carts, card=st.sampled_from(CARDS), number=engine_numbers)
    def buy_and_go_on(self, cart: tuple[int, int, bool], card: str, number: int) -> Visit:
        visit = self.fill(cart, number)
        self.submit_and_go_on(visit, card, number)
        return visit

    def fill(self, cart: tuple[int, int, bool], number: int) -> Visit:
        sku, units, coded = cart
        visit = self.live.run(self._filled(self.at(number), self.skus[sku], units, coded))
        self.all.append(visit)
        return visit

    async def _filled(self, shop: RunningOrder, sku: str, units: int, coded: bool) -> Visit:
        guest = await shop.guest(email=f"{uuid.uuid4().hex}@example.org")
        with identity.acting_as(guest.caller):
            lines = [cart_pb2.CartLineInput(sku=sku, quantity=units)]
            added = await shop.carts.AddCartLines(cart_pb2.AddCartLinesRequest(cart_id=guest.cart.id, lines=lines))
            if coded:
                request = cart_pb2.AddDiscountCodeRequest(cart_id=guest.cart.id, code=self.code)
                added = await shop.carts.AddDiscountCode(request)
        return Visit(guest=Guest(cart=added.cart, caller=guest.caller))

    @rule(visit=visits, sku=sku_numbers, number=engine_numbers)
    def add_to_the_cart(self, visit: Visit, sku: int, number: int) -> None:
        async def add() -> Any:
            with identity.acting_as(visit.guest.caller):
                lines = [cart_pb2.CartLineInput(sku=self.skus[sku], quantity=1)]
                request = cart_pb2.AddCartLinesRequest(cart_id=visit.guest.cart.id, lines=lines)
                return await self.at(number).carts.AddCartLines(request)

        answer = self.ask(add)
        if answer is not None and not answer.user_errors:
            visit.guest.cart.CopyFrom(answer.cart)

    @rule(visit=visits, card=st.sampled_from(CARDS), number=engine_numbers)
    def submit_anew(self, visit: Visit, card: str, number: int) -> None:
        self.submit(visit, card, number)

    def submit(self, visit: Visit, card: str, number: int) -> None:
        visit.key, visit.token = uuid.uuid4().hex, card
        self.note(visit, self.ask(lambda: self.at(number).complete(visit.guest, card, key=visit.key)))

    @rule(visit=visits, number=engine_numbers)
    def repeat(self, visit: Visit, number: int) -> None:
        if visit.key:
            self.note(visit, self.ask(lambda: self.at(number).complete(visit.guest, visit.token, key=visit.key)))

    def submit_and_go_on(self, visit: Visit, card: str, number: int) -> None:
        """The next rules happen while this one is under way."""
        visit.key, visit.token = uuid.uuid4().hex, card

        async def begin() -> "asyncio.Future[Any]":
            call = asyncio.ensure_future(self.at(number).complete(visit.guest, card, key=visit.key))
            await asyncio.sleep(0.01)
            return call

        visit.pending.append(self.live.run(begin()))

    def note(self, visit: Visit, answer: pb.CheckoutResponse | None) -> None:
        """A key is answered with one order, whoever answers; but a cart that is taken answers with what took it."""
        if answer is None or not answer.order.id:
            return
        visit.last = answer.order
        if not any(error.input.field == ["cartId"] for error in answer.user_errors):
            assert visit.orders.setdefault(visit.key, answer.order.id) == answer.order.id

    @rule(visit=visits, outcome=st.sampled_from(["approve", "fail", "leave"]), number=engine_numbers)
    def come_back_from_the_bank(self, visit: Visit, outcome: str, number: int) -> None:
        if visit.last is None or not visit.last.payment_action.url:
            return
        shop, order = self.at(number), visit.last

        async def go_on() -> Any:
            if outcome != "leave":
                await shop.sandbox.authenticate(order.payment_action.url, outcome)
            with identity.acting_as(visit.guest.caller):
                return await shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id))

        answer = self.ask(go_on)
        if answer is not None:
            visit.last = answer.order

    @rule(visit=visits, number=engine_numbers)
    def cancel(self, visit: Visit, number: int) -> None:
        self.change(visit, number, "CancelOrder", pb.CancelOrderRequest)

    # Staff

    @rule(visit=visits, cents=st.integers(1, 6_000), number=engine_numbers)
    def refund_a_part(self, visit: Visit, cents: int, number: int) -> None:
        amount = Money(minor_units=cents, currency_code="USD")
        self.change(visit, number, "RefundOrder", pb.RefundOrderRequest, amount=amount)

    @rule(visit=visits, number=engine_numbers)
    def ship_a_part(self, visit: Visit, number: int) -> None:
        if visit.last is not None:
            lines = [pb.FulfillmentLine(order_line_id=visit.last.lines[0].id, quantity=1)]
            self.change(visit, number, "FulfillOrder", pb.FulfillOrderRequest, lines=lines)

    def change(self, visit: Visit, number: int, rpc: str, message: Any, **more: Any) -> None:
        if visit.last is None:
            return
        request = message(order_id=visit.last.id, idempotency_key=uuid.uuid4().hex, **more)
        answer = self.ask(lambda: getattr(self.at(number).orders, rpc)(request, timeout=20))
        if answer is not None and answer.order.id:
            visit.last = answer.order

    @rule(sku=sku_numbers, delta=st.sampled_from([3, 1, -1, -2]))
    def count_the_stock(self, sku: int, delta: int) -> None:
        adjustment = catalog_pb2.StockAdjustment(sku=self.skus[sku], delta=delta, reason="counted")
        request = catalog_pb2.AdjustStockRequest(adjustments=[adjustment], idempotency_key=uuid.uuid4().hex)
        self.ask(lambda: self.live.shop.catalog.inventory.AdjustStock(request))

    @rule(limit=st.integers(0, 3))
    def change_the_codes_limit(self, limit: int) -> None:
        self.save_code(limit)

    # Time and faults

    @rule(visit=visits)
    def let_the_reservation_expire(self, visit: Visit) -> None:
        """By the database's clock, which is the one that counts."""

        async def expire() -> None:
            late = "UPDATE reservations SET expires_at = now() WHERE order_id = %s AND state = 'RESERVED'"
            async with self.live.shop.catalog.db.transaction() as tx:
                FIRED["expired"] += (await tx.execute(late, [visit.last.id if visit.last else ""])).rowcount

        self.live.run(expire())

    @rule(number=engine_numbers, visit=visits)
    def crash(self, number: int, visit: Visit) -> None:
        """Only when there is something to lose."""
        FIRED["crashed"] += self.live.run(self.live.engines[number].crash())

    # When all is quiet

    def teardown(self) -> None:
        """One engine crashes in the midst of what is still under way: every sequence ends with a recovery."""
        self.crash(len(self.all) % 2, self.all[-1])
        for visit in self.all:
            for call in visit.pending:
                self.live.run(ended(call))
        self.live.run(quiet(self.live.shop))
        wrong = {one.id: rows for one in invariants(PATIENCE_SECONDS) if (rows := one.breaches(self.live.books))}
        assert wrong == {}
        for visit in self.all:
            for order_id in visit.orders.values():
                assert self.live.run(self.live.shop.order(order_id)).cart_id == visit.guest.cart.id


async def ended(call: "asyncio.Future[Any]") -> None:
    await asyncio.gather(call, return_exceptions=True)


async def quiet(shop: RunningOrder) -> None:
    """Nothing is on its way; who never came back from the bank has cancelled."""
    deadline = time.monotonic() + QUIET_SECONDS
    while True:
        parked = await shop.rows("SELECT order_id FROM sagas WHERE state = 'PARKED'")
        for row in parked:
            request = pb.CancelOrderRequest(order_id=row["order_id"], idempotency_key=f"close-{row['order_id']}")
            with identity.acting_as(SERVICE):
                await shop.orders.CancelOrder(request, timeout=20)
        busy = await shop.rows(BUSY)
        if not busy and not parked:
            break
        assert time.monotonic() < deadline, f"never quiet: {busy} {parked}"
        await asyncio.sleep(0.02)
    flagged = await shop.rows("SELECT order_id, step, last_error FROM sagas WHERE state = 'NEEDS_ATTENTION'")
    assert flagged == []


@pytest.mark.timeout(1200)
def test_any_sequence_on_a_live_shop_leaves_the_books_in_order(live: Live):
    chosen = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    FIRED.clear()
    run_state_machine_as_test(seed(SEED)(LiveShop), settings=chosen)
    orders = live.run(live.shop.rows("SELECT status, payment_status, count(*) FROM orders GROUP BY 1, 2"))
    sys.stderr.write(f"met {dict(FIRED)}, became {[tuple(row.values()) for row in orders]}\n")
    assert FIRED["crashed"], "no engine ever crashed"
    assert any(row["payment_status"] == "PAID" for row in orders), "no order was ever paid"
