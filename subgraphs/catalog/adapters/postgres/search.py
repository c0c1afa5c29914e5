"""Search by PostgreSQL's full text: answers while Elasticsearch is away, and finds unpublished goods for staff."""

import html
from dataclasses import replace
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.search_statements import (
    FACETS,
    HITS,
    MOST_FOR_ATTRIBUTES,
    NUMBERS,
    ORDERS,
    TAIL,
    TOTAL,
)
from subgraphs.catalog.adapters.postgres.translations import search_config
from subgraphs.catalog.app.ports import HitsKnown
from subgraphs.catalog.domain.facet import AVAILABILITY, BRAND, CATEGORY, IN_STOCK, LABELS, FacetCounts
from subgraphs.catalog.domain.facets import LONGEST_VALUE, NO_CHOICE, range_keys
from subgraphs.catalog.domain.found import COUNTED_UP_TO, Found, FoundHit, Suggestion
from subgraphs.catalog.domain.number_ranges import number_range
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import Cursor, SearchRequest

ENGINE = "p"
SUGGESTIONS = """
SELECT product.id, product.name FROM products AS product
JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
WHERE product.words @@ to_tsquery('english', %(prefix)s) ORDER BY length(product.name), product.name LIMIT %(first)s
"""


class PostgresSearch:
    """Fills `app.ports.SearchEngine`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def search(self, request: SearchRequest, hits_known: HitsKnown) -> Found:
        cursor = request.cursor
        offset = cursor.position if cursor else 0
        asked = {**_parameters(request), "limit": request.first + 1, "offset": offset}
        order = ORDERS[request.sort, request.descending]
        async with self._db.reading() as connection:
            rows = await (
                await connection.execute(HITS + order + TAIL + order + ", id", asked, prepare=False)
            ).fetchall()
            hits_known([row["id"] for row in rows[: request.first]])
            total = (
                await (await connection.execute(TOTAL, asked, prepare=False)).fetchone() if request.want_total else None
            )
            counts = (
                await (await connection.execute(FACETS, asked, prepare=False)).fetchone()
                if request.want_facets
                else None
            )
        hits = tuple(
            FoundHit(
                product_id=row["id"],
                cursor=str(Cursor(engine=ENGINE, sort=request.order, values=(), position=offset + place)),
                highlights=_highlights(row),
            )
            for place, row in enumerate(rows[: request.first], start=1)
        )
        return Found(
            hits=hits,
            has_next_page=len(rows) > request.first,
            total=min(total["total"], COUNTED_UP_TO) if total else None,
            counts=await self._with_numbers(_counts(counts, request), request, asked) if counts else None,
        )

    async def _with_numbers(self, counts: FacetCounts, request: SearchRequest, asked: dict[str, Any]) -> FacetCounts:
        """Which attributes are shown as ranges is known by their counts."""
        keys = range_keys(counts.attributes, request.chosen)
        if not keys:
            return counts
        numbers: dict[str, list[tuple[float, int]]] = {key: [] for key in keys}
        async with self._db.reading() as connection:
            async for row in await connection.execute(NUMBERS, {**asked, "range_keys": keys}, prepare=False):
                numbers[row["key"]].append((row["number"], row["hits"]))
        return replace(counts, numbers=numbers)

    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        words = "".join(character if character.isalnum() else " " for character in prefix).lower().split()
        if not words:
            return []
        asked = {"prefix": " & ".join(f"{word}:*" for word in words), "channel": shop.channel, "first": first}
        async with self._db.reading() as connection:
            rows = await (await connection.execute(SUGGESTIONS, asked)).fetchall()
        return [Suggestion(text=row["name"], product_id=row["id"]) for row in rows]


def _parameters(request: SearchRequest) -> dict[str, Any]:
    chosen = {each.facet: list(each.values) for each in request.chosen if each.values}
    ranges, steps = request.chosen_prices, request.price_ranges
    attributes = [_chosen_attribute(facet, values) for facet, values in chosen.items() if facet not in LABELS]
    wanted = [
        {"key": each.key, "options": each.values, "low": each.low, "high": each.high} for each in request.attributes
    ]
    query = request.query.strip().replace("\x00", " ")
    return {
        "query": query,
        "marked": request.want_highlights and bool(query),
        "channel": request.shop.channel,
        "currency": request.shop.currency,
        "locales": list(request.shop.locales),
        "language": search_config(request.shop.locales[0]) if request.shop.locales else "simple",
        "unpublished": request.include_unpublished,
        "category": request.category_id,
        "collection": request.collection_id,
        "brands": list(request.brands) or None,
        "min_price": request.min_price,
        "max_price": request.max_price,
        "available": request.available_for_sale,
        "chosen_brands": chosen.get(BRAND),
        "chosen_categories": chosen.get(CATEGORY),
        "chosen_starts": [low for low, _ in ranges] or None,
        "chosen_ends": [high for _, high in ranges] or None,
        "chosen_stock": [value == IN_STOCK for value in chosen.get(AVAILABILITY, [])] or None,
        "attributes": orjson.dumps(wanted).decode(),
        "chosen_attributes": orjson.dumps(attributes).decode(),
        "chosen_values": orjson.dumps({facet: chosen[facet] for facet in chosen.keys() - LABELS.keys()}).decode(),
        "starts": [low for low, _ in steps],
        "ends": [high for _, high in steps],
        "longest_value": LONGEST_VALUE,
        "no_choice": sorted(NO_CHOICE),
        "marks": "StartSel=\x02, StopSel=\x03",
        "most_for_attributes": MOST_FOR_ATTRIBUTES,
    }


def _chosen_attribute(key: str, values: list[str]) -> dict[str, Any]:
    bounds = [found for value in values if (found := number_range(value))]
    return {"facet": key, "values": values, "ranges": [{"low": low, "high": high} for low, high in bounds]}


def _highlights(row: DictRow) -> dict[str, str]:
    marked = {field: row[field] for field in ("name", "description") if row[field] and "\x02" in row[field]}
    return {field: html.escape(text).replace("\x02", "<em>").replace("\x03", "</em>") for field, text in marked.items()}


def _counts(row: DictRow, request: SearchRequest) -> FacetCounts:
    return FacetCounts(
        brands=tuple((brand, hits) for brand, hits in row["brands"] or ()),
        categories=tuple((category, hits) for category, hits in row["categories"] or ()),
        prices=tuple(row["prices"] or (0,) * len(request.price_ranges)),
        in_stock=row["in_stock"],
        sold_out=row["sold_out"],
        attributes=tuple((key, value, hits) for key, value, hits in row["attributes"] or ()),
    )
