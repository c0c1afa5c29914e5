"""Cursors that somebody made up: refused, never handed to the database."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import pytest

from chassis.identity import acting_as, service_caller
from subgraphs.catalog.app.cursors import cursor
from subgraphs.catalog.app.read_stock import ReadStock
from subgraphs.catalog.domain.collection import PageAsked
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.search import SortField, read_cursor
from subgraphs.catalog.domain.stock_ledger import LedgerFilter


def made_up(*parts: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


@pytest.mark.parametrize(
    ("sort", "value", "product_id"),
    [
        (SortField.CREATED_AT, "yesterday", "prd_1"),
        (SortField.CREATED_AT, "2026-01-01", "prd_1"),
        (SortField.NAME, "a\0b", "prd_1"),
        (SortField.NAME, "a", "prd_\0"),
        (SortField.PRICE, 2**63, "prd_1"),
        (SortField.PRICE, True, "prd_1"),
        (SortField.RELEVANCE, "1", "prd_1"),
    ],
)
def test_a_collection_is_not_paged_from_where_no_product_can_be(
    sort: SortField, value: object, product_id: str
) -> None:
    with pytest.raises(InvalidCursor):
        PageAsked(first=1, sort=sort, after=made_up(f"{sort}+", value, product_id)).place()


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        (SortField.RELEVANCE, [None, None]),
        (SortField.RELEVANCE, [1e300, "prd_1"]),
        (SortField.RELEVANCE, [1.5, "x" * 40_000]),
        (SortField.RELEVANCE, [1.5]),
        (SortField.PRICE, [1.5, "prd_1"]),
        (SortField.PRICE, [None, "prd_1"]),
        (SortField.NAME, ["x" * 40_000, "prd_1"]),
        (SortField.CREATED_AT, [2**63, "prd_1"]),
    ],
)
def test_a_search_is_not_paged_from_where_no_hit_can_be(sort: SortField, values: list[object]) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(made_up("e", f"{sort}+", values, 1, ""), f"{sort}+")


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        (SortField.RELEVANCE, 0),
        (SortField.PRICE, 2**63 - 1),
        (SortField.PRICE, -(2**63)),
        (SortField.NAME, None),
        # A name of 1,000 characters, each of which is sorted as four.
        (SortField.NAME, "(20)" * 1_000),
    ],
)
def test_a_search_is_paged_on_from_hits_without_a_price_or_with_the_longest_name(
    sort: SortField, first: object
) -> None:
    found = read_cursor(made_up("e", f"{sort}+", [first, "prd_1"], 1, ""), f"{sort}+")
    assert found is not None
    assert found.values == (first, "prd_1")


@pytest.mark.parametrize(
    "text", ["2026-11-21 18:04:39.1+00", "2026-11-21 18:04:39+05:30", "2026-11-21 18:04:39.123456-03"]
)
def test_a_collection_is_paged_on_from_any_time_that_the_database_writes(text: str) -> None:
    asked = PageAsked(first=1, sort=SortField.CREATED_AT)
    place = PageAsked(first=1, sort=asked.sort, after=asked.cursor(text, "prd_1")).place()
    assert place == (text, "prd_1")


class NoLedger:
    """Whatever is asked of it is in order."""

    async def ledger(self, wanted: LedgerFilter, before: tuple[datetime, int] | None, limit: int) -> Sequence[Any]:
        return []


@pytest.mark.parametrize("microseconds", [-(2**56), 2**60])
async def test_the_ledger_is_not_paged_from_a_time_that_no_calendar_has(microseconds: int) -> None:
    stock: Any = NoLedger()
    with acting_as(service_caller("order")), pytest.raises(InvalidCursor):
        await ReadStock(stock).ledger(LedgerFilter(), first=1, after=cursor(microseconds, 1))
