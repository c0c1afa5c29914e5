"""A client that is cut off from PostgreSQL, on a real server: what it held is free again, and it learns of its end."""

import asyncio
import contextlib
from collections.abc import Callable
from random import Random

import psycopg
import pytest
from psycopg import sql

from chassis import database as chassis_database
from chassis.database import BY_KEY, DatabaseUnavailable, database
from chassis.settings import Secret
from tests.fault.proxy import Fault, target_of, through, way

pytestmark = pytest.mark.servers
LOCKED = sql.SQL("SELECT n FROM things FOR UPDATE SKIP LOCKED")


async def test_the_locks_of_a_client_that_fell_silent_are_free_soon(
    fresh_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(chassis_database, "SILENT_SECONDS", 0.5)
    url = fresh_database("order")
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("CREATE TABLE things AS SELECT 1 AS n")
        async with way("to db", target_of(url)) as cut, database(Secret(through(url, cut.port))) as db:
            with pytest.raises(DatabaseUnavailable):
                async with db.transaction() as tx:
                    await tx.execute(LOCKED)
                    await cut.cut(Fault.DROP)
                    assert other.execute(LOCKED).fetchone() is None, "the fault never fired"
                    async with asyncio.timeout(20):
                        while other.execute(LOCKED).fetchone() is None:
                            await asyncio.sleep(0.05)
                    await cut.heal()
                    await tx.execute(sql.SQL("UPDATE things SET n = 2"))
            async with db.reading() as connection:
                row = await (await connection.execute("SELECT n FROM things")).fetchone()
            assert row == {"n": 1}


async def test_a_url_may_name_limits_of_its_own(fresh_database: Callable[[str], str]):
    url = fresh_database("order")
    async with database(Secret(f"{url}?keepalives_idle=77&application_name=mine")) as db, db.reading() as connection:
        known = connection.info.get_parameters()
        shown = await (await connection.execute("SHOW idle_in_transaction_session_timeout")).fetchone()
    assert (known["keepalives_idle"], known["application_name"]) == ("77", "mine")
    assert (known["keepalives_count"], known["tcp_user_timeout"]) == ("3", "20000")
    assert shown == {"idle_in_transaction_session_timeout": "10s"}


async def test_sets_are_looked_up_by_key_however_small_the_table_is(fresh_database: Callable[[str], str]):
    """A whole table read for a set that the planner takes for a large one is a plan that gets slower with every row."""
    lookup = "EXPLAIN UPDATE things t SET n = 1 FROM jsonb_to_recordset(%s::jsonb) AS u (id text) WHERE t.id = u.id"
    plans: list[str] = []
    for settings in ({}, BY_KEY):
        async with database(Secret(fresh_database("order")), settings=settings) as db, db.reading() as connection:
            await connection.execute("CREATE TABLE things AS SELECT n, n::text AS id FROM generate_series(1, 100) AS n")
            await connection.execute("ALTER TABLE things ADD PRIMARY KEY (id)")
            await connection.execute("VACUUM ANALYZE things")
            rows = await (await connection.execute(lookup, ['[{"id": "1"}]'])).fetchall()
            plans.append(" ".join(str(row) for row in rows))
    assert "Seq Scan" in plans[0], "nothing is left to be proven here"
    assert "Index Scan using things_pkey" in plans[1]


async def test_a_loop_of_queries_ends_when_it_is_cancelled(fresh_database: Callable[[str], str]) -> None:
    """Also where the cancellation comes together with an answer: a service that is stopped would hang."""
    random = Random(1)
    async with database(Secret(fresh_database("catalog")), max_size=8) as db:

        async def ask() -> None:
            while True:
                async with db.reading() as connection:
                    await connection.execute("SELECT 1")

        for _ in range(100):
            asking = [asyncio.create_task(ask()) for _ in range(8)]
            await asyncio.sleep(random.random() / 200)
            for task in asking:
                task.cancel()
            _, still = await asyncio.wait(asking, timeout=10)
            assert not still


async def test_a_commit_that_a_cancellation_overtakes_is_told_and_the_task_ends(
    fresh_database: Callable[[str], str],
) -> None:
    async with database(Secret(fresh_database("catalog"))) as db:
        committed = db.committed()

        async def write() -> None:
            async with db.transaction():
                await _swallowed_cancellation()

        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(write())
        assert committed.is_set()


async def test_a_cancelled_task_ends_though_the_database_is_gone(fresh_database: Callable[[str], str]) -> None:
    async with database(Secret(fresh_database("catalog"))) as db:

        async def read() -> None:
            async with db.reading():
                await _swallowed_cancellation()
                raise psycopg.OperationalError("the server closed the connection")

        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(read())


async def _swallowed_cancellation() -> None:
    """As Python 3.11's `wait_for` does it."""
    task = asyncio.current_task()
    assert task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(0)


async def test_a_commit_tells_everybody_who_waits_for_one(fresh_database: Callable[[str], str]):
    url = Secret(fresh_database("order"))
    async with database(url) as db, database(url, beside=db) as other:
        waiting = [db.committed(), other.committed(), db.committed()]
        async with other.reading() as connection:
            await connection.execute("SELECT 1")
        assert [each.is_set() for each in waiting] == [False] * 3
        waiting[0].clear()
        async with other.transaction() as tx:
            await tx.execute("SELECT 1")
        assert [each.is_set() for each in waiting] == [True] * 3


async def test_lists_arrive_as_they_were_given(fresh_database: Callable[[str], str]):
    plain = ["a", "", " b ", "{c,d}", "NULL", "é\u2003ü", "line\nbreak"]
    texts: list[list[str | None]] = [[*plain], [*plain, 'a "quote" and a \\', "\\"], ["a", None], []]
    async with database(Secret(fresh_database("order"))) as db, db.reading() as connection:
        for given in texts:
            assert await (await connection.execute("SELECT %s::text[] AS it", [given])).fetchone() == {"it": given}
        row = await (await connection.execute("SELECT %s AS a, %s AS b", [[1, -2, 2**40], [True, False]])).fetchone()
        assert row == {"a": [1, -2, 2**40], "b": [True, False]}
        with pytest.raises(psycopg.DataError):
            await connection.execute("SELECT %s::text[]", [["a", "b\0c"]])
