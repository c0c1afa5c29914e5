"""Shared fetches: from what is kept here, from what is kept in Redis, from a call that others wait for too.

    rows kept here ── missing ──> lane ── one call for all askers: Redis first, the subgraph for the rest ──> kept

Private fetches never come here, and neither does staff: they may see what others may not.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Protocol

from emporium.common.v1.page_pb2 import ShopContext

from chassis import deadline, identity, telemetry
from chassis.graph.shared import Shared
from chassis.identity import Caller
from gateway.metrics import Metrics
from gateway.sharing.answers import Answers, Sources
from gateway.sharing.lane import IN_FLIGHT, MOST_KEYS, Batch, Lane
from gateway.sharing.store import Entry, Store
from gateway.sharing.wire import DECODED, decoded, encoded

NOBODY: Final = Caller(service="gateway")
"""As whom shared calls are made: no user, no session, no cart, no address."""
NOTHING_SECONDS: Final = 2.0
"""How long at most it is believed that there is no such thing: a new one announces itself under a name nobody keeps."""
ALONE: Final = 1_000
"""Calls at a time for roots, which cannot be asked together."""

Place = tuple[str, bytes, tuple[tuple[str, bool], ...], tuple[str, ...]]
"""A fetch with its arguments, what is asked of it, and what it varies with: where a key has one row."""
Call = Callable[[Sequence[Any], "NobodysContext"], Awaitable[Sequence[Any]]]


class SharedRowCount(Exception):
    """A shared fetch must answer a row a key."""


class NobodysContext(Protocol):
    """What a shared fetch is given."""

    @property
    def degraded(self) -> Mapping[str, None]: ...


class SharingContext(Protocol):
    """What an operation's context must offer to take part."""

    @property
    def shop(self) -> ShopContext: ...

    @property
    def fresh(self) -> bool:
        """Whether only what is fetched from now on will do: the client has just changed something."""
        ...

    def for_nobody(self, shop: ShopContext, asked: Mapping[str, bool]) -> NobodysContext:
        """The same services without the caller; `requested` knows these paths, and raises for any other."""
        ...


class Behind(Protocol):
    """A second, common store. Never raises: what it cannot do it does not do."""

    async def read(self, keys: Sequence[str]) -> tuple[dict[str, Entry], int | None]:
        """What is there, and the moment to give to `write`; None: nothing is to be written."""
        ...

    def write(self, entries: Mapping[str, tuple[Entry, bytes, float]], moment: int | None) -> None:
        """Keeps entries, for so many seconds each, in the background."""
        ...


@dataclass(frozen=True, kw_only=True)
class Fetching:
    """One shared fetch with its arguments."""

    name: str
    """Unique: "Product", "Product.variants", "Query.search"."""
    rules: Shared
    call: Call
    """Takes what stands for the keys; a row each."""
    names: Callable[[Any, Any], tuple[str, ...]]
    """What stands for a key, its row → what the row changes with."""
    arguments: bytes = b""
    asked: tuple[tuple[str, bool], ...] = ()
    """Which of `rules.asks` are selected."""
    alone: bool = False
    """One key a call."""


@dataclass(frozen=True)
class _Origin:
    """Who caused a call: it is in their trace and in their count, and in nothing else theirs."""

    ctx: SharingContext
    trace: Any


def shares(caller: Caller) -> bool:
    """Staff and services may be shown what is not public: their fetches are their own."""
    return not caller.is_staff and not caller.is_service


class Sharing:
    """All shared fetches of a process."""

    def __init__(self, store: Store, metrics: Metrics, *, behind: Behind | None = None) -> None:
        self.store = store
        self.answers = Answers(store, metrics)
        self._metrics = metrics
        self._behind = behind
        self._lanes: dict[Hashable, Lane] = {}
        store.on_ended = lambda why, count: metrics.shared_ended.labels(why).inc(count)

    async def rows(
        self, fetching: Fetching, wanted: Mapping[Hashable, Any], ctx: SharingContext
    ) -> tuple[dict[Hashable, Entry], Sources]:
        """An entry a key, and where they came from. `wanted`: key → what stands for it in the call. Errors are rows."""
        varying = tuple(getattr(ctx.shop, part) for part in fetching.rules.varies)
        place = (fetching.name, fetching.arguments, fetching.asked, varying)
        found: dict[Hashable, Entry] = {}
        missing: Mapping[Hashable, Any] = wanted
        if fetching.rules.kept and not ctx.fresh:
            for key in wanted:
                if (entry := self.store.get((place, key))) is not None:
                    found[key] = entry
            if found:
                missing = {key: wanted[key] for key in wanted if key not in found}
        kept, joined = len(found), 0
        if missing:
            fetched, joined = await self._ask(place, fetching, missing, ctx)
            found |= fetched
        sources = Sources(kept=kept, joined=joined, asked=len(missing) - joined)
        self._metrics.shared(fetching.name, kept=sources.kept, joined=sources.joined, asked=sources.asked)
        return found, sources

    async def _ask(
        self, place: Place, fetching: Fetching, missing: Mapping[Hashable, Any], ctx: SharingContext
    ) -> tuple[dict[Hashable, Entry], int]:
        lane = self._lanes.get(place)
        if lane is None:
            lane = self._lanes[place] = self._lane(place, fetching)
        try:
            return await lane.ask(missing, _Origin(ctx, telemetry.current_trace()), fresh=ctx.fresh)
        finally:
            if lane.idle and self._lanes.get(place) is lane:
                del self._lanes[place]

    def _lane(self, place: Place, fetching: Fetching) -> Lane:
        shop = ShopContext(**dict(zip(fetching.rules.varies, place[3], strict=True)))

        async def fetch(asked: Mapping[Hashable, Any], batch: Batch) -> dict[Hashable, Entry]:
            seconds = batch.until - asyncio.get_running_loop().time()
            origin: _Origin = batch.origin
            nobody = origin.ctx.for_nobody(shop, dict(fetching.asked))
            with identity.acting_as(NOBODY), deadline.within(seconds), telemetry.in_trace(origin.trace):
                return await self._fetched(place, fetching, asked, nobody, fresh=batch.fresh)

        most, in_flight = (1, ALONE) if fetching.alone else (MOST_KEYS, IN_FLIGHT)
        return Lane(fetch, most=most, in_flight=in_flight)

    async def _fetched(
        self, place: Place, fetching: Fetching, asked: Mapping[Hashable, Any], nobody: NobodysContext, *, fresh: bool
    ) -> dict[Hashable, Entry]:
        moment, since = self.store.moment, self.store.clock()
        behind = self._behind if fetching.rules.kept and self.store.trusted and not fresh else None
        names = {key: behind_key(place, key) for key in asked} if behind else {}
        found: dict[Hashable, Entry] = {}
        stamp: int | None = None
        if behind is not None:
            there, stamp = await behind.read(list(names.values()))
            found = {key: there[name] for key, name in names.items() if name in there}
        missing = {key: stands_for for key, stands_for in asked.items() if key not in found} if found else asked
        bodies: dict[Hashable, bytes] = {}
        if missing:
            rows = await fetching.call(list(missing.values()), nobody)
            if len(rows) != len(missing):
                raise SharedRowCount(f"{fetching.name} answered {len(rows)} rows for {len(missing)} keys")
            notes = tuple(nobody.degraded)
            for (key, stands_for), row in zip(missing.items(), rows, strict=True):
                found[key], bodies[key] = self._entry(fetching, stands_for, row, since, notes)
        self._keep(place, found, moment)
        if behind is not None:
            now = self.store.clock()
            kept = {key: found[key] for key in bodies if found[key].names and found[key].row is not None}
            behind.write({names[key]: (entry, bodies[key], entry.ends - now) for key, entry in kept.items()}, stamp)
        return found

    def _keep(self, place: Place, entries: Mapping[Hashable, Entry], moment: int) -> None:
        for key, entry in entries.items():
            if entry.names and not self.store.put((place, key), entry, moment):
                entry.names = ()

    def _entry(
        self, fetching: Fetching, stands_for: Any, row: Any, since: float, notes: tuple[str, ...]
    ) -> tuple[Entry, bytes]:
        """The row taken out of its response, which would else stay in memory as long as any of its rows."""
        kept = fetching.rules.kept
        if not kept or notes or isinstance(row, Exception):
            return Entry(row, notes=notes), b""
        body = encoded(row)
        ends = self.store.ends(since, kept if row is not None else min(kept, NOTHING_SECONDS))
        names = fetching.names(stands_for, row)
        return Entry(decoded(body), names=names, since=since, ends=ends, bytes=len(body) * DECODED), body


def behind_key(place: Place, key: Hashable) -> str:
    """The row's name in a store that other processes read too."""
    return blake2b(repr((place, key)).encode(), digest_size=16).hexdigest()
