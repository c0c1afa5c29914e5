"""The ring of keys that sign access tokens: the next one is published before it signs, the last one after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from subgraphs.account.domain.session import ACCESS_TOKEN_LIFETIME

OVERLAP = ACCESS_TOKEN_LIFETIME + timedelta(minutes=5)
"""How long a retired key stays published: its last token's life, and time for servers to notice the rotation."""


class KeyState(StrEnum):
    """Where a key is in its life."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """An Ed25519 key pair; the private half only as sealed bytes."""

    kid: str
    state: KeyState
    public_key: bytes
    sealed_private_key: bytes
    created_at: datetime
    retired_at: datetime | None = None

    def is_published(self, now: datetime) -> bool:
        """Whether tokens signed with it may still be valid, or soon will be."""
        return self.retired_at is None or now < self.retired_at + OVERLAP


@dataclass(frozen=True)
class KeyRing:
    """All keys that are published."""

    keys: tuple[SigningKey, ...]

    @property
    def active(self) -> SigningKey | None:
        """The key that signs now."""
        return next((key for key in self.keys if key.state is KeyState.ACTIVE), None)

    def rotated(self, fresh: Iterable[SigningKey], now: datetime) -> KeyRing:
        """Active becomes retired, next becomes active, and fresh keys fill what is missing; an empty ring is filled."""
        supply = iter(fresh)
        upcoming = next((key for key in self.keys if key.state is KeyState.NEXT), None) or next(supply)
        retired = [
            replace(key, state=KeyState.RETIRED, retired_at=now) if key.state is KeyState.ACTIVE else key
            for key in self.keys
            if key.kid != upcoming.kid and key.is_published(now)
        ]
        active = replace(upcoming, state=KeyState.ACTIVE)
        return KeyRing((*retired, active, replace(next(supply), state=KeyState.NEXT)))
