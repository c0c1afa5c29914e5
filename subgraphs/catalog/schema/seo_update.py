"""Mutation.seoUpdate."""

from typing import Any

import strawberry
from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, UserError, attribute, computed, link, mutation, type_
from chassis.graph.reading import unwrap
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.collection import Collection
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.product_variant import ProductVariant

LEFT_OUT = strawberry.UNSET


@strawberry.input
class SeoChange:
    """What is left out stays; a null title or description is taken away."""

    id: strawberry.ID = strawberry.field(description="Of a product, a category or a collection.")
    slug: str | None = strawberry.field(
        default=LEFT_OUT, description="Its name in an address; the one it had leads on to it from now on."
    )
    title: str | None = LEFT_OUT
    description: str | None = LEFT_OUT
    expected_version: Long | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the entity has another one."
    )

    def message(self) -> pb.SeoChange:
        return pb.SeoChange(
            id=self.id,
            slug=None if self.slug is LEFT_OUT else self.slug or "",
            title=None if self.title is LEFT_OUT else self.title or "",
            description=None if self.description is LEFT_OUT else self.description or "",
            expected_version=self.expected_version,
        )


@strawberry.input
class SeoUpdateInput:
    """At most 1,000 changes, each by itself."""

    changes: list[SeoChange]


@type_(pb.TextWrite, permission=CATALOG_MANAGER, admin=True)
class TextWrite:
    """The outcome for one entity: it, or why the write was refused."""

    product: Product | None = link("product_id")
    category: Category | None = link("category_id")
    collection: Collection | None = link("collection_id")
    variant: ProductVariant | None = link("variant_id")
    attribute_key: str | None = attribute(description="Of the attribute whose words were written.")
    user_errors: list[UserError]


@type_(pb.TextWritesResponse, permission=CATALOG_MANAGER, admin=True)
class TextWritesPayload:
    """An outcome a write, in their order; a faulty one does not hold back the others."""

    writes: list[TextWrite]

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.TextWritesResponse) -> list[Any]:
        """Of all writes."""
        of_each = [error for write in response.writes for error in write.user_errors]
        return [unwrap(error) for error in (*response.user_errors, *of_each)]


@mutation(TextWritesPayload, permission=CATALOG_MANAGER, admin=True)
async def seo_update(ctx: CatalogContext, *, input: SeoUpdateInput) -> pb.TextWritesResponse:
    """Gives products, categories and collections other addresses, and tells search engines other words. Old addresses
    stay good: `product(slug:)`, `category(slug:)` and `collection(slug:)` find what had the slug; its `slug` of now is
    where to redirect to."""
    return await ctx.merchandising.UpdateSeo(pb.UpdateSeoRequest(changes=[each.message() for each in input.changes]))
