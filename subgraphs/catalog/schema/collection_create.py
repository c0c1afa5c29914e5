"""Mutation.collectionCreate."""

import strawberry
from emporium.catalog.v1 import collection_pb2 as pb

from chassis.graph import CATALOG_MANAGER, UserError, mutation, type_
from subgraphs.catalog.schema.collection import Collection
from subgraphs.catalog.schema.collection_rules import CollectionRulesInput
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.products_upsert import ImageInput


@strawberry.input
class CollectionCreateInput:
    """With `rules` its products are those that meet them, now and later; without, those that are put in by hand."""

    name: str
    slug: str | None = strawberry.field(default=None, description="Left out: made of the name.")
    description: str | None = None
    image: ImageInput | None = None
    published: bool = strawberry.field(default=True, description="Whether shoppers see it.")
    channels: list[str] | None = strawberry.field(
        default=None, description="Slugs of the channels it is shown in; left out or none: all."
    )
    rules: CollectionRulesInput | None = None
    product_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Of one without rules: its first products, in order; at most 1,000."
    )


@type_(pb.CollectionResponse, permission=CATALOG_MANAGER, admin=True)
class CollectionPayload:
    """The collection as it is then."""

    collection: Collection | None
    user_errors: list[UserError]


@mutation(CollectionPayload, permission=CATALOG_MANAGER, admin=True)
async def collection_create(ctx: CatalogContext, *, input: CollectionCreateInput) -> pb.CollectionResponse:
    """Makes a collection."""
    request = pb.CreateCollectionRequest(
        name=input.name,
        slug=input.slug,
        description=input.description,
        image=input.image.message() if input.image else None,
        published=input.published,
        rules=input.rules.message() if input.rules else None,
        product_ids=input.product_ids,
        channels=pb.ChannelNames(slugs=input.channels) if input.channels else None,
    )
    return await ctx.collections.CreateCollection(request)
