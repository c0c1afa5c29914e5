"""Payments, refunds and events as Stripe shows them."""

from typing import Any

import orjson

from infra.payment_sandbox.amounts import half
from infra.payment_sandbox.cards import Card, behaviour_of
from infra.payment_sandbox.ledger import Row


def held(intent: Row) -> int:
    """What of it can be captured."""
    if intent["status"] != "requires_capture":
        return 0
    behaviour = behaviour_of(intent["method"])
    less = behaviour is not None and behaviour.card is Card.AUTHORIZE_LESS
    return half(intent["amount"], intent["currency"]) if less else intent["amount"]


def shown(intent: Row) -> dict[str, Any]:
    """As Stripe shows it."""
    action, error = None, None
    if intent["action_url"]:
        redirect = {"url": intent["action_url"], "return_url": intent["return_url"]}
        action = {"type": "redirect_to_url", "redirect_to_url": redirect}
    if intent["decline_code"]:
        error = {"type": "card_error", "code": "card_declined", "decline_code": intent["decline_code"]}
    return {
        "id": intent["id"],
        "object": "payment_intent",
        "amount": intent["amount"],
        "amount_capturable": held(intent),
        "amount_received": intent["received"],
        "currency": intent["currency"],
        "status": intent["status"],
        "capture_method": "manual",
        "metadata": orjson.loads(intent["metadata"]),
        "next_action": action,
        "last_payment_error": error,
        "created": int(intent["created"]),
    }


def shown_refund(refund: Row) -> dict[str, Any]:
    return {
        "id": refund["id"],
        "object": "refund",
        "payment_intent": refund["intent"],
        "amount": refund["amount"],
        "currency": refund["currency"],
        "status": refund["status"],
        "metadata": orjson.loads(refund["metadata"]),
        "created": int(refund["created"]),
    }


def shown_event(event: Row) -> dict[str, Any]:
    """As it was sent, with how: beside what Stripe tells."""
    return orjson.loads(event["body"]) | {"delivery": event["delivery"], "delivered": event["delivered"]}
