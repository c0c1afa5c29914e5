"""How a new search index takes over."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from elasticsearch import ConnectionTimeout

from subgraphs.catalog.adapters.elasticsearch.product_index import ElasticsearchIndex


class Engine:
    """Knows one index, not yet live."""

    def __init__(self, *, slow: bool) -> None:
        self.slow = slow
        self.done: list[str] = []
        self.indices = self

    def options(self, **_: Any) -> Engine:
        return self

    async def forcemerge(self, *, index: str, max_num_segments: int) -> None:
        self.done.append(f"merge {index} to {max_num_segments}")
        if self.slow:
            raise ConnectionTimeout("ten minutes are over")

    async def refresh(self, *, index: str) -> None:
        self.done.append(f"refresh {index}")

    async def get_alias(self, **_: Any) -> Any:
        return SimpleNamespace(body={})

    async def update_aliases(self, *, actions: list[dict[str, Any]]) -> None:
        self.done.append(f"alias {actions[1]['add']['index']}")


@pytest.mark.parametrize("slow", [False, True])
async def test_a_new_index_is_one_segment_when_searches_go_to_it_unless_that_takes_too_long(slow: bool) -> None:
    engine: Any = Engine(slow=slow)
    await ElasticsearchIndex(engine, alias="products", shards=1, replicas=0).promote("products-1")
    assert engine.done == ["merge products-1 to 1", "refresh products-1", "alias products-1"]
