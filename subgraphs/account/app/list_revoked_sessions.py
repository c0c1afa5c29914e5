"""Tells the gateways which sessions ended before their last access token did."""

from __future__ import annotations

from dataclasses import dataclass

from subgraphs.account.app.ports import AccountStore, RevokedSessionCache, RevokedSessions


@dataclass(frozen=True, kw_only=True)
class ListRevokedSessions:
    """Answers from a cache of one second: any number of gateways cost one read."""

    store: AccountStore
    cache: RevokedSessionCache

    async def __call__(self, cursor: str) -> RevokedSessions:
        """Sessions ended since `cursor` ("" at first); an unknown cursor counts as the beginning."""
        cached = await self.cache.get(cursor)
        if cached is not None:
            return cached
        async with self.store.reading() as accounts:
            answer = await accounts.sessions.revoked_since(cursor)
        await self.cache.put(cursor, answer)
        return answer
