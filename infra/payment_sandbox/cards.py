"""Test cards: what each does, by token, by Stripe's own test payment methods, and by number for the page.

A token may carry how its events are delivered: `tok_approve+webhook_late`.
"""

import enum
from dataclasses import dataclass


class Card(enum.StrEnum):
    APPROVE = "approve"
    DECLINE = "decline"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    THREE_D_SECURE = "3ds"
    SLOW = "slow"
    CHARGE_THEN_TIMEOUT = "charge_then_timeout"
    TIMEOUT_BEFORE_CHARGE = "timeout_before_charge"
    ERROR_AFTER_CHARGE = "500_after_charge"
    EXPIRED_AUTHORIZATION = "expired_authorization"
    CAPTURE_THEN_TIMEOUT = "capture_then_timeout"
    ERROR_AFTER_CAPTURE = "500_after_capture"
    REFUND_THEN_TIMEOUT = "refund_then_timeout"
    REFUND_REFUSED = "refund_refused"
    AUTHORIZE_LESS = "authorize_less"
    """Half of what is asked for is held; the next two likewise. All of it is answered as a success."""
    CAPTURE_LESS = "capture_less"
    REFUND_LESS = "refund_less"


class Delivery(enum.StrEnum):
    ON_TIME = "on_time"
    EARLY = "webhook_early"
    """Before the API's answer."""
    DUPLICATE = "webhook_duplicate"
    """Ten times, in parallel."""
    REORDERED = "webhook_reordered"
    """The first event after the others."""
    LATE = "webhook_late"
    NEVER = "webhook_never"


STRIPE_METHODS = {
    "pm_card_visa": Card.APPROVE,
    "pm_card_mastercard": Card.APPROVE,
    "pm_card_chargeDeclined": Card.DECLINE,
    "pm_card_visa_chargeDeclined": Card.DECLINE,
    "pm_card_chargeDeclinedInsufficientFunds": Card.INSUFFICIENT_FUNDS,
    "pm_card_authenticationRequired": Card.THREE_D_SECURE,
    "pm_card_threeDSecure2Required": Card.THREE_D_SECURE,
}
NUMBERS = {
    "4242424242424242": Card.APPROVE,
    "4000000000000002": Card.DECLINE,
    "4000000000009995": Card.INSUFFICIENT_FUNDS,
    "4000000000003220": Card.THREE_D_SECURE,
}
"""Stripe's published test numbers; no other number is ever taken."""

DECLINE_CODES = {Card.DECLINE: "generic_decline", Card.INSUFFICIENT_FUNDS: "insufficient_funds"}


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    card: Card
    delivery: Delivery = Delivery.ON_TIME

    @property
    def token(self) -> str:
        """One that behaves so."""
        return f"tok_{self.card}" if self.delivery is Delivery.ON_TIME else f"tok_{self.card}+{self.delivery}"


def behaviour_of(method: str, made: str | None = None) -> Behaviour | None:
    """What a payment method does; `made`: the card for which the page gave the token out. None: no such method."""
    token, _, delivery = method.partition("+")
    name = made or token.removeprefix("tok_")
    card = STRIPE_METHODS.get(token) or next((card for card in Card if card == name), None)
    if card is None or delivery not in {"", *Delivery}:
        return None
    return Behaviour(card=card, delivery=Delivery(delivery) if delivery else Delivery.ON_TIME)
