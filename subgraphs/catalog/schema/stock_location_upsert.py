"""Mutation.stockLocationUpsert, stockLocationDeactivate and stockLocationDelete."""

from typing import Any

import strawberry
from emporium.catalog.v1 import stock_location_pb2 as pb
from emporium.common.v1 import address_pb2

from chassis.graph import CATALOG_MANAGER, Long, PostalAddressInput, UserError, mutation, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.stock_location import StockLocation

LEFT_OUT: Any = strawberry.UNSET


@strawberry.input
class StockLocationUpsertInput:
    """What is left out stays as it is."""

    id: strawberry.ID = strawberry.field(description="1 to 64 of a-z, 0-9, - and _. It cannot be changed later.")
    name: str
    address: PostalAddressInput | None = strawberry.field(default=LEFT_OUT, description="Null takes it away.")
    priority: int | None = strawberry.field(
        default=None, description="The greatest is served first; equal ones by id. A new location has 0."
    )
    active: bool | None = strawberry.field(
        default=None,
        description="Whether its units are for sale. Left out, it stays as it is; a new location is active.",
    )
    expected_version: Long | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the location has another one; 0: it must be new."
    )


@strawberry.input
class StockLocationDeactivateInput:
    """A location whose units are not to be sold any more."""

    id: strawberry.ID
    expected_version: Long | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the location has another one."
    )


@type_(pb.StockLocationResponse, permission=CATALOG_MANAGER, admin=True)
class StockLocationPayload:
    """The location as it is now, or what to mend."""

    location: StockLocation | None
    user_errors: list[UserError]


@mutation(StockLocationPayload, permission=CATALOG_MANAGER, admin=True)
async def stock_location_upsert(ctx: CatalogContext, *, input: StockLocationUpsertInput) -> pb.StockLocationResponse:
    """Makes a location or changes one."""
    request = pb.UpsertStockLocationRequest(
        id=input.id,
        name=input.name,
        address=_address(input.address),
        priority=input.priority,
        active=input.active,
        expected_version=input.expected_version,
    )
    return await ctx.inventory.UpsertStockLocation(request)


def _address(given: PostalAddressInput | None) -> address_pb2.PostalAddress | None:
    """Empty where it is to be taken away."""
    if given is LEFT_OUT:
        return None
    return given.message() if given else address_pb2.PostalAddress()


@mutation(StockLocationPayload, permission=CATALOG_MANAGER, admin=True)
async def stock_location_deactivate(
    ctx: CatalogContext, *, input: StockLocationDeactivateInput
) -> pb.StockLocationResponse:
    """Takes the units of a location off sale; what is held there for checkouts and orders moves on as ever."""
    request = pb.DeactivateStockLocationRequest(id=input.id, expected_version=input.expected_version)
    return await ctx.inventory.DeactivateStockLocation(request)


@strawberry.input
class StockLocationDeleteInput:
    """Which location is to go."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(
        description="The version that was read; refused with STALE_VERSION when there is a newer one."
    )


@type_(pb.DeleteStockLocationResponse, permission=CATALOG_MANAGER, admin=True)
class StockLocationDeletePayload:
    """Which one is no more."""

    deleted_id: strawberry.ID | None
    user_errors: list[UserError]


@mutation(StockLocationDeletePayload, permission=CATALOG_MANAGER, admin=True)
async def stock_location_delete(
    ctx: CatalogContext, *, input: StockLocationDeleteInput
) -> pb.DeleteStockLocationResponse:
    """Takes away a location that never held stock. NOT_EMPTY for any other, which can be deactivated."""
    request = pb.DeleteStockLocationRequest(id=input.id, expected_version=input.expected_version)
    return await ctx.inventory.DeleteStockLocation(request)
