"""The collections that a demo shop begins with."""

from __future__ import annotations

from emporium.catalog.v1 import catalog_pb2, collection_pb2
from emporium.common.v1.page_pb2 import PageRequest

from infra.catalog_data.generator import generate
from infra.catalog_data.records import Defaults, product_from
from infra.cli.demo_collections import make_collections
from tests.fixtures.catalog import SHOPPER, RunningCatalog


async def test_a_demo_shop_has_collections_with_addresses_and_words_for_search_engines(catalog: RunningCatalog) -> None:
    products = [product_from(record, Defaults()) for record in generate(60, 1)]
    writes = await catalog.upsert(*products)
    sold = [(product, write.product_id) for product, write in zip(products, writes, strict=True)]
    for new in (3, 0):
        assert await make_collections(catalog.catalog, catalog.collections, catalog.merchandising, sold) == new
    with catalog.acting(SHOPPER):
        page = await catalog.collections.ListCollections(
            collection_pb2.ListCollectionsRequest(page=PageRequest(first=10))
        )
        clothing = await catalog.catalog.BatchFindCategories(catalog_pb2.BatchFindCategoriesRequest(slugs=["clothing"]))
    shown = {each.slug: each for each in page.nodes}
    assert set(shown) == {"on-sale", "under-50", "new-in-clothing"}
    assert all(each.product_count and each.seo_title and each.seo_description for each in shown.values())
    assert shown["new-in-clothing"].product_count == clothing.outcomes[0].category.product_count
    reduced = [each for each in products if any(variant.HasField("compare_at_price") for variant in each.variants)]
    assert shown["on-sale"].product_count == min(len(reduced), 24)
