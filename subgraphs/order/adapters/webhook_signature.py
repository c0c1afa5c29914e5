"""The sandbox's events, signed the way Stripe signs: `t=<seconds>,v1=<HMAC-SHA-256 of "t.body">`."""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

import orjson

from chassis.settings import Secret
from subgraphs.order.domain.payment import WebhookEvent

HEADER = "stripe-signature"
TOLERANCE_SECONDS = 300
LONGEST_TIME = 12
LONGEST_ID = 255


class SignedWebhooks:
    """Verifies the sandbox's events. Several secrets: during a rotation both sign."""

    provider = "sandbox"

    def __init__(self, secrets: tuple[Secret, ...]) -> None:
        self._secrets = [secret.reveal().encode() for secret in secrets]

    def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> WebhookEvent | None:
        if provider != self.provider or not self._genuine(body, headers.get(HEADER, "")):
            return None
        return event_of(provider, body)

    def _genuine(self, body: bytes, header: str) -> bool:
        if not is_fresh(header, time.time()):
            return False
        parts = parts_of(header)
        sent = sent_at(parts)
        signatures = [value for name, value in parts if name == "v1"]
        expected = [signature(secret, sent, body) for secret in self._secrets]
        return any(hmac.compare_digest(one, given) for one in expected for given in signatures)


def parts_of(header: str) -> list[tuple[str, str]]:
    """`t=1,v1=abc` → `[("t", "1"), ("v1", "abc")]`."""
    return [(name, value) for name, _, value in (part.strip().partition("=") for part in header.split(","))]


def sent_at(parts: Sequence[tuple[str, str]]) -> str:
    return next((value for name, value in parts if name == "t"), "")


def is_fresh(header: str, now: float) -> bool:
    """Whether it says it was signed a short while ago, in seconds since 1970: neither long past nor in the future."""
    if not header.isascii():
        return False
    sent = sent_at(parts_of(header))
    return sent.isdigit() and len(sent) <= LONGEST_TIME and abs(now - int(sent)) <= TOLERANCE_SECONDS


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
