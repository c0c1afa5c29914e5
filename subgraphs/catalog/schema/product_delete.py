"""Mutation.productDelete."""

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION, ProductPayload


@strawberry.input
class ProductDeleteInput:
    """Which one."""

    id: strawberry.ID
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_delete(ctx: CatalogContext, *, input: ProductDeleteInput) -> pb.ProductEdited:
    """Takes a product out of the shop, its lists and its search for good. Orders, stock and its record of changes stay,
    and so do its SKUs, slug and external reference: whoever writes that reference again brings the product back."""
    edit = pb.ProductEdit(product_id=input.id, expected_version=input.expected_version, archive=pb.Removal())
    return (await ctx.products.EditProducts(pb.EditProductsRequest(edits=[edit]))).edited[0]
