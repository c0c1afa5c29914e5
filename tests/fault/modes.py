"""The modes of the kill sweep: how the provider behaves, who does what, and what must have come of it in the end."""

import enum
from dataclasses import dataclass
from typing import Any

from emporium.order.v1 import order_pb2 as pb


class Errand(enum.StrEnum):
    """What a shopper, or the staff, does while the service is killed."""

    BUY = "buy"
    BUY_AND_LOSE_THE_STOCK = "buy and lose the stock"
    """The reservation is gone when the shopper comes back from the bank."""
    LEAVE_AT_THE_BANK = "leave at the bank"
    """Approves and never comes back: the provider's event alone goes on with the order."""
    ABANDON = "abandon"
    """Cancels instead of confirming at the bank."""
    CANCEL = "cancel"
    CANCEL_IN_FLIGHT = "cancel in flight"
    """While the capture is on its way."""
    REFUND = "refund"
    GIVE_BACK = "give back"

    @property
    def after_purchase(self) -> bool:
        """The order is paid before the first kill."""
        return self in {Errand.CANCEL, Errand.REFUND, Errand.GIVE_BACK}


class Turn(enum.StrEnum):
    """Where undoing begins."""

    NOWHERE = "nowhere"
    BEFORE_LAST = "before the last step"
    AT_LAST = "at the last step"


@dataclass(frozen=True, kw_only=True)
class Run:
    """The way of one saga, by its own step table: from `first` to `last` (empty: the table's), and perhaps back."""

    saga: str = "checkout"
    first: str = ""
    last: str = ""
    turn: Turn = Turn.NOWHERE


@dataclass(frozen=True, kw_only=True)
class Mode:
    token: str
    errand: Errand = Errand.BUY
    runs: tuple[Run, ...] = (Run(),)
    status: int = pb.CONFIRMED
    payment_status: int = pb.PAID
    history: tuple[str, ...]
    """The order's events."""
    money: tuple[str, ...]
    """What the provider's ledger says of it."""
    halved: tuple[str, ...] = ()
    """Of which the provider moved only a half."""
    sold: int = 1
    """Units of it that are booked as sold in the end."""
    secured: int = 0
    """Units of it that wait for an operator."""
    received: int = 0
    """Units that came back from the shopper."""
    attention: bool = False
    """An operator is asked."""
    kept_code: bool = True
    """Its discount code stays used."""
    webhooks: bool = False
    """The provider's events come, and their receipt is killed too."""
    doubles: bool = False
    """The recovery is killed too."""
    retried: str = ""
    """The step whose first try is recorded as one to be repeated."""
    in_order: bool = True
    """False: which of two concurrent sagas is first is open."""


BOUGHT = ("order.placed", "payment.authorized", "order.confirmed", "payment.captured")
AT_THE_BANK = ("order.placed", "payment.action_required")
CHARGED = ("authorized", "captured")
QUIET = "+webhook_never"


def paid(token: str, **more: Any) -> Mode:
    return Mode(token=token + QUIET, history=BOUGHT, money=CHARGED, **more)


def cancelled(token: str, **more: bool) -> Mode:
    return Mode(
        token=token + QUIET, errand=Errand.CANCEL, runs=(Run(saga="cancellation"),), status=pb.CANCELLED,
        payment_status=pb.REFUNDED, history=(*BOUGHT, "order.cancelled", "payment.refunded"),
        money=(*CHARGED, "refunded"), sold=0, kept_code=False, **more,
    )  # fmt: skip


def refunded(token: str, **more: bool) -> Mode:
    return Mode(
        token=token + QUIET, errand=Errand.REFUND, runs=(Run(saga="refund"),), payment_status=pb.PARTIALLY_REFUNDED,
        history=(*BOUGHT, "payment.refunded"), money=(*CHARGED, "refunded"), **more,
    )  # fmt: skip


def given_back(token: str, **more: bool) -> Mode:
    return Mode(
        token=token + QUIET, errand=Errand.GIVE_BACK, runs=(Run(saga="refund"),), status=pb.FULFILLED,
        payment_status=pb.PARTIALLY_REFUNDED,
        history=(*BOUGHT, "order.fulfilled", "order.returned", "payment.refunded"), money=(*CHARGED, "refunded"),
        received=1, **more,
    )  # fmt: skip


MODES = {
    "approve": paid("tok_approve", doubles=True),
    "slow": paid("tok_slow"),
    "charge_then_timeout": paid("tok_charge_then_timeout", doubles=True),
    "500_after_charge": paid("tok_500_after_charge"),
    "timeout_before_charge": paid("tok_timeout_before_charge", retried="authorize_payment"),
    "capture_then_timeout": paid("tok_capture_then_timeout", doubles=True),
    "500_after_capture": paid("tok_500_after_capture"),
    "3ds": Mode(token="tok_3ds" + QUIET, history=(*AT_THE_BANK, *BOUGHT[1:]), money=CHARGED),
    "3ds_by_webhook": Mode(
        token="tok_3ds", errand=Errand.LEAVE_AT_THE_BANK, history=(*AT_THE_BANK, *BOUGHT[1:]), money=CHARGED,
        webhooks=True, doubles=True, runs=(),
    ),
    "expired_authorization": Mode(
        token="tok_expired_authorization" + QUIET, status=pb.CLOSED, payment_status=pb.VOIDED,
        history=(*BOUGHT[:3], "order.closed"), money=("authorized", "expired"), sold=0, kept_code=False,
    ),
    "decline": Mode(
        token="tok_decline" + QUIET, runs=(Run(last="authorize_payment", turn=Turn.BEFORE_LAST),),
        status=pb.REJECTED, payment_status=pb.PENDING, history=("order.placed", "order.rejected"),
        money=("declined",), sold=0, kept_code=False, doubles=True,
    ),
    "authorize_less": Mode(
        token="tok_authorize_less" + QUIET, runs=(Run(last="authorize_payment", turn=Turn.AT_LAST),),
        status=pb.REJECTED, payment_status=pb.VOIDED, history=("order.placed", "order.rejected"),
        money=("authorized", "voided"), halved=("authorized", "voided"), sold=0, kept_code=False,
    ),
    "capture_less": Mode(
        token="tok_capture_less" + QUIET, runs=(Run(last="capture_payment"),), payment_status=pb.PARTIALLY_PAID,
        history=(*BOUGHT[:3], "payment.partially_captured"), money=CHARGED, halved=("captured",), sold=0, secured=1,
        attention=True,
    ),
    "stock_lost": Mode(
        token="tok_3ds" + QUIET, errand=Errand.BUY_AND_LOSE_THE_STOCK,
        runs=(Run(last="secure_stock", turn=Turn.BEFORE_LAST),), status=pb.REJECTED, payment_status=pb.VOIDED,
        history=(*AT_THE_BANK, "payment.authorized", "order.rejected"), money=("authorized", "voided"), sold=0,
        kept_code=False, doubles=True,
    ),
    "abandoned": Mode(
        token="tok_3ds" + QUIET, errand=Errand.ABANDON, runs=(Run(last="authorize_payment", turn=Turn.AT_LAST),),
        status=pb.REJECTED, payment_status=pb.VOIDED, history=(*AT_THE_BANK, "order.rejected"), money=("voided",),
        sold=0, kept_code=False,
    ),
    "cancelled": cancelled("tok_approve", doubles=True),
    "cancelled_refund_then_timeout": cancelled("tok_refund_then_timeout", doubles=True),
    "cancelled_refund_refused": Mode(
        token="tok_refund_refused" + QUIET, errand=Errand.CANCEL,
        runs=(Run(saga="cancellation", last="return_payment"),), status=pb.CANCELLED,
        history=(*BOUGHT, "order.cancelled"),
        money=CHARGED, attention=True,
    ),
    "cancelled_in_flight": Mode(
        token="tok_capture_then_timeout" + QUIET, errand=Errand.CANCEL_IN_FLIGHT,
        runs=(Run(first="capture_payment"), Run(saga="cancellation")), status=pb.CANCELLED,
        payment_status=pb.REFUNDED, history=(*BOUGHT, "order.cancelled", "payment.refunded"),
        money=(*CHARGED, "refunded"), sold=0, kept_code=False, in_order=False,
    ),
    "refunded": refunded("tok_approve", doubles=True),
    "refund_then_timeout": refunded("tok_refund_then_timeout", doubles=True),
    "refund_refused": Mode(
        token="tok_refund_refused" + QUIET, errand=Errand.REFUND, runs=(Run(saga="refund"),),
        history=(*BOUGHT, "payment.refund_failed"), money=CHARGED,
    ),
    "refund_less": Mode(
        token="tok_refund_less" + QUIET, errand=Errand.REFUND, runs=(Run(saga="refund", last="refund_payment"),),
        payment_status=pb.PARTIALLY_REFUNDED, history=(*BOUGHT, "payment.refunded"), money=(*CHARGED, "refunded"),
        attention=True,
    ),
    "returned": given_back("tok_approve", doubles=True),
    "returned_refund_then_timeout": given_back("tok_refund_then_timeout"),
}  # fmt: skip
