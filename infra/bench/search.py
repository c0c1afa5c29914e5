"""Browsing and searching through the gateway, one client after the other, against the engine's own share of it.

The references ask Elasticsearch without the platform: the same set of requests that a search makes of it, recorded
from catalog's own adapter and replayed raw, and one plain multi_match with facets.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from elasticsearch import AsyncElasticsearch

from infra.bench.checkout import percentile
from infra.bench.usage import read_usage
from infra.embedded.running import RunningStack
from infra.embedded.state import CHECKOUT
from subgraphs.catalog.adapters.elasticsearch.connection import Health
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.elasticsearch.search import ElasticsearchSearch
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SearchRequest

ALIAS = "products"
SHOP = Shop(channel="web", currency="USD")
OPERATIONS = CHECKOUT / "gateway" / "web" / "operations"
LISTING = """query Listing($after: String) { search(query: "", sortBy: {field: PRICE}, first: 24, after: $after) {
  nodes { id name brand priceRange { min { amount currencyCode } } category { name } }
  pageInfo { hasNextPage endCursor } degraded } }"""
SAMPLE = """query Sample($query: String!) { search(query: $query, first: 100) { nodes { id name } degraded } }"""
VOCABULARY = "abcdefghijklmnoprstw"
"""One search a letter finds products all over the catalogue."""
PAGE = 5
"""What the saved operation `Search with facets` asks for."""
SEED = 11
Tell = Callable[[str], None]
Ask = Callable[[Any], Awaitable[Any]]


class Unusable(Exception):
    """Why nothing could be measured."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One kind of request; milliseconds."""

    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms: Mapping[str, float]
    """A request, by process."""


@dataclass(frozen=True, kw_only=True)
class Report:
    products: int
    index_bytes: int
    figures: Mapping[str, Figures]
    engine_requests_per_search: float

    def document(self) -> dict[str, Any]:
        over = self.figures["search with facets"].p50_ms / self.figures["raw: the same requests"].p50_ms
        return {**asdict(self), "search_over_raw_p50": over}


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What is asked for: products of this catalogue and words of their names."""

    products: Sequence[str]
    queries: Sequence[str]
    prefixes: Sequence[str]


async def measure(stack: RunningStack, requests: int, tell: Tell) -> Report:
    """So many requests of each kind. Raises Unusable: nothing to find, or the engine is away."""
    engine = f"http://{stack.address('elasticsearch')}"
    async with aiohttp.ClientSession() as http:
        api = Api(http, f"{stack.gateway_url}/graphql")
        sample = await sample_of(api, requests)
        raw = await recorded(engine, sample.queries)
        facet_search, page = saved("01_search"), saved("03_product_page")
        suggest = saved("04_search_as_you_type")
        kinds: dict[str, tuple[Ask, Sequence[Any]]] = {
            "listing": (lambda after: api.ask(LISTING, after=after), [None] * requests),
            "search with facets": (lambda text: api.ask(facet_search, query=text), sample.queries),
            "suggest": (lambda prefix: api.ask(suggest, prefix=prefix), sample.prefixes),
            "product page": (lambda product: api.ask(page, id=product), sample.products),
            "raw: the same requests": (lambda bodies: replay(http, engine, bodies), raw),
            "raw: one multi_match": (lambda text: replay(http, engine, [multi_match(text)]), sample.queries),
        }
        figures: dict[str, Figures] = {}
        for name, (ask, values) in kinds.items():
            tell(f"{name}: {len(values)} requests")
            figures[name] = await timed(stack, ask, values)
        stats = await replay_get(http, f"{engine}/{ALIAS}/_stats/store,docs")
    return Report(
        products=stats["_all"]["primaries"]["docs"]["count"],
        index_bytes=stats["_all"]["primaries"]["store"]["size_in_bytes"],
        figures=figures,
        engine_requests_per_search=statistics.fmean(len(bodies) for bodies in raw),
    )


def saved(name: str) -> str:
    """An operation of the ones GraphiQL offers."""
    return Path(OPERATIONS, f"{name}.graphql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Api:
    """The public API. Raises Unusable for an error or a second-best answer."""

    http: aiohttp.ClientSession
    url: str

    async def ask(self, document: str, **variables: Any) -> Any:
        body = orjson.dumps({"query": document, "variables": variables})
        async with self.http.post(self.url, data=body, headers={"content-type": "application/json"}) as response:
            answer = orjson.loads(await response.read())
        if answer.get("errors"):
            raise Unusable(answer["errors"][0]["message"])
        found = answer["data"].get("search")
        if found and found["degraded"]:
            raise Unusable(f"The search engine is away, its fallback answered: {found['degraded']}")
        return answer["data"]


async def sample_of(api: Api, size: int) -> Sample:
    """Seeded. Raises Unusable when there are no products."""
    found: dict[str, str] = {}
    for word in ["", *VOCABULARY]:
        data = await api.ask(SAMPLE, query=word)
        found |= {node["id"]: node["name"] for node in data["search"]["nodes"]}
    if not found:
        raise Unusable(
            "There are no products: `emporium catalog generate --products 10000 | emporium catalog import -`"
        )
    chance = random.Random(SEED)  # noqa: S311
    products = chance.choices(sorted(found), k=size)
    queries, prefixes = [], []
    for product in products:
        words = found[product].split()
        start = chance.randrange(max(1, len(words) - 1))
        queries.append(" ".join(words[start : start + 2]))
        word = chance.choice(words)
        prefixes.append(word[: chance.randint(1, max(1, len(word) - 1))])
    return Sample(products=products, queries=queries, prefixes=prefixes)


async def recorded(engine: str, queries: Sequence[str]) -> list[list[dict[str, Any]]]:
    """What catalog asks Elasticsearch for each of these searches."""
    found: list[list[dict[str, Any]]] = []
    async with AsyncElasticsearch(engine) as client:
        recording = Recording(client)
        search: Any = ElasticsearchSearch
        adapter = search(recording, Unguarded(), read_ranking(), alias=ALIAS, timeout_seconds=10)
        for query in queries:
            recording.bodies = []
            await adapter.search(SearchRequest(query=query, shop=SHOP, first=PAGE, want_highlights=False))
            found.append(recording.bodies)
    return found


class Unguarded(Health):
    """Asks without a breaker: a measurement fails loudly instead."""

    def check(self) -> None:
        """Never open."""


class Recording:
    """A client that remembers what it is asked to search."""

    def __init__(self, client: AsyncElasticsearch) -> None:
        self._client = client
        self.bodies: list[dict[str, Any]] = []

    def options(self, **_: Any) -> "Recording":
        return self

    async def search(self, *, index: str, **body: Any) -> Any:
        renamed = {"source": "_source", "from_": "from"}
        self.bodies.append({renamed.get(name, name): value for name, value in body.items()})
        return await self._client.search(index=index, **body)


def multi_match(text: str) -> dict[str, Any]:
    """The least one would ask: the words, and counts by brand, category and availability."""
    fields = {"brand": "brand", "category": "category_ids", "availability": "available"}
    return {
        "query": {"multi_match": {"query": text, "fields": ["name", "description"]}},
        "aggs": {name: {"terms": {"field": field, "size": 100}} for name, field in fields.items()},
        "size": PAGE,
        "_source": False,
    }


async def replay(http: aiohttp.ClientSession, engine: str, bodies: Sequence[dict[str, Any]]) -> None:
    """One after the other, as a search has to."""
    headers = {"content-type": "application/json"}
    for body in bodies:
        async with http.post(f"{engine}/{ALIAS}/_search", data=orjson.dumps(body), headers=headers) as response:
            answer = orjson.loads(await response.read())
        if response.status != 200:
            raise Unusable(f"Elasticsearch refused a replayed request: {answer}")


async def replay_get(http: aiohttp.ClientSession, url: str) -> Any:
    async with http.get(url) as response:
        return orjson.loads(await response.read())


async def timed(stack: RunningStack, ask: Ask, values: Sequence[Any]) -> Figures:
    """One after the other, after a tenth as a warm-up."""
    for value in values[: len(values) // 10]:
        await ask(value)
    before = await asyncio.to_thread(read_usage, stack)
    spent: list[float] = []
    for value in values:
        started = time.perf_counter()
        await ask(value)
        spent.append((time.perf_counter() - started) * 1000)
    used = (await asyncio.to_thread(read_usage, stack)).since(before)
    spent.sort()
    return Figures(
        requests=len(values),
        p50_ms=percentile(spent, 50),
        p95_ms=percentile(spent, 95),
        p99_ms=percentile(spent, 99),
        cpu_ms={name: cpu / len(values) for name, cpu in used.cpu.items()},
    )
