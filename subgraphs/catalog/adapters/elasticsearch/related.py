"""Products like others, by Elasticsearch: one request for any number of them."""

from collections.abc import Sequence
from typing import Any

from elasticsearch import AsyncElasticsearch

from subgraphs.catalog.adapters.elasticsearch.connection import Health, guarded
from subgraphs.catalog.adapters.elasticsearch.narrowing import Query, in_stock
from subgraphs.catalog.adapters.elasticsearch.product_index import PAIR
from subgraphs.catalog.adapters.elasticsearch.ranking import Likeness
from subgraphs.catalog.domain.facets import facet_values
from subgraphs.catalog.domain.product import Product, Shop


class ElasticsearchRelated:
    """Fills `app.ports.RelatedProducts`."""

    def __init__(
        self, client: AsyncElasticsearch, health: Health, likeness: Likeness, *, alias: str, timeout_seconds: float
    ) -> None:
        self._client = client.options(request_timeout=timeout_seconds)
        self._health = health
        self._likeness = likeness
        self._alias = alias

    async def related(self, products: Sequence[Product], first: int, shop: Shop) -> list[list[str]]:
        if not products:
            return []
        searches: list[dict[str, Any]] = []
        for product in products:
            body = {"query": related_query(product, shop, self._likeness), "size": first, "_source": False}
            searches += [{}, {**body, "track_total_hits": False}]
        async with guarded(self._health):
            answer = await self._client.msearch(index=self._alias, searches=searches)
        # One that fails alone leaves its product without: the others are shown.
        return [[hit["_id"] for hit in each.get("hits", {}).get("hits", ())] for each in answer["responses"]]


def related_query(product: Product, shop: Shop, likeness: Likeness) -> Query:
    """Of the same kind, then by what else they share."""

    def alike(condition: Query, boost: float) -> Query:
        return {"constant_score": {"filter": condition, "boost": boost}}

    like: Query = {
        "more_like_this": {
            "fields": ["name"], "like": product.name, "min_term_freq": 1, "min_doc_freq": 2, "max_query_terms": 12,
            "minimum_should_match": "30%", "boost": likeness.name,
        }
    }  # fmt: skip
    pairs = facet_values(product.attributes)[: likeness.attributes]
    shared = [
        like,
        *(alike({"term": {"attributes": f"{key}{PAIR}{value}"}}, likeness.attribute) for key, value in pairs),
    ]
    if product.category_id:
        shared.append(alike({"term": {"category_id": product.category_id}}, likeness.category))
    if product.brand:
        shared.append(alike({"term": {"brand": product.brand}}, likeness.brand))
    return {
        "bool": {
            "filter": [{"term": {"channels": shop.channel}}],
            "must_not": [{"term": {"id": product.id}}],
            "must": [{"bool": {"should": shared, "minimum_should_match": 1}}],
            "should": [alike(in_stock(shop), likeness.available)],
        }
    }
