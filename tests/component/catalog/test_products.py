"""Products, variants and categories over gRPC, on a real database."""

from __future__ import annotations

import asyncio

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1 import outcome_pb2
from emporium.common.v1.page_pb2 import PageRequest

from chassis.errors import RemoteError
from chassis.inbox import Received
from subgraphs.catalog.adapters.postgres.index_entries import PostgresIndexEntries
from subgraphs.catalog.adapters.postgres.product_writes import PostgresProductWrites
from subgraphs.catalog.consumers.product_changes import handlers
from subgraphs.catalog.rpc.mapping import draft_from
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import (
    MANAGER,
    SHOPPER,
    STRANGER,
    RunningCatalog,
    product_input,
    variant_input,
)


def results(writes: list[pb.ProductWrite]) -> list[str]:
    return [pb.WriteResult.Name(write.result) for write in writes]


async def find(catalog: RunningCatalog, reference: str) -> pb.Product:
    request = pb.BatchFindProductsRequest(keys=[pb.ProductKey(external_reference=reference)])
    (outcome,) = (await catalog.catalog.BatchFindProducts(request)).outcomes
    return outcome.product


async def test_a_product_is_created_left_alone_and_updated(catalog: RunningCatalog) -> None:
    (created,) = await catalog.upsert(product_input("a"))
    unchanged = await catalog.upsert(product_input("a"))
    updated = await catalog.upsert(product_input("a", name="Boot a"))
    assert results([created]) == ["CREATED"]
    assert results(unchanged) == ["UNCHANGED"]
    assert results(updated) == ["UPDATED"]
    product = await find(catalog, "a")
    assert (product.id, product.name, product.version) == (created.product_id, "Boot a", 2)
    assert product.slug == "sneaker-a-a", "an address outlives a renaming"
    assert product.price_range.min.minor_units == 4999
    assert product.available_for_sale


async def test_each_change_leaves_one_event_in_its_own_transaction(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("a"), product_input("b"))
    await catalog.upsert(product_input("a"), product_input("b", name="B"))
    rows = await catalog.rows(
        "SELECT aggregate_id, sequence FROM outbox WHERE type LIKE '%%ProductChanged' ORDER BY id"
    )
    assert [row["sequence"] for row in rows] == [1, 1, 2]


async def test_a_thousand_products_are_one_transaction(catalog: RunningCatalog) -> None:
    writes = await catalog.upsert(*(product_input(f"p{number}") for number in range(1000)))
    assert results(writes) == ["CREATED"] * 1000
    (row,) = await catalog.rows("SELECT count(DISTINCT created_at) AS moments, count(*) AS products FROM products")
    assert row == {"moments": 1, "products": 1000}


async def test_one_event_tells_of_many_products_and_the_index_learns_of_each(catalog: RunningCatalog) -> None:
    writes = await catalog.upsert(*(product_input(f"p{number}") for number in range(30)))
    (row,) = await catalog.rows("SELECT type, payload FROM outbox WHERE type LIKE '%%Product%%Changed'")
    entries = PostgresIndexEntries(catalog.db)
    async with catalog.db.transaction() as tx:
        event = Received(event_id="evt_1", type=row["type"], topic="t", key="k", payload=row["payload"])
        await handlers(entries)[row["type"]](tx, [event, event])
    assert sorted(await entries.claim(100)) == sorted(write.product_id for write in writes)


async def test_faulty_products_do_not_hold_back_the_others(catalog: RunningCatalog) -> None:
    writes = await catalog.upsert(
        product_input("good"),
        product_input("", name=" "),
        product_input("wrong", variants=[variant_input("w", currency="dollars")]),
        product_input("good", variants=[variant_input("other")]),
        product_input("bare", variants=[]),
    )
    assert results(writes) == ["CREATED", "REFUSED", "REFUSED", "REFUSED", "REFUSED"]
    told = [[(error.input.code, list(error.input.field)) for error in write.user_errors] for write in writes[1:]]
    assert told[0] == [
        (outcome_pb2.REQUIRED, ["products", "1", "externalReference"]),
        (outcome_pb2.REQUIRED, ["products", "1", "name"]),
    ]
    assert told[1] == [(outcome_pb2.WRONG_CURRENCY, ["products", "2", "variants", "0", "price", "currencyCode"])]
    assert told[2] == [(outcome_pb2.TAKEN, ["products", "3", "externalReference"])]
    assert told[3] == [(outcome_pb2.REQUIRED, ["products", "4", "variants"])]


async def test_a_sku_belongs_to_one_product(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("a", variants=[variant_input("same")]))
    refused, kept = await catalog.upsert(
        product_input("b", variants=[variant_input("same")]), product_input("c", name="")
    )
    assert [error.input.code for error in refused.user_errors] == [outcome_pb2.TAKEN]
    assert list(refused.user_errors[0].input.field) == ["products", "0", "variants", "0", "sku"]
    assert results([kept]) == ["REFUSED"]


async def test_a_stale_version_is_refused(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("a"))
    (stale,) = await catalog.upsert(product_input("a", name="B", expected_version=7))
    (fresh,) = await catalog.upsert(product_input("a", name="B", expected_version=1))
    assert [error.input.code for error in stale.user_errors] == [outcome_pb2.STALE_VERSION]
    assert results([fresh]) == ["UPDATED"]


async def test_a_repeated_key_is_answered_without_writing(catalog: RunningCatalog) -> None:
    first = await catalog.upsert(product_input("a"), key="k")
    again = await catalog.upsert(product_input("a"), key="k")
    assert again == first
    with pytest.raises(RemoteError) as refusal:
        await catalog.upsert(product_input("b"), key="k")
    assert refusal.value.reason == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


async def test_what_is_not_published_is_seen_by_staff_only(catalog: RunningCatalog) -> None:
    (write,) = await catalog.upsert(product_input("a", published=False))
    request = pb.BatchGetProductsRequest(ids=[write.product_id])
    seen: dict[str, bool] = {}
    for name, caller in (("stranger", STRANGER), ("shopper", SHOPPER), ("manager", MANAGER)):
        with catalog.acting(caller):
            (outcome,) = (await catalog.catalog.BatchGetProducts(request)).outcomes
            (variants,) = (
                await catalog.catalog.BatchListVariants(pb.BatchListVariantsRequest(product_ids=[write.product_id]))
            ).lists
            seen[name] = outcome.HasField("product") and bool(variants.variants)
    assert seen == {"stranger": False, "shopper": False, "manager": True}
    with catalog.acting(MANAGER):
        await catalog.catalog.PublishProducts(pb.PublishProductsRequest(ids=[write.product_id], published=True))
    with catalog.acting(STRANGER):
        (outcome,) = (await catalog.catalog.BatchGetProducts(request)).outcomes
    assert outcome.product.version == 2


@pytest.mark.parametrize("caller", [STRANGER, SHOPPER])
async def test_shoppers_do_not_write(catalog: RunningCatalog, caller: object) -> None:
    with catalog.acting(caller), pytest.raises(RemoteError) as refusal:  # type: ignore[arg-type]
        await catalog.upsert(product_input("a"))
    assert refusal.value.code in ("FORBIDDEN", "UNAUTHENTICATED")


async def test_look_ups_keep_order_gaps_and_repeats(catalog: RunningCatalog) -> None:
    a, b = await catalog.upsert(product_input("a"), product_input("b"))
    ids = [b.product_id, "prd_nothing", a.product_id, b.product_id]
    outcomes = (await catalog.catalog.BatchGetProducts(pb.BatchGetProductsRequest(ids=ids))).outcomes
    assert [outcome.product.id or None for outcome in outcomes] == [b.product_id, None, a.product_id, b.product_id]
    skus = (await catalog.catalog.BatchGetVariantsBySku(pb.BatchGetVariantsBySkuRequest(skus=["b-1", "x"]))).outcomes
    assert [outcome.variant.sku or None for outcome in skus] == ["b-1", None]
    with pytest.raises(RemoteError) as refusal:
        await catalog.catalog.BatchGetProducts(pb.BatchGetProductsRequest(ids=["x"] * 1001))
    assert refusal.value.reason == "TOO_MANY_KEYS"


async def test_a_variant_left_out_is_no_longer_listed(catalog: RunningCatalog) -> None:
    both = [variant_input("a-1", cents=1000), variant_input("a-2", cents=2000)]
    (write,) = await catalog.upsert(product_input("a", variants=both))
    await catalog.upsert(product_input("a", variants=both[1:]))
    request = pb.BatchListVariantsRequest(product_ids=[write.product_id])
    (listed,) = (await catalog.catalog.BatchListVariants(request)).lists
    assert [variant.sku for variant in listed.variants] == ["a-2"]
    assert (await find(catalog, "a")).price_range.min.minor_units == 2000
    await catalog.upsert(product_input("a", variants=both))
    (listed,) = (await catalog.catalog.BatchListVariants(request)).lists
    assert [variant.quantity_available for variant in listed.variants] == [10, 10], "stock is not given twice"


async def test_another_currency_has_no_price(catalog: RunningCatalog) -> None:
    (write,) = await catalog.upsert(product_input("a"))
    request = pb.BatchGetProductsRequest(ids=[write.product_id])
    request.context.currency_code = "EUR"
    (outcome,) = (await catalog.catalog.BatchGetProducts(request)).outcomes
    assert not outcome.product.HasField("price_range")
    assert not outcome.product.available_for_sale


async def test_categories_are_a_tree(catalog: RunningCatalog) -> None:
    await catalog.upsert(
        product_input("a", category_path=["Shoes", "Sneakers"]),
        product_input("b", category_path=["Shoes", "Boots"]),
        product_input("c", category_path=["Bags"]),
    )
    (roots,) = (await catalog.catalog.BatchListSubcategories(pb.BatchListSubcategoriesRequest(parent_ids=[""]))).lists
    assert [(root.name, root.product_count) for root in roots.categories] == [("Bags", 1), ("Shoes", 2)]
    shoes = roots.categories[1]
    (children,) = (
        await catalog.catalog.BatchListSubcategories(pb.BatchListSubcategoriesRequest(parent_ids=[shoes.id]))
    ).lists
    assert [list(child.path) for child in children.categories] == [["Shoes", "Boots"], ["Shoes", "Sneakers"]]
    found = await catalog.catalog.BatchFindCategories(pb.BatchFindCategoriesRequest(slugs=["shoes-boots", "nothing"]))
    assert [outcome.category.name for outcome in found.outcomes] == ["Boots", ""]


async def test_paths_that_read_alike_are_different_categories(catalog: RunningCatalog) -> None:
    request = pb.UpsertCategoriesRequest(
        categories=[pb.CategoryInput(path=["A B"]), pb.CategoryInput(path=["A", "B"]), pb.CategoryInput(path=["A-B"])]
    )
    made = (await catalog.catalog.UpsertCategories(request)).categories
    assert len({category.id for category in made}) == len({category.slug for category in made}) == 3
    again = (await catalog.catalog.UpsertCategories(request)).categories
    assert [category.id for category in again] == [category.id for category in made]


async def test_pages_below_categories_neither_overlap_nor_skip(catalog: RunningCatalog) -> None:
    await catalog.upsert(*(product_input(f"p{number}") for number in range(7)))
    (roots,) = (await catalog.catalog.BatchListSubcategories(pb.BatchListSubcategoriesRequest(parent_ids=[""]))).lists
    seen: list[str] = []
    after = ""
    while True:
        (page, empty) = (
            await catalog.catalog.BatchListCategoryProducts(
                pb.BatchListCategoryProductsRequest(
                    category_ids=[roots.categories[0].id, "cat_unknown"], page=PageRequest(first=3, after=after)
                )
            )
        ).pages
        assert not empty.nodes
        seen += [product.external_reference for product in page.nodes]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    assert seen == [f"p{number}" for number in reversed(range(7))]
    assert page.total_count == 7


async def blocked(catalog: RunningCatalog) -> bool:
    """Somebody waits for somebody's transaction."""
    statement = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(await catalog.rows(statement))


async def test_two_that_make_the_same_product_at_once_do_not_overwrite_each_other(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("neighbour"))  # its brand and category are there: only the product is waited for
    theirs = draft_from(product_input("a", name="Theirs", variants=[variant_input("theirs")]))
    async with catalog.db.transaction() as tx:
        await PostgresProductWrites(catalog.db, "web").write(tx, [theirs])
        ours = asyncio.create_task(catalog.upsert(product_input("a", name="Ours", variants=[variant_input("ours")])))
        await until(lambda: blocked(catalog))
    with pytest.raises(RemoteError) as refusal:
        await ours
    assert refusal.value.reason == "WRITE_RACED"
    (row,) = await catalog.rows("SELECT name, version FROM products WHERE external_reference = 'a'")
    assert row == {"name": "Theirs", "version": 1}
    assert results(await catalog.upsert(product_input("a", name="Ours"))) == ["UPDATED"]


async def test_writes_lock_products_in_the_order_of_all_others(catalog: RunningCatalog) -> None:
    first, second = await catalog.upsert(product_input("z"), product_input("y"))
    earlier, later = sorted((first.product_id, second.product_id))
    async with catalog.db.transaction() as tx:
        await tx.execute("SELECT FROM products WHERE id = %s FOR UPDATE", [earlier])
        write = asyncio.create_task(catalog.upsert(product_input("y", name="Y"), product_input("z", name="Z")))
        await until(lambda: blocked(catalog))
        await tx.execute("SELECT FROM products WHERE id = %s FOR UPDATE NOWAIT", [later])
    assert results(await write) == ["UPDATED", "UPDATED"]
