"""Mutation.productVariantDelete."""

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION, ProductPayload


@strawberry.input
class ProductVariantDeleteInput:
    """Which one."""

    id: strawberry.ID
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_variant_delete(ctx: CatalogContext, *, input: ProductVariantDeleteInput) -> pb.ProductEdited:
    """Ends the sale of a variant. Its orders and its stock stay; the SKU written again with the product brings it
    back. The last variant goes with its product only."""
    edit = pb.ProductEdit(variant_id=input.id, expected_version=input.expected_version, remove_variant=pb.Removal())
    return (await ctx.products.EditProducts(pb.EditProductsRequest(edits=[edit]))).edited[0]
