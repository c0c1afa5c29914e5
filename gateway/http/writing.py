"""Whoever has just changed something sees it: their next requests are not answered from what was fetched before.

The answer of a mutation carries when it was made, as a header and as a cookie, or in its `extensions` where the headers
are gone already; requests bring it back, to whichever gateway. This process also remembers by itself who it was. For
some seconds, in which the change reaches every gateway as an event, they are then asked anew. It grants nothing: at
worst a request costs what it would cost without a cache.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

from chassis.identity import Caller

HEADER: Final = "emporium-wrote"
EXTENSION: Final = "wrote"
FRESH_SECONDS: Final = 5
"""Longer than an event takes from commit to all gateways."""
_COOKIE: Final = f"{HEADER}="
_DIGITS: Final = 15


class Writers:
    """Who has changed something through this process in the last seconds: a session, a guest's cart, a connection."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrote_at: OrderedDict[str, float] = OrderedDict()
        """Oldest first. Mutations are limited in rate, so it is bounded with the time."""

    def note(self, caller: Caller) -> None:
        now = self._clock()
        for key in _keys(caller):
            self._wrote_at[key] = now
            self._wrote_at.move_to_end(key)
        while self._wrote_at and now - next(iter(self._wrote_at.values())) >= FRESH_SECONDS:
            self._wrote_at.popitem(last=False)

    def wrote_lately(self, caller: Caller) -> bool:
        if not self._wrote_at:
            return False
        since = self._clock() - FRESH_SECONDS
        return any(self._wrote_at.get(key, since) > since for key in _keys(caller))


def _keys(caller: Caller) -> list[str]:
    """A WebSocket connection has one request id as long as it lives."""
    return [key for key in (caller.session_id, caller.cart_token_hash, caller.request_id) if key]


def wrote_lately(headers: Mapping[str, str]) -> bool:
    """Whether this client says that it changed something in the last seconds."""
    return is_recent(headers.get(HEADER) or _cookie(headers.get("cookie", "")))


def is_recent(given: str) -> bool:
    """Whether this is what the answer of a mutation was given in the last seconds."""
    if not (given.isascii() and given.isdigit() and len(given) <= _DIGITS):
        return False
    return abs(time.time() - int(given) / 1000) < FRESH_SECONDS


def wrote_now() -> dict[str, str]:
    """The headers of a mutation's answer."""
    now = _now()
    cookie = f"{_COOKIE}{now}; Path=/; Max-Age={FRESH_SECONDS}; HttpOnly; SameSite=Lax"
    return {"Emporium-Wrote": now, "Set-Cookie": cookie}


def telling_that_it_wrote(body: dict[str, Any]) -> dict[str, Any]:
    """A mutation's answer over a transport whose headers are sent already."""
    return body | {"extensions": body.get("extensions", {}) | {EXTENSION: _now()}}


def _now() -> str:
    return str(int(time.time() * 1000))


def _cookie(cookies: str) -> str:
    if _COOKIE not in cookies:
        return ""
    pairs = (each.strip().partition("=") for each in cookies.split(";"))
    return next((value for name, _, value in pairs if name == HEADER), "")
