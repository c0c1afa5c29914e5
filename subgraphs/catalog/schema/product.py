"""The GraphQL type Product."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import collection_pb2, merchandising_pb2

from chassis.graph import (
    CATALOG_MANAGER,
    PUBLIC,
    Long,
    Node,
    attribute,
    batched,
    computed,
    link,
    lookup,
    outcomes,
    type_,
)
from chassis.graph.reading import read
from subgraphs.catalog.schema.attribute_value import Attribute
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.image import Image
from subgraphs.catalog.schema.price_range import PriceRange
from subgraphs.catalog.schema.product_option import ProductOption
from subgraphs.catalog.schema.product_publication import ProductPublication
from subgraphs.catalog.schema.product_variant import ProductVariant
from subgraphs.catalog.schema.related import related
from subgraphs.catalog.schema.seo import Seo, SeoTexts
from subgraphs.catalog.schema.sharing import PRODUCT_BY_ID, PRODUCT_COLLECTIONS, RELATED, VARIANTS
from subgraphs.catalog.schema.translation import EntityTranslation

if TYPE_CHECKING:  # the two types need each other
    from subgraphs.catalog.schema.brand import Brand
    from subgraphs.catalog.schema.category import Category
    from subgraphs.catalog.schema.collection import Collection


@type_(pb.Product, keys=["id"], node="prd", permission=PUBLIC)
class Product(Node):
    """Something that is sold, in one or more variants."""

    id: strawberry.ID
    external_reference: str = attribute(description="Its name in the system it is imported from; unique.")
    name: str
    slug: str = attribute(description="Its name in an address; unique. `product(slug:)` finds it by former ones too.")
    description: str | None
    brand: str | None = attribute(description="Its name, as filters and facets have it; see `brandDetails`.")
    attributes: list[Attribute]
    options: list[ProductOption] = attribute(description="What a shopper chooses a variant by, in this order.")
    image: Image | None = attribute(description="The first of `media`.")
    media: list[Image]
    price_range: PriceRange | None = attribute(description="Null where nothing is sold in the asked currency.")
    available_for_sale: bool = attribute(description="Whether any variant can be bought now.")
    published: bool = attribute(permission=CATALOG_MANAGER, admin=True)
    created_at: datetime
    updated_at: datetime
    version: Long = attribute(permission=CATALOG_MANAGER, admin=True, description="For `expectedVersion`.")
    archived_at: datetime | None = attribute(
        permission=CATALOG_MANAGER, admin=True, description="When staff deleted it; only its names find it since."
    )
    brand_details: Annotated["Brand", strawberry.lazy("subgraphs.catalog.schema.brand")] | None = link("brand_id")
    category: Annotated["Category", strawberry.lazy("subgraphs.catalog.schema.category")] | None = link("category_id")

    @computed(Seo)
    @staticmethod
    def seo(product: pb.Product) -> SeoTexts:
        """What its page tells search engines."""
        return SeoTexts(read(product, "seo_title"), read(product, "seo_description"))

    @lookup(shared=PRODUCT_BY_ID)
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        request = pb.BatchGetProductsRequest(ids=ids, context=ctx.shop)
        return outcomes(await ctx.catalog.BatchGetProducts(request))

    @batched(
        list[Annotated["Collection", strawberry.lazy("subgraphs.catalog.schema.collection")]],
        shared=PRODUCT_COLLECTIONS,
    )
    @staticmethod
    async def collections(products: list[pb.Product], ctx: CatalogContext) -> list[Any]:
        """What it is put together with, by name; at most 100."""
        ids = [product.id for product in products]
        request = collection_pb2.BatchListProductCollectionsRequest(product_ids=ids, context=ctx.shop)
        answer = await ctx.collections.BatchListProductCollections(request)
        return [found.collections for found in answer.lists]

    @batched(list["Product"], shared=RELATED)
    @staticmethod
    async def related(products: list[pb.Product], ctx: CatalogContext, *, first: int = 6) -> list[Any]:
        """Products like this one: of its kind, then by brand, attributes and name. At most 20."""
        return await related(products, ctx, pb.SIMILAR, first)

    @batched(list["Product"], shared=RELATED)
    @staticmethod
    async def bought_together(products: list[pb.Product], ctx: CatalogContext, *, first: int = 6) -> list[Any]:
        """What several orders of late had beside this one, most often first. At most 20."""
        return await related(products, ctx, pb.BOUGHT_TOGETHER, first)

    @batched(list[ProductVariant], shared=VARIANTS)
    @staticmethod
    async def variants(products: list[pb.Product], ctx: CatalogContext) -> list[Any]:
        """What can be put in a cart, in the shop's order."""
        request = pb.BatchListVariantsRequest(product_ids=[product.id for product in products], context=ctx.shop)
        return [found.variants for found in (await ctx.catalog.BatchListVariants(request)).lists]

    @batched(list[ProductPublication], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def publications(products: list[pb.Product], ctx: CatalogContext) -> list[Any]:
        """Where it is shown, or will be, by channel."""
        request = merchandising_pb2.BatchListPublicationsRequest(product_ids=[product.id for product in products])
        return [found.publications for found in (await ctx.merchandising.BatchListPublications(request)).lists]

    @batched(list[EntityTranslation], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def translations(products: list[pb.Product], ctx: CatalogContext) -> list[Any]:
        """What it is called in other languages, by locale."""
        request = merchandising_pb2.BatchListTranslationsRequest(ids=[product.id for product in products])
        return [found.translations for found in (await ctx.merchandising.BatchListTranslations(request)).lists]

    @batched(list[str], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def former_slugs(products: list[pb.Product], ctx: CatalogContext) -> list[Any]:
        """Those that lead on to it, newest first."""
        request = merchandising_pb2.BatchListFormerSlugsRequest(ids=[product.id for product in products])
        return [found.slugs for found in (await ctx.merchandising.BatchListFormerSlugs(request)).lists]
