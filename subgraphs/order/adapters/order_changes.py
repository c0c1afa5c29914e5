"""Who waits for which order: moves of this process arrive at once, those of others by NOTIFY, with a poll behind it."""

import asyncio
import secrets
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from chassis.database import Database
from subgraphs.order.domain.order import Order

CHANNEL = "order_changed"
# A notice is never read from the disk, so nobody waits for it to be there.
NOTIFY = """
SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice, set_config('synchronous_commit', 'off', true)
"""
POLL_SECONDS = 2.0
MOMENT_SECONDS = 0.1
MOVES = 150
"""In one notice, which has room for 8,000 bytes."""


class Watch:
    """One waiter for one order, woken only by what it wants."""

    def __init__(self, wanted: Callable[[Order], bool] | None) -> None:
        self._wanted = wanted
        self._moves: asyncio.Queue[Order | None] = asyncio.Queue()
        self.seen = 0
        """The newest sequence told, so that a NOTIFY of our own move is no second news."""

    def put(self, order: Order | None, sequence: int) -> None:
        if sequence > self.seen:
            self.seen = sequence
            if order is not None and self._wanted is not None and not self._wanted(order):
                return
            self._moves.put_nowait(order)

    def poke(self) -> None:
        """Read anew: something may have been missed."""
        self._moves.put_nowait(None)

    async def next(self, seconds: float) -> Order | None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await self._moves.get()
        except TimeoutError:
            return None


class LocalOrderChanges:
    def __init__(self) -> None:
        self.origin = secrets.token_hex(4)
        """Names this process in its notices: it knows its own moves without them."""
        self._watches: dict[str, set[Watch]] = {}
        self._untold: dict[str, int] = {}
        self._news = asyncio.Event()

    @contextmanager
    def watching(self, order_id: str, wanted: Callable[[Order], bool] | None = None) -> Generator[Watch]:
        watch = Watch(wanted)
        self._watches.setdefault(order_id, set()).add(watch)
        try:
            yield watch
        finally:
            watches = self._watches[order_id]
            watches.discard(watch)
            if not watches:
                del self._watches[order_id]

    def moved(self, orders: Iterable[Order]) -> None:
        """After the commit; other processes are told by `announce`."""
        for order in orders:
            self._untold[order.id] = order.sequence
            for watch in self._watches.get(order.id, ()):
                watch.put(order, order.sequence)
        self._news.set()

    def moved_elsewhere(self, payload: str) -> None:
        """The notice "origin ord_…:7 ord_…:3"; empty: some news may have been lost."""
        origin, _, moves = payload.partition(" ")
        if origin == self.origin:
            return
        if not moves:
            for watches in self._watches.values():
                for watch in watches:
                    watch.poke()
        for move in moves.split():
            order_id, _, sequence = move.partition(":")
            for watch in self._watches.get(order_id, ()):
                watch.put(None, int(sequence))

    async def announce(self, db: Database) -> None:
        """Tells other processes, until cancelled: the first move at once, then those of each moment together.

        Not by the transactions that move: a NOTIFY in them would make their commits wait for each other's fsync. What
        a dying process leaves untold is found by the listeners' poll.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            moves, self._untold = [f"{order_id}:{sequence}" for order_id, sequence in self._untold.items()], {}
            notices = [" ".join([self.origin, *moves[at : at + MOVES]]) for at in range(0, len(moves), MOVES)]
            async with db.reading() as connection:
                await connection.execute(NOTIFY, [CHANNEL, notices])
            await asyncio.sleep(MOMENT_SECONDS)

    async def listen(self, db: Database) -> None:
        """Hears of other processes' moves, until cancelled."""
        async for payload in db.notifications(CHANNEL, POLL_SECONDS):
            self.moved_elsewhere(payload)
