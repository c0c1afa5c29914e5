"""The order: every move is a guarded method and one event of its history, numbered without gaps."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chassis.money import decimal_amount
from subgraphs.order.domain.address import Address
from subgraphs.order.domain.errors import OrderMoveRefused
from subgraphs.order.domain.fulfillment import Fulfillment, paid_for, shipped, unshipped, within
from subgraphs.order.domain.payment import PaymentAction
from subgraphs.order.domain.pricing import PricedLine, Totals
from subgraphs.order.domain.tax import TaxLine


class OrderStatus(enum.StrEnum):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    FULFILLED = "FULFILLED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"


class PaymentStatus(enum.StrEnum):
    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    """The provider took less than the total; an operator sees to it."""
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"


@dataclass(frozen=True, kw_only=True)
class OrderEvent:
    """One move. `sequence` runs 1, 2, 3 … within an order."""

    order_id: str
    buyer_id: str
    sequence: int
    type: str
    status: OrderStatus
    payment_status: PaymentStatus
    message: str
    created_at: datetime


SETTLED_PAYMENTS = frozenset({PaymentStatus.REFUNDED, PaymentStatus.VOIDED})


@dataclass(kw_only=True)
class Order:
    id: str
    number: str
    buyer_id: str
    customer_id: str | None
    cart_id: str
    token_hash: str | None
    """Of the guest's cart secret, which also opens the order."""
    email: str
    status: OrderStatus = OrderStatus.PENDING
    payment_status: PaymentStatus = PaymentStatus.PENDING
    channel: str
    currency: str
    lines: list[PricedLine] = field(default_factory=list[PricedLine])
    totals: Totals
    tax_lines: tuple[TaxLine, ...] = ()
    captured: int = 0
    refunded: int = 0
    address: Address
    delivery_code: str
    delivery_name: str
    discount_codes: tuple[str, ...] = ()
    payment_action: PaymentAction | None = None
    reason: str | None = None
    reason_facts: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the answer to a rejected checkout tells beside the reason."""
    tracking_number: str | None = None
    """Of the last parcel."""
    fulfillments: tuple[Fulfillment, ...] = ()
    returned: dict[str, int] = field(default_factory=dict[str, int])
    """Units that came back, by line."""
    sequence: int = 0
    version: int = 0
    created_at: datetime
    updated_at: datetime
    new_events: list[OrderEvent] = field(default_factory=list[OrderEvent])
    """Moves since it was loaded, written with it."""

    @property
    def owed(self) -> int:
        """What the shop keeps of the money it captured."""
        return self.captured - self.refunded

    @property
    def final(self) -> bool:
        """It can change no more."""
        if self.status in {OrderStatus.REJECTED, OrderStatus.CLOSED}:
            return True
        unpaid = self.captured == 0 and self.totals.total == 0
        return self.status is OrderStatus.CANCELLED and (self.payment_status in SETTLED_PAYMENTS or unpaid)

    @property
    def checkout_settled(self) -> bool:
        """Checkout has an answer for the shopper: paid, rejected, or wanting their action."""
        if self.payment_status is PaymentStatus.ACTION_REQUIRED:
            return True
        return self.status is not OrderStatus.PENDING and self.payment_status is not PaymentStatus.AUTHORIZED

    # Before the pivot

    def place(self, now: datetime) -> None:
        self._move("order.placed", "Order placed", now)

    def require_action(self, action: PaymentAction, now: datetime) -> None:
        self._require(OrderStatus.PENDING)
        self._require_payment(PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED)
        if self.payment_action == action:
            return
        self.payment_status, self.payment_action = PaymentStatus.ACTION_REQUIRED, action
        self._move("payment.action_required", "The bank asks for confirmation", now)

    def authorize(self, now: datetime) -> None:
        self._require(OrderStatus.PENDING)
        self._require_payment(PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED)
        self.payment_status, self.payment_action = PaymentStatus.AUTHORIZED, None
        self._move("payment.authorized", "Payment authorized", now)

    def reject(self, reason: str, message: str, now: datetime, *, voided: bool = False) -> None:
        """`voided`: a payment was held, or waited for at the bank, and is released."""
        self._require(OrderStatus.PENDING)
        if voided or self.payment_status is PaymentStatus.AUTHORIZED:
            self.payment_status = PaymentStatus.VOIDED
        elif self.payment_status is PaymentStatus.ACTION_REQUIRED:
            self.payment_status = PaymentStatus.PENDING
        self.status, self.reason, self.payment_action = OrderStatus.REJECTED, reason, None
        self._move("order.rejected", message, now)

    # The pivot, and after

    def confirm(self, now: datetime) -> None:
        self._require(OrderStatus.PENDING)
        self._require_payment(PaymentStatus.AUTHORIZED)
        self.status = OrderStatus.CONFIRMED
        self._move("order.confirmed", "Order confirmed", now)

    def capture(self, amount: int, now: datetime) -> None:
        """`amount` minor units of it were taken; a cancelled order may still be captured, and is then refunded."""
        self._require(OrderStatus.CONFIRMED, OrderStatus.CANCELLED)
        if self.captured and amount == self.captured < self.totals.total:
            # A part, told once more; by now it may be paid back.
            return
        if not self.captured <= amount <= self.totals.total or (not amount and self.totals.total):
            raise OrderMoveRefused("a part of the total", order_id=self.id, amount=amount, total=self.totals.total)
        self._require_payment(PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_PAID)
        self.captured = amount
        if amount == self.totals.total:
            self.payment_status = PaymentStatus.PAID
            self._move("payment.captured", "Payment received", now)
            return
        self.payment_status = PaymentStatus.PARTIALLY_PAID
        told = f"{decimal_amount(amount, self.currency)} of {decimal_amount(self.totals.total, self.currency)}"
        self._move("payment.partially_captured", f"Payment received in part: {told} {self.currency}", now)

    def fulfill(self, parcel: Fulfillment, now: datetime) -> None:
        """Sends a part of what is left, or all of it: then the order is fulfilled."""
        self._require(OrderStatus.CONFIRMED)
        self._require_payment(PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED)
        if self.captured < self.totals.total:
            raise OrderMoveRefused("not paid in full", order_id=self.id)
        if not within(parcel.lines, unshipped(self.lines, self.fulfillments)):
            raise OrderMoveRefused("not more than is left to ship", order_id=self.id)
        self.fulfillments, self.tracking_number = (*self.fulfillments, parcel), parcel.tracking_number
        followed = f": {parcel.tracking_number}" if parcel.tracking_number else ""
        if unshipped(self.lines, self.fulfillments):
            self._move("order.partially_fulfilled", f"Shipped in part{followed}", now)
            return
        self.status = OrderStatus.FULFILLED
        self._move("order.fulfilled", f"Shipped{followed}", now)

    def deliver(self, fulfillment_id: str, now: datetime) -> None:
        """The parcel arrived."""
        known = {one.id: one for one in self.fulfillments}
        if fulfillment_id not in known or known[fulfillment_id].delivered_at is not None:
            raise OrderMoveRefused("no such parcel is on its way", order_id=self.id)
        self.fulfillments = tuple(
            replace(one, delivered_at=now) if one.id == fulfillment_id else one for one in self.fulfillments
        )
        self._move("order.delivered", "Delivered", now)

    def take_back(self, lines: Sequence[tuple[str, int]], now: datetime) -> int:
        """Shipped goods came back; what was paid for them, in minor units, is to be refunded."""
        self._require_payment(PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)
        sent = shipped(self.fulfillments)
        sent.subtract(self.returned)
        if not within(lines, sent):
            raise OrderMoveRefused("not more than was shipped", order_id=self.id)
        before = dict(self.returned)
        self.returned = {**before, **{line_id: before.get(line_id, 0) + units for line_id, units in lines}}
        self._move("order.returned", "Goods returned", now)
        included = any(tax.included for tax in self.tax_lines)
        refunded = paid_for(self.lines, before, tax_included=included)
        return paid_for(self.lines, self.returned, tax_included=included) - refunded

    def cancel(self, reason: str, now: datetime) -> None:
        self._require(OrderStatus.CONFIRMED)
        if self.fulfillments:
            raise OrderMoveRefused("a part of it is on its way", order_id=self.id)
        self.status, self.reason = OrderStatus.CANCELLED, reason or "cancelled"
        self._move("order.cancelled", "Order cancelled", now)

    def close(self, now: datetime) -> None:
        """Its money was never taken in time: the authorisation is gone."""
        self._require(OrderStatus.CONFIRMED)
        self._require_payment(PaymentStatus.AUTHORIZED)
        self.status, self.payment_status = OrderStatus.CLOSED, PaymentStatus.VOIDED
        self.reason = "PAYMENT_EXPIRED"
        self._move("order.closed", "The payment expired before it was taken", now)

    def void(self, now: datetime) -> None:
        self._require(OrderStatus.CANCELLED)
        self._require_payment(PaymentStatus.AUTHORIZED)
        self.payment_status = PaymentStatus.VOIDED
        self._move("payment.voided", "Payment released", now)

    def refund(self, amount: int, now: datetime) -> None:
        """`amount` minor units went back; never more than was captured."""
        self._require_payment(PaymentStatus.PARTIALLY_PAID, PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED)
        if not 0 < amount <= self.owed:
            raise OrderMoveRefused("more than was captured", order_id=self.id, amount=amount, left=self.owed)
        self.refunded += amount
        self.payment_status = PaymentStatus.PARTIALLY_REFUNDED if self.owed else PaymentStatus.REFUNDED
        self._move("payment.refunded", "Money refunded", now)

    def refund_failed(self, reason: str, now: datetime) -> None:
        """The provider refused to pay back: nothing moved, but it is part of the history."""
        self._move("payment.refund_failed", f"Refund refused: {reason}", now)

    def _require(self, *statuses: OrderStatus) -> None:
        if self.status not in statuses:
            raise OrderMoveRefused(order_id=self.id, status=self.status, needed=" or ".join(statuses))

    def _require_payment(self, *statuses: PaymentStatus) -> None:
        if self.payment_status not in statuses:
            needed = " or ".join(statuses)
            raise OrderMoveRefused(order_id=self.id, payment_status=self.payment_status, needed=needed)

    def _move(self, slug: str, message: str, now: datetime) -> None:
        self.sequence += 1
        self.version += 1
        self.updated_at = now
        self.new_events.append(
            OrderEvent(
                order_id=self.id,
                buyer_id=self.buyer_id,
                sequence=self.sequence,
                type=slug,
                status=self.status,
                payment_status=self.payment_status,
                message=message,
                created_at=now,
            )
        )
