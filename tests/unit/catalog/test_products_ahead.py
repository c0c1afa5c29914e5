"""Products of hits are read while their facets are counted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from subgraphs.catalog.app.products_ahead import products_ahead
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SearchRequest

REQUEST = SearchRequest(query="lamp", shop=Shop(channel="web", currency="USD"), first=5)


class Rows:
    """A database that answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.let = asyncio.Event()
        self.ended = 0

    async def by_ids(self, ids: Sequence[str], shop: Shop, *, unpublished: bool, attributes: bool) -> Any:
        self.asked.append(list(ids))
        try:
            await self.let.wait()
        finally:
            self.ended += 1
        return [f"{shop.channel}:{each}:{unpublished}:{attributes}" for each in ids]


async def test_what_was_begun_is_read_once() -> None:
    rows = Rows()
    async with products_ahead(rows, REQUEST) as ahead:  # pyright: ignore[reportArgumentType]
        ahead.begin(["b", "a"])
        rows.let.set()
        assert await ahead.of(["b", "a"]) == ["web:b:False:True", "web:a:False:True"]
    assert rows.asked == [["b", "a"]]


async def test_another_engine_s_hits_are_read_instead() -> None:
    rows = Rows()
    rows.let.set()
    async with products_ahead(rows, REQUEST) as ahead:  # pyright: ignore[reportArgumentType]
        ahead.begin(["a"])
        assert await ahead.of(["b"]) == ["web:b:False:True"]


async def test_what_nobody_waits_for_is_ended() -> None:
    rows = Rows()
    with pytest.raises(LookupError):
        async with products_ahead(rows, REQUEST) as ahead:  # pyright: ignore[reportArgumentType]
            ahead.begin(["a"])
            await asyncio.sleep(0)
            raise LookupError
    assert rows.ended == 1


@pytest.mark.parametrize(
    ("wanted", "read"),
    [({}, True), ({"want_facets": False}, True), ({"want_facets": False, "want_attributes": False}, False),
     ({"want_attributes": False}, True)],
)  # fmt: skip
async def test_attributes_are_read_where_they_are_shown_or_facets_are_called_like_them(
    wanted: dict[str, bool], read: bool
) -> None:
    rows = Rows()
    rows.let.set()
    async with products_ahead(rows, replace(REQUEST, **wanted)) as ahead:  # pyright: ignore[reportArgumentType]
        assert await ahead.of(["a"]) == [f"web:a:False:{read}"]
