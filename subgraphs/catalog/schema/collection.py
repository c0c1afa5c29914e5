"""The GraphQL type Collection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2

from chassis.graph import (
    CATALOG_MANAGER,
    PUBLIC,
    Long,
    Node,
    attribute,
    batched,
    computed,
    connection,
    lookup,
    outcomes,
    page_request,
    type_,
)
from chassis.graph.reading import read
from subgraphs.catalog.schema.collection_rules import CollectionRules
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.image import Image
from subgraphs.catalog.schema.product_connection import ProductConnection
from subgraphs.catalog.schema.search import ProductSort
from subgraphs.catalog.schema.seo import Seo, SeoTexts
from subgraphs.catalog.schema.sharing import COLLECTION_BY_ID, COLLECTION_PAGE
from subgraphs.catalog.schema.translation import EntityTranslation


@type_(pb.Collection, keys=["id"], node="col", permission=PUBLIC)
class Collection(Node):
    """Products put together by hand or by rules: "New arrivals", "Gifts under 50"."""

    id: strawberry.ID
    name: str
    slug: str = attribute(
        description="Its name in an address; unique. `collection(slug:)` finds it by former ones too."
    )
    description: str | None
    image: Image | None
    product_count: int = attribute(description="Published products in it, some seconds old.")
    published: bool = attribute(permission=CATALOG_MANAGER, admin=True, description="Whether shoppers see it.")
    channels: list[str] = attribute(
        permission=CATALOG_MANAGER, admin=True, description="Slugs of the channels it is shown in; none: all."
    )
    rules: CollectionRules | None = attribute(
        permission=CATALOG_MANAGER, admin=True, description="Null: its products are put in by hand."
    )
    version: Long = attribute(permission=CATALOG_MANAGER, admin=True, description="For `expectedVersion`.")
    created_at: datetime = attribute(permission=CATALOG_MANAGER, admin=True)
    updated_at: datetime = attribute(permission=CATALOG_MANAGER, admin=True)

    @computed(Seo)
    @staticmethod
    def seo(collection: pb.Collection) -> SeoTexts:
        """What its page tells search engines."""
        return SeoTexts(read(collection, "seo_title"), read(collection, "seo_description"))

    @lookup(shared=COLLECTION_BY_ID)
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        request = pb.BatchGetCollectionsRequest(ids=ids, context=ctx.shop)
        return outcomes(await ctx.collections.BatchGetCollections(request))

    @batched(ProductConnection, shared=COLLECTION_PAGE)
    @staticmethod
    async def products(
        collections: list[pb.Collection],
        ctx: CatalogContext,
        *,
        first: int = 20,
        after: str | None = None,
        sort_by: ProductSort | None = None,
    ) -> list[Any]:
        """The products in it. RELEVANCE is the collection's own order: as arranged by hand, or newest first. To filter
        and count, `search` with `where: {collectionId}`."""
        request = pb.BatchListCollectionProductsRequest(
            collection_ids=[collection.id for collection in collections],
            page=page_request(first, after),
            context=ctx.shop,
            sort_field=sort_by.field.value if sort_by else None,
            sort_direction=sort_by.direction.value if sort_by else None,
        )
        return list((await ctx.collections.BatchListCollectionProducts(request)).pages)

    @batched(list[EntityTranslation], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def translations(collections: list[pb.Collection], ctx: CatalogContext) -> list[Any]:
        """What it is called in other languages, by locale."""
        request = merchandising_pb2.BatchListTranslationsRequest(ids=[collection.id for collection in collections])
        return [found.translations for found in (await ctx.merchandising.BatchListTranslations(request)).lists]

    @batched(list[str], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def former_slugs(collections: list[pb.Collection], ctx: CatalogContext) -> list[Any]:
        """Those that lead on to it, newest first."""
        request = merchandising_pb2.BatchListFormerSlugsRequest(ids=[collection.id for collection in collections])
        return [found.slugs for found in (await ctx.merchandising.BatchListFormerSlugs(request)).lists]


CollectionConnection = connection(Collection, pb.CollectionPage, name="CollectionConnection", permission=PUBLIC)
