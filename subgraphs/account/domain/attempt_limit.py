"""How many failed attempts are allowed in a sliding window of time, and the counting itself."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

WINDOW_SECONDS = 15 * 60
PER_ACCOUNT = 50
PER_ACCOUNT_AND_ADDRESS = 10
PER_ADDRESS = 100


@dataclass(frozen=True, kw_only=True)
class AttemptLimit:
    """At most `attempts` under `key` within `window_seconds`."""

    key: str
    attempts: int
    window_seconds: int = WINDOW_SECONDS


def login_limits(email_key: str, ip_address: str) -> tuple[AttemptLimit, ...]:
    """Narrow for one account from one address, wider for each alone, so that a stranger cannot lock an owner out.

    The same for known and unknown e-mail. Keys hold hashes: counters are no place for personal data.
    """
    account = sha256(email_key.encode()).hexdigest()[:32]
    limits = [AttemptLimit(key=f"login:account:{account}", attempts=PER_ACCOUNT)]
    if ip_address:
        address = sha256(ip_address.encode()).hexdigest()[:32]
        limits.append(AttemptLimit(key=f"login:both:{account}:{address}", attempts=PER_ACCOUNT_AND_ADDRESS))
        limits.append(AttemptLimit(key=f"login:address:{address}", attempts=PER_ADDRESS))
    return tuple(limits)


def password_limits(user_id: str) -> tuple[AttemptLimit, ...]:
    """Guessing the current password with a stolen access token."""
    return (AttemptLimit(key=f"password:{user_id}", attempts=PER_ACCOUNT_AND_ADDRESS),)


@dataclass
class SlidingWindows:
    """Counts in this process; bounded, the keys used longest ago are forgotten first."""

    capacity: int = 10_000
    _attempts: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict[str, deque[float]])

    def allow(self, limits: Sequence[AttemptLimit], now: float) -> bool:
        """Counts one attempt under every limit, unless one of them is used up; `now` in seconds."""
        windows = [self._window(limit, now) for limit in limits]
        if any(len(window) >= limit.attempts for window, limit in zip(windows, limits, strict=True)):
            return False
        for window in windows:
            window.append(now)
        return True

    def forgive(self, limits: Sequence[AttemptLimit]) -> None:
        """Takes the newest attempt back: it succeeded."""
        for limit in limits:
            window = self._attempts.get(limit.key)
            if window:
                window.pop()

    def _window(self, limit: AttemptLimit, now: float) -> deque[float]:
        window = self._attempts.setdefault(limit.key, deque())
        self._attempts.move_to_end(limit.key)
        while window and window[0] <= now - limit.window_seconds:
            window.popleft()
        while len(self._attempts) > self.capacity:
            self._attempts.popitem(last=False)
        return window
