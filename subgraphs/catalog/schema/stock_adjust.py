"""Mutation.stockAdjust."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, UserError, computed, mutation, type_
from chassis.graph.reading import unwrap
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.stock_level import StockLevel


@strawberry.input
class StockAdjustmentInput:
    """Units received, lost or found."""

    sku: str
    delta: int
    change_from_quantity: int | None = strawberry.field(
        default=None, description="Refused with CHANGE_FROM_QUANTITY_STALE when another quantity is available."
    )
    reason: str = ""


@strawberry.input
class StockAdjustInput:
    """At most 1,000 adjustments, each by itself."""

    adjustments: list[StockAdjustmentInput]
    idempotency_key: strawberry.ID


@type_(pb.AdjustStockResponse, permission=CATALOG_MANAGER, admin=True)
class StockAdjustPayload:
    """The levels afterwards."""

    @computed(list[StockLevel])
    @staticmethod
    def levels(response: pb.AdjustStockResponse) -> list[pb.StockLevel]:
        """Of each known SKU, in the order of the adjustments."""
        return [outcome.level for outcome in response.outcomes if outcome.HasField("level")]

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.AdjustStockResponse) -> list[Any]:
        """Why an adjustment was refused; the others were made."""
        return [unwrap(error) for outcome in response.outcomes for error in outcome.user_errors]


@mutation(StockAdjustPayload, permission=CATALOG_MANAGER, admin=True)
async def stock_adjust(ctx: CatalogContext, *, input: StockAdjustInput) -> pb.AdjustStockResponse:
    """Counts stock anew; every change is kept in the ledger."""
    adjustments = [
        pb.StockAdjustment(
            sku=each.sku, delta=each.delta, change_from_quantity=each.change_from_quantity, reason=each.reason
        )
        for each in input.adjustments
    ]
    request = pb.AdjustStockRequest(adjustments=adjustments, idempotency_key=input.idempotency_key)
    return await ctx.inventory.AdjustStock(request)
