"""Query.searchSuggest asks for a number of suggestions it may have."""

from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.page_pb2 import ShopContext

from chassis.graph import Loading
from chassis.identity import ANONYMOUS
from subgraphs.catalog.schema import SLICE


class SuggestingCatalog:
    async def SuggestProducts(self, request: pb.SuggestProductsRequest) -> pb.SuggestProductsResponse:
        return pb.SuggestProductsResponse(suggestions=[pb.Suggestion(text=f"{request.prefix}{request.first}")])


class Asking(Loading):
    catalog = SuggestingCatalog()
    caller = ANONYMOUS
    shop = ShopContext()

    def requested(self, *paths: str) -> bool:
        return True

    def degrade(self, why: str) -> None:
        raise AssertionError(why)


async def suggest(first: int) -> Any:
    text = f'{{ searchSuggest(prefix: "he", first: {first}) {{ text }} }}'
    return await SLICE.execute(text, context_value=Asking())


async def test_up_to_twenty_suggestions_are_given() -> None:
    assert (await suggest(20)).data == {"searchSuggest": [{"text": "he20"}]}


@pytest.mark.parametrize("first", [-1, 0, 21, 100000])
async def test_another_number_of_suggestions_is_refused(first: int) -> None:
    answer = await suggest(first)
    assert answer.errors is not None
    assert "1 to 20 suggestions" in str(answer.errors[0])
