"""A client that is cut off from PostgreSQL, on a real server: what it held is free again, and it learns of its end."""

import asyncio
from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from chassis import database as chassis_database
from chassis.database import DatabaseUnavailable, database
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
