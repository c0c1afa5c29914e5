"""How long a committed change takes to be searchable: a writer changes prices, a reader asks the index for them.

From the answer of the write, which comes after its commit, to the first search that finds the product at its new price.
Other products change meanwhile, so that the index is as busy as a shop's.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
import orjson
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from chassis.tasks import ended
from infra.bench.checkout import percentile
from infra.catalog_data.generator import make
from infra.catalog_data.records import Defaults, product_from

ALIAS = "products"
PRICE = "prices.web_USD"
SEED = 990_417
"""Of products that nobody else generates."""
WATCHED = 50
LOOK_SECONDS = 0.02
"""Between two looks; the figures are that much too high at most. A look costs the engine about as much as a search."""
PATIENCE_SECONDS = 60
Tell = Callable[[str], None]


class Unusable(Exception):
    """Why nothing could be measured."""


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """Seconds from commit to searchable."""

    changes: int
    other_changes_per_second: float
    p50_seconds: float
    p95_seconds: float
    p99_seconds: float
    longest_seconds: float

    def document(self) -> dict[str, Any]:
        return asdict(self)


async def measure(catalog: Any, engine: str, changes: int, rate: float, tell: Tell) -> Freshness:
    """So many changes one after the other, at random moments, while `rate` others a second are made.

    Raises Unusable. The products it makes for that are withdrawn at the end.
    """
    watched = [product(number) for number in range(WATCHED)]
    others = [product(number) for number in range(WATCHED, 2 * WATCHED)]
    tell(f"{changes} changes, {rate:g} others a second meanwhile")
    async with aiohttp.ClientSession() as http, withdrawn(catalog, await written(catalog, [*watched, *others])):
        reader = Reader(http, f"{engine}/{ALIAS}/_count")
        churning = asyncio.create_task(churn(catalog, others, rate))
        try:
            spent = sorted([await one_change(catalog, reader, watched, number) for number in range(changes)])
        finally:
            await ended(churning)
    if not churning.cancelled():
        # It failed: the changes were not made among others.
        churning.result()
    return Freshness(
        changes=changes,
        other_changes_per_second=rate,
        p50_seconds=percentile(spent, 50),
        p95_seconds=percentile(spent, 95),
        p99_seconds=percentile(spent, 99),
        longest_seconds=spent[-1],
    )


def product(number: int) -> pb.ProductInput:
    """Made up, with the same price for all its variants."""
    record = make(number, SEED)
    for variant in record["variants"]:
        variant["price_cents"] = record["price_cents"]
        variant.pop("compare_at_cents", None)
    return product_from(record, Defaults(currency="USD", quantity=1))


def reprice(changed: pb.ProductInput, cents: int) -> None:
    for variant in changed.variants:
        variant.price.minor_units = cents


async def written(catalog: Any, products: Sequence[pb.ProductInput]) -> list[str]:
    """The products' ids. Raises Unusable."""
    try:
        answer = await catalog.UpsertProducts(pb.UpsertProductsRequest(products=products), timeout=PATIENCE_SECONDS)
    except RemoteError as error:
        raise Unusable(f"The catalogue does not take a change: {error.message}") from error
    refused = [each.user_errors[0].message for each in answer.writes if each.user_errors]
    if refused:
        raise Unusable(f"The catalogue refuses a change: {refused[0]}")
    return [each.product_id for each in answer.writes]


@contextlib.asynccontextmanager
async def withdrawn(catalog: Any, ids: Sequence[str]) -> AsyncGenerator[None]:
    """Afterwards no shopper finds them."""
    try:
        yield
    finally:
        await catalog.PublishProducts(pb.PublishProductsRequest(ids=ids, published=False), timeout=PATIENCE_SECONDS)


async def one_change(catalog: Any, reader: "Reader", watched: Sequence[pb.ProductInput], number: int) -> float:
    chance = random.Random(number)  # noqa: S311
    await asyncio.sleep(chance.uniform(0, 0.2))
    changed, cents = watched[number % len(watched)], 1_000_000 + number
    reprice(changed, cents)
    (product_id,) = await written(catalog, [changed])
    committed = time.monotonic()
    while not await reader.finds(product_id, cents):
        if time.monotonic() - committed > PATIENCE_SECONDS:
            raise Unusable(f"A change was not searchable after {PATIENCE_SECONDS} s: `emporium catalog index status`")
        await asyncio.sleep(LOOK_SECONDS)
    return time.monotonic() - committed


async def churn(catalog: Any, others: Sequence[pb.ProductInput], rate: float) -> None:
    if not rate:
        return
    number, begun = 0, time.monotonic()
    while True:
        changed = others[number % len(others)]
        reprice(changed, 2_000_000 + number)
        await written(catalog, [changed])
        number += 1
        await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))


@dataclass(frozen=True)
class Reader:
    """Asks Elasticsearch itself: the gateway may remember an answer for a moment."""

    http: aiohttp.ClientSession
    url: str

    async def finds(self, product_id: str, cents: int) -> bool:
        """Raises Unusable when the engine is away."""
        query = {"bool": {"filter": [{"term": {"id": product_id}}, {"term": {PRICE: cents}}]}}
        headers = {"content-type": "application/json"}
        try:
            async with self.http.post(self.url, data=orjson.dumps({"query": query}), headers=headers) as response:
                answer = orjson.loads(await response.read())
        except aiohttp.ClientError as error:
            raise Unusable(f"Elasticsearch does not answer: {error}") from error
        if response.status != 200:
            raise Unusable(f"Elasticsearch does not count: {answer}")
        return bool(answer["count"])
