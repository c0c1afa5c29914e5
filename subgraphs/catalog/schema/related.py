"""What goes with products, for all of them by one call."""

from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import InvalidInput
from subgraphs.catalog.schema.context import CatalogContext

MOST_RELATED = 20


class InvalidRelatedCount(InvalidInput):
    """One can ask for 1 to 20 related products."""

    reason = "INVALID_RELATED_COUNT"


async def related(
    products: list[pb.Product], ctx: CatalogContext, relation: pb.ProductRelation, first: int
) -> list[Any]:
    """A list a product."""
    if not 1 <= first <= MOST_RELATED:
        raise InvalidRelatedCount(first=first)
    request = pb.BatchListRelatedProductsRequest(
        product_ids=[product.id for product in products], relation=relation, first=first, context=ctx.shop
    )
    return [found.products for found in (await ctx.catalog.BatchListRelatedProducts(request)).lists]
