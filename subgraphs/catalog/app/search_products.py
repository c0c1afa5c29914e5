"""Search: by the search engine, by the database while that is away."""

import dataclasses
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app.limits import check_page
from subgraphs.catalog.app.ports import Categories, Products, SearchEngine
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.errors import SearchEngineAway
from subgraphs.catalog.domain.facets import facets_of
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import (
    CATEGORY,
    Facet,
    FacetCounts,
    Found,
    SearchHit,
    SearchPage,
    SearchRequest,
    Suggestion,
)

log = structlog.get_logger("search")

MOST_SUGGESTIONS = 20
LONGEST_PREFIX = 100


@dataclass(frozen=True)
class SearchProducts:
    """Engines only find ids: what is shown of a product comes from the database, so it is never stale."""

    engine: SearchEngine
    fallback: SearchEngine
    products: Products
    categories: Categories

    async def __call__(self, request: SearchRequest) -> SearchPage:
        request = request.checked()
        check_page(request.first)
        found, degraded = await self._find(request)
        # Staff too see in a shop's search what the shop sells; the admin view asks for all.
        rows = await self.products.by_ids(
            [hit.product_id for hit in found.hits], request.shop, unpublished=request.include_unpublished
        )
        return SearchPage(
            hits=tuple(
                SearchHit(product=product, cursor=hit.cursor, highlights=hit.highlights)
                for hit, product in zip(found.hits, rows, strict=True)
                if product is not None
            ),
            has_next_page=found.has_next_page,
            has_previous_page=bool(request.after),
            total=found.total,
            facets=await self._facets(found.counts, request) if found.counts else (),
            did_you_mean=found.did_you_mean,
            degraded=degraded,
        )

    async def suggest(self, prefix: str, first: int, shop: Shop) -> tuple[list[Suggestion], str | None]:
        """Products whose name goes on like this, and why the answer is second best."""
        prefix, first = prefix.strip()[:LONGEST_PREFIX], min(max(first, 1), MOST_SUGGESTIONS)
        if not prefix:
            return [], None
        try:
            return await self.engine.suggest(prefix, first, shop), None
        except SearchEngineAway as away:
            return await self.fallback.suggest(prefix, first, shop), f"{away.message} Answered from the database."

    async def _find(self, request: SearchRequest) -> tuple[Found, str | None]:
        if request.include_unpublished:
            require_editor()
            return await self.fallback.search(request), None
        try:
            return await self.engine.search(request), None
        except SearchEngineAway as away:
            return await self.fallback.search(request), f"{away.message} Answered from the database."

    async def _facets(self, counts: FacetCounts, request: SearchRequest) -> tuple[Facet, ...]:
        chosen = {value for each in request.chosen if each.facet == CATEGORY for value in each.values}
        ids = sorted({category_id for category_id, _ in counts.categories} | chosen)
        found = await self.categories.by_ids(ids)
        labels = {each.id: " › ".join(each.path) for each in found if each is not None}
        counts = dataclasses.replace(counts, categories=tuple(each for each in counts.categories if each[0] in labels))
        return facets_of(counts, request.chosen, labels, request.shop.currency)
