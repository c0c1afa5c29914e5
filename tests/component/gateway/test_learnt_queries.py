"""From shoppers' searches to what others are offered, through a gateway and a real catalog."""

import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from emporium.catalog.v1 import catalog_pb2 as pb

from gateway import bootstrap
from gateway.searches.counting import WINDOW_SECONDS, SearchCount
from tests.component.gateway.test_sharing import Gateway, gateway, sneaker
from tests.fixtures.catalog import RunningCatalog, running_catalog

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

SEARCH = "query ($text: String!) { search(query: $text) { edges { cursor } } }"
SUGGEST = "query ($prefix: String!) { searchSuggest(prefix: $prefix) { kind text } }"
BLOCK = """mutation ($texts: [String!]!) { blockedQueriesAdd(input: {texts: $texts}) {
  blockedQueries { text blockedBy } userErrors { code field message } } }"""
BLOCKED = "{ blockedQueries(first: 1) { nodes { text } pageInfo { hasNextPage } } }"


class WithEngine:
    """The catalog, as if its database were the search engine: what is asked here has all its words in the product."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def __getattr__(self, method: str) -> Any:
        return getattr(self._stub, method)

    async def SearchProducts(self, request: pb.SearchProductsRequest) -> pb.SearchProductsResponse:
        answer = await self._stub.SearchProducts(request)
        answer.ClearField("degraded")
        return answer


@pytest_asyncio.fixture(loop_scope="session")
async def catalog(fresh_database: Callable[[str], str]) -> AsyncIterator[RunningCatalog]:
    """With one product."""
    async with running_catalog(fresh_database("catalog")) as running:
        await sneaker(running, name="Red canvas sneaker ann@example.com")
        yield running


@pytest.fixture
def within_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gateways count in the middle of the week to come: who asked before one ends is another shopper after it."""
    moment = (time.time() // WINDOW_SECONDS + 1.5) * WINDOW_SECONDS
    monkeypatch.setattr(bootstrap, "SearchCount", partial(SearchCount, clock=lambda: moment))


@pytest.mark.usefixtures("within_a_week")
async def test_five_shoppers_make_a_suggestion_for_all_and_four_do_not(catalog: RunningCatalog) -> None:
    texts = {"Canvas  SNEAKER": 5, "red sneaker": 3, "red ann@example.com": 5}
    async with gateway(catalog, through=WithEngine) as shop:
        for text, shoppers in texts.items():
            for _ in range(shoppers):
                await shop.ask(SEARCH, text=text, roles=("customer",))
        await shop.ask(SEARCH, text="red sneaker")
        assert shop.count("emporium_gateway_searches_total", outcome="counted") == 5 + 3 + 1
        assert shop.count("emporium_gateway_searches_total", outcome="refused") == 5
    # A gateway that ends has told what was left.
    rows = await catalog.rows("SELECT text, cardinality(askers) AS askers FROM learnt_queries ORDER BY text")
    assert rows == [{"text": "canvas sneaker", "askers": None}, {"text": "red sneaker", "askers": 4}]
    async with gateway(catalog) as shop:
        assert await offered(shop, "Can") == ["canvas sneaker"]
        assert await offered(shop, "red") == []
        staff: Any = {"path": "/admin/graphql", "roles": ("catalog_manager",)}
        said = (await shop.ask(BLOCK, texts=["canvas", ""], **staff))["data"]["blockedQueriesAdd"]
        (blocked,), (fault,) = said["blockedQueries"], said["userErrors"]
        assert (blocked["text"], blocked["blockedBy"][:9]) == ("canvas", "user:usr_")
        assert (fault["code"], fault["field"]) == ("REQUIRED", ["texts", "1"])
        listed = (await shop.ask(BLOCKED, **staff))["data"]["blockedQueries"]
        assert listed == {"nodes": [{"text": "canvas"}], "pageInfo": {"hasNextPage": False}}
        assert await offered(shop, "canv") == []


async def offered(shop: Gateway, prefix: str) -> list[str]:
    found = (await shop.ask(SUGGEST, prefix=prefix))["data"]["searchSuggest"]
    return [each["text"] for each in found if each["kind"] == "QUERY"]
