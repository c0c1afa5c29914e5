"""What a search asks of Elasticsearch, without the platform: recorded from catalog's own adapter, and replayed raw."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson
from elasticsearch import AsyncElasticsearch

from subgraphs.catalog.adapters.elasticsearch.connection import Health
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.elasticsearch.search import ElasticsearchSearch
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SearchRequest

ALIAS = "products"
SHOP = Shop(channel="web", currency="USD")
PAGE = 5
"""What the saved operation `Search with facets` asks for."""


class Unusable(Exception):
    """Why nothing could be measured."""


Waves = list[list[dict[str, Any]]]
"""Bodies that are asked at the same time, one such set after the other."""


async def recorded(engine: str, queries: Sequence[str]) -> list[Waves]:
    """What catalog asks Elasticsearch for each of these searches."""
    found: list[Waves] = []
    async with AsyncElasticsearch(engine) as client:
        recording = Recording(client)
        search: Any = ElasticsearchSearch
        adapter = search(recording, Unguarded(), read_ranking(), alias=ALIAS, timeout_seconds=10)
        for query in queries:
            recording.waves = []
            await adapter.search(SearchRequest(query=query, shop=SHOP, first=PAGE, want_highlights=False))
            found.append(recording.waves)
    return found


class Unguarded(Health):
    """Asks without a breaker: a measurement fails loudly instead."""

    def check(self) -> None:
        """Never open."""


class Recording:
    """A client that remembers what it is asked to search."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client
        self._under_way = 0
        self.waves: Waves = []

    def options(self, **_: Any) -> "Recording":
        return self

    async def search(self, *, index: str, **body: Any) -> Any:
        renamed = {"source": "_source", "from_": "from"}
        if not self._under_way:
            self.waves.append([])
        self.waves[-1].append({renamed.get(name, name): value for name, value in body.items()})
        self._under_way += 1
        try:
            return await self._client.search(index=index, **body)
        finally:
            self._under_way -= 1


def multi_match(text: str) -> dict[str, Any]:
    """The least one would ask: the words, and counts by brand, category and availability."""
    fields = {"brand": "brand", "category": "category_ids", "availability": "available"}
    return {
        "query": {"multi_match": {"query": text, "fields": ["name", "description"]}},
        "aggs": {name: {"terms": {"field": field, "size": 100}} for name, field in fields.items()},
        "size": PAGE,
        "_source": False,
    }


async def replay(http: aiohttp.ClientSession, engine: str, waves: Waves) -> None:
    """One after the other, or at the same time, as the search did."""
    for bodies in waves:
        await asyncio.gather(*(asked(http, engine, body) for body in bodies))


async def asked(http: aiohttp.ClientSession, engine: str, body: Mapping[str, Any]) -> Any:
    """One search of Elasticsearch. Raises Unusable."""
    headers = {"content-type": "application/json"}
    async with http.post(f"{engine}/{ALIAS}/_search", data=orjson.dumps(body), headers=headers) as response:
        answer = orjson.loads(await response.read())
    if response.status != 200:
        raise Unusable(f"Elasticsearch refused a request: {answer}")
    return answer


async def replay_get(http: aiohttp.ClientSession, url: str) -> Any:
    async with http.get(url) as response:
        return orjson.loads(await response.read())
