"""Mutation.stockAdjust."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, UserError, attribute, computed, mutation, type_
from chassis.graph.reading import unwrap
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.stock_level import StockLevel


@strawberry.input
class StockAdjustmentInput:
    """Units received, lost or found (`delta`), or counted (`quantity`): one of the two."""

    sku: str
    delta: int | None = strawberry.field(default=None, description="Units that come, or go (less than 0).")
    quantity: int | None = strawberry.field(
        default=None,
        description="Units counted that are not sold; those held for checkouts and orders are among them.",
    )
    location_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where; the default location when it is left out."
    )
    change_from_quantity: int | None = strawberry.field(
        default=None, description="Refused with CHANGE_FROM_QUANTITY_STALE when another quantity is available there."
    )
    reason: str = ""

    def message(self) -> pb.StockAdjustment:
        return pb.StockAdjustment(
            sku=self.sku,
            delta=self.delta or 0,
            quantity=self.quantity,
            location=self.location_id or "",
            change_from_quantity=self.change_from_quantity,
            reason=self.reason,
        )


@strawberry.input
class StockAdjustInput:
    """At most 1,000 adjustments, each by itself."""

    adjustments: list[StockAdjustmentInput]
    idempotency_key: strawberry.ID
    dry_run: bool = strawberry.field(default=False, description="Tells what would come of it, and changes nothing.")


@type_(pb.AdjustStockResponse, permission=CATALOG_MANAGER, admin=True)
class StockAdjustPayload:
    """The levels afterwards."""

    repeated: bool = attribute(
        "repeated_answer",
        description="The key was used before: this is the answer of then, and nothing was changed now.",
    )

    @computed(list[StockLevel])
    @staticmethod
    def levels(response: pb.AdjustStockResponse) -> list[pb.StockLevel]:
        """Of each known SKU where it was adjusted, in the order of the adjustments."""
        return [outcome.level for outcome in response.outcomes if outcome.HasField("level")]

    @computed(int)
    @staticmethod
    def changed_count(response: pb.AdjustStockResponse) -> int:
        """Adjustments that brought or took units; what was counted as known did not."""
        return sum(outcome.delta != 0 for outcome in response.outcomes)

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.AdjustStockResponse) -> list[Any]:
        """Why an adjustment was refused; the others were made."""
        of_each = [error for outcome in response.outcomes for error in outcome.user_errors]
        return [unwrap(error) for error in (*response.user_errors, *of_each)]


@mutation(StockAdjustPayload, permission=CATALOG_MANAGER, admin=True)
async def stock_adjust(ctx: CatalogContext, *, input: StockAdjustInput) -> pb.AdjustStockResponse:
    """Counts stock anew; every change is kept in the ledger."""
    request = pb.AdjustStockRequest(
        adjustments=[each.message() for each in input.adjustments],
        idempotency_key=input.idempotency_key,
        dry_run=input.dry_run,
    )
    return await ctx.inventory.AdjustStock(request)
