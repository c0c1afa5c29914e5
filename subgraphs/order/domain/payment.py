"""Payments: attempts with stable keys, and the four answers a provider's call can have."""

import enum
import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chassis.money import Money
from subgraphs.order.domain.problem import Problem

LONGEST_TOKEN = 200
NOT_PAYABLE = "amount_not_payable"
"""The reason to decline what the provider has no units for."""
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
    amount: Money | None = None
    """What the provider says it holds, took or paid back; None when no money moved."""
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
    moved: int | None = None
    """What the provider really took or paid back, where it told another amount."""
    created_at: datetime


class AttemptAnswer(NamedTuple):
    """What came of an attempt."""

    id: str
    outcome: PaymentOutcome
    reference: str | None = None
    decline_reason: str | None = None
    moved: int | None = None
    """Minor units the provider took or paid back, when not those asked for."""


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
    if reason == NOT_PAYABLE:
        text = "the payment provider cannot charge exactly this amount in this currency"
        return Problem(code="PAYMENT_DECLINED", message=text)
    return Problem(code="PAYMENT_DECLINED", message=f"the payment was declined: {reason.replace('_', ' ')}")


def another_amount(asked: Money, told: Money | None) -> str | None:
    """How the amount that the provider tells differs from the one asked for; None when it does not."""
    if told == asked:
        return None
    return f"{'no amount' if told is None else shown(told)} instead of {shown(asked)}"


def part_of(asked: Money, told: Money | None) -> int | None:
    """The minor units that moved, when they are all or some of those asked for; else they cannot be written down."""
    if told is None or told.currency != asked.currency or not 0 < told.minor_units <= asked.minor_units:
        return None
    return told.minor_units


def shown(money: Money) -> str:
    return f"{money.amount} {money.currency}"
