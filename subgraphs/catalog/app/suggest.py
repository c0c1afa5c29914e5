"""What to offer while somebody types: queries, categories and products, in this order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.spelling import in_one_spelling
from subgraphs.catalog.app.ports import Categories, Products, SearchEngine
from subgraphs.catalog.app.query_ports import Beginnings
from subgraphs.catalog.domain.errors import SearchEngineAway
from subgraphs.catalog.domain.found import Suggestion
from subgraphs.catalog.domain.product import Shop

MOST_SUGGESTIONS = 20
LONGEST_PREFIX = 100
MOST_QUERIES = 3
MOST_CATEGORIES = 2
LEAST_PREFIX = 2
"""Letters from which on categories and queries are offered: one letter begins half of them."""


@dataclass(frozen=True)
class Suggest:
    """Products by the engine, categories and learnt queries by the database, at the same time; the shop's own queries
    are few and in memory."""

    engine: SearchEngine
    fallback: SearchEngine
    beginnings: Beginnings
    products: Products
    categories: Categories
    queries: Sequence[str]
    """The shop's own, best first."""
    learns: bool = True
    """Whether those that shoppers search for are offered too."""

    async def __call__(
        self, prefix: str, first: int, shop: Shop, *, products: bool = False, categories: bool = False
    ) -> tuple[list[Suggestion], str | None]:
        """At most `first`, and why the answer is second best. At least half of them are products, if there are any.

        With `products` and `categories` they come with what they name, as far as the shop shows it.
        """
        suggestions, degraded = await self._suggestions(prefix, first, shop)
        product_ids = [each.product_id for each in suggestions if products and each.product_id]
        category_ids = [each.category_id for each in suggestions if categories and each.category_id]
        goods, shelves = await asyncio.gather(
            self.products.by_ids(product_ids, shop, unpublished=False) if product_ids else nothing(),
            self.categories.by_ids(category_ids, shop) if category_ids else nothing(),
        )
        by_id = {each.id: each for each in goods if each is not None}
        shelf = {each.id: each for each in shelves if each is not None}
        return [
            replace(each, product=by_id.get(each.product_id or ""), category=shelf.get(each.category_id or ""))
            for each in suggestions
        ], degraded

    async def _suggestions(self, prefix: str, first: int, shop: Shop) -> tuple[list[Suggestion], str | None]:
        prefix, first = prefix.strip()[:LONGEST_PREFIX], min(max(first, 1), MOST_SUGGESTIONS)
        if not prefix:
            return [], None
        (products, degraded), found = await asyncio.gather(
            self._products(prefix, first, shop), self._beginnings(prefix, shop)
        )
        learnt = [each.text for each in found if each.category_id is None]
        named = [*self._queries(prefix, learnt), *(each for each in found if each.category_id)]
        kept = max(first // 2, first - len(products))
        named = named[:kept]
        return [*named, *products[: first - len(named)]], degraded

    async def _products(self, prefix: str, first: int, shop: Shop) -> tuple[list[Suggestion], str | None]:
        try:
            return await self.engine.suggest(prefix, first, shop), None
        except SearchEngineAway as away:
            return await self.fallback.suggest(prefix, first, shop), f"{away.message} Answered from the database."

    async def _beginnings(self, prefix: str, shop: Shop) -> list[Suggestion]:
        if len(prefix) < LEAST_PREFIX:
            return []
        queries = MOST_QUERIES if self.learns else 0
        return await self.beginnings.beginning(prefix, shop, categories=MOST_CATEGORIES, queries=queries)

    def _queries(self, prefix: str, learnt: Sequence[str]) -> list[Suggestion]:
        """The shop's own first."""
        wanted = in_one_spelling(prefix)
        if len(wanted) < LEAST_PREFIX:
            return []
        own = [query for query in self.queries if query.startswith(wanted) and query != wanted]
        return [Suggestion(text=query) for query in list(dict.fromkeys([*own, *learnt]))[:MOST_QUERIES]]


async def nothing() -> list[None]:
    return []
