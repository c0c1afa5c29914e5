"""What checkout answers the shopper, and how long it waits for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from chassis.money import Money
from subgraphs.order.app.ports import Watching
from subgraphs.order.checkout.ports import CheckoutStore
from subgraphs.order.domain.order import Order, OrderStatus
from subgraphs.order.domain.problem import Problem


@dataclass(frozen=True, kw_only=True)
class OrderAnswer:
    """An order as it is now, and what the caller can act on."""

    order: Order | None = None
    problems: list[Problem] = field(default_factory=list[Problem])


def answer_of(order: Order) -> OrderAnswer:
    """A rejected order comes with its reason; every other one speaks for itself."""
    if order.status is OrderStatus.REJECTED:
        return OrderAnswer(order=order, problems=[problem_of(order)])
    if order.status is OrderStatus.CLOSED:
        text = "the payment expired before it was taken; nothing was charged"
        return OrderAnswer(order=order, problems=[Problem(code="PAYMENT_FAILED", message=text)])
    return OrderAnswer(order=order)


def problem_of(order: Order) -> Problem:
    facts = order.reason_facts
    if not facts:
        text = "the shop could not complete the order; try again with a new key"
        return Problem(code="PAYMENT_FAILED" if order.captured else "NOT_AVAILABLE", message=text)
    return Problem(
        code=facts["code"],
        message=facts["message"],
        field=tuple(facts.get("field", ())),
        sku=facts.get("sku"),
        available=facts.get("available"),
        expected=money_of(facts.get("expected")),
        actual=money_of(facts.get("actual")),
    )


def money_of(value: dict[str, Any] | None) -> Money | None:
    return None if value is None else Money(value["minor_units"], value["currency"])


@dataclass(frozen=True, kw_only=True)
class AwaitOrder:
    """Waits until an order is as wanted, at most `seconds`; answers it as it is then.

    `known` is how the watcher knows it already; without, it is read first.
    """

    store: CheckoutStore
    seconds: float

    async def __call__(
        self, order_id: str, watching: Watching, wanted: Callable[[Order], bool], known: Order | None = None
    ) -> Order:
        deadline = monotonic() + self.seconds
        order = known or await self._read(order_id)
        while not wanted(order):
            left = deadline - monotonic()
            if left <= 0:
                return order
            order = await watching.next(left) or await self._read(order_id)
        return order

    async def _read(self, order_id: str) -> Order:
        async with self.store.reading() as work:
            return (await work.orders.get([order_id]))[order_id]
