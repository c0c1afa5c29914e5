"""A login on one device, and the family of refresh tokens that keeps it alive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
LOST_ANSWER_WINDOW = timedelta(seconds=10)
"""How long the previous refresh token still yields the same successor: the answer may have been lost."""

LONGEST_USER_AGENT = 400


@dataclass(frozen=True, kw_only=True)
class Device:
    """Where a login came from, as the gateway saw it. Personal data."""

    user_agent: str = ""
    ip_address: str = ""


@dataclass(frozen=True, kw_only=True)
class Session:
    """A login on one device."""

    id: str
    user_id: str
    device: Device
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RefreshFamily:
    """The chain of refresh tokens of one session; only the hash of the newest is known."""

    id: str
    session_id: str
    user_id: str
    generation: int
    token_hash: bytes
    rotated_at: datetime
    expires_at: datetime
    revoked: bool = False


class Verdict(Enum):
    """What a presented refresh token deserves."""

    ROTATE = auto()
    REPEAT_ANSWER = auto()
    REUSED = auto()
    ENDED = auto()


def judge(family: RefreshFamily, *, generation: int, token_hash: bytes, now: datetime) -> Verdict:
    """Judges a genuine token of this family. A token older than the previous one was stolen or replayed."""
    if family.revoked or now >= family.expires_at:
        return Verdict.ENDED
    if generation == family.generation:
        return Verdict.ROTATE if token_hash == family.token_hash else Verdict.ENDED
    is_previous = generation == family.generation - 1
    if is_previous and now - family.rotated_at <= LOST_ANSWER_WINDOW:
        return Verdict.REPEAT_ANSWER
    return Verdict.REUSED
