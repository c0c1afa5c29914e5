"""Query.searchSuggest."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import InvalidInput
from chassis.graph import PUBLIC, attribute, enum_of, link, query, type_
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.sharing import SUGGESTIONS

MOST_SUGGESTIONS = 20


class InvalidSuggestionCount(InvalidInput):
    """One can ask for 1 to 20 suggestions."""

    reason = "INVALID_SUGGESTION_COUNT"


@enum_of(pb.SuggestionKind)
class SuggestionKind(Enum):
    """What a beginning goes on as."""

    PRODUCT = pb.SUGGESTED_PRODUCT
    CATEGORY = pb.SUGGESTED_CATEGORY
    QUERY = pb.SUGGESTED_QUERY


@type_(pb.Suggestion, permission=PUBLIC)
class SearchSuggestion:
    """How a beginning may go on."""

    kind: SuggestionKind
    text: str = attribute(description="The product's name, the category's names from the root, or what to search for.")
    category: Category | None = link("category_id")
    product: Product | None = link("product_id")


def what_is_suggested(suggestions: Iterable[pb.Suggestion]) -> Mapping[str, Iterable[Any]]:
    """The products and categories that came with them."""
    return {
        "Product": [each.product for each in suggestions if each.HasField("product")],
        "Category": [each.category for each in suggestions if each.HasField("category")],
    }


@query(list[SearchSuggestion], permission=PUBLIC, shared=SUGGESTIONS, brings=what_is_suggested)
async def search_suggest(ctx: CatalogContext, *, prefix: str, first: int = 8) -> Any:
    """What to offer while somebody types: queries, categories, then products. At most 20."""
    if not 1 <= first <= MOST_SUGGESTIONS:
        raise InvalidSuggestionCount(first=first)
    request = pb.SuggestProductsRequest(
        prefix=prefix,
        first=first,
        context=ctx.shop,
        want_products=ctx.requested("product"),
        want_categories=ctx.requested("category"),
    )
    answer = await ctx.catalog.SuggestProducts(request)
    if answer.HasField("degraded"):
        ctx.degrade(answer.degraded)
    return answer.suggestions
