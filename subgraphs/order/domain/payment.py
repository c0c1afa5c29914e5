"""Payments: attempts with stable keys, and the four answers a provider's call can have."""

import enum
from dataclasses import dataclass
from datetime import datetime


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
    attempts: int = 0
