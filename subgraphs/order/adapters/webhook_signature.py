"""Signed events, the way Stripe signs: `t=<seconds>,v1=<HMAC-SHA-256 of "t.body">`."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

import orjson

from chassis.settings import Secret
from subgraphs.order.domain.payment import WebhookEvent

HEADER = "stripe-signature"
TOLERANCE_SECONDS = 300
LONGEST_TIME = 12
LONGEST_ID = 255


class SignedWebhooks:
    """Verifies the events of the configured provider. Several secrets: during a rotation both sign."""

    def __init__(
        self, providers: frozenset[str], secrets: tuple[Secret, ...], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._providers = providers
        self._secrets = [secret.reveal().encode() for secret in secrets]
        self._clock = clock

    def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> WebhookEvent | None:
        if provider not in self._providers or not self._genuine(body, headers.get(HEADER, "")):
            return None
        return event_of(provider, body)

    def _genuine(self, body: bytes, header: str) -> bool:
        if not header.isascii():
            return False
        parts = [part.strip().partition("=") for part in header.split(",")]
        sent = next((value for name, _, value in parts if name == "t"), "")
        signatures = [value for name, _, value in parts if name == "v1"]
        if not (sent.isdigit() and len(sent) <= LONGEST_TIME) or abs(self._clock() - int(sent)) > TOLERANCE_SECONDS:
            return False
        expected = [signature(secret, sent, body) for secret in self._secrets]
        return any(hmac.compare_digest(one, given) for one in expected for given in signatures)


def signature(secret: bytes, sent: str, body: bytes) -> str:
    return hmac.new(secret, sent.encode() + b"." + body, hashlib.sha256).hexdigest()


def event_of(provider: str, body: bytes) -> WebhookEvent | None:
    """None when the body is not an event."""
    try:
        event = orjson.loads(body)
        about = event["data"]["object"]
        metadata = about.get("metadata") or {}
        found = WebhookEvent(
            provider=provider,
            event_id=event["id"],
            type=event["type"],
            attempt_id=metadata.get("attempt"),
            object_id=about.get("payment_intent") or about.get("id"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    required, optional = (found.event_id, found.type), (found.attempt_id, found.object_id)
    well_formed = all(_is_id(text) for text in required) and all(text is None or _is_id(text) for text in optional)
    return found if well_formed else None


def _is_id(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST_ID and text.isprintable()
