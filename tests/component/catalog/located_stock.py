"""Stock at locations, as tests set it and look at it."""

from __future__ import annotations

from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import stock_location_pb2 as location_pb
from emporium.events.v1 import events_pb2 as events

from chassis.ids import new_id
from tests.component.catalog.test_inventory import stocked
from tests.component.catalog.test_inventory import wanted as wanted_for
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog

NEWS = {"LowStock": events.LowStock, "OutOfStock": events.OutOfStock, "BackInStock": events.BackInStock}


def wanted(reservation_id: str, *lines: tuple[str, int]) -> pb.ReservationRequest:
    """Longer than any test takes."""
    return wanted_for(reservation_id, *lines, ttl=3600)


async def save(shop: RunningCatalog, location: str, **values: Any) -> location_pb.StockLocationResponse:
    request = location_pb.UpsertStockLocationRequest(
        **({"id": location, "name": location.title(), "active": True} | values)
    )
    with shop.acting(MANAGER):
        return await shop.inventory.UpsertStockLocation(request)


async def adjust(shop: RunningCatalog, *lines: dict[str, Any], **more: Any) -> pb.AdjustStockResponse:
    key = more.pop("key", "") or new_id("key")
    adjustments = [pb.StockAdjustment(**line) for line in lines]
    request = pb.AdjustStockRequest(adjustments=adjustments, idempotency_key=key, **more)
    with shop.acting(MANAGER):
        return await shop.inventory.AdjustStock(request)


async def spread(shop: RunningCatalog, sku: str, **units: int) -> None:
    """A new SKU with these units at each location."""
    await stocked(shop, units.pop("default", 0), sku)
    if units:
        await adjust(shop, *({"sku": sku, "location": at, "delta": count} for at, count in units.items() if count))


async def levels(shop: RunningCatalog, sku: str) -> dict[str, tuple[int, int, int, int]]:
    request = pb.BatchListStockLevelsRequest(skus=[sku])
    (found,) = (await shop.inventory.BatchListStockLevels(request)).lists
    return {each.location: (each.available, each.reserved, each.secured, each.sold) for each in found.levels}


async def told(shop: RunningCatalog, *skus: str) -> list[tuple[str, str, int]]:
    """(event, SKU, sequence) of the news of these SKUs, in the order they leave."""
    rows = await shop.rows(
        "SELECT type, payload FROM outbox WHERE aggregate_id = ANY(%s) ORDER BY aggregate_id, sequence", [list(skus)]
    )
    names = [row["type"].rsplit(".")[-1] for row in rows]
    messages = [NEWS[name].FromString(row["payload"]) for name, row in zip(names, rows, strict=True)]
    return [(name, message.sku, message.sequence) for name, message in zip(names, messages, strict=True)]


async def broken(shop: RunningCatalog) -> list[dict[str, Any]]:
    return [*await shop.rows("SELECT * FROM broken_stock"), *await shop.rows("SELECT * FROM unheld_stock")]


async def history(shop: RunningCatalog, kind: str, entity_id: str) -> list[tuple[str, Any, Any]]:
    """(operation, before, after), oldest first; all of it the manager's work."""
    rows = await shop.rows(
        "SELECT actor, operation, before, after FROM catalog_changes WHERE kind = %s AND entity_id = %s ORDER BY id",
        [kind, entity_id],
    )
    assert {row["actor"] for row in rows} == {"user:usr_manager"}
    return [(row["operation"], row["before"], row["after"]) for row in rows]


async def buyable(shop: RunningCatalog, sku: str) -> tuple[int, bool]:
    """What a shopper sees."""
    with shop.acting(SHOPPER):
        request = pb.BatchGetVariantsBySkuRequest(skus=[sku])
        (outcome,) = (await shop.catalog.BatchGetVariantsBySku(request)).outcomes
    return outcome.variant.quantity_available, outcome.variant.available_for_sale
