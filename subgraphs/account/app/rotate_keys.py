"""Rotates the keys that sign access tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from subgraphs.account.app.ports import AccountStore, AuditEntry, KeyForge
from subgraphs.account.domain.signing_key import KeyRing


@dataclass(frozen=True, kw_only=True)
class RotateKeys:
    """The published next key begins to sign, the old one stays published until its last token is dead."""

    store: AccountStore
    forge: KeyForge
    now: Callable[[], datetime]

    async def __call__(self, *, only_if_empty: bool = False) -> KeyRing:
        """The ring after it. Rotations at the same time wait for each other."""
        now = self.now()
        async with self.store.transaction() as accounts:
            ring = await accounts.keys.lock()
            if only_if_empty and ring.active is not None:
                return ring
            ring = ring.rotated((self.forge.forge(now), self.forge.forge(now)), now)
            await accounts.keys.replace(ring)
            active = ring.active
            await accounts.audit.record(
                [AuditEntry(action="keys.rotated", subject_id=active.kid if active else "", actor_service="account")]
            )
        return ring
