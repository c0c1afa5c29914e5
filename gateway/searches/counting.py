"""Counts who searched for what, by hashes that mean nothing anywhere else.

An asker is the customer or, without one, the network the request came from. Their hash is keyed with a secret of the
deployment that changes every week, and covers the text too: the same asker has another hash for every text, so that
hashes say how many asked for a text and never what one of them asked.
"""

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emporium.common.v1.page_pb2 import ShopContext

from chassis.graph.searched import Searched
from chassis.identity import Caller
from chassis.ids import new_id
from chassis.settings import Secret
from gateway.metrics import Metrics
from gateway.searches.door import may_be_learnt
from gateway.sharing.sharing import shares

WINDOW_SECONDS: Final = 7 * 86_400
"""How long a hash means the same asker."""
DAY_SECONDS: Final = 86_400
"""An asker's searches for one text count once a day."""
MOST_TEXTS: Final = 5_000
"""Between two tellings."""
MOST_ASKERS: Final = 200
"""Of a text, between two tellings."""
MOST_SEEN: Final = 200_000
"""Hashes remembered for the day, about 16 MB; then they are forgotten, and may count once more."""
IPV6_NETWORK: Final = 64
"""Bits: a household, or one machine, has all addresses below."""

Query = tuple[str, str, str]
"""Channel, locale, text."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What was searched for since the last telling."""

    id: str
    window: int
    askers: Mapping[Query, frozenset[int]]
    """Nobody: it was searched for in vain."""

    @property
    def askers_until(self) -> int:
        """When its hashes mean nobody any more, in seconds since 1970."""
        return (self.window + 1) * WINDOW_SECONDS


class SearchCount:
    """The searches of one process, in bounded memory."""

    def __init__(
        self,
        secret: Secret,
        metrics: Metrics,
        *,
        clock: Callable[[], float] = time.time,
        most_texts: int = MOST_TEXTS,
        most_askers: int = MOST_ASKERS,
        most_seen: int = MOST_SEEN,
    ) -> None:
        """`secret`: the same for all gateways of the deployment, so that an asker of two of them is one."""
        self._secret = secret.reveal().encode()
        self._metrics = metrics
        self._clock = clock
        self._most_texts, self._most_askers, self._most_seen = most_texts, most_askers, most_seen
        self._window, self._key = -1, b""
        self._day = -1
        self._askers: dict[Query, set[int]] = {}
        self._seen: set[int] = set()

    def note(self, searched: Sequence[Searched], shop: ShopContext, caller: Caller) -> None:
        """Counts what a caller was answered. Staff do not count: they look for what they work on."""
        if not searched or not shares(caller):
            return
        asker = caller.user_id or _network(caller.ip_address)
        if not asker:
            return
        self._keep_time()
        for each in searched:
            outcome = self._count(each, (shop.channel, shop.locale, each.text), asker)
            self._metrics.searches.labels(outcome).inc()

    def take(self) -> Batch | None:
        """What is to be told; it is not here any more."""
        if not self._askers:
            return None
        askers = {query: frozenset(hashes) for query, hashes in self._askers.items()}
        self._askers = {}
        return Batch(id=new_id("sea"), window=self._window, askers=askers)

    def _keep_time(self) -> None:
        now = self._clock()
        if (window := int(now // WINDOW_SECONDS)) != self._window:
            # Hashes of two weeks cannot be told together; what was not told yet, of a minute, is lost.
            self._window, self._askers = window, {}
            self._key = hmac.digest(self._secret, f"searches {window}".encode(), "sha256")
        if (day := int(now // DAY_SECONDS)) != self._day:
            self._day = day
            self._seen.clear()

    def _count(self, searched: Searched, query: Query, asker: str) -> str:
        """The outcome, as the metric names it."""
        if not may_be_learnt(searched.text):
            return "refused"
        known = self._askers.get(query)
        if known is None and len(self._askers) >= self._most_texts:
            return "full"
        if not searched.found:
            # Also of those who found it a moment ago: it is gone now.
            self._askers[query] = set()
            return "in_vain"
        hashed = self._hash(query, asker)
        if hashed in self._seen:
            return "again"
        if known is not None and len(known) >= self._most_askers:
            return "full"
        if len(self._seen) >= self._most_seen:
            self._seen.clear()
        self._seen.add(hashed)
        self._askers.setdefault(query, set()).add(hashed)
        return "counted"

    def _hash(self, query: Query, asker: str) -> int:
        digest = hashlib.blake2b("\n".join((*query, asker)).encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def _network(address: str) -> str:
    """An asker without an account."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.IPv6Network((address, IPV6_NETWORK), strict=False))
    except ValueError:
        return address
