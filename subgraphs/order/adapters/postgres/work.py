"""An open transaction and all that can be done in it."""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from typing import Protocol

from chassis.database import Connection, Database
from chassis.errors import Unavailable
from subgraphs.order.adapters.postgres.carts import PostgresCarts
from subgraphs.order.adapters.postgres.discount_codes import PostgresDiscountCodes
from subgraphs.order.adapters.postgres.idempotency_keys import PostgresIdempotencyKeys
from subgraphs.order.adapters.postgres.orders import PostgresOrders
from subgraphs.order.adapters.postgres.payment_attempts import PostgresPaymentAttempts
from subgraphs.order.adapters.postgres.rows import flush
from subgraphs.order.adapters.postgres.saga_log import PostgresSagaLog
from subgraphs.order.adapters.postgres.webhook_events import PostgresWebhookEvents
from subgraphs.order.domain.order import Order
from subgraphs.order.saga.outcome import NotReached


class PostgresWork:
    """The tables of ordering, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.carts = PostgresCarts(connection)
        self.orders = PostgresOrders(connection)
        self.discount_codes = PostgresDiscountCodes(connection, self.orders)
        self.attempts = PostgresPaymentAttempts(connection)
        self.keys = PostgresIdempotencyKeys(connection)
        self.sagas = PostgresSagaLog(connection, self.orders)
        self.webhooks = PostgresWebhookEvents(connection)

    async def flush(self) -> None:
        """Writes what the repositories kept until now, orders first: the others refer to them."""
        await flush(self._connection, (self.orders, self.attempts, self.carts, self.sagas))


class Changes(Protocol):
    """Who is told, after the commit, of the orders that got new events."""

    def moved(self, orders: Collection[Order]) -> None: ...


class PostgresStore:
    def __init__(self, db: Database, changes: Changes) -> None:
        self._db = db
        self._changes = changes

    @asynccontextmanager
    async def work(self) -> AsyncGenerator[PostgresWork]:
        async with self._db.transaction() as connection:
            work = PostgresWork(connection)
            yield work
            await work.flush()
        if work.orders.moved:
            self._changes.moved(work.orders.moved.values())

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[PostgresWork]:
        async with self._db.reading() as connection:
            yield PostgresWork(connection)

    @asynccontextmanager
    async def engine_work(self) -> AsyncGenerator[PostgresWork]:
        """For the saga engine: a lost database is a neighbour that was not reached."""
        try:
            async with self.work() as work:
                yield work
        except Unavailable as error:
            raise NotReached(str(error)) from error
