"""Mutation.collectionProductsAdd, collectionProductsRemove and collectionProductsReorder."""

import strawberry
from emporium.catalog.v1 import collection_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.category_update import STALE
from subgraphs.catalog.schema.collection_create import CollectionPayload
from subgraphs.catalog.schema.context import CatalogContext

IDS = "At most 1,000."


@strawberry.input
class CollectionProductsAddInput:
    """Of a collection without rules. Products that are in it already stay where they are."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    product_ids: list[strawberry.ID] = strawberry.field(description=IDS)
    position: int | None = strawberry.field(
        default=None, description="Of the first of them, from 0; left out: the end."
    )


@strawberry.input
class CollectionProductsRemoveInput:
    """Of a collection without rules."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    product_ids: list[strawberry.ID] = strawberry.field(description=IDS)


@strawberry.input
class CollectionProductsReorderInput:
    """Of a collection without rules."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    product_ids: list[strawberry.ID] = strawberry.field(description="In their order then. " + IDS)
    position: int = strawberry.field(
        default=0, description="Of the first of them; the other products keep their order."
    )


@mutation(CollectionPayload, permission=CATALOG_MANAGER, admin=True)
async def collection_products_add(ctx: CatalogContext, *, input: CollectionProductsAddInput) -> pb.CollectionResponse:
    """Puts products into a collection."""
    request = pb.CollectionProductsRequest(
        collection_id=input.id,
        expected_version=input.expected_version,
        product_ids=input.product_ids,
        position=input.position,
    )
    return await ctx.collections.AddCollectionProducts(request)


@mutation(CollectionPayload, permission=CATALOG_MANAGER, admin=True)
async def collection_products_remove(
    ctx: CatalogContext, *, input: CollectionProductsRemoveInput
) -> pb.CollectionResponse:
    """Takes products out of a collection; those that are not in it stay out."""
    request = pb.CollectionProductsRequest(
        collection_id=input.id, expected_version=input.expected_version, product_ids=input.product_ids
    )
    return await ctx.collections.RemoveCollectionProducts(request)


@mutation(CollectionPayload, permission=CATALOG_MANAGER, admin=True)
async def collection_products_reorder(
    ctx: CatalogContext, *, input: CollectionProductsReorderInput
) -> pb.CollectionResponse:
    """Arranges products of a collection."""
    request = pb.CollectionProductsRequest(
        collection_id=input.id,
        expected_version=input.expected_version,
        product_ids=input.product_ids,
        position=input.position,
    )
    return await ctx.collections.ReorderCollectionProducts(request)
