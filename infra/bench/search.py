"""Browsing and searching through the gateway, one request after the other, against the engine's own share of it.

Every request is asked anew, as if nobody had asked before: the gateway's shared answers are left out by the header of
those who have just written; what sharing saves is a row of its own.

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
from types import MappingProxyType
from typing import Any

import aiohttp
import orjson

from infra.bench.checkout import percentile
from infra.bench.engine_requests import (
    ALIAS,
    SHOP,
    EngineRequest,
    Unusable,
    asked,
    bare_engine,
    forget_answers,
    looked_at,
    multi_match,
    recorded,
    replay,
)
from infra.bench.usage import read_memory, read_usage
from infra.embedded.running import RunningStack
from infra.embedded.state import CHECKOUT
from subgraphs.catalog.adapters.elasticsearch.http_node import HttpNode

OPERATIONS = CHECKOUT / "gateway" / "web" / "operations"
LISTING = """query Listing { search(query: "", sortBy: {field: PRICE}, first: 24) {
  nodes { id name brand priceRange { min { amount currencyCode } } category { name } }
  pageInfo { hasNextPage endCursor } degraded } }"""
SHELF = """query Shelf($category: ID!) {
  search(query: "", where: {categoryId: $category}, sortBy: {field: PRICE}, first: 24) {
  nodes { id name brand priceRange { min { amount currencyCode } } category { name } }
  pageInfo { hasNextPage endCursor } degraded } }"""
SHELF_FACETS = """query ShelfFacets($category: ID!) {
  search(query: "", where: {categoryId: $category}, sortBy: {field: PRICE}, first: 1) {
    totalCount facets { key values { label count } } degraded } }"""
SHELF_SIZE = 500
"""Products: listings of categories about as large are compared, whatever the size of the catalogue."""
SHELVES = 20
SAMPLE = """query Sample($query: String!) { search(query: $query, first: 100) { nodes { id name } degraded } }"""
VOCABULARY = "abcdefghijklmnoprstw"
"""One search a letter finds products all over the catalogue."""
SEED = 11
Tell = Callable[[str], None]
Ask = Callable[[Any], Awaitable[Any]]


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
    engine_heap_bytes: int
    memory_mb: Mapping[str, float]
    """By process, its children included."""
    listed_category_size: int
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
    shelves: Sequence[str]
    """Categories of about one size."""
    shelf_size: int


async def measure(stack: RunningStack, requests: int, tell: Tell) -> Report:
    """So many requests of each kind. Raises Unusable: nothing to find, or the engine is away."""
    url = f"http://{stack.address('elasticsearch')}"
    async with aiohttp.ClientSession() as http, bare_engine(url) as engine:
        api = Api(http, f"{stack.gateway_url}/graphql")
        sample = await sample_of(api, engine, requests + warm_up(requests))
        raw = await recorded(url, sample.queries)
        facet_search, page = saved("01_search"), saved("03_product_page")
        suggest = saved("04_search_as_you_type")
        kinds: dict[str, tuple[Ask, Sequence[Any]]] = {
            "listing": (lambda _: api.ask(LISTING), sample.products),
            "sorted page of a category": (lambda shelf: api.ask(SHELF, category=shelf), sample.shelves),
            "facets of a category": (lambda shelf: api.ask(SHELF_FACETS, category=shelf), sample.shelves),
            "search with facets": (lambda text: api.ask(facet_search, query=text), sample.queries),
            "suggest": (lambda prefix: api.ask(suggest, prefix=prefix), sample.prefixes),
            "product page": (lambda product: api.ask(page, id=product), sample.products),
            "shared: listing": (lambda _: api.ask_shared(LISTING), sample.products),
            "shared: suggest": (lambda prefix: api.ask_shared(suggest, prefix=prefix), sample.prefixes),
            "raw: the same requests": (lambda search: replay(engine, search), raw),
            "raw: one multi_match": (
                lambda text: replay(engine, [EngineRequest(body=multi_match(text))]),
                sample.queries,
            ),
        }
        figures: dict[str, Figures] = {}
        for name, (ask, values) in kinds.items():
            tell(f"{name}: {requests} requests")
            await forget_answers(engine)
            figures[name] = await timed(stack, ask, values, requests)
        stats = await looked_at(engine, f"/{ALIAS}/_stats/store,docs")
        nodes = await looked_at(engine, "/_nodes/stats/jvm")
    return Report(
        products=stats["_all"]["primaries"]["docs"]["count"],
        index_bytes=stats["_all"]["primaries"]["store"]["size_in_bytes"],
        engine_heap_bytes=sum(node["jvm"]["mem"]["heap_used_in_bytes"] for node in nodes["nodes"].values()),
        memory_mb=read_memory(stack),
        listed_category_size=sample.shelf_size,
        figures=figures,
        engine_requests_per_search=statistics.fmean(map(len, raw)),
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
        """Nothing that was fetched for others."""
        return await self.ask_shared(document, {"emporium-wrote": str(int(time.time() * 1000))}, **variables)

    async def ask_shared(self, document: str, more: Mapping[str, str] = MappingProxyType({}), **variables: Any) -> Any:
        """As shoppers ask, whose answers may be there already."""
        body = orjson.dumps({"query": document, "variables": variables})
        headers = {"content-type": "application/json", **more}
        async with self.http.post(self.url, data=body, headers=headers) as response:
            answer = orjson.loads(await response.read())
        if answer.get("errors"):
            raise Unusable(answer["errors"][0]["message"])
        found = answer["data"].get("search")
        if found and found["degraded"]:
            raise Unusable(f"The search engine is away, its fallback answered: {found['degraded']}")
        return answer["data"]


async def sample_of(api: Api, engine: HttpNode, size: int) -> Sample:
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
    shelves, shelf_size = await shelves_of(engine)
    return Sample(
        products=products,
        queries=queries,
        prefixes=prefixes,
        shelves=chance.choices(shelves, k=size),
        shelf_size=shelf_size,
    )


async def shelves_of(engine: HttpNode) -> tuple[list[str], int]:
    """The categories whose size is nearest to SHELF_SIZE, and the mean of their sizes."""
    aggregation = {"categories": {"terms": {"field": "category_id", "size": 20_000}}}
    body = {"size": 0, "query": {"term": {"channels": SHOP.channel}}, "aggs": aggregation}
    answer = await asked(engine, body)
    sizes = {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["categories"]["buckets"]}
    nearest = sorted(sizes, key=lambda shelf: (abs(sizes[shelf] - SHELF_SIZE), shelf))[:SHELVES]
    if not nearest:
        raise Unusable("No product has a category.")
    return nearest, round(statistics.fmean(sizes[shelf] for shelf in nearest))


def warm_up(requests: int) -> int:
    """How many are asked before; others than those measured, so that nothing is remembered. A server that has just been
    started compiles what it does often."""
    return max(1, requests // 4)


async def timed(stack: RunningStack, ask: Ask, values: Sequence[Any], requests: int) -> Figures:
    """One after the other."""
    for value in values[requests:]:
        await ask(value)
    before = await asyncio.to_thread(read_usage, stack)
    spent: list[float] = []
    for value in values[:requests]:
        started = time.perf_counter()
        await ask(value)
        spent.append((time.perf_counter() - started) * 1000)
    used = (await asyncio.to_thread(read_usage, stack)).since(before)
    spent.sort()
    return Figures(
        requests=requests,
        p50_ms=percentile(spent, 50),
        p95_ms=percentile(spent, 95),
        p99_ms=percentile(spent, 99),
        cpu_ms={name: cpu / requests for name, cpu in used.cpu.items()},
    )
