"""What the sandbox is told by its environment."""

from dataclasses import dataclass

from chassis.settings import Secret


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
        _, separator, port = self.listen_address.rpartition(":")
        if not separator or not port.isdigit():
            raise ValueError(f"LISTEN_ADDRESS={self.listen_address!r}: expected host:port")
