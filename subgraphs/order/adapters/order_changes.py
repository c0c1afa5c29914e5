"""Who waits for which order: moves of this process arrive at once, those of others by NOTIFY, with a poll behind it."""

import asyncio
import secrets
from collections.abc import Generator
from contextlib import contextmanager

from chassis.database import Database
from subgraphs.order.adapters.postgres.orders import CHANNEL
from subgraphs.order.domain.order import Order

POLL_SECONDS = 2.0


class Watch:
    """One waiter for one order."""

    def __init__(self) -> None:
        self._moves: asyncio.Queue[Order | None] = asyncio.Queue()
        self.seen = 0
        """The newest sequence told, so that a NOTIFY of our own move is no second news."""

    def put(self, order: Order | None, sequence: int) -> None:
        if sequence > self.seen:
            self.seen = sequence
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

    @contextmanager
    def watching(self, order_id: str) -> Generator[Watch]:
        watch = Watch()
        self._watches.setdefault(order_id, set()).add(watch)
        try:
            yield watch
        finally:
            watches = self._watches[order_id]
            watches.discard(watch)
            if not watches:
                del self._watches[order_id]

    def moved(self, order: Order) -> None:
        for watch in self._watches.get(order.id, ()):
            watch.put(order, order.sequence)

    def moved_elsewhere(self, payload: str) -> None:
        """The notice "origin ord_… 7"; empty: some news may have been lost."""
        origin, _, move = payload.partition(" ")
        order_id, _, sequence = move.partition(" ")
        if origin == self.origin:
            return
        if not order_id:
            for watches in self._watches.values():
                for watch in watches:
                    watch.poke()
            return
        for watch in self._watches.get(order_id, ()):
            watch.put(None, int(sequence))

    async def listen(self, db: Database) -> None:
        """Hears of other processes' moves, until cancelled."""
        async for payload in db.notifications(CHANNEL, POLL_SECONDS):
            self.moved_elsewhere(payload)
