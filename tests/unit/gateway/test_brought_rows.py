"""Rows that come with the answer they hang on are not looked up; those that did not come are."""

from types import SimpleNamespace
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.identity import Caller
from gateway.context import DEFAULT_SHOP, Backends, RequestContext
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from gateway.sharing.sharing import Sharing
from gateway.sharing.store import Store
from gateway.slices import SLICES

CATEGORIES = {each: pb.Category(id=f"cat_{each}", name=f"shelf {each}") for each in "abc"}
LISTING = '{ search(query: "") { nodes { name category { id name } } } }'
SUGGEST = '{ searchSuggest(prefix: "l") { text product { id name } category { id name } } }'


class Catalog:
    """Three hits in three categories, and as many suggestions; brings what is wanted, without `left_out`."""

    def __init__(self, left_out: str = "") -> None:
        self._left_out = f"cat_{left_out}"
        self.calls: list[str] = []
        self.looked_up: list[str] = []
        self.wanted: list[bool] = []

    async def SearchProducts(self, request: pb.SearchProductsRequest) -> pb.SearchProductsResponse:
        self.calls.append("SearchProducts")
        self.wanted += [request.want_categories]
        hits = [pb.SearchHit(product=pb.Product(name=each, category_id=f"cat_{each}")) for each in "abcab"]
        brought = [each for each in CATEGORIES.values() if request.want_categories and each.id != self._left_out]
        return pb.SearchProductsResponse(hits=hits, categories=brought)

    async def SuggestProducts(self, request: pb.SuggestProductsRequest) -> pb.SuggestProductsResponse:
        self.calls.append("SuggestProducts")
        self.wanted += [request.want_products, request.want_categories]
        shelf, product = pb.Suggestion(text="shelf a", category_id="cat_a"), pb.Suggestion(text="p", product_id="prd_1")
        if request.want_categories:
            shelf.category.CopyFrom(CATEGORIES["a"])
        if request.want_products:
            product.product.CopyFrom(pb.Product(id="prd_1", name="a lamp"))
        return pb.SuggestProductsResponse(suggestions=[pb.Suggestion(text="lamp"), shelf, product])

    async def BatchGetCategories(self, request: pb.BatchGetCategoriesRequest) -> pb.BatchGetCategoriesResponse:
        self.calls.append("BatchGetCategories")
        self.looked_up += request.ids
        found = [pb.CategoryOutcome(category=CATEGORIES[each.removeprefix("cat_")]) for each in request.ids]
        return pb.BatchGetCategoriesResponse(outcomes=found)


async def answered(catalog: Catalog, text: str, *, shared: bool) -> Any:
    operations = Operations(compose(SLICES, View.STOREFRONT), Limits(), Metrics(), introspection=False)
    none: Any = SimpleNamespace()
    served: Any = catalog
    sharing = Sharing(Store(1_000_000), Metrics()) if shared else None
    backends = Backends(
        account=none, catalog=served, collections=none, inventory=none, jobs=none, merchandising=none, products=none,
        carts=none, orders=none,
    )  # fmt: skip
    ctx = RequestContext(operations.graph, backends, Caller(service="web"), DEFAULT_SHOP, Metrics(), sharing=sharing)
    answer = await operations.execute(operations.prepare(OperationRequest(query=text)), ctx)
    assert answer.errors == []
    return answer.data


@pytest.mark.parametrize("shared", [True, False])
async def test_categories_of_hits_come_with_them(shared: bool) -> None:
    catalog = Catalog()
    data = await answered(catalog, LISTING, shared=shared)
    assert [each["category"]["name"] for each in data["search"]["nodes"]] == [f"shelf {each}" for each in "abcab"]
    assert catalog.calls == ["SearchProducts"]


@pytest.mark.parametrize("shared", [True, False])
async def test_what_did_not_come_is_looked_up(shared: bool) -> None:
    catalog = Catalog(left_out="b")
    data = await answered(catalog, LISTING, shared=shared)
    assert [each["category"]["name"] for each in data["search"]["nodes"]] == [f"shelf {each}" for each in "abcab"]
    assert catalog.looked_up == ["cat_b"]


@pytest.mark.parametrize("shared", [True, False])
async def test_suggestions_come_with_what_they_name(shared: bool) -> None:
    catalog = Catalog()
    data = await answered(catalog, SUGGEST, shared=shared)
    assert data["searchSuggest"] == [
        {"text": "lamp", "product": None, "category": None},
        {"text": "shelf a", "product": None, "category": {"id": "cat_a", "name": "shelf a"}},
        {"text": "p", "product": {"id": "prd_1", "name": "a lamp"}, "category": None},
    ]
    assert catalog.calls == ["SuggestProducts"]


async def test_nothing_comes_that_nobody_selects() -> None:
    catalog = Catalog()
    await answered(catalog, '{ search(query: "") { nodes { name } } }', shared=True)
    await answered(catalog, '{ searchSuggest(prefix: "l") { text } }', shared=True)
    assert catalog.calls == ["SearchProducts", "SuggestProducts"]
    assert catalog.wanted == [False] * 3
