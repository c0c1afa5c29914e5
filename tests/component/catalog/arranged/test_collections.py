"""Collections, over gRPC on a real database and without a search engine: they need none."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2, collection_pb2
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.page_pb2 import PageRequest, ShopContext
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import RemoteError
from tests.component.catalog.arranged.conftest import caught_up, told
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import MANAGER, SHOPPER, STRANGER, RunningCatalog, product_input, variant_input

LAMPS = [
    ("arc", "Arc floor lamp", "Lumo", ["Home", "Lamps"], 9900, 5, "Black"),
    ("globe", "Globe desk lamp", "Lumo", ["Home", "Lamps"], 4900, 0, "White"),
    ("reed", "Reed bedside LAMP", "Halden", ["Home", "Lamps", "Bedside"], 2900, 5, "Black"),
    ("bulb", "Bulb", "Halden", ["Home", "Spare parts"], 700, 5, "White"),
    ("chair", "Folding chair", "Halden", ["Garden"], 3900, 5, "Black"),
]


async def lamps(catalog: RunningCatalog) -> dict[str, str]:
    """Ids by reference, oldest first."""
    writes = await catalog.upsert(
        *(
            product_input(
                reference, name=name, brand=brand, category_path=category,
                attributes=[catalog_pb2.Attribute(key="colour", label="Colour", value=colour)],
                variants=[variant_input(reference, cents=cents, units=units)],
            )
            for reference, name, brand, category, cents, units, colour in LAMPS
        )
    )  # fmt: skip
    return {lamp[0]: write.product_id for lamp, write in zip(LAMPS, writes, strict=True)}


def ruled(*rules: pb.CollectionRule, match: Any = pb.MATCH_ALL) -> pb.CollectionRules:
    return pb.CollectionRules(match=match, rules=rules)


def price(low: int | None = None, high: int | None = None, currency: str = "USD") -> pb.CollectionRule:
    condition = pb.PriceCondition(
        min=None if low is None else Money(minor_units=low, currency_code=currency),
        max=None if high is None else Money(minor_units=high, currency_code=currency),
    )
    return pb.CollectionRule(price=condition)


async def create(catalog: RunningCatalog, name: str = "Picks", **more: Any) -> pb.Collection:
    answer = await catalog.collections.CreateCollection(pb.CreateCollectionRequest(name=name, published=True, **more))
    assert not answer.user_errors, answer
    return answer.collection


async def listed(catalog: RunningCatalog, collection_id: str, **asked: Any) -> list[str]:
    """References of the products, page after page, two at a time."""
    found: list[str] = []
    after = ""
    while True:
        request = pb.BatchListCollectionProductsRequest(
            collection_ids=[collection_id], page=PageRequest(first=2, after=after), **asked
        )
        (page,) = (await catalog.collections.BatchListCollectionProducts(request)).pages
        found += [product.external_reference for product in page.nodes]
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor


async def category_id(catalog: RunningCatalog, *path: str) -> str:
    (row,) = await catalog.rows("SELECT id FROM categories WHERE path = %s", [list(path)])
    return str(row["id"])


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


async def test_each_kind_of_rule_finds_what_it_says(catalog: RunningCatalog) -> None:
    await lamps(catalog)
    long_ago, in_a_while = Timestamp(), Timestamp()
    long_ago.FromDatetime(datetime(2020, 1, 1, tzinfo=UTC))
    in_a_while.FromDatetime(datetime(2120, 1, 1, tzinfo=UTC))
    below = await category_id(catalog, "Home", "Lamps")
    colour = pb.CollectionRule(attribute=pb.AttributeCondition(key="colour", values=["White", "Red"]))
    cases: list[tuple[pb.CollectionRules, set[str]]] = [
        (ruled(pb.CollectionRule(brands=["Lumo", "Nobody"])), {"arc", "globe"}),
        (ruled(pb.CollectionRule(category_id=below)), {"arc", "globe", "reed"}),
        (ruled(colour), {"globe", "bulb"}),
        (ruled(price(2900, 4900)), {"globe", "reed", "chair"}),
        (ruled(price(None, 2900)), {"reed", "bulb"}),
        (ruled(price(2900, currency="EUR")), set()),
        (ruled(pb.CollectionRule(available_for_sale=False)), {"globe"}),
        (ruled(pb.CollectionRule(name_contains="lAmP")), {"arc", "globe", "reed"}),
        (ruled(pb.CollectionRule(created_after=long_ago)), {"arc", "globe", "reed", "bulb", "chair"}),
        (ruled(pb.CollectionRule(created_after=in_a_while)), set()),
        (ruled(colour, pb.CollectionRule(available_for_sale=True)), {"bulb"}),
        (ruled(colour, price(9000), match=pb.MATCH_ANY), {"globe", "bulb", "arc"}),
    ]
    for number, (rules, expected) in enumerate(cases):
        made = await create(catalog, f"Case {number}", rules=rules)
        assert set(await listed(catalog, made.id)) == expected, rules
        (kept,) = (await catalog.collections.BatchGetCollections(pb.BatchGetCollectionsRequest(ids=[made.id]))).outcomes
        assert kept.collection.rules == rules, "staff reads what staff wrote"
        assert kept.collection.product_count == len(expected)


async def test_what_is_wrong_with_rules_is_said_with_its_field(catalog: RunningCatalog) -> None:
    two = pb.CollectionRule(brands=["A"], available_for_sale=True)
    mixed = price(5)
    mixed.price.max.CopyFrom(Money(minor_units=9, currency_code="EUR"))
    rules = ruled(
        two,
        pb.CollectionRule(),
        price(9, 5),
        mixed,
        pb.CollectionRule(attribute=pb.AttributeCondition(key="colour")),
        pb.CollectionRule(name_contains=""),
        pb.CollectionRule(brands=["x"] * 101),
    )
    refused = await catalog.collections.CreateCollection(pb.CreateCollectionRequest(name="A", rules=rules))
    at = ["rules", "rules"]
    assert told(refused) == [
        ("INVALID", [*at, "0"]),
        ("INVALID", [*at, "1"]),
        ("INVALID", [*at, "2", "price"]),
        ("WRONG_CURRENCY", [*at, "3", "price"]),
        ("REQUIRED", [*at, "4", "attribute", "valueIn"]),
        ("INVALID", [*at, "5", "nameContains"]),
        ("LIMIT_REACHED", [*at, "6", "brandIn"]),
    ]
    nowhere = ruled(pb.CollectionRule(category_id="cat_nowhere"))
    unknown = await catalog.collections.CreateCollection(pb.CreateCollectionRequest(name="A", rules=nowhere))
    assert told(unknown) == [("NOT_FOUND", [*at, "0", "categoryId"])]
    none = await catalog.collections.CreateCollection(pb.CreateCollectionRequest(name="A", rules=ruled()))
    assert told(none) == [("INVALID", at)]


async def test_members_follow_their_products_by_themselves(catalog: RunningCatalog) -> None:
    """Whatever of a product changes, by whichever write: price, stock, brand, category, the tree above it."""
    ids = await lamps(catalog)
    spare = await category_id(catalog, "Home", "Spare parts")
    cheap = await create(catalog, "Cheap", rules=ruled(price(None, 1000)))
    sold_out = await create(catalog, "Sold out", rules=ruled(pb.CollectionRule(available_for_sale=False)))
    garden = await create(
        catalog, "Garden", rules=ruled(pb.CollectionRule(category_id=await category_id(catalog, "Garden")))
    )
    await until(lambda: caught_up(catalog))
    before = {row["id"]: row["version"] for row in await catalog.rows("SELECT id, version FROM products")}

    async def holds(collection: pb.Collection, *references: str) -> bool:
        return await caught_up(catalog) and set(await listed(catalog, collection.id)) == set(references)

    await catalog.upsert(product_input("chair", variants=[variant_input("chair", cents=900)]))
    await until(lambda: holds(cheap, "bulb", "chair"))
    taken = catalog_pb2.StockAdjustment(sku="reed", delta=-5)
    await catalog.inventory.AdjustStock(catalog_pb2.AdjustStockRequest(adjustments=[taken], idempotency_key="take"))
    await until(lambda: holds(sold_out, "globe", "reed"))
    move = catalog_pb2.MoveCategoryRequest(id=spare, parent_id=await category_id(catalog, "Garden"))
    await catalog.catalog.MoveCategory(move)
    await until(lambda: holds(garden, "bulb"))
    after = {row["id"]: row["version"] for row in await catalog.rows("SELECT id, version FROM products")}
    changed = {name for name, product_id in ids.items() if after[product_id] > before[product_id]}
    assert changed == {"chair", "reed", "bulb"}, "search documents name the collections: they are written again"


async def test_new_rules_hold_at_once(catalog: RunningCatalog) -> None:
    await lamps(catalog)
    made = await create(catalog, rules=ruled(pb.CollectionRule(brands=["Lumo"])))
    request = pb.UpdateCollectionRequest(
        id=made.id, expected_version=1, rules=ruled(pb.CollectionRule(brands=["Halden"])), name="Halden"
    )
    updated = (await catalog.collections.UpdateCollection(request)).collection
    assert (updated.version, updated.name, updated.slug) == (2, "Halden", "picks")
    assert set(await listed(catalog, made.id)) == {"reed", "bulb", "chair"}
    assert told(await catalog.collections.UpdateCollection(request)) == [("STALE_VERSION", ["expectedVersion"])]
    by_hand = await create(catalog, "By hand")
    wrong = pb.UpdateCollectionRequest(id=by_hand.id, rules=request.rules, slug="picks")
    assert told(await catalog.collections.UpdateCollection(wrong)) == [
        ("TAKEN", ["slug"]),
        ("WRONG_STATE", ["rules"]),
    ]
    into = pb.CollectionProductsRequest(collection_id=made.id, product_ids=["prd_1"])
    assert told(await catalog.collections.AddCollectionProducts(into)) == [("WRONG_STATE", ["id"])]


async def test_rules_and_products_written_at_once_end_in_agreement(catalog: RunningCatalog) -> None:
    """The last of both decides, whoever came first."""
    await lamps(catalog)
    made = await create(catalog, rules=ruled(price(None, 1)))

    async def reprice(number: int) -> None:
        for turn in range(6):
            cents = 100 * (1 + (number + turn) % 7)
            await catalog.upsert(
                *(product_input(f"n{number}-{each}", variants=[variant_input(f"n{number}-{each}", cents=cents)])
                  for each in range(5))
            )  # fmt: skip

    async def judge() -> None:
        for turn in range(10):
            change = pb.UpdateCollectionRequest(id=made.id, rules=ruled(price(None, 100 * (1 + turn % 7))))
            await catalog.collections.UpdateCollection(change, timeout=60)

    await asyncio.gather(*(reprice(number) for number in range(4)), judge())
    await until(lambda: caught_up(catalog))
    rows = await catalog.rows(
        "SELECT product_id FROM collection_products WHERE collection_id = %s EXCEPT"
        " SELECT product_id FROM offers WHERE currency = 'USD' AND lowest <= 300",
        [made.id],
    )
    missing = await catalog.rows(
        "SELECT product_id FROM offers WHERE currency = 'USD' AND lowest <= 300 EXCEPT"
        " SELECT product_id FROM collection_products WHERE collection_id = %s",
        [made.id],
    )
    assert (rows, missing) == ([], [])


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


async def test_a_category_that_a_rule_names_is_not_deleted(catalog: RunningCatalog) -> None:
    await lamps(catalog)
    garden, home = await category_id(catalog, "Garden"), await category_id(catalog, "Home")
    await create(catalog, "Outside", rules=ruled(pb.CollectionRule(category_id=garden)))
    request = catalog_pb2.DeleteCategoryRequest(id=garden, move_products_to=home)
    assert told(await catalog.catalog.DeleteCategory(request)) == [("WRONG_STATE", ["id"])]


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
