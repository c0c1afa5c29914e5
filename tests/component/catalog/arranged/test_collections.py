"""Collections, over gRPC on a real database and without a search engine: they need none."""

from __future__ import annotations

from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2, collection_pb2
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.common.v1.page_pb2 import PageRequest, ShopContext

from chassis.errors import RemoteError
from tests.component.catalog.arranged.conftest import caught_up, told
from tests.component.catalog.arranged.shelf import create, lamps, listed, ruled
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import MANAGER, SHOPPER, STRANGER, RunningCatalog, product_input, variant_input


async def test_products_are_put_in_arranged_and_taken_out_by_hand(catalog: RunningCatalog) -> None:
    ids = await lamps(catalog)
    made = await create(catalog, product_ids=[ids["globe"], ids["arc"]], description="Ours")
    assert (made.slug, made.version, made.product_count, made.HasField("rules")) == ("picks", 1, 2, False)
    assert await listed(catalog, made.id) == ["globe", "arc"]

    async def change(method: str, *names: str, position: int | None = None) -> pb.CollectionResponse:
        (row,) = await catalog.rows("SELECT version FROM collections WHERE id = %s", [made.id])
        request = pb.CollectionProductsRequest(
            collection_id=made.id,
            expected_version=row["version"],
            product_ids=[ids.get(name, name) for name in names],
            position=position,
        )
        return await getattr(catalog.collections, method)(request)

    await change("AddCollectionProducts", "bulb", "globe", "chair", position=1)
    assert await listed(catalog, made.id) == ["globe", "bulb", "chair", "arc"], "globe stays where it was"
    await change("AddCollectionProducts", "reed")
    await change("ReorderCollectionProducts", "reed", "chair", position=0)
    assert await listed(catalog, made.id) == ["reed", "chair", "globe", "bulb", "arc"]
    answer = await change("RemoveCollectionProducts", "chair", "prd_nothing")
    assert await listed(catalog, made.id) == ["reed", "globe", "bulb", "arc"]
    assert answer.collection.version == 5
    unknown = await change("AddCollectionProducts", "arc", "prd_nothing")
    assert told(unknown) == [("NOT_FOUND", ["productIds", "1"])]
    absent = await change("ReorderCollectionProducts", "chair")
    assert told(absent) == [("NOT_FOUND", ["productIds", "0"])]
    twice = await change("AddCollectionProducts", "arc", "arc")
    assert told(twice) == [("TAKEN", ["productIds", "1"])]
    stale = pb.CollectionProductsRequest(collection_id=made.id, expected_version=1, product_ids=[ids["arc"]])
    assert told(await catalog.collections.RemoveCollectionProducts(stale)) == [("STALE_VERSION", ["expectedVersion"])]


async def test_a_page_is_sorted_as_it_is_asked_to_be(catalog: RunningCatalog) -> None:
    ids = await lamps(catalog)
    await catalog.upsert(product_input("euro", name="Aura", variants=[variant_input("euro", currency="EUR")]))
    made = await create(catalog, rules=ruled(pb.CollectionRule(name_contains="a")))
    newest = ["euro", "chair", "reed", "globe", "arc"]
    assert len(ids) == 5
    assert await listed(catalog, made.id) == newest
    sort: Any = catalog_pb2
    assert await listed(catalog, made.id, sort_field=sort.PRICE) == ["reed", "chair", "globe", "arc", "euro"]
    assert await listed(catalog, made.id, sort_field=sort.PRICE, sort_direction=sort.DESC) == [
        "arc", "globe", "chair", "reed", "euro",
    ]  # fmt: skip
    assert await listed(catalog, made.id, sort_field=sort.NAME) == ["arc", "euro", "chair", "globe", "reed"]
    assert await listed(catalog, made.id, sort_field=sort.CREATED_AT, sort_direction=sort.DESC) == newest
    with pytest.raises(RemoteError) as refusal:
        request = pb.BatchListCollectionProductsRequest(collection_ids=[made.id], page=PageRequest(first=1, after="x"))
        await catalog.collections.BatchListCollectionProducts(request)
    assert refusal.value.reason == "INVALID_CURSOR"


async def test_shoppers_see_published_collections_and_products(catalog: RunningCatalog) -> None:
    ids = await lamps(catalog)
    await catalog.upsert(product_input("draft", brand="Lumo", published=False))
    shown = await create(catalog, "Shown", rules=ruled(pb.CollectionRule(brands=["Lumo"])))
    answer = await catalog.collections.CreateCollection(
        pb.CreateCollectionRequest(name="Hidden", product_ids=[ids["arc"]])
    )
    hidden = answer.collection
    seen: dict[str, Any] = {}
    for name, caller in (("stranger", STRANGER), ("shopper", SHOPPER), ("manager", MANAGER)):
        with catalog.acting(caller):
            outcomes = (
                await catalog.collections.BatchGetCollections(
                    pb.BatchGetCollectionsRequest(ids=[hidden.id, "col_nothing", shown.id, hidden.id])
                )
            ).outcomes
            page = await catalog.collections.ListCollections(pb.ListCollectionsRequest(page=PageRequest(first=10)))
            of_product = (
                await catalog.collections.BatchListProductCollections(
                    pb.BatchListProductCollectionsRequest(product_ids=[ids["bulb"], ids["arc"]])
                )
            ).lists
            seen[name] = (
                [outcome.collection.name for outcome in outcomes],
                [each.name for each in page.nodes],
                [[each.name for each in found.collections] for found in of_product],
                await listed(catalog, hidden.id),
                await listed(catalog, shown.id),
            )
    strange = (["", "", "Shown", ""], ["Shown"], [[], ["Shown"]], [], ["globe", "arc"])
    assert seen["stranger"] == seen["shopper"] == strange
    assert seen["manager"] == (
        ["Hidden", "", "Shown", "Hidden"], ["Hidden", "Shown"], [[], ["Hidden", "Shown"]], ["arc"],
        ["draft", "globe", "arc"],
    )  # fmt: skip
    publish = pb.UpdateCollectionRequest(id=hidden.id, published=True, slug="seen")
    await catalog.collections.UpdateCollection(publish)
    with catalog.acting(STRANGER):
        request = pb.BatchFindCollectionsRequest(slugs=["hidden", "x", "seen"])
        found = await catalog.collections.BatchFindCollections(request)
    assert [outcome.collection.slug for outcome in found.outcomes] == ["seen", "", "seen"], "an old address stays good"


async def test_a_degraded_search_finds_by_collection_too(catalog: RunningCatalog) -> None:
    await lamps(catalog)
    made = await create(catalog, rules=ruled(pb.CollectionRule(brands=["Lumo"])))
    answer = await catalog.collections.CreateCollection(
        pb.CreateCollectionRequest(name="Hidden", rules=ruled(pb.CollectionRule(brands=["Lumo"])))
    )

    async def found(collection_id: str) -> set[str]:
        asked = catalog_pb2.SearchProductsRequest(
            query="lamp", filter=catalog_pb2.SearchFilter(collection_id=collection_id)
        )
        with catalog.acting(STRANGER):
            hits = (await catalog.catalog.SearchProducts(asked)).hits
        return {hit.product.external_reference for hit in hits}

    assert await found(made.id) == {"arc", "globe"}
    assert await found(answer.collection.id) == set()
    assert await found("col_nothing") == set()


async def test_a_deleted_collection_leaves_its_products(catalog: RunningCatalog) -> None:
    ids = await lamps(catalog)
    made = await create(catalog, product_ids=[ids["arc"]])
    await until(lambda: caught_up(catalog))
    request = pb.DeleteCollectionRequest(id=made.id, expected_version=1)
    assert (await catalog.collections.DeleteCollection(request)).deleted_id == made.id
    assert told(await catalog.collections.DeleteCollection(request)) == [("NOT_FOUND", ["id"])]
    assert not await catalog.rows("SELECT FROM collection_products")
    await until(lambda: caught_up(catalog))
    (row,) = await catalog.rows("SELECT version FROM products WHERE id = %s", [ids["arc"]])
    assert row["version"] == 3, "put in, taken out: two search documents"
    (event,) = await catalog.rows("SELECT max(sequence) AS last FROM outbox WHERE aggregate_id = %s", [made.id])
    assert event["last"] == 2
    recorded = await catalog.rows("SELECT operation FROM catalog_changes WHERE entity_id = %s ORDER BY id", [made.id])
    assert [row["operation"] for row in recorded] == ["collectionCreate", "collectionDelete"]


async def test_shoppers_do_not_write_collections(catalog: RunningCatalog) -> None:
    stub = catalog.collections
    products = pb.CollectionProductsRequest(collection_id="col_1", product_ids=["prd_1"])
    writes: list[tuple[Any, Any]] = [
        (stub.CreateCollection, pb.CreateCollectionRequest(name="A")),
        (stub.UpdateCollection, pb.UpdateCollectionRequest(id="col_1")),
        (stub.DeleteCollection, pb.DeleteCollectionRequest(id="col_1")),
        (stub.AddCollectionProducts, products),
        (stub.RemoveCollectionProducts, products),
        (stub.ReorderCollectionProducts, products),
    ]
    for caller, code in ((STRANGER, "UNAUTHENTICATED"), (SHOPPER, "FORBIDDEN")):
        for write, request in writes:
            with catalog.acting(caller), pytest.raises(RemoteError) as refusal:
                await write(request)
            assert refusal.value.code == code


async def test_another_shop_has_other_prices_in_the_same_collection(catalog: RunningCatalog) -> None:
    ids = await lamps(catalog)
    made = await create(catalog, product_ids=[ids["arc"]])
    context = ShopContext(currency_code="EUR")
    request = collection_pb2.BatchListCollectionProductsRequest(collection_ids=[made.id], context=context)
    (page,) = (await catalog.collections.BatchListCollectionProducts(request)).pages
    assert [product.HasField("price_range") for product in page.nodes] == [False]
