"""Query.lowStock and Mutation.lowStockThresholdsSet, for staff."""

from typing import Any

import strawberry
from emporium.catalog.v1 import stock_location_pb2 as pb

from chassis.graph import (
    CATALOG_MANAGER,
    Long,
    UserError,
    attribute,
    connection,
    link,
    mutation,
    page_request,
    query,
    type_,
)
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_variant import ProductVariant
from subgraphs.catalog.schema.stock_location import STOCK_READERS


@type_(pb.LowStockItem, permission=STOCK_READERS, admin=True)
class LowStockItem:
    """A SKU, what is left of it, and when that is low."""

    sku: str
    available: int = attribute(description="Free to be sold at all active locations together.")
    threshold: int = attribute(description="It is low at so many units or fewer; 0: never.")
    version: Long = attribute(description="Of its threshold, for `expectedVersion`; 0: it never had one of its own.")
    variant: ProductVariant | None = link("variant_id")


LowStockConnection = connection(
    LowStockItem, pb.LowStockPage, name="LowStockConnection", permission=STOCK_READERS, admin=True
)


@query(LowStockConnection, permission=STOCK_READERS, admin=True)
async def low_stock(ctx: CatalogContext, *, first: int = 20, after: str | None = None) -> pb.LowStockPage:
    """The SKUs that have their threshold or fewer, in the order of the SKUs."""
    return await ctx.inventory.ListLowStock(pb.ListLowStockRequest(page=page_request(first, after)))


@strawberry.input
class LowStockThresholdInput:
    """When one SKU is low."""

    sku: str
    threshold: int | None = strawberry.field(
        default=None, description="0: never. Null: as the settings say for every SKU (LOW_STOCK_THRESHOLD)."
    )
    expected_version: Long | None = strawberry.field(
        default=None,
        description="Refused with STALE_VERSION when the threshold has another one; 0: the first of its own.",
    )


@strawberry.input
class LowStockThresholdsSetInput:
    """At most 1,000 thresholds, each by itself."""

    thresholds: list[LowStockThresholdInput]


@type_(pb.SetLowStockThresholdsResponse, permission=CATALOG_MANAGER, admin=True)
class LowStockThresholdsSetPayload:
    """The SKUs with their thresholds now."""

    items: list[LowStockItem] = attribute(description="Of those that were not refused, in their order.")
    user_errors: list[UserError]


@mutation(LowStockThresholdsSetPayload, permission=CATALOG_MANAGER, admin=True)
async def low_stock_thresholds_set(ctx: CatalogContext, *, input: LowStockThresholdsSetInput) -> Any:
    """Says when SKUs are low. One that is low by its new threshold only is announced as having run low."""
    thresholds = [
        pb.LowStockThreshold(sku=each.sku, threshold=each.threshold, expected_version=each.expected_version)
        for each in input.thresholds
    ]
    return await ctx.inventory.SetLowStockThresholds(pb.SetLowStockThresholdsRequest(thresholds=thresholds))
