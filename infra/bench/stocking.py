"""The catalogue's stock, as a service sees it: filled before a measurement."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1.catalog_pb2_grpc import InventoryServiceStub

from chassis.identity import TokenMinter, acting_as, service_caller
from chassis.ids import new_id
from chassis.rpc import channel
from chassis.settings import Secret
from infra.embedded.running import RunningStack

UNITS = 100_000


@asynccontextmanager
async def inventory_of(stack: RunningStack) -> AsyncGenerator[Any]:
    """Its RPCs, called as a service."""
    minter = TokenMinter(Secret(stack.secret("internal_token_secret")), "bench")
    with acting_as(service_caller("bench")):
        async with channel(stack.address("catalog"), audience="catalog", minter=minter) as opened:
            yield InventoryServiceStub(opened)


async def stock_up(stack: RunningStack, skus: Sequence[str]) -> None:
    """Enough of everything for any run."""
    adjustments = [pb.StockAdjustment(sku=sku, delta=UNITS, reason="benchmark") for sku in skus]
    async with inventory_of(stack) as inventory:
        await inventory.AdjustStock(pb.AdjustStockRequest(adjustments=adjustments, idempotency_key=new_id("adj")))
