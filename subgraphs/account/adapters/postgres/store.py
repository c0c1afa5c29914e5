"""Opens transactions over everything that is stored."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from chassis.database import Connection, Database
from subgraphs.account.adapters.postgres.addresses import PostgresAddresses
from subgraphs.account.adapters.postgres.announcements import OutboxAnnouncements
from subgraphs.account.adapters.postgres.audit_log import PostgresAuditLog
from subgraphs.account.adapters.postgres.logins import PostgresLogins
from subgraphs.account.adapters.postgres.sessions import PostgresSessions
from subgraphs.account.adapters.postgres.signing_keys import PostgresSigningKeys
from subgraphs.account.adapters.postgres.users import PostgresUsers


class PostgresAccounts:
    """`Accounts` on one connection."""

    def __init__(self, tx: Connection) -> None:
        self.users = PostgresUsers(tx)
        self.logins = PostgresLogins(tx)
        self.sessions = PostgresSessions(tx)
        self.addresses = PostgresAddresses(tx)
        self.keys = PostgresSigningKeys(tx)
        self.audit = PostgresAuditLog(tx)
        self.announce = OutboxAnnouncements(tx)


@dataclass(frozen=True)
class PostgresAccountStore:
    """`AccountStore` on PostgreSQL."""

    db: Database

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[PostgresAccounts]:
        """Commits when left cleanly, rolls back otherwise."""
        async with self.db.transaction() as tx:
            yield PostgresAccounts(tx)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[PostgresAccounts]:
        """For reads: each statement is its own snapshot."""
        async with self.db.reading() as connection:
            yield PostgresAccounts(connection)
