"""Refunds some or all of what was captured: never more, each key once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from chassis.ids import new_id
from chassis.money import Money
from subgraphs.order.app.access import principal
from subgraphs.order.app.idempotency import checked_key, fingerprint, same_use
from subgraphs.order.app.ports import KeyUse, OrderChanges
from subgraphs.order.checkout.answers import AwaitOrder, OrderAnswer
from subgraphs.order.checkout.cancel_order import cannot
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork
from subgraphs.order.checkout.refund import Refund
from subgraphs.order.domain.errors import UnknownOrder
from subgraphs.order.domain.order import Order, OrderStatus, PaymentStatus
from subgraphs.order.domain.payment import AttemptKind, PaymentAttempt, PaymentOutcome
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.engine import Engine
from subgraphs.order.saga.transition import Claimed

MUTATION = "orderRefund"
REFUNDABLE = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED})


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    store: CheckoutStore
    engine: Engine[Refund, CheckoutWork]
    changes: OrderChanges
    wait: AwaitOrder
    now: Callable[[], datetime]

    async def __call__(self, caller: Caller, order_id: str, key: str, amount: Money | None, reason: str) -> OrderAnswer:
        """`amount` None: all that is left. Raises Forbidden, UnknownOrder, IdempotencyKeyMismatch."""
        caller.require("order_manager")
        checked_key(key)
        return await self.run(order_id, lambda: self._start(caller, order_id, key, amount, reason))

    async def run(self, order_id: str, start: "Callable[[], Awaitable[Started | Problem]]") -> OrderAnswer:
        """Starts a refund and waits, shortly, for what comes of it."""
        with self.changes.watching(order_id) as watching:
            started = await start()
            if isinstance(started, Problem):
                order = await self.wait(order_id, watching, lambda _: True)
                return OrderAnswer(order=order, problems=[started])
            order = await self.wait(order_id, watching, lambda order: order.sequence > started.sequence)
        return OrderAnswer(order=order, problems=await self._refusal(started.attempt_id))

    async def _start(
        self, caller: Caller, order_id: str, key: str, amount: Money | None, reason: str
    ) -> "Started | Problem":
        claims: list[Claimed[Refund]] = []
        async with self.store.work() as work:
            order = (await work.orders.lock([order_id])).get(order_id)
            if order is None:
                raise UnknownOrder(order_id=order_id)
            arguments = fingerprint(order_id, None if amount is None else (amount.minor_units, amount.currency), reason)
            earlier = await work.keys.find(principal(caller), MUTATION, key)
            if earlier is not None:
                return await self.repeated(work, order, same_use(earlier, arguments).result)
            left = order.owed - await work.attempts.pending_refunds(order_id)
            problem = refund_problem(order, amount, left)
            if problem is not None:
                return problem
            state = await self.intent(work, order, left if amount is None else amount.minor_units)
            use = KeyUse(arguments=arguments, order_id=order_id, result=state.attempt_id, fresh=True)
            await work.keys.claim(principal(caller), MUTATION, key, use)
            claims = await self.engine.begin(work, [(order.id, order.buyer_id, state)])
        self.engine.take(claims)
        return Started(attempt_id=state.attempt_id, sequence=order.sequence)

    async def repeated(self, work: CheckoutWork, order: Order, attempt_id: str) -> "Started":
        """The same refund: wait for it when it is still on its way."""
        attempt = await work.attempts.get(attempt_id)
        open_still = attempt is not None and attempt.outcome is PaymentOutcome.UNKNOWN
        return Started(attempt_id=attempt_id, sequence=order.sequence if open_still else order.sequence - 1)

    async def intent(
        self, work: CheckoutWork, order: Order, amount: int, restock: tuple[tuple[str, int], ...] = ()
    ) -> Refund:
        """The refund to come, with its attempt written. `restock`: (SKU, quantity) to put back."""
        payment = await work.attempts.known(order.id, AttemptKind.CAPTURE)
        attempt_id = new_id("rfd")
        if amount:
            assert payment is not None  # noqa: S101  (PAID proves a capture)
            await work.attempts.add([
                PaymentAttempt(
                    id=attempt_id,
                    order_id=order.id,
                    buyer_id=order.buyer_id,
                    kind=AttemptKind.REFUND,
                    amount=amount,
                    currency=order.currency,
                    provider=payment.provider,
                    created_at=self.now(),
                )
            ])  # fmt: skip
        return Refund(
            order_id=order.id,
            buyer_id=order.buyer_id,
            attempt_id=attempt_id,
            reference=(payment.reference if payment else None) or "",
            amount=amount,
            currency=order.currency,
            restock=restock,
        )

    async def _refusal(self, attempt_id: str) -> list[Problem]:
        async with self.store.reading() as work:
            attempt = await work.attempts.get(attempt_id)
        if attempt is None or attempt.outcome is not PaymentOutcome.DECLINED:
            return []
        text = f"the provider refused the refund: {attempt.decline_reason}"
        return [Problem(code="PAYMENT_FAILED", message=text, field=("orderId",))]


@dataclass(frozen=True, kw_only=True)
class Started:
    attempt_id: str
    sequence: int
    """The order's, before the refund moved it."""


def refund_problem(order: Order, amount: Money | None, left: int) -> Problem | None:
    """`left` minor units can still be refunded."""
    if order.payment_status not in REFUNDABLE or order.status is OrderStatus.CANCELLED:
        return cannot(order, "be refunded")
    if amount is not None and amount.currency != order.currency:
        return Problem(code="WRONG_CURRENCY", message=f"this order is in {order.currency}", field=("amount",))
    wanted = left if amount is None else amount.minor_units
    if amount is not None and wanted <= 0:
        return Problem(code="INVALID", message="amount must be more than zero", field=("amount",))
    if wanted <= 0 or wanted > left:
        text = f"only {Money(left, order.currency).amount} {order.currency} can still be refunded"
        return Problem(code="AMOUNT_TOO_HIGH", message=text, field=("amount",))
    return None
