"""Any sequence of moves: the order's money and history, and the engine's arithmetic, keep their invariants."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from subgraphs.order.domain.address import Address
from subgraphs.order.domain.errors import OrderMoveRefused
from subgraphs.order.domain.fulfillment import Fulfillment, shipped
from subgraphs.order.domain.order import Order, OrderStatus, PaymentStatus
from subgraphs.order.domain.pricing import PricedLine, Totals
from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.log import SagaRow, SagaState
from subgraphs.order.saga.outcome import Done, Parked, Refused, Retry
from subgraphs.order.saga.transition import Claimed, Clock, transition

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ADDRESS = Address(full_name="Ada", line1="1 Street", city="London", postal_code="X", country_code="GB")
DEAD = {OrderStatus.REJECTED, OrderStatus.CLOSED}


class OrderMoves(RuleBasedStateMachine):
    """Every method at any time: it moves the order rightly, or refuses and changes nothing."""

    @initialize(units=st.integers(1, 5), price=st.integers(0, 10_000), tax=st.integers(0, 999))
    def place(self, units: int, price: int, tax: int) -> None:
        line = PricedLine(id="oln_1", sku="a", quantity=units, unit_price=price)
        self.order = Order(
            id="ord_1", number="E-1", buyer_id="byr_1", customer_id=None, cart_id="crt_1", token_hash=None,
            email="a@b.c", channel="web", currency="KWD", lines=[line], address=ADDRESS, delivery_code="standard",
            totals=Totals(subtotal=units * price, tax=tax), delivery_name="Standard", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        self.order.place(NOW)
        self.returned_money = 0
        self.parcels = 0

    def attempt(self, move: Any) -> Any:
        before = (self.order.status, self.order.payment_status, self.order.sequence, self.order.owed)
        try:
            return move()
        except OrderMoveRefused:
            now = (self.order.status, self.order.payment_status, self.order.sequence, self.order.owed)
            assert now == before
            return None

    @rule(move=st.sampled_from(["authorize", "confirm", "close", "void"]))
    def step(self, move: str) -> None:
        self.attempt(lambda: getattr(self.order, move)(NOW))

    @rule(hundredths=st.integers(-1, 101) | st.just(100))
    def capture(self, hundredths: int) -> None:
        """All of it, a part, or what cannot be."""
        self.attempt(lambda: self.order.capture(self.order.totals.total * hundredths // 100, NOW))

    @rule(voided=st.booleans())
    def reject(self, voided: bool) -> None:
        self.attempt(lambda: self.order.reject("X", "no", NOW, voided=voided))

    @rule()
    def cancel(self) -> None:
        self.attempt(lambda: self.order.cancel("late", NOW))

    @rule(amount=st.integers(0, 60_000))
    def refund(self, amount: int) -> None:
        self.attempt(lambda: self.order.refund(amount, NOW))

    @rule(units=st.integers(0, 6))
    def ship(self, units: int) -> None:
        self.parcels += 1
        parcel = Fulfillment(id=f"ful_{self.parcels}", lines=(("oln_1", units),), shipped_at=NOW)
        self.attempt(lambda: self.order.fulfill(parcel, NOW))

    @rule(units=st.integers(0, 6))
    def take_back(self, units: int) -> None:
        self.returned_money += self.attempt(lambda: self.order.take_back([("oln_1", units)], NOW)) or 0

    @invariant()
    def money_is_kept_together(self) -> None:
        order = self.order
        assert 0 <= order.refunded <= order.captured <= order.totals.total
        assert not (order.status in DEAD and order.captured)
        assert self.returned_money <= order.totals.total
        if order.status is OrderStatus.CONFIRMED:
            assert order.payment_status is not PaymentStatus.VOIDED
        partly = 0 < order.captured < order.totals.total
        assert (order.payment_status is PaymentStatus.PARTIALLY_PAID) <= partly
        assert not (partly and (order.payment_status is PaymentStatus.PAID or order.fulfillments))

    @invariant()
    def what_is_shipped_was_ordered_and_what_came_back_was_shipped(self) -> None:
        gone = shipped(self.order.fulfillments)
        assert gone["oln_1"] <= self.order.lines[0].quantity
        assert self.order.returned.get("oln_1", 0) <= gone["oln_1"]
        if self.order.fulfillments:
            assert self.order.status is not OrderStatus.CANCELLED

    @invariant()
    def the_history_has_no_gap(self) -> None:
        assert [event.sequence for event in self.order.new_events] == list(range(1, self.order.sequence + 1))


STEPS = ("one", "two", "pivot", "four", "five")
UNDOABLE = frozenset({"one", "two"})
ENDED = {SagaState.DONE, SagaState.COMPENSATED, SagaState.NEEDS_ATTENTION}


def made_saga() -> Saga[dict[str, int], Any]:
    nothing: Action[dict[str, int], Any] = Action()
    return Saga(
        name="s", version=1, dump=dict, load=lambda payload, _: payload,
        steps=tuple(
            Step(name=name, do=nothing, undo=nothing if name in UNDOABLE else None, pivot=name == "pivot",
                 undo_unknown=name != "two")
            for name in STEPS
        ),
    )  # fmt: skip


class EngineMoves(RuleBasedStateMachine):
    """Any outcomes in any order: effects are undone at most once, in reverse, and never beyond the pivot."""

    @initialize()
    def start(self) -> None:
        self.saga = made_saga()
        self.done: list[str] = []
        self.undone: Counter[str] = Counter()
        self.row = SagaRow(
            id="sag_1", order_id="ord_1", buyer_id="byr_1", state=SagaState.RUNNING, step="one", epoch=1, attempts=0,
            version=1, payload={}, due_at=NOW,
        )  # fmt: skip

    @rule(kind=st.sampled_from(["done", "done", "done", "refused", "retry", "unknown", "parked"]))
    def answer(self, kind: str) -> None:
        if self.row.state in ENDED:
            return
        undoing = self.row.state is SagaState.COMPENSATING
        position = self.saga.index(self.row.step)
        outcome: Any = {
            "done": Done(state={}),
            "refused": Refused(state={}, reason="NO"),
            "retry": Retry(state={}, error="busy"),
            "unknown": Retry(state={}, error="timeout", unknown=True),
            "parked": Parked(state={}, until=NOW),
        }[kind]
        if kind == "done":
            if undoing:
                self.undone[self.row.step] += 1
            else:
                self.done.append(self.row.step)
        claimed = Claimed(row=self.row, state={}, position=position, undoing=undoing, until=0.0)
        self.row = transition(self.saga, claimed, outcome, Clock(now=NOW, time=0.0, lease=timedelta(seconds=1)))

    @invariant()
    def nothing_is_undone_twice_or_after_the_pivot(self) -> None:
        assert all(times == 1 for times in self.undone.values())
        if "pivot" in self.done:
            assert not self.undone
            assert self.row.state not in {SagaState.COMPENSATING, SagaState.COMPENSATED}

    @invariant()
    def what_is_compensated_left_nothing_behind(self) -> None:
        if self.row.state is SagaState.COMPENSATED:
            assert {step for step in self.done if step in UNDOABLE} <= set(self.undone)
        if self.row.state is SagaState.DONE:
            assert self.done == list(STEPS)


TestOrderMoves = OrderMoves.TestCase
TestOrderMoves.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestEngineMoves = EngineMoves.TestCase
TestEngineMoves.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
