"""How many products a category has, counted for many at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from subgraphs.catalog.adapters.postgres.categories import PostgresCategories
from subgraphs.catalog.domain.product import Shop

SHOP = Shop(channel="web", currency="USD")


class Rows(list[dict[str, Any]]):
    """What a statement found."""

    async def __aiter__(self) -> AsyncGenerator[dict[str, Any]]:  # type: ignore[override]
        for row in list.__iter__(self):
            yield row


class Counting:
    """A database with one category of three products; it counts when it may, or fails."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.counts = 0
        self.broken = False

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Counting]:
        yield self

    async def execute(self, statement: str, asked: Any) -> Rows:
        if "unnest(categories.ancestor_ids)" not in statement:
            category = {"id": "cat_1", "name": "Lamps", "slug": "lamps", "parent_id": None, "path": ["Lamps"]}
            seo = dict.fromkeys(("description", "image", "seo_title", "seo_description", "texts"))
            return Rows([category | seo | {"version": 1, "ancestor_ids": ["cat_1"]}])
        self.counts += 1
        await self.go_on.wait()
        if self.broken:
            raise ConnectionError
        return Rows([{"id": "cat_1", "products": 3}])


async def counted(categories: PostgresCategories) -> int:
    (found,) = await categories.by_ids(["cat_1"], SHOP)
    assert found is not None
    return found.product_count


async def test_who_asks_during_the_first_count_waits_for_it() -> None:
    database: Any = Counting()
    categories = PostgresCategories(database, "web")
    asking = [asyncio.create_task(counted(categories)) for _ in range(3)]
    await asyncio.sleep(0)
    database.go_on.set()
    assert await asyncio.gather(*asking) == [3, 3, 3]
    assert database.counts == 1


async def test_a_count_that_failed_is_made_again() -> None:
    database: Any = Counting()
    database.go_on.set()
    database.broken = True
    categories = PostgresCategories(database, "web")
    with pytest.raises(ConnectionError):
        await counted(categories)
    database.broken = False
    assert await counted(categories) == 3


async def test_what_only_names_categories_has_nothing_counted() -> None:
    database: Any = Counting()
    database.go_on.set()
    (found,) = await PostgresCategories(database, "web").by_ids(["cat_1"], SHOP, counted=False)
    assert found is not None
    assert found.name == "Lamps"
    assert not database.counts
