"""The collections of a demo shop: put together by hand and by rules, with words for search engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.catalog.v1.merchandising_pb2 import SeoChange, UpdateSeoRequest
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.outcome_pb2 import TAKEN

from chassis.wire import timestamp

if TYPE_CHECKING:  # these classes are in the stubs' types alone
    from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceAsyncStub
    from emporium.catalog.v1.collection_pb2_grpc import CollectionServiceAsyncStub
    from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceAsyncStub

NEW_FOR = timedelta(days=30)
REDUCED = 24
"""Products that are put on sale by hand."""
CLOTHING = "clothing"
"""The slug of a category of the demo's products."""


@dataclass(frozen=True, kw_only=True)
class DemoCollection:
    """What is made, and what search engines are told of it."""

    request: pb.CreateCollectionRequest
    title: str
    description: str


async def make_collections(
    catalog: "CatalogServiceAsyncStub",
    collections: "CollectionServiceAsyncStub",
    merchandising: "MerchandisingServiceAsyncStub",
    products: Sequence[tuple[catalog_pb2.ProductInput, str]],
) -> int:
    """Of these products, each with its id; how many collections are new. Safe to repeat."""
    found = await catalog.BatchFindCategories(catalog_pb2.BatchFindCategoriesRequest(slugs=[CLOTHING]))
    made: list[SeoChange] = []
    for each in demo_collections(products, found.outcomes[0].category.id):
        answer = await collections.CreateCollection(each.request)
        refused = [error.input for error in answer.user_errors if error.input.code != TAKEN]
        if refused:
            raise RuntimeError(f"demo collection {each.request.slug}: {refused[0].message}")
        if not answer.user_errors:
            made.append(SeoChange(id=answer.collection.id, title=each.title, description=each.description))
    if made:
        await merchandising.UpdateSeo(UpdateSeoRequest(changes=made))
    return len(made)


def demo_collections(
    products: Sequence[tuple[catalog_pb2.ProductInput, str]], clothing_id: str
) -> list[DemoCollection]:
    """One by hand, two by rules."""
    reduced = [
        product_id
        for product, product_id in products
        if any(each.HasField("compare_at_price") for each in product.variants)
    ]
    return [
        DemoCollection(
            request=_request("On sale", "on-sale", "Less than it was.", product_ids=reduced[:REDUCED]),
            title="On sale: good things for less",
            description="Shoes, lamps, bags and more at reduced prices.",
        ),
        DemoCollection(
            request=_request(
                "Under $50", "under-50", "Little things to give, all of them there.",
                rules=_all(
                    pb.CollectionRule(price=pb.PriceCondition(max=Money(minor_units=5_000, currency_code="USD"))),
                    pb.CollectionRule(available_for_sale=True),
                ),
            ),
            title="Gifts under $50",
            description="Everything in stock for less than fifty dollars.",
        ),
        DemoCollection(
            request=_request(
                "New in clothing", "new-in-clothing", "What has come of late.",
                rules=_all(
                    pb.CollectionRule(category_id=clothing_id),
                    pb.CollectionRule(created_after=timestamp(datetime.now(UTC) - NEW_FOR)),
                ),
            ),
            title="New arrivals in clothing",
            description="The jackets of this season.",
        ),
    ]  # fmt: skip


def _request(name: str, slug: str, description: str, **more: Any) -> pb.CreateCollectionRequest:
    return pb.CreateCollectionRequest(name=name, slug=slug, description=description, published=True, **more)


def _all(*rules: pb.CollectionRule) -> pb.CollectionRules:
    return pb.CollectionRules(match=pb.MATCH_ALL, rules=rules)
