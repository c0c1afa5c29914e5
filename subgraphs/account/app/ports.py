"""What the use cases need from the outside, in their own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from subgraphs.account.domain.address import Address
from subgraphs.account.domain.attempt_limit import AttemptLimit
from subgraphs.account.domain.email import EmailAddress
from subgraphs.account.domain.session import RefreshFamily, Session
from subgraphs.account.domain.signing_key import KeyRing, SigningKey
from subgraphs.account.domain.user import User


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What proves that someone is this user."""

    user: User
    password_hash: str


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Who did what to whom; never with personal data in `details`."""

    action: str
    subject_id: str
    actor_id: str = ""
    actor_service: str = ""
    request_id: str = ""
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, kw_only=True)
class AccessToken:
    """A signed token and the end of its life."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RevokedSessions:
    """Sessions ended since a cursor, and the cursor to ask with next time."""

    session_ids: tuple[str, ...]
    cursor: str


class Users(Protocol):
    """Users that are not erased."""

    async def add(self, user: User, email: EmailAddress, password_hash: str) -> bool:
        """False when the e-mail is taken."""
        ...

    async def get(self, ids: Sequence[str]) -> Mapping[str, User]: ...
    async def lock(self, user_id: str) -> User | None:
        """Read for a change: nobody else changes it before this transaction ends."""
        ...

    async def lock_by_email(self, email_key: str) -> User | None: ...
    async def save(self, user: User) -> None: ...
    async def erase(self, user_id: str) -> None:
        """Personal data goes, the id stays as a tombstone."""
        ...

    async def page(self, *, email_prefix: str, after: str, first: int) -> Sequence[User]: ...
    async def count(self, *, email_prefix: str, most: int) -> int: ...
    async def has_other_admin(self, user_id: str) -> bool:
        """Serialises with other changes of administrators until this transaction ends."""
        ...


class Logins(Protocol):
    """Credentials."""

    async def by_email(self, email_key: str) -> Credentials | None: ...
    async def by_id(self, user_id: str) -> Credentials | None: ...
    async def replace_password(self, user_id: str, password_hash: str) -> None: ...


class Sessions(Protocol):
    """Sessions and their refresh families."""

    async def start(self, session: Session, family: RefreshFamily) -> None: ...
    async def lock_family(self, family_id: str) -> RefreshFamily | None: ...
    async def rotate(self, family: RefreshFamily) -> None:
        """Keeps the family's new generation; its session counts as used now."""
        ...

    async def revoke(
        self, user_id: str, *, only: Sequence[str] | None = None, keep: str = "", reason: str
    ) -> Sequence[str]:
        """Ends live sessions of the user: all, or the ones named, but never `keep`. The ended ids come back."""
        ...

    async def of_users(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[Session]]:
        """Live sessions, used last first."""
        ...

    async def revoked_since(self, cursor: str) -> RevokedSessions: ...
    async def forget(self, ended_before: datetime, most: int) -> int:
        """Deletes up to `most` sessions that ended before; returns how many."""
        ...


class Addresses(Protocol):
    """Address books."""

    async def of_users(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[Address]]: ...
    async def save(self, address: Address) -> bool:
        """Adds or replaces; False when the id is another user's or unknown."""
        ...

    async def add(self, address: Address, *, most: int) -> bool:
        """False when the book already holds `most`. The owner's row must be locked."""
        ...

    async def remove(self, user_id: str, address_id: str) -> bool: ...
    async def exists(self, user_id: str, address_id: str) -> bool: ...


class SigningKeys(Protocol):
    """The stored key ring."""

    async def ring(self) -> KeyRing: ...
    async def lock(self) -> KeyRing:
        """Read for a rotation."""
        ...

    async def replace(self, ring: KeyRing) -> None: ...


class AuditLog(Protocol):
    """Append-only."""

    async def record(self, entries: Sequence[AuditEntry]) -> None: ...


class Announcements(Protocol):
    """Events that leave together with the change they announce."""

    async def user_changed(self, user: User, *, deleted: bool = False) -> None: ...
    async def sessions_revoked(self, user_id: str, session_ids: Sequence[str]) -> None: ...


class Accounts(Protocol):
    """Everything that is stored, inside one transaction."""

    @property
    def users(self) -> Users: ...
    @property
    def logins(self) -> Logins: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def addresses(self) -> Addresses: ...
    @property
    def keys(self) -> SigningKeys: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def announce(self) -> Announcements: ...


class AccountStore(Protocol):
    """Opens transactions: a clean exit commits, an exception rolls back."""

    def transaction(self) -> AbstractAsyncContextManager[Accounts]: ...
    def reading(self) -> AbstractAsyncContextManager[Accounts]: ...


class Passwords(Protocol):
    """Slow on purpose, off the event loop and bounded."""

    async def hash(self, password: str) -> str: ...
    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Costs the same for None: a decoy is checked, and the answer is False."""
        ...

    def needs_rehash(self, password_hash: str) -> bool: ...


class Attempts(Protocol):
    """Counted attempts; keeps counting, less exactly, when the counters' server is down."""

    async def allow(self, limits: Sequence[AttemptLimit]) -> bool:
        """Counts one attempt under each limit; False, counting nothing, when one is used up."""
        ...

    async def forgive(self, limits: Sequence[AttemptLimit]) -> None:
        """The attempt succeeded: it no longer counts."""
        ...


class AccessTokens(Protocol):
    """Signs access tokens with the active key."""

    def issue(self, user: User, session_id: str, now: datetime) -> AccessToken: ...


class KeyForge(Protocol):
    """Makes key pairs."""

    def forge(self, now: datetime) -> SigningKey: ...
    def public_jwk(self, key: SigningKey) -> Mapping[str, str]: ...


class RevokedSessionCache(Protocol):
    """A short memory shared by all instances, so that many gateways asking cost one read."""

    async def get(self, cursor: str) -> RevokedSessions | None: ...
    async def put(self, cursor: str, answer: RevokedSessions) -> None: ...
