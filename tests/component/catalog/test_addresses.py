"""Slugs that change and still lead to what had them, on PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2

from chassis.errors import RemoteError
from tests.fixtures.catalog import SHOPPER, RunningCatalog, product_input, variant_input

pytestmark = [pytest.mark.servers]


async def made(catalog: RunningCatalog, *references: str, **changes: Any) -> list[pb.Product]:
    writes = await catalog.upsert(*[product_input(each, **changes) for each in references])
    request = pb.BatchGetProductsRequest(ids=[write.product_id for write in writes])
    return [outcome.product for outcome in (await catalog.catalog.BatchGetProducts(request)).outcomes]


async def found(catalog: RunningCatalog, *slugs: str) -> list[str | None]:
    """What a shopper gets under each slug: the slug to redirect to."""
    request = pb.BatchFindProductsRequest(keys=[pb.ProductKey(slug=each) for each in slugs])
    with catalog.acting(SHOPPER):
        outcomes = (await catalog.catalog.BatchFindProducts(request)).outcomes
    return [each.product.slug if each.HasField("product") else None for each in outcomes]


async def change(catalog: RunningCatalog, *changes: dict[str, Any]) -> list[list[tuple[str, Sequence[str]]]]:
    """The faults of each change: code and path."""
    asked = [merchandising_pb2.SeoChange(**each) for each in changes]
    answer = await catalog.merchandising.UpdateSeo(merchandising_pb2.UpdateSeoRequest(changes=asked))
    return [[(error.input.code, list(error.input.field)) for error in write.user_errors] for write in answer.writes]


async def test_every_former_slug_leads_straight_to_the_product(catalog: RunningCatalog) -> None:
    (sneaker,) = await made(catalog, "a")
    first = sneaker.slug
    for slug in ("second", "third"):
        assert await change(catalog, {"id": sneaker.id, "slug": slug}) == [[]]
    assert await found(catalog, first, "second", "third", "fourth") == ["third", "third", "third", None]
    assert await change(catalog, {"id": sneaker.id, "slug": first}) == [[]]
    assert await found(catalog, first, "second", "third") == [first] * 3, "back where it was: no loop"
    lists = await catalog.merchandising.BatchListFormerSlugs(
        merchandising_pb2.BatchListFormerSlugsRequest(ids=[sneaker.id, "prd_unknown"])
    )
    assert [list(each.slugs) for each in lists.lists] == [["third", "second"], []]


async def test_a_slug_that_another_product_takes_over_leads_nowhere_else(catalog: RunningCatalog) -> None:
    old, other = await made(catalog, "a", "b")
    slug = old.slug
    await change(catalog, {"id": old.id, "slug": "moved"})
    await change(catalog, {"id": other.id, "slug": slug})
    assert await found(catalog, slug, "moved", other.slug) == [slug, "moved", slug]
    ids = await catalog.rows("SELECT id FROM products WHERE slug = %s", [slug])
    assert ids == [{"id": other.id}]


async def test_a_new_product_ends_what_led_on_from_its_slug(catalog: RunningCatalog) -> None:
    (old,) = await made(catalog, "a")
    await change(catalog, {"id": old.id, "slug": "moved"})
    await catalog.rows("UPDATE products SET external_reference = 'was-a' WHERE id = %s RETURNING id", [old.id])
    (new,) = await made(catalog, "a", variants=[variant_input("new-1")])
    assert (new.slug, new.id != old.id) == (old.slug, True)
    request = pb.BatchFindProductsRequest(keys=[pb.ProductKey(slug=old.slug), pb.ProductKey(slug="moved")])
    outcomes = (await catalog.catalog.BatchFindProducts(request)).outcomes
    assert [each.product.id for each in outcomes] == [new.id, old.id]
    assert await catalog.rows("SELECT FROM former_slugs WHERE slug = %s", [old.slug]) == []


async def test_a_faulty_change_is_refused_and_does_not_hold_back_the_others(catalog: RunningCatalog) -> None:
    old, other = await made(catalog, "a", "b")
    faults = await change(
        catalog,
        {"id": old.id, "slug": other.slug},
        {"id": other.id, "title": "Quick", "expected_version": other.version},
        {"id": "prd_unknown", "slug": "x"},
        {"id": "ord_1", "slug": "y"},
    )
    codes = {name: value.number for name, value in pb_codes().items()}
    assert faults == [
        [(codes["TAKEN"], ["changes", "0", "slug"])],
        [],
        [(codes["NOT_FOUND"], ["changes", "2", "id"])],
        [(codes["NOT_FOUND"], ["changes", "3", "id"])],
    ]
    stale = await change(catalog, {"id": other.id, "title": "Slow", "expected_version": other.version})
    assert stale == [[(codes["STALE_VERSION"], ["changes", "0", "expectedVersion"])]]
    (product,) = await made(catalog, "b")
    assert (product.seo_title, product.HasField("seo_description"), product.version) == ("Quick", False, 2)


def pb_codes() -> Any:
    return merchandising_pb2.DESCRIPTOR.pool.FindEnumTypeByName("emporium.common.v1.UserErrorCode").values_by_name


async def test_what_changes_nothing_is_no_change_and_the_rest_is_recorded_and_announced(
    catalog: RunningCatalog,
) -> None:
    (sneaker,) = await made(catalog, "a")
    same = {"id": sneaker.id, "slug": sneaker.slug}
    assert await change(catalog, same) == [[]]
    assert await catalog.rows("SELECT FROM catalog_changes WHERE operation = 'seoUpdate'") == []
    await change(catalog, {"id": sneaker.id, "slug": "moved", "description": "For running."})
    (recorded,) = await catalog.rows("SELECT * FROM catalog_changes WHERE operation = 'seoUpdate'")
    assert (recorded["entity_id"], recorded["version"]) == (sneaker.id, 2)
    assert recorded["before"] == {"slug": sneaker.slug, "seoDescription": None}
    assert recorded["after"] == {"slug": "moved", "seoDescription": "For running."}
    announced = await catalog.rows("SELECT sequence FROM outbox WHERE aggregate_id = %s ORDER BY 1", [sneaker.id])
    assert [row["sequence"] for row in announced] == [1, 2]


async def test_a_category_is_found_by_its_former_slug(catalog: RunningCatalog) -> None:
    (sneaker,) = await made(catalog, "a")
    assert await change(catalog, {"id": sneaker.category_id, "slug": "runners", "title": "Runners"}) == [[]]
    request = pb.BatchFindCategoriesRequest(slugs=["shoes-sneakers", "runners", "boots"])
    outcomes = (await catalog.catalog.BatchFindCategories(request)).outcomes
    assert [each.category.slug for each in outcomes] == ["runners", "runners", ""]
    assert outcomes[0].category.seo_title == "Runners"


async def test_only_staff_changes_addresses(catalog: RunningCatalog) -> None:
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refused:
        await change(catalog, {"id": "prd_1", "slug": "mine"})
    assert refused.value.status == "PERMISSION_DENIED"


async def test_a_batch_of_slugs_is_found_by_indexes(catalog: RunningCatalog) -> None:
    """Whatever the number of products: every branch of the one statement has its index."""
    from subgraphs.catalog.adapters.postgres.products import BY_KEYS

    asked = {"locales": ["de"], "ids": ["prd_1"], "slugs": ["a", "b"], "references": ["r"], "unpublished": False}
    async with catalog.db.transaction() as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")
        rows = await tx.execute("EXPLAIN " + BY_KEYS, {**asked, "channel": "web", "currency": "USD"}, prepare=False)
        plan = "\n".join([row["QUERY PLAN"] async for row in rows])
    assert "Seq Scan on products" not in plan
    assert "Seq Scan on former_slugs" not in plan
