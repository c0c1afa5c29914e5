"""Whoever has just changed something sees it: their next requests are not answered from what was fetched before.

The answer of a mutation carries when it was made, as a header and as a cookie; requests bring either back. For some
seconds, in which the change reaches every gateway as an event, they are then asked anew. It grants nothing: at worst a
request costs what it would cost without a cache.
"""

import time
from collections.abc import Mapping
from typing import Final

HEADER: Final = "emporium-wrote"
FRESH_SECONDS: Final = 5
"""Longer than an event takes from commit to all gateways."""
_COOKIE: Final = f"{HEADER}="
_DIGITS: Final = 15


def wrote_lately(headers: Mapping[str, str]) -> bool:
    """Whether this client changed something in the last seconds."""
    given = headers.get(HEADER) or _cookie(headers.get("cookie", ""))
    if not (given.isascii() and given.isdigit() and len(given) <= _DIGITS):
        return False
    return abs(time.time() - int(given) / 1000) < FRESH_SECONDS


def wrote_now() -> dict[str, str]:
    """The headers of a mutation's answer."""
    now = str(int(time.time() * 1000))
    cookie = f"{_COOKIE}{now}; Path=/; Max-Age={FRESH_SECONDS}; HttpOnly; SameSite=Lax"
    return {"Emporium-Wrote": now, "Set-Cookie": cookie}


def _cookie(cookies: str) -> str:
    if _COOKIE not in cookies:
        return ""
    pairs = (each.strip().partition("=") for each in cookies.split(";"))
    return next((value for name, _, value in pairs if name == HEADER), "")
