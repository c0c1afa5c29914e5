"""What Stripe's API says, as outcomes. Both adapters read its answers here, so that both mean the same by them."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from chassis.money import Money
from subgraphs.order.adapters.payment_amounts import NotPayable, money_of
from subgraphs.order.checkout.ports import ProviderPayment, ProviderStatus
from subgraphs.order.domain.payment import NOT_PAYABLE, PaymentOutcome, PaymentResult
from subgraphs.order.saga.outcome import NotReached

Body = Mapping[str, Any]

STATUSES = {
    "requires_action": ProviderStatus.REQUIRES_ACTION,
    "requires_capture": ProviderStatus.AUTHORIZED,
    "succeeded": ProviderStatus.CAPTURED,
    "canceled": ProviderStatus.VOIDED,
    "requires_payment_method": ProviderStatus.DECLINED,
    "requires_confirmation": ProviderStatus.PROCESSING,
    "processing": ProviderStatus.PROCESSING,
}
CLIENT_ERRORS = range(400, 500)
STILL_RUNNING = frozenset({409, 429})
"""The key is in use by a call in flight, or we are too fast: nothing is known yet."""
OUR_FAULT = frozenset({401, 403})
"""The provider refuses our API key: nothing was done, and no shopper is to blame."""
UNREADABLE = (KeyError, IndexError, TypeError, AttributeError, NotPayable)
UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""There was no connection: nothing was sent, so nothing happened."""
MOVED = {ProviderStatus.AUTHORIZED: "amount_capturable", ProviderStatus.CAPTURED: "amount_received"}
"""Where a payment tells what is held or was taken."""
NOTHING_SENT = PaymentResult(outcome=PaymentOutcome.DECLINED, decline_reason=NOT_PAYABLE)
"""The answer to an amount that the provider has no units for."""


def outcome_of(status: int, body: Any) -> PaymentResult:
    """Of an HTTP status and a JSON document; what cannot be read is UNKNOWN.

    Raises:
        NotReached: the provider refuses our API key.
    """
    try:
        return success_of(body) if status == 200 else failure_of(status, body)
    except UNREADABLE as error:
        return PaymentResult(outcome=PaymentOutcome.UNKNOWN, error=f"unreadable answer, HTTP {status}: {error!r}")


def limits(timeout: float) -> aiohttp.ClientTimeout:
    """`timeout` seconds for a call, with its wait for a free connection; making one succeeds at once or never."""
    return aiohttp.ClientTimeout(total=timeout, sock_connect=min(timeout, 2.0))


def failure_of(status: int, body: Body) -> PaymentResult:
    error = body["error"]
    message = str(error.get("message") or f"HTTP {status}")
    if status in OUR_FAULT:
        raise NotReached(f"payment provider: {status} {message}")
    intent = error.get("payment_intent") or {}
    if status not in CLIENT_ERRORS or status in STILL_RUNNING:
        return PaymentResult(outcome=PaymentOutcome.UNKNOWN, error=message, reference=intent.get("id"))
    reason = error.get("decline_code") or error.get("code") or error.get("type") or message
    return PaymentResult(outcome=PaymentOutcome.DECLINED, decline_reason=str(reason), reference=intent.get("id"))


def success_of(body: Body) -> PaymentResult:
    """Of a payment intent or a refund."""
    if body.get("object") == "refund":
        return refund_of(body)
    payment = payment_of(body)
    reference = payment.reference
    match payment.status:
        case ProviderStatus.REQUIRES_ACTION:
            return PaymentResult(
                outcome=PaymentOutcome.REQUIRES_ACTION, reference=reference, action_url=payment.action_url
            )
        case ProviderStatus.PROCESSING:
            return PaymentResult(outcome=PaymentOutcome.UNKNOWN, reference=reference, error="still processing")
        case ProviderStatus.DECLINED:
            return PaymentResult(
                outcome=PaymentOutcome.DECLINED, reference=reference, decline_reason=payment.decline_reason
            )
        case _:
            return PaymentResult(outcome=PaymentOutcome.SUCCEEDED, reference=reference, amount=payment.amount)


def refund_of(body: Body) -> PaymentResult:
    reference = str(body["id"])
    if body["status"] in {"failed", "canceled"}:
        return PaymentResult(
            outcome=PaymentOutcome.DECLINED, reference=reference, decline_reason=body.get("failure_reason")
        )
    amount = money_of(body["amount"], body["currency"])
    return PaymentResult(outcome=PaymentOutcome.SUCCEEDED, reference=reference, amount=amount)


def payment_of(body: Body) -> ProviderPayment:
    action = (body.get("next_action") or {}).get("redirect_to_url") or {}
    error = body.get("last_payment_error") or {}
    status = STATUSES.get(body["status"], ProviderStatus.PROCESSING)
    return ProviderPayment(
        reference=str(body["id"]),
        status=status,
        amount=_moved(body, status),
        action_url=action.get("url"),
        decline_reason=error.get("decline_code") or error.get("code"),
    )


def found_payment(body: Body) -> ProviderPayment:
    """As `payment_of`, for a query. Raises NotReached when it cannot be read: then nothing is known."""
    try:
        return payment_of(body)
    except UNREADABLE as error:
        raise NotReached(f"payment provider: unreadable answer: {error!r}") from error


def searched_payment(page: Body) -> ProviderPayment | None:
    """The first of a search. Raises NotReached."""
    try:
        first = page["data"][0] if page["data"] else None
    except UNREADABLE as error:
        raise NotReached(f"payment provider: unreadable answer: {error!r}") from error
    return None if first is None else found_payment(first)


def found_refund(page: Body, key: str) -> tuple[PaymentResult | None, str | None]:
    """The refund made under `key`, if it is on this page; else the id after which the next page starts, if any.

    Raises:
        NotReached: it cannot be read.
    """
    try:
        for one in page["data"]:
            if (one.get("metadata") or {}).get("attempt") == key:
                return outcome_of(200, one), None
        return None, str(page["data"][-1]["id"]) if page["has_more"] else None
    except UNREADABLE as error:
        raise NotReached(f"payment provider: unreadable answer: {error!r}") from error


def _moved(body: Body, status: ProviderStatus) -> Money | None:
    return money_of(body[MOVED[status]], body["currency"]) if status in MOVED else None
