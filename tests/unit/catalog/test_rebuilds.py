"""What a rebuild of the search index reads, while products come and go."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from subgraphs.catalog.app import rebuild_index
from subgraphs.catalog.app.rebuild_index import RebuildIndex


class Shop:
    """Two new products for each that is read; all that a rebuild asks for."""

    digest = "today"

    def __init__(self, products: int) -> None:
        self.ids = [f"prd_{number:03}" for number in range(products)]
        self.filled: list[str] = []
        self.promoted: list[str] = []

    async def last(self) -> str:
        return self.ids[-1]

    async def documents_after(self, product_id: str, up_to: str, limit: int) -> list[Any]:
        found = [each for each in self.ids if product_id < each <= up_to][:limit]
        self.ids += [f"prd_{len(self.ids) + number:03}" for number in range(2 * len(found))]
        return [SimpleNamespace(id=each) for each in found]

    async def attach(self, documents: Sequence[Any]) -> Sequence[Any]:
        return documents

    async def indexed(self, documents: Sequence[Any]) -> None: ...

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[bool]:
        yield True

    async def unfinished(self, digest: str) -> tuple[str, str] | None:
        return ("products-today-1", "prd_001")

    async def exists(self, name: str) -> bool:
        return True

    async def fill(self, name: str, documents: Sequence[Any]) -> None:
        self.filled += [each.id for each in documents]

    async def reached(self, name: str, documents: Sequence[Any]) -> None: ...

    async def promote(self, name: str) -> None:
        self.promoted.append(name)

    async def finished(self, name: str) -> None: ...

    async def count(self) -> int:
        return len(self.filled)


async def test_a_rebuild_leaves_products_younger_than_itself_to_their_own_changes(monkeypatch: Any) -> None:
    monkeypatch.setattr(rebuild_index, "BATCH", 3)
    shop: Any = Shop(10)
    rebuilt = await RebuildIndex(shop, shop, shop, "products", shop).rebuild()
    assert shop.filled == [f"prd_{number:03}" for number in range(2, 10)], "from where it was left, and no further"
    assert shop.promoted == ["products-today-1"]
    assert rebuilt is not None
    assert rebuilt.indexed_count == 8
