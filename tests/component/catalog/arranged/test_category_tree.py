"""What staff does to the category tree, over gRPC on a real database."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.events.v1.events_pb2 import ProductsChanged

from chassis.errors import RemoteError
from subgraphs.catalog.adapters.postgres.category_writes import PostgresCategoryWrites
from subgraphs.catalog.domain.category_writes import CategoryMove
from tests.component.catalog.arranged.conftest import caught_up, told
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import SHOPPER, STRANGER, RunningCatalog, product_input

BROKEN = """
SELECT category.id, category.path, category.ancestor_ids FROM categories AS category
LEFT JOIN categories AS parent ON parent.id = category.parent_id
WHERE category.path IS DISTINCT FROM coalesce(parent.path, '{}') || category.name
   OR category.ancestor_ids IS DISTINCT FROM coalesce(parent.ancestor_ids, '{}') || category.id
"""


async def made(catalog: RunningCatalog, *paths: str) -> dict[str, pb.Category]:
    """Categories by their path, written "Home/Lamps"."""
    inputs = [pb.CategoryInput(path=path.split("/")) for path in paths]
    answer = await catalog.catalog.UpsertCategories(pb.UpsertCategoriesRequest(categories=inputs))
    return dict(zip(paths, answer.categories, strict=True))


async def tree(catalog: RunningCatalog) -> set[str]:
    """All paths; every category's line of ancestors is checked on the way."""
    assert not await catalog.rows(BROKEN)
    return {"/".join(row["path"]) for row in await catalog.rows("SELECT path FROM categories")}


async def children(catalog: RunningCatalog, parent_id: str = "") -> list[str]:
    request = pb.BatchListSubcategoriesRequest(parent_ids=[parent_id])
    (found,) = (await catalog.catalog.BatchListSubcategories(request)).lists
    return [category.name for category in found.categories]


async def test_a_category_is_made_with_all_that_a_shop_shows_of_it(catalog: RunningCatalog) -> None:
    home = (await made(catalog, "Home"))["Home"]
    request = pb.CreateCategoryRequest(
        name="Lamps", parent_id=home.id, slug="light", description="All that glows.",
        image=pb.Image(url="https://pictures.example/lamp.jpg", alt="A lamp"),
    )  # fmt: skip
    lamps = (await catalog.catalog.CreateCategory(request)).category
    assert (lamps.name, lamps.slug, list(lamps.path), lamps.version) == ("Lamps", "light", ["Home", "Lamps"], 1)
    assert (lamps.parent_id, lamps.description, lamps.image.alt) == (home.id, "All that glows.", "A lamp")
    again = await catalog.catalog.CreateCategory(request)
    assert told(again) == [("TAKEN", ["name"]), ("TAKEN", ["slug"])]
    plain = (await catalog.catalog.CreateCategory(pb.CreateCategoryRequest(name="Chairs"))).category
    assert (plain.slug, plain.HasField("parent_id"), plain.HasField("image")) == ("chairs", False, False)


async def test_what_is_wrong_with_a_category_is_said_with_its_field(catalog: RunningCatalog) -> None:
    request = pb.CreateCategoryRequest(name=" ", slug="Not A Slug", image=pb.Image(url="ftp://x"), position=-1)
    answer = await catalog.catalog.CreateCategory(request)
    assert told(answer) == [
        ("REQUIRED", ["name"]),
        ("INVALID", ["slug"]),
        ("INVALID", ["image", "url"]),
        ("INVALID", ["position"]),
    ]
    below = await catalog.catalog.CreateCategory(pb.CreateCategoryRequest(name="A", parent_id="cat_nowhere"))
    assert told(below) == [("NOT_FOUND", ["parentId"])]


async def test_a_renamed_category_takes_all_below_along_and_keeps_its_address(catalog: RunningCatalog) -> None:
    home = (await made(catalog, "Home/Lamps/Desk", "Home/Lamps/Floor", "Home"))["Home"]
    request = pb.UpdateCategoryRequest(id=home.id, expected_version=1, name="House", description="Rooms")
    house = (await catalog.catalog.UpdateCategory(request)).category
    assert (house.slug, house.version, house.description) == ("home", 2 + 1, "Rooms")
    assert await tree(catalog) == {"House", "House/Lamps", "House/Lamps/Desk", "House/Lamps/Floor"}
    assert told(await catalog.catalog.UpdateCategory(request)) == [("STALE_VERSION", ["expectedVersion"])]
    cleared = await catalog.catalog.UpdateCategory(pb.UpdateCategoryRequest(id=home.id, description=""))
    assert not cleared.category.HasField("description")
    same = await catalog.catalog.UpdateCategory(pb.UpdateCategoryRequest(id=home.id, name="House"))
    assert same.category.version == cleared.category.version, "what changes nothing is no change"


async def test_a_write_that_changes_no_product_makes_no_category(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("desk", category_path=["Home", "Desks"]))
    home = (await made(catalog, "Home"))["Home"]
    await catalog.catalog.UpdateCategory(pb.UpdateCategoryRequest(id=home.id, name="House"))
    await catalog.upsert(
        product_input("desk", category_path=["Home", "Desks"]),
        product_input("lamp", category_path=["Nowhere"], expected_version=7),
        product_input("chair", category_path=["House"]),
    )
    assert await tree(catalog) == {"House", "House/Desks"}


async def test_a_subtree_moves_as_one(catalog: RunningCatalog) -> None:
    found = await made(catalog, "Home", "Home/Lamps", "Home/Lamps/Desk", "Office")
    move = pb.MoveCategoryRequest(id=found["Home/Lamps"].id, parent_id=found["Office"].id, expected_version=1)
    moved = (await catalog.catalog.MoveCategory(move)).category
    assert (list(moved.path), moved.version, moved.slug) == (["Office", "Lamps"], 2, "home-lamps")
    assert await tree(catalog) == {"Home", "Office", "Office/Lamps", "Office/Lamps/Desk"}
    assert told(await catalog.catalog.MoveCategory(move)) == [("STALE_VERSION", ["expectedVersion"])]
    root = (await catalog.catalog.MoveCategory(pb.MoveCategoryRequest(id=moved.id, parent_id=""))).category
    assert (list(root.path), root.HasField("parent_id")) == (["Lamps"], False)
    rows = await catalog.rows("SELECT aggregate_id, sequence FROM outbox WHERE type LIKE '%%CategoryChanged'")
    desk = found["Home/Lamps/Desk"].id
    assert [row["sequence"] for row in rows if row["aggregate_id"] == desk] == [1, 2, 3], "all below are announced"


async def test_moves_that_make_no_tree_are_refused(catalog: RunningCatalog) -> None:
    found = await made(catalog, "A", "A/B", "A/B/C", "X", "X/B", "/".join("123456789"))
    ids = {path: category.id for path, category in found.items()}
    deepest = ids["/".join("123456789")]

    async def refusal(category: str, parent: str) -> list[tuple[str, list[str]]]:
        return told(await catalog.catalog.MoveCategory(pb.MoveCategoryRequest(id=category, parent_id=parent)))

    before = await tree(catalog)
    assert await refusal(ids["A"], ids["A/B/C"]) == [("CYCLE", ["parentId"])]
    assert await refusal(ids["A"], ids["A"]) == [("CYCLE", ["parentId"])]
    assert await refusal(ids["A/B"], ids["X"]) == [("TAKEN", ["parentId"])]
    assert await refusal(ids["A/B"], deepest) == [("LIMIT_REACHED", ["parentId"])]
    assert await refusal(ids["A"], "cat_nowhere") == [("NOT_FOUND", ["parentId"])]
    assert await refusal("cat_nowhere", ids["A"]) == [("NOT_FOUND", ["id"])]
    assert await tree(catalog) == before


async def test_children_are_in_the_order_they_were_given_and_new_ones_behind(catalog: RunningCatalog) -> None:
    found = await made(catalog, "Shoes", "Bags", "Hats")
    assert await children(catalog) == ["Bags", "Hats", "Shoes"], "by name until they are arranged"
    places = [pb.CategoryPlace(id=found[name].id, expected_version=1) for name in ("Shoes", "Bags")]
    answer = await catalog.catalog.ReorderCategories(pb.ReorderCategoriesRequest(places=places))
    assert [category.name for category in answer.categories] == ["Shoes", "Bags", "Hats"]
    stale = await catalog.catalog.ReorderCategories(pb.ReorderCategoriesRequest(places=places))
    assert told(stale) == [("STALE_VERSION", ["categories", str(place), "expectedVersion"]) for place in (0, 1)]
    await made(catalog, "Belts", "Aprons")
    assert await children(catalog) == ["Shoes", "Bags", "Hats", "Aprons", "Belts"]
    await catalog.catalog.MoveCategory(pb.MoveCategoryRequest(id=found["Hats"].id, parent_id="", position=0))
    assert await children(catalog) == ["Hats", "Shoes", "Bags", "Aprons", "Belts"]
    first = await catalog.catalog.CreateCategory(pb.CreateCategoryRequest(name="Ties", position=1))
    assert await children(catalog) == ["Hats", "Ties", "Shoes", "Bags", "Aprons", "Belts"]
    request = pb.ReorderCategoriesRequest(
        parent_id=first.category.id,
        places=[pb.CategoryPlace(id=found["Bags"].id), pb.CategoryPlace(id=found["Bags"].id)],
    )
    assert told(await catalog.catalog.ReorderCategories(request)) == [("TAKEN", ["categories", "1"])]
    request = pb.ReorderCategoriesRequest(parent_id=first.category.id, places=[pb.CategoryPlace(id=found["Bags"].id)])
    assert told(await catalog.catalog.ReorderCategories(request)) == [("NOT_FOUND", ["categories", "0", "id"])]


async def test_a_category_is_deleted_only_with_a_place_for_what_it_holds(catalog: RunningCatalog) -> None:
    found = await made(catalog, "Home/Lamps", "Home/Lamps/Desk", "Office")
    lamps, office = found["Home/Lamps"].id, found["Office"].id
    (write,) = await catalog.upsert(product_input("a", category_path=["Home", "Lamps"]))
    version = (await catalog.rows("SELECT version FROM categories WHERE id = %s", [lamps]))[0]["version"]
    delete = catalog.catalog.DeleteCategory
    assert told(await delete(pb.DeleteCategoryRequest(id=lamps))) == [
        ("NOT_EMPTY", ["moveProductsTo"]),
        ("NOT_EMPTY", ["moveChildrenTo"]),
    ]
    inside = pb.DeleteCategoryRequest(id=lamps, move_products_to=lamps, move_children_to=found["Home/Lamps/Desk"].id)
    assert told(await delete(inside)) == [("CYCLE", ["moveProductsTo"]), ("CYCLE", ["moveChildrenTo"])]
    stale = pb.DeleteCategoryRequest(id=lamps, expected_version=version + 1)
    assert told(await delete(stale)) == [("STALE_VERSION", ["expectedVersion"])]
    request = pb.DeleteCategoryRequest(
        id=lamps, expected_version=version, move_products_to=office, move_children_to=office
    )
    assert (await delete(request)).deleted_id == lamps
    assert await tree(catalog) == {"Home", "Office", "Office/Desk"}
    product = (
        (await catalog.catalog.BatchGetProducts(pb.BatchGetProductsRequest(ids=[write.product_id]))).outcomes[0].product
    )
    assert product.category_id == office
    assert told(await delete(request)) == [("NOT_FOUND", ["id"])]


async def test_products_follow_a_move_set_by_set(catalog: RunningCatalog) -> None:
    """Their versions rise, so that search and caches read them again; their words name the new categories."""
    found = await made(catalog, "Shoes/Sneakers", "Sport")
    await catalog.upsert(*(product_input(f"p{number}") for number in range(700)))
    await catalog.upsert(*(product_input(f"q{number}", category_path=["Shoes"]) for number in range(400)))
    await until(lambda: caught_up(catalog))
    ((shoes,),) = [await catalog.rows("SELECT id FROM categories WHERE path = '{Shoes}'")]
    await catalog.catalog.MoveCategory(pb.MoveCategoryRequest(id=shoes["id"], parent_id=found["Sport"].id))
    await until(lambda: caught_up(catalog))
    (row,) = await catalog.rows(
        "SELECT count(*) FILTER (WHERE version = 2) AS raised, count(*) FILTER (WHERE words @@ 'sport') AS found,"
        " count(*) FILTER (WHERE words @@ 'sneaker' AND words @@ 'light') AS kept FROM products"
    )
    assert row == {"raised": 1_100, "found": 1_100, "kept": 1_100}
    events = await catalog.rows("SELECT payload FROM outbox WHERE type LIKE '%%ProductsChanged'")
    announced = [each for event in events for each in ProductsChanged.FromString(event["payload"]).products]
    assert len({each.product_id for each in announced if each.version == 2}) == 1_100


async def test_moves_at_once_make_no_cycle_and_no_wrong_path(catalog: RunningCatalog) -> None:
    """A ring of categories, each of which is sent below the next one, over and over, from many connections."""
    rng = random.Random(8)
    found = await made(catalog, *(f"{name}/{name}{name}" for name in "abcdefgh"))
    ids = [row["id"] for row in await catalog.rows("SELECT id FROM categories ORDER BY path")]
    assert len(ids) == 2 * len(found)

    async def mover() -> list[str]:
        said: list[str] = []
        for _ in range(8):
            category, parent = rng.sample(ids, 2)
            answer = await catalog.catalog.MoveCategory(
                pb.MoveCategoryRequest(id=category, parent_id=parent), timeout=60
            )
            said += [code for code, _ in told(answer)]
        return said

    refusals = {code for said in await asyncio.gather(*(mover() for _ in range(6))) for code in said}
    assert refusals <= {"CYCLE", "LIMIT_REACHED"}
    assert len(await tree(catalog)) == len(ids)
    (row,) = await catalog.rows(
        "WITH RECURSIVE reached AS (SELECT id FROM categories WHERE parent_id IS NULL UNION ALL SELECT child.id FROM"
        " categories AS child JOIN reached ON reached.id = child.parent_id) SELECT count(*) AS reached FROM reached"
    )
    assert row["reached"] == len(ids), "whoever stands in a cycle is below no root"


async def test_a_move_waits_for_one_that_hangs_more_below_what_it_moves(catalog: RunningCatalog) -> None:
    """Else what comes to hang there meanwhile would keep the path that was."""
    found = await made(catalog, "P/X", "A", "A/B", "P", "Q")
    halfway, go = asyncio.Event(), asyncio.Event()

    class Halfway:
        """Commits when told to."""

        async def retrying(self, work: Any) -> Any:
            async with catalog.db.transaction() as tx:
                done = await work(tx)
                halfway.set()
                await go.wait()
                return done

    async def somebody_waits() -> bool:
        return bool(await catalog.rows("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))

    writes: Any = PostgresCategoryWrites(Halfway())  # type: ignore[arg-type]
    first = asyncio.create_task(writes.move(CategoryMove(id=found["A"].id, parent_id=found["P/X"].id)))
    await halfway.wait()
    request = pb.MoveCategoryRequest(id=found["P"].id, parent_id=found["Q"].id)
    second = asyncio.ensure_future(catalog.catalog.MoveCategory(request, timeout=60))
    await until(somebody_waits)
    go.set()
    assert not (await first).faults
    assert not (await second).user_errors
    assert await tree(catalog) == {"Q", "Q/P", "Q/P/X", "Q/P/X/A", "Q/P/X/A/B"}


async def test_importers_make_one_path_at_once_and_moves_do_not_break_it(catalog: RunningCatalog) -> None:
    target = (await made(catalog, "Target"))["Target"].id

    async def importer(number: int) -> None:
        for turn in range(5):
            paths = ["/".join(["Deep", f"Level {turn}", "Same", f"{number}"]), f"Deep/Level {turn}/Same"]
            await made(catalog, *paths)
            await catalog.upsert(product_input(f"p{number}-{turn}", category_path=paths[0].split("/")))

    async def mover() -> None:
        for turn in range(5):
            for row in await catalog.rows("SELECT id FROM categories WHERE path = %s", [["Deep", f"Level {turn}"]]):
                await catalog.catalog.MoveCategory(pb.MoveCategoryRequest(id=row["id"], parent_id=target), timeout=60)

    await asyncio.gather(*(importer(number) for number in range(6)), mover())
    paths = await tree(catalog)
    assert {f"Target/Level {turn}" in paths or f"Deep/Level {turn}" in paths for turn in range(5)} == {True}
    (row,) = await catalog.rows(
        "SELECT count(*) AS products FROM products JOIN categories ON category_id = categories.id"
    )
    assert row["products"] == 30


async def test_every_write_of_the_tree_is_recorded(catalog: RunningCatalog) -> None:
    found = await made(catalog, "A", "B")
    a, b = found["A"].id, found["B"].id
    await catalog.catalog.UpdateCategory(pb.UpdateCategoryRequest(id=a, slug="first"))
    await catalog.catalog.MoveCategory(pb.MoveCategoryRequest(id=a, parent_id=b))
    await catalog.catalog.ReorderCategories(pb.ReorderCategoriesRequest(places=[pb.CategoryPlace(id=b)]))
    await catalog.catalog.DeleteCategory(pb.DeleteCategoryRequest(id=a))
    made_by_path, _, *rows = await catalog.rows(
        "SELECT operation, entity_id, before, after FROM catalog_changes WHERE entity_id = ANY(%s) ORDER BY id",
        [[a, b]],
    )
    assert made_by_path["after"] == {"path": ["A"], "slug": "a"}
    assert [(row["operation"], row["entity_id"]) for row in rows] == [
        ("categoryUpdate", a),
        ("categoryMove", a),
        ("categoriesReorder", b),
        ("categoryDelete", a),
    ]
    assert (rows[0]["before"], rows[0]["after"]) == ({"slug": "a"}, {"slug": "first"})
    assert (rows[1]["before"]["path"], rows[1]["after"]["path"]) == (["A"], ["B", "A"])


async def test_shoppers_do_not_arrange_the_tree(catalog: RunningCatalog) -> None:
    stub = catalog.catalog
    writes: list[tuple[Any, Any]] = [
        (stub.CreateCategory, pb.CreateCategoryRequest(name="A")),
        (stub.UpdateCategory, pb.UpdateCategoryRequest(id="cat_1")),
        (stub.MoveCategory, pb.MoveCategoryRequest(id="cat_1")),
        (stub.ReorderCategories, pb.ReorderCategoriesRequest()),
        (stub.DeleteCategory, pb.DeleteCategoryRequest(id="cat_1")),
    ]
    for caller, code in ((STRANGER, "UNAUTHENTICATED"), (SHOPPER, "FORBIDDEN")):
        for write, request in writes:
            with catalog.acting(caller), pytest.raises(RemoteError) as refusal:
                await write(request)
            assert refusal.value.code == code
