"""Stripe's events, verified by its own package."""

import time
from collections.abc import Mapping

import stripe

from chassis.settings import Secret
from subgraphs.order.adapters.webhook_signature import HEADER, TOLERANCE_SECONDS, event_of, is_fresh
from subgraphs.order.domain.payment import WebhookEvent


class StripeWebhooks:
    """As SignedWebhooks: any signature of the scheme `v1` by any of our secrets will do."""

    provider = "stripe"

    def __init__(self, secrets: tuple[Secret, ...]) -> None:
        self._secrets = secrets

    def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> WebhookEvent | None:
        header = headers.get(HEADER, "")
        # The package minds only what is too old; what comes from the future could be kept and sent again later.
        if provider != self.provider or not is_fresh(header, time.time()):
            return None
        if not any(signed(body, header, secret) for secret in self._secrets):
            return None
        return event_of(provider, body)


def signed(body: bytes, header: str, secret: Secret) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(body, header, secret.reveal(), TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
