"""What to offer while somebody types: queries, categories and products, in this order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.ports import CategoryNames, SearchEngine
from subgraphs.catalog.domain.errors import SearchEngineAway
from subgraphs.catalog.domain.found import Suggestion
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.synonyms import normalised

MOST_SUGGESTIONS = 20
LONGEST_PREFIX = 100
MOST_QUERIES = 3
MOST_CATEGORIES = 2
LEAST_PREFIX = 2
"""Letters from which on categories and queries are offered: one letter begins half of them."""


@dataclass(frozen=True)
class Suggest:
    """Products by the engine, categories by the database, at the same time; queries are few and in memory."""

    engine: SearchEngine
    fallback: SearchEngine
    categories: CategoryNames
    queries: Sequence[str]
    """The shop's own, best first."""

    async def __call__(self, prefix: str, first: int, shop: Shop) -> tuple[list[Suggestion], str | None]:
        """At most `first`, and why the answer is second best. At least half of them are products, if there are any."""
        prefix, first = prefix.strip()[:LONGEST_PREFIX], min(max(first, 1), MOST_SUGGESTIONS)
        if not prefix:
            return [], None
        (products, degraded), categories = await asyncio.gather(
            self._products(prefix, first, shop), self._categories(prefix, shop)
        )
        named = [*self._queries(prefix), *categories]
        kept = max(first // 2, first - len(products))
        named = named[:kept]
        return [*named, *products[: first - len(named)]], degraded

    async def _products(self, prefix: str, first: int, shop: Shop) -> tuple[list[Suggestion], str | None]:
        try:
            return await self.engine.suggest(prefix, first, shop), None
        except SearchEngineAway as away:
            return await self.fallback.suggest(prefix, first, shop), f"{away.message} Answered from the database."

    async def _categories(self, prefix: str, shop: Shop) -> list[Suggestion]:
        return await self.categories.beginning(prefix, MOST_CATEGORIES, shop) if len(prefix) >= LEAST_PREFIX else []

    def _queries(self, prefix: str) -> list[Suggestion]:
        wanted = normalised(prefix)
        if len(wanted) < LEAST_PREFIX:
            return []
        found = [query for query in self.queries if query.startswith(wanted) and query != wanted]
        return [Suggestion(text=query) for query in found[:MOST_QUERIES]]
