"""Search: by the search engine, by the database while that is away."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from subgraphs.catalog.app.limits import check_page
from subgraphs.catalog.app.ports import (
    AttributeVocabulary,
    Categories,
    CategoryPaths,
    HitsKnown,
    Products,
    SearchEngine,
)
from subgraphs.catalog.app.products_ahead import products_ahead
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.errors import SearchEngineAway
from subgraphs.catalog.domain.facet import CATEGORY, FacetCounts
from subgraphs.catalog.domain.facets import AttributeWords, Naming, facets_of
from subgraphs.catalog.domain.found import Found, SearchHit, SearchPage
from subgraphs.catalog.domain.product import Attribute, Category, Product
from subgraphs.catalog.domain.search import SearchRequest

log = structlog.get_logger("search")


@dataclass(frozen=True)
class SearchProducts:
    """Engines only find ids: what is shown of a product comes from the database, so it is never stale."""

    engine: SearchEngine
    fallback: SearchEngine
    products: Products
    categories: Categories
    paths: CategoryPaths
    vocabulary: AttributeVocabulary

    async def __call__(self, request: SearchRequest) -> SearchPage:
        request = request.checked()
        if request.want_explanations:
            require_editor()
        check_page(request.first)
        request = await self._opened(request)
        # Staff too see in a shop's search what the shop sells; the admin view asks for all.
        async with products_ahead(self.products, request) as ahead:
            found, degraded = await self._find(request, ahead.begin)
            rows = await ahead.of([hit.product_id for hit in found.hits])
        categories, words = await asyncio.gather(
            self._categories(found.counts, rows, request), self._words(found.counts, request)
        )
        shelves = {row.category_id for row in rows if row is not None} if request.want_categories else ()
        return SearchPage(
            hits=tuple(
                SearchHit(
                    product=_shown(product, request),
                    cursor=hit.cursor,
                    highlights=hit.highlights,
                    explanation=hit.explanation,
                )
                for hit, product in zip(found.hits, rows, strict=True)
                if product is not None
            ),
            has_next_page=found.has_next_page,
            has_previous_page=bool(request.after),
            total=found.total,
            facets=facets_of(found.counts, request, _naming(categories, rows, words)) if found.counts else (),
            did_you_mean=found.did_you_mean,
            degraded=degraded,
            rescue=found.rescue,
            categories=tuple(each for each in categories if each is not None and each.id in shelves),
        )

    async def _find(self, request: SearchRequest, hits_known: HitsKnown) -> tuple[Found, str | None]:
        if request.include_unpublished:
            require_editor()
            return await self.fallback.search(request, hits_known), None
        try:
            return await self.engine.search(request, hits_known), None
        except SearchEngineAway as away:
            return await self.fallback.search(request, hits_known), f"{away.message} Answered from the database."

    async def _opened(self, request: SearchRequest) -> SearchRequest:
        """With the levels that lead to the chosen categories, for whose values the engine counts too."""
        chosen = [value for each in request.chosen if each.facet == CATEGORY for value in each.values]
        if request.category_id:
            chosen.append(request.category_id)
        if not chosen or not request.want_facets:
            return request
        paths = await self.paths.paths_to(chosen)
        opened = dict.fromkeys(category for path in paths.values() for category in path)
        return replace(request, opened_categories=tuple(opened))

    async def _categories(
        self, counts: FacetCounts | None, rows: Sequence[Product | None], request: SearchRequest
    ) -> list[Category | None]:
        """Those that the facets name, and the products', where they are wanted."""
        ids = {row.category_id for row in rows if row and row.category_id} if request.want_categories else set[str]()
        if counts is not None:
            ids |= {category_id for category_id, _ in counts.categories}.union(request.opened_categories)
        return await self.categories.by_ids(sorted(ids), request.shop, counted=request.want_categories) if ids else []

    async def _words(self, counts: FacetCounts | None, request: SearchRequest) -> Mapping[str, AttributeWords]:
        """Of the attributes that may be facets."""
        if counts is None:
            return {}
        keys = {key for key, *_ in counts.attributes}.union(each.facet for each in request.chosen)
        return await self.vocabulary.of(keys, request.shop.locales)


def _shown(product: Product, request: SearchRequest) -> Product:
    unasked = product.attributes and not request.want_attributes
    return replace(product, attributes=()) if unasked else product


def _naming(
    categories: Sequence[Category | None], rows: Sequence[Product | None], words: Mapping[str, AttributeWords]
) -> Naming:
    attributes: dict[str, Attribute] = {}
    for product in rows:
        for attribute in product.attributes if product else ():
            attributes.setdefault(attribute.key, attribute)
    known = {each.id: each for each in categories if each is not None}
    return Naming(categories=known, attributes=attributes, words=words)
