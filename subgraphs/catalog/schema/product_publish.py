"""Mutation.productPublish, and where a product is published."""

from datetime import datetime
from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1 import outcome_pb2

from chassis.graph import CATALOG_MANAGER, Long, UserError, attribute, mutation, outcomes, type_
from chassis.graph.reading import unwrap
from chassis.wire import timestamp
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product


@strawberry.input
class ProductPublishInput:
    """Which products, where, and whether shoppers see them from now on."""

    ids: list[strawberry.ID] = strawberry.field(description="At most 1,000.")
    published: bool = True
    channels: list[str] | None = strawberry.field(default=None, description="Slugs; left out: the default channel.")
    publish_at: datetime | None = strawberry.field(default=None, description="Hidden until then, shown by itself.")
    publish_until: datetime | None = strawberry.field(default=None, description="Hidden by itself from then on.")
    expected_versions: list[Long] | None = strawberry.field(
        default=None,
        description="One an id, in their order; a product that has another one is refused with STALE_VERSION.",
    )


class Published:
    """The products after the change."""

    def __init__(self, products: list[Any], user_errors: list[Any]) -> None:
        self.products = products
        self.user_errors = user_errors


@type_(Published, permission=CATALOG_MANAGER, admin=True)
class ProductPublishPayload:
    """The products as they are now."""

    products: list[Product]
    user_errors: list[UserError] = attribute(description="One for each unknown id and stale version.")


@mutation(ProductPublishPayload, permission=CATALOG_MANAGER, admin=True)
async def product_publish(ctx: CatalogContext, *, input: ProductPublishInput) -> Published:
    """Shows products to shoppers of some channels, or hides them: now, or when the time comes. A plan that is left out
    ends the one there was."""
    request = pb.PublishProductsRequest(
        ids=input.ids,
        published=input.published,
        channels=input.channels,
        publish_at=timestamp(input.publish_at) if input.publish_at else None,
        publish_until=timestamp(input.publish_until) if input.publish_until else None,
        expected_versions=input.expected_versions,
    )
    answer = await ctx.catalog.PublishProducts(request)
    rows = outcomes(answer)
    unknown = [
        outcome_pb2.InputError(
            code=outcome_pb2.NOT_FOUND, field=["ids", str(index)], message=f"there is no product {product_id}"
        )
        # There are no rows where all were refused at once.
        for index, (product_id, row) in enumerate(zip(input.ids, rows, strict=bool(rows)))
        if row is None
    ]
    errors = [*unknown, *map(unwrap, answer.user_errors)]
    return Published([row for row in rows if row is not None], errors)
