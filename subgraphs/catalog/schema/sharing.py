"""How catalog's rows are shared by shoppers, and what ends a kept one.

Everything a shopper sees of a product changes with its version, which ProductChanged announces; the quantity of a
variant does not, so variants are shared while they are asked and never kept. Counts of a category lag some seconds by
themselves, and the search index follows its products within about one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import collection_pb2
from emporium.events.v1.events_pb2 import (
    BrandChanged,
    CategoryChanged,
    CollectionChanged,
    ProductChanged,
    ProductsChanged,
)

from chassis.graph import Announcements, Change, Shared, ShopPart, entity_name

TOPIC: Final = "emporium.catalog.events.v1"
PRODUCT: Final = "Product"
CATEGORY: Final = "Category"
COLLECTION: Final = "Collection"
BRAND: Final = "Brand"
PRICED: Final[tuple[ShopPart, ...]] = ("channel", "currency_code")
"""What prices and publication depend on."""
SHOWN: Final[tuple[ShopPart, ...]] = (*PRICED, "locale")
"""Texts too."""
NAMED: Final[tuple[ShopPart, ...]] = ("channel", "locale")
"""A category is counted for a channel and called in a language, and has no price."""


def of_product(asked: Mapping[str, Any], product: pb.Product | None) -> tuple[str, ...]:
    """What a product found by another name changes with: where there is none, any new one may be it, and a former slug
    may be given to any other."""
    if product is None or asked.get("slug") not in (None, product.slug):
        return (PRODUCT,)
    return (entity_name(PRODUCT, product.id),)


def of_collection_named(asked: Mapping[str, Any], collection: collection_pb2.Collection | None) -> tuple[str, ...]:
    """As `of_product`."""
    if collection is None or asked.get("slug") not in (None, collection.slug):
        return (COLLECTION,)
    return (entity_name(COLLECTION, collection.id),)


def in_collection(collection_id: Any, _: Any) -> tuple[str, ...]:
    """Who comes and goes is a change of the product; the order by hand is one of the collection."""
    return (PRODUCT, entity_name(COLLECTION, collection_id))


def of_its_collections(product_id: Any, _: Any) -> tuple[str, ...]:
    """In which it is, and how they are called."""
    return (entity_name(PRODUCT, product_id), COLLECTION)


def of_brands(_asked: Any, _row: Any) -> tuple[str, ...]:
    """A brand comes, and shows, with a product."""
    return (PRODUCT, BRAND)


def of_found(_asked: Any, _row: Any) -> tuple[str, ...]:
    """Which products are found, and the categories that come with them."""
    return (PRODUCT, CATEGORY)


PRODUCT_BY_ID: Final = Shared(kept=60, varies=SHOWN)
PRODUCT_BY_NAME: Final = Shared(kept=60, varies=SHOWN, changes_with=of_product)
PRODUCT_PAGE: Final = Shared(kept=30, varies=SHOWN, changes_with=PRODUCT)
BRAND_BY_ID: Final = Shared(kept=60)
BRANDS: Final = Shared(kept=60, changes_with=of_brands)
CATEGORY_BY_ID: Final = Shared(kept=10, varies=NAMED)
CATEGORIES: Final = Shared(kept=10, varies=NAMED, changes_with=CATEGORY)
COLLECTION_BY_ID: Final = Shared(kept=10, varies=NAMED)
COLLECTION_BY_NAME: Final = Shared(kept=10, varies=NAMED, changes_with=of_collection_named)
COLLECTIONS: Final = Shared(kept=10, varies=NAMED, changes_with=COLLECTION)
COLLECTION_PAGE: Final = Shared(kept=30, varies=SHOWN, changes_with=in_collection)
PRODUCT_COLLECTIONS: Final = Shared(kept=10, varies=NAMED, changes_with=of_its_collections)
VARIANTS: Final = Shared(varies=SHOWN)
SEARCH: Final = Shared(
    kept=2,
    varies=SHOWN,
    changes_with=of_found,
    asks=(
        "facets",
        "totalCount",
        "edges.highlights",
        "edges.explanation",
        "nodes.attributes",
        "edges.node.attributes",
        "nodes.category",
        "edges.node.category",
    ),
)
RELATED: Final = Shared(kept=10, varies=SHOWN, changes_with=PRODUCT)
SUGGESTIONS: Final = Shared(kept=2, varies=SHOWN, changes_with=of_found, asks=("product", "category"))


def _changed(entity: str, attribute: str) -> Callable[[Any], Sequence[Change]]:
    return lambda event: (Change(name=entity_name(entity, getattr(event, attribute)), version=event.version),)


def _all_changed(event: ProductsChanged) -> Sequence[Change]:
    return [Change(name=entity_name(PRODUCT, each.product_id), version=each.version) for each in event.products]


ANNOUNCES: Final = Announcements(
    topic=TOPIC,
    changes={
        ProductChanged: _changed(PRODUCT, "product_id"),
        ProductsChanged: _all_changed,
        CategoryChanged: _changed(CATEGORY, "category_id"),
        CollectionChanged: _changed(COLLECTION, "collection_id"),
        BrandChanged: _changed(BRAND, "brand_id"),
    },
)
