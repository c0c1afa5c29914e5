"""What the sandbox is told by its environment."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.settings import Secret, not_a_url, not_addresses, too_small


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    listen_address: str = "127.0.0.1:4242"
    state_file: str
    """SQLite: the provider's own ledger, which outlives the process."""
    payment_api_key: Secret
    payment_webhook_secret: Secret
    webhook_url: str = ""
    """Where events go; empty: none are sent."""
    slow_seconds: float = 3.0
    """How long the slow card takes to answer."""
    hang_seconds: float = 60.0
    """How long an answer is withheld by the cards that never answer; longer than any client waits."""

    def __post_init__(self) -> None:
        if found := list(self._faults()):
            raise ValueError("; ".join(found))

    def _faults(self) -> Iterator[str]:
        yield from not_addresses(self, "listen_address")
        if self.webhook_url:
            yield from not_a_url("WEBHOOK_URL", self.webhook_url, "http://host:8000/webhooks/sandbox")
        yield from too_small(self, slow_seconds=0, hang_seconds=0)
