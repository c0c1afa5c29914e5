"""The record of changes, on a real database."""

from __future__ import annotations

import psycopg
import pytest

from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.domain.change import Change, EntityKind
from tests.fixtures.catalog import MANAGER, STRANGER, RunningCatalog, product_input


def renamed(product_id: str = "prd_1", **more: object) -> Change:
    return Change(
        kind=EntityKind.PRODUCT,
        id=product_id,
        version=2,
        operation="productUpdate",
        before={"name": "Boot", "brand": "Acme"},
        after={"name": "Shoe", "brand": "Acme", **more},
    )


async def record(catalog: RunningCatalog, *made: Change) -> None:
    async with catalog.db.transaction() as tx:
        await changes.record(tx, made)


async def test_a_change_keeps_who_made_it_and_only_what_differs(catalog: RunningCatalog) -> None:
    with catalog.acting(MANAGER):
        await record(catalog, renamed(slug="shoe"))
    (kept,) = await changes.PostgresChanges(catalog.db).page(EntityKind.PRODUCT, "prd_1", 2**62, 10)
    assert (kept.actor, kept.operation, kept.version) == ("user:usr_manager", "productUpdate", 2)
    assert (kept.before, kept.after) == ({"name": "Boot"}, {"name": "Shoe", "slug": "shoe"})


async def test_nobodys_work_is_the_catalogues_own_and_no_change_leaves_no_trace(catalog: RunningCatalog) -> None:
    same: dict[str, object] = {"name": "Boot"}
    with catalog.acting(STRANGER):
        await record(
            catalog,
            renamed("prd_2"),
            Change(kind=EntityKind.PRODUCT, id="prd_1", operation="productUpdate", before=same, after=same),
        )
    rows = await catalog.rows("SELECT entity_id, actor FROM catalog_changes")
    assert rows == [{"entity_id": "prd_2", "actor": "service:catalog"}]


async def test_a_page_is_of_one_entity_newest_first_and_cannot_be_rewritten(catalog: RunningCatalog) -> None:
    await record(catalog, *(renamed(f"prd_{number % 2}", place=number) for number in range(6)))
    history = changes.PostgresChanges(catalog.db)
    newest = await history.page(EntityKind.PRODUCT, "prd_1", 2**62, 2)
    older = await history.page(None, "prd_1", newest[-1].id, 2)
    assert [each.after["place"] for each in [*newest, *older]] == [5, 3, 1]
    assert not await history.page(EntityKind.CATEGORY, "", 2**62, 10)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        async with catalog.db.transaction() as tx:
            await tx.execute("UPDATE catalog_changes SET actor = 'somebody else'")


async def test_brands_and_categories_that_come_with_a_product_are_recorded_once(catalog: RunningCatalog) -> None:
    with catalog.acting(MANAGER):
        for number in range(2):
            await catalog.upsert(product_input(f"p{number}", brand="Lumo", category_path=["Home", "Lamps"]))
    rows = await catalog.rows(
        "SELECT kind, actor, after - 'slug' AS named FROM catalog_changes "
        "WHERE kind IN ('BRAND', 'CATEGORY') ORDER BY id"
    )
    assert [(row["kind"], row["named"]) for row in rows] == [
        ("CATEGORY", {"path": ["Home"]}),
        ("CATEGORY", {"path": ["Home", "Lamps"]}),
        ("BRAND", {"name": "Lumo"}),
    ]
    assert {row["actor"] for row in rows} == {"user:usr_manager"}
