"""The GraphQL type ProductVariant: what is put in a cart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2, product_pb2

from chassis.graph import CATALOG_MANAGER, PUBLIC, Money, Node, attribute, batched, link, lookup, outcomes, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.image import Image
from subgraphs.catalog.schema.sharing import VARIANTS
from subgraphs.catalog.schema.stock_level import StockLevel
from subgraphs.catalog.schema.stock_location import STOCK_READERS
from subgraphs.catalog.schema.translation import EntityTranslation
from subgraphs.catalog.schema.variant_price import VariantPrice

if TYPE_CHECKING:  # the two types need each other
    from subgraphs.catalog.schema.product import Product


@type_(pb.VariantOption, permission=PUBLIC)
class VariantOption:
    """What tells a variant from its siblings: Size, 42."""

    name: str
    value: str


@type_(pb.Variant, keys=["id"], node="var", permission=PUBLIC)
class ProductVariant(Node):
    """One article of a product, with a price and stock of its own."""

    id: strawberry.ID
    sku: str = attribute(description="Names the article in carts and orders.")
    name: str
    options: list[VariantOption]
    price: Money | None = attribute(description="Null where it is not sold in the asked currency.")
    compare_at_price: Money | None = attribute(description="The former price.")
    available_for_sale: bool
    quantity_available: int
    weight_grams: int | None = attribute(description="Of one unit; delivery may be charged by it.")
    image: Image | None
    product: Annotated["Product", strawberry.lazy("subgraphs.catalog.schema.product")] | None = link("product_id")

    @batched(list[VariantPrice], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def prices(variants: list[pb.Variant], ctx: CatalogContext) -> list[Any]:
        """What it costs in every channel and currency, now and at times to come."""
        request = product_pb2.BatchListVariantPricesRequest(variant_ids=[variant.id for variant in variants])
        return [found.prices for found in (await ctx.products.BatchListVariantPrices(request)).lists]

    @batched(list[EntityTranslation], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def translations(variants: list[pb.Variant], ctx: CatalogContext) -> list[Any]:
        """What it is called in other languages, by locale; its options are called as its product's are."""
        request = merchandising_pb2.BatchListTranslationsRequest(ids=[variant.id for variant in variants])
        return [found.translations for found in (await ctx.merchandising.BatchListTranslations(request)).lists]

    @lookup(shared=VARIANTS)
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        request = pb.BatchGetVariantsRequest(ids=ids, context=ctx.shop)
        return outcomes(await ctx.catalog.BatchGetVariants(request))

    @batched(list[StockLevel], permission=STOCK_READERS, admin=True)
    @staticmethod
    async def stock(variants: list[pb.Variant], ctx: CatalogContext) -> list[Any]:
        """Where its units are: a level a location, at most 100."""
        request = pb.BatchListStockLevelsRequest(skus=[variant.sku for variant in variants])
        return [found.levels for found in (await ctx.inventory.BatchListStockLevels(request)).lists]
