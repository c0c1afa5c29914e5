"""Everything the account service can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.run import SubgraphSettings
from chassis.settings import SHORTEST_SECRET, Secret, not_redis, too_small

NO_REDIS = Secret("")


@dataclass(frozen=True, kw_only=True)
class AccountSettings(SubgraphSettings):
    """Read from the environment, once, at start."""

    listen_address: str = "127.0.0.1:50051"
    redis_url: Secret = NO_REDIS
    """Empty: attempts are counted in this process alone."""
    token_key_encryption_secret: Secret
    """Seals the private signing keys in the database and derives refresh tokens; at least 32 characters."""
    token_issuer: str = "emporium"  # noqa: S105 - a name
    token_audience: str = "emporium"  # noqa: S105 - a name
    password_hashing_threads: int = 2
    password_hashing_queue: int = 32
    """How many logins may wait for a thread; more are refused with RATE_LIMITED."""

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if len(self.token_key_encryption_secret.reveal()) < SHORTEST_SECRET:
            yield f"TOKEN_KEY_ENCRYPTION_SECRET must have at least {SHORTEST_SECRET} characters"
        yield from too_small(self, password_hashing_threads=1, password_hashing_queue=0)
        yield from not_redis(self.redis_url.reveal())
