"""Collections whose products follow rules."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.common.v1.money_pb2 import Money
from google.protobuf.timestamp_pb2 import Timestamp

from tests.component.catalog.arranged.conftest import caught_up, told
from tests.component.catalog.arranged.shelf import category_id, create, lamps, listed, price, ruled
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import RunningCatalog, product_input, variant_input


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


async def test_a_category_that_a_rule_names_is_not_deleted(catalog: RunningCatalog) -> None:
    await lamps(catalog)
    garden, home = await category_id(catalog, "Garden"), await category_id(catalog, "Home")
    await create(catalog, "Outside", rules=ruled(pb.CollectionRule(category_id=garden)))
    request = catalog_pb2.DeleteCategoryRequest(id=garden, move_products_to=home)
    assert told(await catalog.catalog.DeleteCategory(request)) == [("WRONG_STATE", ["id"])]
