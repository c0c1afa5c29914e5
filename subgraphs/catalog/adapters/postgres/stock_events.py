"""What is told of stock: a product that sold out or came back, a SKU that ran low or out or came back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from emporium.events.v1 import events_pb2 as events
from psycopg.rows import DictRow

from chassis import outbox
from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.domain.stock_news import Crossing, StockNews, news_of


async def announce(tx: Connection, free: Sequence[DictRow], changes: Mapping[str, int], threshold: int) -> None:
    """`free` are the units of each SKU at its active locations now, `changes` what came or went there just now.

    All rows of these SKUs are locked, so each crossing is seen by one transaction, which tells it.
    """
    flips: dict[str, bool] = {}
    news: list[StockNews] = []
    for row in free:
        sku, after = row["sku"], row["available"]
        before = after - changes.get(sku, 0)
        if (before > 0) != (after > 0):
            flips[sku] = after > 0
        news += news_of(sku, before, after, threshold if row["threshold"] is None else row["threshold"])
    found = [*await _flipped(tx, flips), *await _told(tx, news)]
    await outbox.append(tx, found)


async def tell(tx: Connection, news: Sequence[StockNews]) -> None:
    """Announces these crossings."""
    await outbox.append(tx, await _told(tx, news))


async def _told(tx: Connection, news: Sequence[StockNews]) -> list[outbox.Event]:
    """Numbered within their SKU, whose stock is locked."""
    if not news:
        return []
    counted = Counter(each.sku for each in news)
    asked = orjson.dumps([{"sku": sku, "told": count} for sku, count in counted.items()]).decode()
    rows = {row["sku"]: row async for row in await tx.execute(sql.TOLD, [asked])}
    found: list[outbox.Event] = []
    for each in news:
        row = rows[each.sku]
        sequence = row["told"] - counted[each.sku] + 1
        counted[each.sku] -= 1
        message = _message(each, product_id=row["product_id"], sku=each.sku, sequence=sequence)
        found.append(outbox.Event(topic=TOPIC, aggregate_id=each.sku, sequence=sequence, message=message))
    return found


def _message(news: StockNews, **named: Any) -> events.LowStock | events.OutOfStock | events.BackInStock:
    match news.crossing:
        case Crossing.LOW:
            return events.LowStock(**named, available=news.available, threshold=news.threshold)
        case Crossing.OUT:
            return events.OutOfStock(**named)
        case Crossing.BACK:
            return events.BackInStock(**named, available=news.available)


async def _flipped(tx: Connection, flips: Mapping[str, bool]) -> list[outbox.Event]:
    """What can be bought has changed: search and caches show it."""
    if not flips:
        return []
    rows = await (await tx.execute(sql.FLIPPED, {"skus": list(flips)})).fetchall()
    changed = {row["id"]: row for row in rows}
    await refresh_offers(tx, list(changed))
    return [
        outbox.Event(
            topic=TOPIC,
            aggregate_id=row["id"],
            sequence=row["version"],
            message=events.StockChanged(product_id=row["id"], sku=row["sku"], available_for_sale=flips[row["sku"]]),
        )
        for row in rows
    ] + [
        outbox.Event(
            topic=TOPIC,
            aggregate_id=row["id"],
            sequence=row["version"],
            message=events.ProductChanged(product_id=row["id"], version=row["version"], published=row["published"]),
        )
        for row in changed.values()
    ]
