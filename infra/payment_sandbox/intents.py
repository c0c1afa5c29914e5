"""Payment intents and refunds: what the API does, card by card."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from infra.payment_sandbox.amounts import MOST, half, whole
from infra.payment_sandbox.cards import DECLINE_CODES, Behaviour, Card, behaviour_of
from infra.payment_sandbox.errors import ApiError
from infra.payment_sandbox.events import Events
from infra.payment_sandbox.ledger import Ledger, Row
from infra.payment_sandbox.shown import held, shown, shown_refund

Form = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the call left behind, how it is answered, and how long the answer is withheld, in seconds."""

    body: dict[str, Any]
    status: int = 200
    delay: float = 0.0
    stored: bool = True
    """Whether a repeated key is answered the same; not when nothing was done."""


BROKEN: dict[str, Any] = {"error": {"type": "api_error", "message": "something went wrong on our side"}}


@dataclass(frozen=True, kw_only=True)
class Intents:
    ledger: Ledger
    events: Events
    slow: float
    hang: float
    lost: set[str] = field(default_factory=set[str])
    """Attempts whose first call was swallowed."""

    async def create(self, form: Form, base_url: str) -> Answer:
        behaviour = self._behaviour(form.get("payment_method", ""))
        if form.get("confirm") != "true" or form.get("capture_method") != "manual":
            raise ApiError(400, "parameter_invalid", "this sandbox knows capture_method=manual and confirm=true only")
        intent = self._new(form, behaviour)
        if behaviour.card is Card.TIMEOUT_BEFORE_CHARGE and intent["attempt"] not in self.lost:
            # The first call gets lost on its way; the second finds nothing done.
            self.lost.add(str(intent["attempt"]))
            return Answer(body=BROKEN, status=500, delay=self.hang, stored=False)
        match behaviour.card:
            case Card.DECLINE | Card.INSUFFICIENT_FUNDS:
                return self._declined(intent, behaviour)
            case Card.THREE_D_SECURE:
                intent["action_url"] = f"{base_url}/3ds/{intent['id']}"
                intent["status"] = "requires_action"
                self.ledger.save(intent)
                self.events.announce(intent, "payment_intent.requires_action", behaviour.delivery)
                return Answer(body=shown(intent))
            case _:
                self._authorize(intent, behaviour)
        await self.events.settle(behaviour.delivery)
        return self._answer(intent, behaviour, error_on=Card.ERROR_AFTER_CHARGE, hang_on=Card.CHARGE_THEN_TIMEOUT)

    def capture(self, intent: Row, form: Form) -> Answer:
        behaviour = self._behaviour(intent["method"])
        if intent["status"] != "requires_capture":
            raise unexpected_state(intent, "captured")
        if behaviour.card is Card.EXPIRED_AUTHORIZATION:
            self.ledger.save(intent | {"status": "canceled"}, kind="expired", amount=held(intent))
            raise ApiError(402, "charge_expired_for_capture", "the authorisation has expired")
        currency, most = intent["currency"], held(intent)
        amount = whole(form.get("amount_to_capture", str(most)), currency, most=most)
        amount = half(amount, currency) if behaviour.card is Card.CAPTURE_LESS else amount
        intent |= {"status": "succeeded", "received": amount}
        self.ledger.save(intent, kind="captured", amount=amount)
        self.events.announce(intent, "payment_intent.succeeded", behaviour.delivery)
        return self._answer(intent, behaviour, error_on=Card.ERROR_AFTER_CAPTURE, hang_on=Card.CAPTURE_THEN_TIMEOUT)

    def cancel(self, intent: Row) -> Answer:
        if intent["status"] in {"succeeded", "canceled"}:
            raise unexpected_state(intent, "canceled")
        released = held(intent)
        intent |= {"status": "canceled"}
        self.ledger.save(intent, kind="voided", amount=released)
        self.events.announce(intent, "payment_intent.canceled", self._behaviour(intent["method"]).delivery)
        return Answer(body=shown(intent))

    def refund(self, intent: Row, form: Form) -> Answer:
        behaviour = self._behaviour(intent["method"])
        left = intent["received"] - intent["refunded"]
        if intent["status"] != "succeeded":
            raise unexpected_state(intent, "refunded")
        currency = intent["currency"]
        amount = whole(form.get("amount", str(left)), currency, most=left, code="charge_already_refunded")
        if behaviour.card is Card.REFUND_REFUSED:
            raise ApiError(400, "refund_refused", "this card takes no refunds")
        amount = half(amount, currency) if behaviour.card is Card.REFUND_LESS else amount
        refund = {
            "id": f"re_{secrets.token_hex(12)}",
            "intent": intent["id"],
            "amount": amount,
            "currency": currency,
            "status": "succeeded",
            "metadata": orjson.dumps(metadata_of(form)).decode(),
            "created": time.time(),
        }
        intent |= {"refunded": intent["refunded"] + amount}
        self.ledger.save_refund(refund, intent)
        self.events.announce(intent, "charge.refunded", behaviour.delivery)
        hangs = behaviour.card is Card.REFUND_THEN_TIMEOUT
        return Answer(body=shown_refund(refund), delay=self.hang if hangs else 0.0)

    def authenticate(self, intent: Row, *, approved: bool) -> Row:
        """The shopper's answer on the 3-D Secure page."""
        if intent["status"] != "requires_action":
            return intent
        behaviour = self._behaviour(intent["method"])
        intent["action_url"] = None
        if approved:
            self._authorize(intent, behaviour)
        else:
            intent |= {"status": "requires_payment_method", "decline_code": "authentication_failed"}
            self.ledger.save(intent, kind="declined", amount=intent["amount"])
            self.events.announce(intent, "payment_intent.payment_failed", behaviour.delivery)
        return intent

    def _behaviour(self, method: str) -> Behaviour:
        behaviour = behaviour_of(method, self.ledger.card_of(method.partition("+")[0]))
        if behaviour is None:
            raise ApiError(400, "resource_missing", f"No such PaymentMethod: {method[:60]!r}")
        return behaviour

    def _new(self, form: Form, behaviour: Behaviour) -> Row:
        metadata = metadata_of(form)
        currency = form.get("currency", "").lower()
        return {
            "id": f"pi_{secrets.token_hex(12)}",
            "attempt": metadata.get("attempt"),
            "amount": whole(form.get("amount", ""), currency, most=MOST),
            "currency": currency,
            "status": "processing",
            "method": behaviour.token,
            "metadata": orjson.dumps(metadata).decode(),
            "received": 0,
            "refunded": 0,
            "decline_code": None,
            "action_url": None,
            "return_url": form.get("return_url"),
            "created": time.time(),
            "version": 1,
        }

    def _authorize(self, intent: Row, behaviour: Behaviour) -> None:
        intent["status"] = "requires_capture"
        self.ledger.save(intent, kind="authorized", amount=held(intent))
        self.events.announce(intent, "payment_intent.amount_capturable_updated", behaviour.delivery)

    def _declined(self, intent: Row, behaviour: Behaviour) -> Answer:
        code = DECLINE_CODES[behaviour.card]
        intent |= {"status": "requires_payment_method", "decline_code": code}
        self.ledger.save(intent, kind="declined", amount=intent["amount"])
        self.events.announce(intent, "payment_intent.payment_failed", behaviour.delivery)
        error = ApiError(
            402, "card_declined", "Your card was declined.", decline_code=code, payment_intent=shown(intent)
        )
        return Answer(body=error.body, status=402)

    def _answer(self, intent: Row, behaviour: Behaviour, *, error_on: Card, hang_on: Card) -> Answer:
        if behaviour.card is error_on:
            return Answer(body=BROKEN, status=500)
        if behaviour.card is hang_on:
            return Answer(body=shown(intent), delay=self.hang)
        return Answer(body=shown(intent), delay=self.slow if behaviour.card is Card.SLOW else 0.0)


def unexpected_state(intent: Row, what: str) -> ApiError:
    text = f"This PaymentIntent could not be {what} because it has a status of {intent['status']}."
    return ApiError(400, "payment_intent_unexpected_state", text, payment_intent=shown(intent))


def metadata_of(form: Form) -> dict[str, str]:
    """`metadata[attempt]=…` → `{"attempt": …}`."""
    return {
        name.removeprefix("metadata[").removesuffix("]"): value
        for name, value in form.items()
        if name.startswith("metadata[")
    }
