"""Mutation.productVariantsReorder."""

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION, ProductPayload


@strawberry.input
class ProductVariantsReorderInput:
    """All variants of a product, in their new order."""

    product_id: strawberry.ID
    variant_ids: list[strawberry.ID]
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_variants_reorder(ctx: CatalogContext, *, input: ProductVariantsReorderInput) -> pb.ProductEdited:
    """Sets the order in which the shop lists the variants of a product."""
    edit = pb.ProductEdit(
        product_id=input.product_id,
        expected_version=input.expected_version,
        order_variants=pb.VariantOrder(variant_ids=input.variant_ids),
    )
    return (await ctx.products.EditProducts(pb.EditProductsRequest(edits=[edit]))).edited[0]
