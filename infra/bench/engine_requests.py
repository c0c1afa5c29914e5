"""What a search asks of Elasticsearch, without the platform: recorded from catalog's own adapter, and replayed raw."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from elastic_transport import HttpHeaders
from elastic_transport.client_utils import url_to_node_config
from elasticsearch import AsyncElasticsearch

from subgraphs.catalog.adapters.elasticsearch.connection import Health
from subgraphs.catalog.adapters.elasticsearch.http_node import HttpNode
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.elasticsearch.search import ElasticsearchSearch
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SearchRequest

ALIAS = "products"
JSON = HttpHeaders({"content-type": "application/json"})
SHOP = Shop(channel="web", currency="USD")
PAGE = 5
"""What the saved operation `Search with facets` asks for."""


class Unusable(Exception):
    """Why nothing could be measured."""


@dataclass(frozen=True, kw_only=True)
class EngineRequest:
    """A body, and which of the requests before it (by place) were answered when it was asked."""

    body: Mapping[str, Any]
    after: Collection[int] = ()


async def recorded(engine: str, queries: Sequence[str]) -> list[list[EngineRequest]]:
    """What catalog asks Elasticsearch for each of these searches, and waits for."""
    found: list[list[EngineRequest]] = []
    async with AsyncElasticsearch(engine) as client:
        recording = Recording(client)
        search: Any = ElasticsearchSearch
        adapter = search(recording, Unguarded(), read_ranking(), alias=ALIAS, timeout_seconds=10)
        for query in queries:
            recording.begin()
            asked = SearchRequest(query=query, shop=SHOP, first=PAGE, want_highlights=False)
            await adapter.search(asked, lambda _: None)
            found.append(recording.waited_for())
    return found


class Unguarded(Health):
    """Asks without a breaker: a measurement fails loudly instead."""

    def check(self) -> None:
        """Never open."""


class Recording:
    """A client that remembers what it is asked to search."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client
        self.begin()

    def begin(self) -> None:
        """Forgets what was asked."""
        self._asked: list[EngineRequest] = []
        self._answered: list[int] = []

    def waited_for(self) -> list[EngineRequest]:
        """What was asked since, without what turned out not to be wanted."""
        places = {number: place for place, number in enumerate(sorted(self._answered))}
        return [
            EngineRequest(body=self._asked[number].body, after={places[each] for each in self._asked[number].after})
            for number in places
        ]

    def options(self, **_: Any) -> "Recording":
        return self

    async def search(self, *, index: str, **body: Any) -> Any:
        renamed = {"source": "_source", "from_": "from"}
        named = {renamed.get(name, name): value for name, value in body.items()}
        number = len(self._asked)
        self._asked.append(EngineRequest(body=named, after=tuple(self._answered)))
        answer = await self._client.search(index=index, **body)
        self._answered.append(number)
        return answer


def multi_match(text: str) -> dict[str, Any]:
    """The least one would ask: the words, and counts by brand, category and availability."""
    fields = {"brand": "brand", "category": "category_ids", "availability": "available"}
    return {
        "query": {"multi_match": {"query": text, "fields": ["name", "description"]}},
        "aggs": {name: {"terms": {"field": field, "size": 100}} for name, field in fields.items()},
        "size": PAGE,
        "_source": False,
    }


@asynccontextmanager
async def bare_engine(url: str) -> AsyncGenerator[HttpNode]:
    """Elasticsearch over the connections that catalog uses, without its client."""
    node = HttpNode(url_to_node_config(url))
    try:
        yield node
    finally:
        await node.close()


async def replay(engine: HttpNode, requests: Sequence[EngineRequest]) -> None:
    """One after the other, or at the same time, as the search did."""
    answered = [asyncio.Event() for _ in requests]

    async def one(request: EngineRequest, done: asyncio.Event) -> None:
        for place in request.after:
            await answered[place].wait()
        await asked(engine, request.body)
        done.set()

    await asyncio.gather(*map(one, requests, answered))


async def asked(engine: HttpNode, body: Mapping[str, Any]) -> Any:
    """One search of Elasticsearch. Raises Unusable."""
    answer = await engine.perform_request("POST", f"/{ALIAS}/_search", orjson.dumps(body), JSON)
    if answer.meta.status != 200:
        raise Unusable(f"Elasticsearch refused a request: {answer.body.decode()[:500]}")
    return orjson.loads(answer.body)


async def forget_answers(engine: HttpNode) -> None:
    """So that facets that were counted before are counted again."""
    await engine.perform_request("POST", f"/{ALIAS}/_cache/clear?request=true")


async def looked_at(engine: HttpNode, path: str) -> Any:
    return orjson.loads((await engine.perform_request("GET", path)).body)
