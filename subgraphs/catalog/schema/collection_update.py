"""Mutation.collectionUpdate and Mutation.collectionDelete."""

import strawberry
from emporium.catalog.v1 import collection_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, UserError, mutation, type_
from subgraphs.catalog.schema.category_update import LEFT_OUT, STALE, picture, text
from subgraphs.catalog.schema.collection_create import CollectionPayload
from subgraphs.catalog.schema.collection_rules import CollectionRulesInput
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.products_upsert import ImageInput


@strawberry.input
class CollectionUpdateInput:
    """What is left out stays; a null description or picture is taken away."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    name: str | None = LEFT_OUT
    slug: str | None = LEFT_OUT
    description: str | None = LEFT_OUT
    image: ImageInput | None = LEFT_OUT
    published: bool | None = strawberry.field(default=None, description="Whether shoppers see it.")
    channels: list[str] | None = strawberry.field(
        default=None, description="Slugs of the channels it is shown in; none: all."
    )
    rules: CollectionRulesInput | None = strawberry.field(
        default=None, description="In place of the rules it has; a collection arranged by hand takes none."
    )


@strawberry.input
class CollectionDeleteInput:
    """Its products stay what they are."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)


@type_(pb.DeleteCollectionResponse, permission=CATALOG_MANAGER, admin=True)
class CollectionDeletePayload:
    """Which one is no more."""

    deleted_id: strawberry.ID | None
    user_errors: list[UserError]


@mutation(CollectionPayload, permission=CATALOG_MANAGER, admin=True)
async def collection_update(ctx: CatalogContext, *, input: CollectionUpdateInput) -> pb.CollectionResponse:
    """Changes a collection. New rules hold at once, for the whole catalogue."""
    request = pb.UpdateCollectionRequest(
        id=input.id,
        expected_version=input.expected_version,
        name=text(input.name),
        slug=text(input.slug),
        description=text(input.description),
        image=picture(input.image),
        published=input.published,
        rules=input.rules.message() if input.rules else None,
        channels=None if input.channels is None else pb.ChannelNames(slugs=input.channels),
    )
    return await ctx.collections.UpdateCollection(request)


@mutation(CollectionDeletePayload, permission=CATALOG_MANAGER, admin=True)
async def collection_delete(ctx: CatalogContext, *, input: CollectionDeleteInput) -> pb.DeleteCollectionResponse:
    """Takes a collection away."""
    request = pb.DeleteCollectionRequest(id=input.id, expected_version=input.expected_version)
    return await ctx.collections.DeleteCollection(request)
