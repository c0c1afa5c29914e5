"""PostgreSQL: a pool, transactions, and reads that cost one round trip."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import orjson
import psycopg
import structlog
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg.types.array import ListDumper
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from chassis.errors import Unavailable
from chassis.settings import Secret

log = structlog.get_logger("database")

Connection = psycopg.AsyncConnection[DictRow]
T = TypeVar("T")

set_json_loads(orjson.loads)


class _SetDumper(ListDumper):
    """Lists of texts or whole numbers, as statements by the set take them: written in one go instead of item by item,
    which was a twentieth of an import. Any other list, and texts with signs that are to be escaped, as psycopg does."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        types = set(map(type, obj))
        if types == {int}:
            return ("{" + ",".join(map(str, obj)) + "}").encode()
        if types == {str}:
            plain = "".join(obj)
            if not ('"' in plain or "\\" in plain or "\0" in plain):
                return ('{"' + '","'.join(obj) + '"}').encode()
        return super().dump(obj)


psycopg.adapters.register_dumper(list, _SetDumper)

# A host that is gone says nothing. The client knows it after half a minute instead of hours, and the server ends a
# transaction whose client went silent: its row locks would keep everybody else from what it left behind.
PATIENCE: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
SILENT_SECONDS = 10.0
SET = "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS setting (name, value)"
BY_KEY: dict[str, str] = {
    "plan_cache_mode": "force_generic_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
"""Settings for a service whose every statement looks rows up by key: planned once, and by index whatever the size of a
set or a table. Left to itself the planner takes a set of unknown size for a large one, reads whole tables for it, and
plans anew at every call."""

LOST = (PoolTimeout, psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout)
RETRYABLE = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""

    reason = "DATABASE_UNAVAILABLE"


class Database:
    """Connections of one database, rows as dicts. Made by `database(...)`."""

    def __init__(self, pool: AsyncConnectionPool[Connection], url: Secret, waiting: list[asyncio.Event]) -> None:
        self._pool = pool
        self._url = url
        self._mending: asyncio.Future[None] | None = None
        self.waiting = waiting

    def committed(self) -> asyncio.Event:
        """A new event, set after every transaction of this process: what works off rows (relay, worker) clears it
        before it looks for them, and awaits it after."""
        event = asyncio.Event()
        self.waiting.append(event)
        return event

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Commits when left cleanly, rolls back otherwise. No remote call belongs inside."""
        async with self._connection() as connection:
            async with connection.transaction():
                yield connection
            for event in self.waiting:
                event.set()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator[Connection]:
        """For single statements: each is its own snapshot, without BEGIN and COMMIT."""
        async with self._connection() as connection:
            yield connection

    async def retrying(self, work: Callable[[Connection], Awaitable[T]], attempts: int = 5) -> T:
        """Runs `work` in a transaction, again after a deadlock or serialization failure."""
        for attempt in range(1, attempts + 1):
            try:
                async with self.transaction() as tx:
                    return await work(tx)
            except RETRYABLE:
                if attempt == attempts:
                    raise
        raise AssertionError("unreachable")

    async def notifications(self, channel: str, poll_seconds: float) -> AsyncIterator[str]:
        """Payloads of NOTIFY on `channel`; "" at least every `poll_seconds`, also while the connection is lost."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self._url.reveal(), autocommit=True) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                    while True:
                        async for notice in connection.notifies(timeout=poll_seconds):
                            yield notice.payload
                        yield ""
            except psycopg.OperationalError as error:
                log.warning("database.listen_lost", channel=channel, error=str(error).strip())
                await asyncio.sleep(poll_seconds)
                yield ""

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncGenerator[Connection]:
        with _ending():
            try:
                async with self._pool.connection() as connection:
                    yield connection
            except LOST as error:
                if isinstance(error, RETRYABLE):
                    raise
                # A server that restarted leaves broken connections behind: one call pays, the others get fresh ones.
                self._mending = asyncio.ensure_future(self._pool.check())
                raise DatabaseUnavailable(why=str(error).strip().splitlines()[0] if str(error) else "") from error


@contextlib.contextmanager
def _ending() -> Generator[None]:
    """Ends a task that was asked to stop meanwhile, whatever came of its work.

    Python 3.11's `wait_for`, on which psycopg and its pool wait, swallows a cancellation that comes with the answer.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


@contextlib.asynccontextmanager
async def database(
    url: Secret,
    *,
    min_size: int = 1,
    max_size: int = 10,
    timeout: float = 5.0,
    settings: Mapping[str, str] = MappingProxyType({}),
    beside: Database | None = None,
    **parameters: Any,
) -> AsyncGenerator[Database]:
    """A pool on `url`; `timeout` is how long a caller waits for a free connection, in seconds.

    `settings` are the sessions'. Commits of a pool `beside` another on the same database wake the same workers.
    """
    every = {"idle_in_transaction_session_timeout": f"{SILENT_SECONDS * 1000:.0f}ms", **settings}

    async def configure(connection: Connection) -> None:
        await connection.execute(SET, [list(every), list(every.values())])

    pool = AsyncConnectionPool(
        patient(url).reveal(),
        connection_class=psycopg.AsyncConnection[DictRow],
        configure=configure,
        min_size=min_size,
        max_size=max_size,
        timeout=timeout,
        open=False,
        kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 3, **parameters},
    )
    await pool.open(wait=False)
    try:
        yield Database(pool, patient(url), beside.waiting if beside else [])
    finally:
        await pool.close()


def patient(url: Secret) -> Secret:
    """The URL with our limits, where it names none of its own."""
    return Secret(make_conninfo("", **(PATIENCE | conninfo_to_dict(url.reveal()))))
