"""Mutation.productPublish."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1 import outcome_pb2

from chassis.graph import CATALOG_MANAGER, UserError, attribute, mutation, outcomes, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product


@strawberry.input
class ProductPublishInput:
    """Which products, and whether shoppers see them from now on."""

    ids: list[strawberry.ID]
    published: bool = True


class Published:
    """The products after the change."""

    def __init__(self, products: list[Any], user_errors: list[Any]) -> None:
        self.products = products
        self.user_errors = user_errors


@type_(Published, permission=CATALOG_MANAGER, admin=True)
class ProductPublishPayload:
    """The products as they are now."""

    products: list[Product]
    user_errors: list[UserError] = attribute(description="One for each unknown id.")


@mutation(ProductPublishPayload, permission=CATALOG_MANAGER, admin=True)
async def product_publish(ctx: CatalogContext, *, input: ProductPublishInput) -> Published:
    """Shows products to shoppers, or hides them."""
    request = pb.PublishProductsRequest(ids=input.ids, published=input.published)
    rows = outcomes(await ctx.catalog.PublishProducts(request))
    unknown = [
        outcome_pb2.InputError(
            code=outcome_pb2.NOT_FOUND, field=["ids", str(index)], message=f"there is no product {product_id}"
        )
        for index, (product_id, row) in enumerate(zip(input.ids, rows, strict=True))
        if row is None
    ]
    return Published([row for row in rows if row is not None], unknown)
