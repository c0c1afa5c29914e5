"""Query.search asks catalog for what the operation selects."""

from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.page_pb2 import ShopContext

from chassis.graph import Loading
from chassis.identity import ANONYMOUS
from subgraphs.catalog.schema import SLICE


class Asking(Loading):
    caller = ANONYMOUS
    shop = ShopContext()

    def __init__(self, *selected: str) -> None:
        self.selected = selected
        self.catalog = self
        self.asked: list[pb.SearchProductsRequest] = []

    async def SearchProducts(self, request: pb.SearchProductsRequest) -> pb.SearchProductsResponse:
        self.asked.append(request)
        return pb.SearchProductsResponse()

    def requested(self, *paths: str) -> bool:
        return not set(paths).isdisjoint(self.selected)

    def degrade(self, why: str) -> None:
        raise AssertionError(why)


async def asked(*selected: str) -> Any:
    asking = Asking(*selected)
    await SLICE.execute('{ search(query: "lamp") { nodes { id } } }', context_value=asking)
    (request,) = asking.asked
    return request


@pytest.mark.parametrize("place", ["nodes.attributes", "edges.node.attributes"])
async def test_attributes_are_read_where_they_are_selected(place: str) -> None:
    assert not (await asked(place)).without_attributes


async def test_attributes_stay_behind_where_they_are_not_selected() -> None:
    request = await asked("totalCount")
    assert request.without_attributes
    assert request.want_total
    assert not request.want_facets
