"""Payments: attempts with stable keys, and the four answers a provider's call can have."""

import enum
import re
from dataclasses import dataclass
from datetime import datetime

from subgraphs.order.domain.problem import Problem

LONGEST_TOKEN = 200
_CARD_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){11,18}", re.ASCII)


class PaymentOutcome(enum.StrEnum):
    SUCCEEDED = "SUCCEEDED"
    DECLINED = "DECLINED"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    UNKNOWN = "UNKNOWN"
    """Neither: never compensated and its key never changed before a status query resolves it."""


class AttemptKind(enum.StrEnum):
    AUTHORIZATION = "AUTHORIZATION"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


@dataclass(frozen=True, kw_only=True)
class PaymentAction:
    """What the shopper must do at the provider's page (3-D Secure)."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentResult:
    outcome: PaymentOutcome
    reference: str | None = None
    """The provider's id of the payment (or of the refund)."""
    decline_reason: str | None = None
    action_url: str | None = None
    error: str | None = None
    """Why it is UNKNOWN."""


@dataclass(frozen=True, kw_only=True)
class PaymentAttempt:
    """One row an attempt, written before the provider is called; its id is the provider's idempotency key."""

    id: str
    order_id: str
    buyer_id: str
    kind: AttemptKind
    amount: int
    currency: str
    provider: str
    outcome: PaymentOutcome = PaymentOutcome.UNKNOWN
    reference: str | None = None
    decline_reason: str | None = None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class WebhookEvent:
    """What the provider told us by itself. Only a hint: the truth is asked of the provider."""

    provider: str
    event_id: str
    type: str
    attempt_id: str | None
    """Ours, when the event names it."""
    object_id: str | None
    """The provider's."""


def token_problems(token: str) -> list[Problem]:
    """What is wrong with a payment token. A card's number is refused unread: none may be kept, sent on or logged."""
    if not token.strip():
        code, text = "REQUIRED", "a payment token from the provider is required"
    elif _CARD_NUMBER.fullmatch(token.strip()):
        code, text = "INVALID", "this is a card's number; send the token that the provider's page gives for it"
    elif len(token) > LONGEST_TOKEN:
        code, text = "TOO_LONG", f"a payment token has at most {LONGEST_TOKEN} characters"
    else:
        return []
    return [Problem(code=code, message=text, field=("paymentToken",))]


def declined(reason: str) -> Problem:
    """What the shopper is told; `reason` is the provider's."""
    if reason == "resource_missing":
        text = "the provider does not know this payment token; get a new one from its page"
        return Problem(code="PAYMENT_DECLINED", message=text, field=("paymentToken",))
    return Problem(code="PAYMENT_DECLINED", message=f"the payment was declined: {reason.replace('_', ' ')}")
