"""Publishes the keys that verify access tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from subgraphs.account.app.ports import AccountStore, KeyForge


@dataclass(frozen=True, kw_only=True)
class PublishKeys:
    """A JSON Web Key Set (RFC 7517) of the next, the active and the lately retired keys."""

    store: AccountStore
    forge: KeyForge
    now: Callable[[], datetime]

    async def __call__(self) -> str:
        """The set as JSON."""
        async with self.store.reading() as accounts:
            ring = await accounts.keys.ring()
        now = self.now()
        return json.dumps({"keys": [dict(self.forge.public_jwk(key)) for key in ring.keys if key.is_published(now)]})
