"""Collections as a shop shows them. One statement a batch, whatever its size."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

import orjson
from psycopg.rows import DictRow

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.rows import image_from
from subgraphs.catalog.adapters.postgres.translated import in_words, texts_of
from subgraphs.catalog.domain.collection import Collection, CollectionRule, CollectionRules, PageAsked, RuleMatch
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SortField

COUNTS_LIVE_SECONDS = 5.0
"""How old `product_count` may be."""
MOST_OF_PRODUCT = 100
"""Collections listed of one product."""

COLUMNS: LiteralString = """
SELECT collection.id, collection.name, collection.slug, collection.description, collection.image::text,
       collection.published, collection.match, collection.rules::text, collection.version, collection.created_at,
       collection.updated_at, collection.seo_title, collection.seo_description, collection.channels,
""" + texts_of("collection", "collection.id")
SHOWN: LiteralString = (
    "(collection.published AND (collection.channels = '{}' OR %(channel)s = ANY (collection.channels)))"
)
SEEN: LiteralString = "(%(unpublished)s OR " + SHOWN + ")"
COLLECTION = COLUMNS + "\nFROM collections AS collection WHERE " + SEEN
BY_IDS = COLLECTION + " AND collection.id = ANY(%(keys)s)"
BY_SLUGS = (
    COLUMNS  # noqa: S608
    + """,
       ARRAY(SELECT slug FROM former_slugs
             WHERE kind = 'collection' AND entity_id = collection.id AND slug = ANY(%(keys)s)) AS former_slugs
FROM collections AS collection
WHERE (collection.slug = ANY(%(keys)s) OR collection.id = ANY(ARRAY(
    SELECT entity_id FROM former_slugs WHERE kind = 'collection' AND slug = ANY(%(keys)s)))) AND """
    + SEEN
)
PAGE = (
    COLLECTION
    + " AND (collection.name, collection.id) > (%(name)s, %(id)s)"
    + " ORDER BY collection.name, collection.id LIMIT %(limit)s"
)
OF_PRODUCTS = (
    COLUMNS  # noqa: S608
    + """, wanted.id AS product_id
FROM unnest(%(keys)s::text[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT collection.* FROM collection_products AS member
    JOIN collections AS collection ON collection.id = member.collection_id
    WHERE member.product_id = wanted.id AND """
    + SEEN
    + """
    ORDER BY collection.name, collection.id LIMIT %(limit)s
) AS collection
"""
)
COUNTS = """
SELECT collection_id, count(*)::int AS products FROM collection_products
JOIN publications USING (product_id) WHERE collection_id = ANY(%s) AND channel = %s GROUP BY collection_id
"""
# `{value}`: what it is sorted by; `{past}`: behind the last product of the page before.
MEMBERS = """
SELECT collection.id AS collection_id, listed.id, listed.value
FROM collections AS collection
CROSS JOIN LATERAL (
    SELECT product.id, {value} AS value
    FROM collection_products AS member
    JOIN products AS product ON product.id = member.product_id
    LEFT JOIN offers AS offer
      ON offer.product_id = product.id AND offer.channel = %(channel)s AND offer.currency = %(currency)s
    WHERE member.collection_id = collection.id AND product.archived_at IS NULL
      AND (%(unpublished)s OR EXISTS (
          SELECT FROM publications WHERE product_id = product.id AND channel = %(channel)s))
      AND (%(id)s::text IS NULL OR {past})
    ORDER BY {order} LIMIT %(limit)s
) AS listed
WHERE collection.id = ANY(%(ids)s) AND {seen}
"""
VALUES: dict[SortField, tuple[str, str]] = {
    SortField.RELEVANCE: ("member.position", "int"),
    SortField.NAME: ("lower(product.name)", "text"),
    SortField.CREATED_AT: ("product.created_at", "timestamptz"),
}
NO_PRICE = {False: 2**62, True: -1}
"""Where products without a price in the asked currency stand: behind all others, in either direction."""


def members_statement(asked: PageAsked) -> str:
    """Made of the literals of this module alone."""
    value, kind = VALUES.get(asked.sort, (f"coalesce(offer.lowest, {NO_PRICE[asked.descending]})", "bigint"))
    if asked.sort is SortField.RELEVANCE:
        past = "(member.position > %(value)s OR (member.position = %(value)s AND product.id < %(id)s))"
        order = "member.position, product.id DESC"
    else:
        way, compared = ("DESC", "<") if asked.descending else ("ASC", ">")
        past = f"({value}, product.id) {compared} (%(value)s::{kind}, %(id)s)"
        order = f"{value} {way}, product.id {way}"
    shown = f"{value}::text" if asked.sort is SortField.CREATED_AT else value
    return MEMBERS.format(value=shown, past=past, order=order, seen=SEEN)


class PostgresCollections:
    """Fills `app.shelf_ports.Collections`."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel
        self._counts: dict[tuple[str, str], tuple[float, int]] = {}
        """By channel and collection: when they were counted, and how many."""

    async def by_ids(
        self, ids: Sequence[str], shop: Shop | None = None, *, unpublished: bool
    ) -> list[Collection | None]:
        rows = await self._rows(BY_IDS, shop, keys=list(set(ids)), unpublished=unpublished)
        found = {each.id: each for each in await self._with_counts(rows, shop)}
        return [found.get(each) for each in ids]

    async def by_slugs(self, slugs: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Collection | None]:
        """By the slug of now or a former one."""
        rows = await self._rows(BY_SLUGS, shop, keys=list(set(slugs)), unpublished=unpublished)
        shown = await self._with_counts(rows, shop)
        found: dict[str, Collection] = {}
        for row, collection in zip(rows, shown, strict=True):
            found |= dict.fromkeys(row["former_slugs"], collection)
        found |= {each.slug: each for each in shown}
        return [found.get(each) for each in slugs]

    async def after(
        self, name: str, collection_id: str, limit: int, shop: Shop, *, unpublished: bool
    ) -> list[tuple[str, Collection]]:
        """By name as it was written at first, which stands beside each; behind that name and id."""
        rows = await self._rows(PAGE, shop, name=name, id=collection_id, limit=limit, unpublished=unpublished)
        shown = await self._with_counts(rows, shop)
        return [(row["name"], each) for row, each in zip(rows, shown, strict=True)]

    async def of_products(self, product_ids: Sequence[str], shop: Shop, *, unpublished: bool) -> list[list[Collection]]:
        rows = await self._rows(
            OF_PRODUCTS, shop, keys=list(set(product_ids)), limit=MOST_OF_PRODUCT, unpublished=unpublished
        )
        shown = await self._with_counts(list({row["id"]: row for row in rows}.values()), shop)
        by_id = {each.id: each for each in shown}
        lists: dict[str, list[Collection]] = {each: [] for each in product_ids}
        for row in rows:
            lists[row["product_id"]].append(by_id[row["id"]])
        return [lists[each] for each in product_ids]

    async def members(
        self, collection_ids: Sequence[str], shop: Shop, asked: PageAsked, *, unpublished: bool
    ) -> list[Page[str]]:
        """A page of product ids for each collection."""
        value, product_id = asked.place() or (None, None)
        parameters: dict[str, Any] = {
            "ids": list(set(collection_ids)), "channel": shop.channel, "currency": shop.currency, "value": value,
            "id": product_id, "limit": asked.first + 1, "unpublished": unpublished,
        }  # fmt: skip
        statement: Any = members_statement(asked)
        async with self._db.reading() as connection:
            rows = await (await connection.execute(statement, parameters)).fetchall()
        listed: dict[str, list[tuple[str, str]]] = {each: [] for each in collection_ids}
        for row in rows:
            listed[row["collection_id"]].append((asked.cursor(row["value"], row["id"]), row["id"]))
        return [page_of(listed[each], asked.first, asked.after) for each in collection_ids]

    async def _rows(self, statement: LiteralString, shop: Shop | None, **asked: Any) -> list[DictRow]:
        shown = {"channel": shop.channel if shop else self._channel, "locales": list(shop.locales) if shop else []}
        async with self._db.reading() as connection:
            return await (await connection.execute(statement, {**shown, **asked})).fetchall()

    async def _with_counts(self, rows: Sequence[DictRow], shop: Shop | None) -> list[Collection]:
        now, channel = time.monotonic(), shop.channel if shop else self._channel
        fresh = {
            each for (of, each), (at, _) in self._counts.items() if of == channel and now - at <= COUNTS_LIVE_SECONDS
        }
        wanted = [row["id"] for row in rows if row["id"] not in fresh]
        if wanted:
            async with self._db.reading() as connection:
                counted = await (await connection.execute(COUNTS, [wanted, channel])).fetchall()
            found = {row["collection_id"]: row["products"] for row in counted}
            self._counts |= {(channel, each): (now, found.get(each, 0)) for each in wanted}
        return [collection_from(row, self._counts[channel, row["id"]][1]) for row in rows]


def rules_from(match: str | None, rules: str | None) -> CollectionRules | None:
    if match is None or rules is None:
        return None
    return CollectionRules(match=RuleMatch(match), rules=tuple(_rule(each) for each in orjson.loads(rules)))


def _rule(stored: dict[str, Any]) -> CollectionRule:
    after = stored["created_after"]
    values: dict[str, Any] = {
        **stored,
        "brands": tuple(stored["brands"]),
        "values": tuple(stored["values"]),
        "created_after": datetime.fromisoformat(after) if after else None,
    }
    return CollectionRule(**values)


def collection_from(row: DictRow, product_count: int) -> Collection:
    return Collection(
        id=row["id"],
        **in_words(row),
        slug=row["slug"],
        image=image_from(row["image"]),
        published=row["published"],
        rules=rules_from(row["match"], row["rules"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        product_count=product_count,
        channels=tuple(row["channels"]),
    )
