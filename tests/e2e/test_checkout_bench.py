"""The benchmark's reference is honest: its SQL writes the rows that one real order writes."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import aiohttp
import psycopg
import pytest
from psycopg import sql

from infra.bench.checkout import Load, percentile, settled, window_of
from infra.bench.flame import Flame
from infra.bench.plot import curve
from infra.bench.reference import SCHEMAS, reference_database, run_script
from infra.bench.shoppers import Orders, Shop, closed_loop
from infra.bench.usage import Usage, admin_url
from infra.embedded.failures import StackError
from infra.embedded.running import RunningStack
from tests.fixtures.shop import RunningShop

WEBHOOKS_OF_AN_ORDER = 2


def rows_of(url: str, schema: str, *, but: frozenset[str] = frozenset()) -> Counter[str]:
    """How many rows each table has."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
        counts: Counter[str] = Counter()
        for (name,) in tables:
            if name not in but:
                query = sql.SQL("SELECT count(*) FROM {}.{}").format(sql.Identifier(schema), sql.Identifier(name))
                row = connection.execute(query).fetchone()
                assert row is not None
                counts[name] = row[0]
    return counts


def written(before: Mapping[str, Counter[str]], after: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted((after[name] - before[name]).items())) for name in after}


async def one_order(stack: RunningStack) -> dict[str, dict[str, int]]:
    def rows() -> dict[str, Counter[str]]:
        return {name: rows_of(admin_url(stack, name), "public") for name in SCHEMAS.values()}

    async with aiohttp.ClientSession() as http:
        shop = Shop(http=http, url=stack.gateway_url)
        carts = await shop.carts(1, (await shop.skus())[:10], 2)
        await settled(stack)
        before = rows()
        orders = await closed_loop(shop, carts, 1, 30)
        assert not orders.failures
        await settled(stack)
        found: dict[str, dict[str, int]] = {}
        for _ in range(100):
            found = written(before, rows())
            if found["order"].get("webhook_events") == WEBHOOKS_OF_AN_ORDER:
                break
            await asyncio.sleep(0.1)
    return found


def test_the_reference_writes_the_rows_of_one_real_order(shop: RunningShop) -> None:
    real = asyncio.run(one_order(shop.stack))
    with reference_database(shop.stack) as url:
        before = {subgraph: rows_of(url, schema) for schema, subgraph in SCHEMAS.items()}
        run_script(url, "-c", "1", "-t", "1")
        reference = written(before, {subgraph: rows_of(url, schema) for schema, subgraph in SCHEMAS.items()})
    assert reference == real


def test_the_bench_tells_what_an_order_costs(shop: RunningShop) -> None:
    done = shop.emporium("bench", "checkout", "--shoppers", "2", "--duration", "1", "--repeat", "1", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["summary"]["2 shoppers"]
    assert told["failed"] == 0
    assert told["orders"] > 0
    assert told["platform_cpu_ms_per_order"]["median"] > 0
    assert told["rpcs_per_order"]["median"] > 1
    assert set(told["cpu_ms_per_order"]) >= {"gateway", "order", "catalog", "postgres", "payment_sandbox"}


def test_a_flash_sale_of_one_sku_is_measured_against_many(shop: RunningShop) -> None:
    done = shop.emporium("bench", "inventory", "--rate", "200", "--duration", "1", "--repeat", "1", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [window["skus"] for window in document["windows"]] == [1, 50]
    assert all(window["reservations"] == 200 and window["refused"] == 0 for window in document["windows"])
    assert document["summary"]["one_sku"]["p95_ms"] > 0
    # A set of five a call: a transaction each.
    assert document["summary"]["one_sku"]["writing_transactions_per_reservation"] < 0.5


def test_a_running_process_is_drawn_as_a_flame_graph(shop: RunningShop, tmp_path: Path) -> None:
    target = tmp_path / "order.svg"
    done = shop.emporium("profile", "order", "--seconds", "1", "--idle", "--output", str(target))
    assert done.returncode == 0, done.stderr
    drawn = target.read_text(encoding="utf-8")
    assert "<svg" in drawn
    assert "chassis/run.py" in drawn, "the functions of the process are named"


def test_a_process_that_does_not_run_is_not_drawn(shop: RunningShop) -> None:
    gone = replace(shop.stack.record, parts=[part for part in shop.stack.record.parts if part.name != "order"])
    with pytest.raises(StackError, match="order does not run"):
        Flame(replace(shop.stack, record=gone), "order", Path("never.svg"), seconds=1)


def test_what_stands_for_others_is_no_platform_cost() -> None:
    orders = Orders(latencies=[0.1, 0.3], seconds=1.0)
    used = Usage(cpu={"order": 8.0, "payment_sandbox": 90.0}, rpcs={"/a/B": 4}, writing=6, commits=10, syncs=2)
    window = window_of(Load(shoppers=2, seconds=1), orders, used, 1.0)
    assert window.platform_cpu_ms_per_order == 4.0
    assert (window.orders_per_second, window.rpcs_per_order, window.p50_ms) == (2.0, 2.0, 100.0)


def test_percentiles_are_the_nearest_rank() -> None:
    assert [percentile([1, 2, 3, 4], percent) for percent in (50, 95, 99)] == [2, 4, 4]


def test_the_curve_shows_its_points() -> None:
    drawing = curve("CPU", "shoppers", "ms", [(50, 3.5), (1, 9.0)])
    assert drawing.count("<circle") == 2
    assert ">9.0<" in drawing
