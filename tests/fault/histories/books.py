"""Waits until all is quiet after a history, and reads the books."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson

from tests.fault.histories.shoppers import Market, cancel
from tests.fixtures.order import SERVICE

QUIET_SECONDS = 60
ORDERS = """
SELECT o.id, o.cart_id, o.status, o.payment_status, o.total, o.captured, o.refunded, o.reason_facts,
    (SELECT jsonb_object_agg(l.sku, l.quantity) FROM order_lines l WHERE l.order_id = o.id) AS lines,
    (SELECT jsonb_agg(jsonb_build_object('sequence', e.sequence, 'type', e.type, 'status', e.status,
        'payment_status', e.payment_status) ORDER BY e.sequence) FROM order_events e WHERE e.order_id = o.id) AS events
FROM orders o
"""
KEYS = "SELECT key, order_id FROM idempotency_keys WHERE mutation = 'checkoutComplete'"
EVENTS = "SELECT event_id, processed_at IS NOT NULL AS processed FROM webhook_events"
BUSY = """
SELECT order_id, state, step, attempts, due_at, last_error FROM sagas WHERE state IN ('RUNNING', 'COMPENSATING')
UNION ALL SELECT object_id, 'EVENT', type, attempts, due_at, outcome FROM webhook_events WHERE processed_at IS NULL
"""
SESSIONS = "SELECT pid, state, wait_event, xact_start, query FROM pg_stat_activity WHERE datname = current_database()"
PARKED = "SELECT order_id FROM sagas WHERE state = 'PARKED'"


async def quiet(market: Market) -> list[str]:
    """Waits until no saga and no event is on its way; who never came back from the bank has cancelled.

    Answers what is still at work after all that time.
    """
    books, draw = market.shop.books, random.Random(0)
    deadline = time.monotonic() + QUIET_SECONDS
    while True:
        parked = await asyncio.to_thread(books.order, PARKED)
        for row in parked:
            await cancel(market, "closer", row["order_id"], f"close-{row['order_id']}", SERVICE, draw)
        busy = await asyncio.to_thread(books.order, BUSY)
        if not parked and not busy:
            return []
        if time.monotonic() > deadline:
            return [f"never quiet: {row}" for row in (*parked, *busy, *books.order(SESSIONS))]
        await asyncio.sleep(0.1)


async def read_books(market: Market, initial: Mapping[str, int]) -> dict[str, Any]:
    """As the checker wants them."""
    books = market.shop.books
    orders, keys, events = await asyncio.gather(
        *(asyncio.to_thread(books.order, one) for one in (ORDERS, KEYS, EVENTS))
    )
    levels = {sku: await market.shop.shop.stock(sku) for sku in initial}
    return {
        "initial": dict(initial),
        "stock": {
            sku: dict(zip(("available", "reserved", "secured", "sold"), level, strict=True))
            for sku, level in levels.items()
        },
        "orders": {row["id"]: order_of(row) for row in orders},
        "keys": {row["key"]: row["order_id"] for row in keys},
        "webhooks": {row["event_id"]: row["processed"] for row in events},
        "provider": await provider(market),
    }


def order_of(row: Mapping[str, Any]) -> dict[str, Any]:
    facts = row["reason_facts"]
    kept = ("status", "payment_status", "total", "captured", "refunded", "lines", "events")
    return {
        "cart": row["cart_id"],
        "code": facts.get("code", ""),
        "sku": facts.get("sku", ""),
        **{name: row[name] for name in kept},
    }


async def provider(market: Market) -> dict[str, list[tuple[str, int]]]:
    """What happened to each order's money."""
    book = await market.shop.shop.sandbox.book()
    order_by_intent = {one["id"]: one["metadata"].get("order") for one in book["payment_intents"]}
    moved: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for entry in book["entries"]:
        moved[order_by_intent[entry["intent"]]].append((entry["kind"], entry["amount"]))
    return dict(moved)


def written(books: Mapping[str, Any]) -> bytes:
    return orjson.dumps(books, option=orjson.OPT_INDENT_2)
