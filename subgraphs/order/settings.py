"""What the order service is told by its environment."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from chassis.run import SubgraphSettings
from chassis.settings import Secret, not_addresses, too_small
from subgraphs.order.saga.kill_points import kill_at


class PaymentProvider(enum.StrEnum):
    SANDBOX = "sandbox"
    STRIPE = "stripe"


PROVIDER_URLS = {PaymentProvider.SANDBOX: "http://127.0.0.1:4242", PaymentProvider.STRIPE: "https://api.stripe.com"}
LOCAL_PAGE = "http://127.0.0.1:8000/"


@dataclass(frozen=True, kw_only=True)
class OrderSettings(SubgraphSettings):
    listen_address: str = "127.0.0.1:50053"
    catalog_address: str = "127.0.0.1:50052"
    account_address: str = "127.0.0.1:50051"
    payment_provider: PaymentProvider = PaymentProvider.SANDBOX
    """Also the last part of its webhooks' path, `/webhooks/{provider}`."""
    payment_url: str = ""
    """Of the provider's API; empty: the provider's own, or the sandbox on this machine."""
    payment_api_key: Secret
    payment_webhook_secret: Secret
    payment_timeout_seconds: float = 8.0
    payment_return_url: str = LOCAL_PAGE
    """Where the bank's page sends the shopper back to."""
    checkout_wait_seconds: float = 2.0
    """How long a mutation waits for the outcome before it answers with the order as it is."""
    action_window_seconds: float = 900.0
    """How long the shopper has at the bank's page."""
    reservation_ttl_seconds: int = 1_800
    """Stock is held so long before it is secured; longer than the action window and every deadline."""
    saga_lease_seconds: float = 30.0
    """A killed engine's sagas are taken up after it; longer than the slowest step."""
    saga_poll_seconds: float = 1.0
    saga_batch_size: int = 256
    relay_lease_seconds: float = 30.0
    """A killed relay's events are sent by another after it."""
    pricing_file: str = ""
    """Delivery and tax, as docs/pricing.md describes; empty: the `pricing.toml` that comes with the service."""
    emporium_kill_point: str = ""
    """`step.phase[:n]` or `@file`: where the process kills itself, for fault tests. Refused outside development."""

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if self.emporium_kill_point and not self.development:
            yield "EMPORIUM_KILL_POINT is for MODE=development only"
        try:
            kill_at(self.emporium_kill_point)
        except ValueError as error:
            yield str(error)
        if self.reservation_ttl_seconds <= self.action_window_seconds:
            yield "RESERVATION_TTL_SECONDS must be longer than ACTION_WINDOW_SECONDS"
        yield from not_addresses(self, "catalog_address", "account_address", sockets=True)
        yield from too_small(
            self,
            payment_timeout_seconds=0.01,
            checkout_wait_seconds=0,
            action_window_seconds=0,
            saga_lease_seconds=0.01,
            saga_poll_seconds=0.01,
            saga_batch_size=1,
            relay_lease_seconds=0.01,
        )
        yield from self._payment_faults()

    @property
    def provider_url(self) -> str:
        return self.payment_url or PROVIDER_URLS[self.payment_provider]

    def _payment_faults(self) -> Iterator[str]:
        """What is wrong with the provider's settings; the secrets themselves are never told."""
        if not self.provider_url.startswith(("http://", "https://")):
            yield f"PAYMENT_URL={self.payment_url!r}: expected an http:// or https:// address"
        if not self.payment_return_url.startswith(("http://", "https://")):
            yield f"PAYMENT_RETURN_URL={self.payment_return_url!r}: expected an http:// or https:// address"
        if not self.development and self.payment_return_url == LOCAL_PAGE:
            yield (
                f"PAYMENT_RETURN_URL is missing: the shop's address, to which the bank's page sends shoppers back; "
                f"{LOCAL_PAGE} is for MODE=development only"
            )
        if not self.development and self.payment_provider is PaymentProvider.SANDBOX and not self.payment_url:
            yield (
                "PAYMENT_PROVIDER=sandbox moves no money: set PAYMENT_PROVIDER=stripe, or for a rehearsal "
                "PAYMENT_URL=http://… of a sandbox"
            )
        if self.payment_provider is PaymentProvider.STRIPE:
            if not self.payment_api_key.reveal().startswith(("sk_", "rk_")):
                yield "PAYMENT_API_KEY must be a secret (sk_…) or restricted (rk_…) key of Stripe"
            if not self.payment_webhook_secret.reveal().startswith("whsec_"):
                yield "PAYMENT_WEBHOOK_SECRET must be the signing secret (whsec_…) of the webhook endpoint at Stripe"
