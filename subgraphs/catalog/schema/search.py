"""Query.search, its connection and what it can be narrowed by."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import (
    CATALOG_MANAGER,
    PUBLIC,
    Searched,
    attribute,
    computed,
    enum_of,
    in_one_spelling,
    link,
    page_request,
    query,
    type_,
)
from chassis.graph.values import PageInfo
from chassis.money import parse_amount
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.search_facets import Facet, FacetInput
from subgraphs.catalog.schema.sharing import SEARCH


@enum_of(pb.SortField)
class ProductSortField(Enum):
    """What hits are sorted by."""

    RELEVANCE = pb.RELEVANCE
    PRICE = pb.PRICE
    NAME = pb.NAME
    CREATED_AT = pb.CREATED_AT


@enum_of(pb.SortDirection)
class SortDirection(Enum):
    """RELEVANCE is always best first."""

    ASC = pb.ASC
    DESC = pb.DESC


@strawberry.input
class ProductSort:
    """The order of the hits."""

    field: ProductSortField = ProductSortField.RELEVANCE
    direction: SortDirection = SortDirection.ASC


@strawberry.input
class BrandFilter:
    """One brand or several."""

    eq: str | None = None
    in_: list[str] | None = strawberry.field(default=None, name="in")


@strawberry.input
class PriceFilter:
    """Of the cheapest variant, in the asked currency."""

    gte: Decimal | None = None
    lte: Decimal | None = None


@strawberry.input
class AttributeFilter:
    """Products of which the attribute is one of the values, or a number within bounds."""

    key: str = strawberry.field(description='Like `Attribute.key`: "screen_size".')
    in_: list[str] | None = strawberry.field(default=None, name="in")
    gte: float | None = None
    lte: float | None = None

    def message(self) -> pb.AttributeFilter:
        """As the service takes it."""
        return pb.AttributeFilter(key=self.key, values=self.in_, gte=self.gte, lte=self.lte)


@strawberry.input
class SearchWhere:
    """What hits, facets and counts are limited to."""

    category_id: strawberry.ID | None = strawberry.field(default=None, description="This category and all below.")
    collection_id: strawberry.ID | None = strawberry.field(default=None, description="A published collection.")
    brand: BrandFilter | None = None
    price: PriceFilter | None = None
    available_for_sale: bool | None = None
    attributes: list[AttributeFilter] | None = strawberry.field(default=None, description="All of them must hold.")

    def message(self, ctx: CatalogContext) -> pb.SearchFilter:
        """As the service takes it."""
        brand, price, currency = self.brand or BrandFilter(), self.price or PriceFilter(), ctx.shop.currency_code
        return pb.SearchFilter(
            category_id=self.category_id,
            collection_id=self.collection_id,
            brands=[*([brand.eq] if brand.eq is not None else []), *(brand.in_ or [])],
            min_price_minor_units=None if price.gte is None else parse_amount(str(price.gte), currency),
            max_price_minor_units=None if price.lte is None else parse_amount(str(price.lte), currency),
            available_for_sale=self.available_for_sale,
            attributes=[each.message() for each in self.attributes or ()],
        )


@type_(pb.Highlight, permission=PUBLIC)
class Highlight:
    """Where the words were found."""

    field: str
    snippet: str = attribute(description="HTML-escaped; what matches stands in <em>.")


@enum_of(pb.ScoreEffect)
class ScoreEffect(Enum):
    """What adds is summed up first; the sum is multiplied by what multiplies."""

    ADDS = pb.ADDS
    MULTIPLIES = pb.MULTIPLIES


@type_(pb.ScorePart, permission=CATALOG_MANAGER, admin=True)
class ScorePart:
    """One reason for a hit's place."""

    reason: str
    effect: ScoreEffect
    value: float


@type_(pb.SearchExplanation, permission=CATALOG_MANAGER, admin=True)
class SearchExplanation:
    """Why a hit stands where it stands."""

    score: float = attribute(description="Hits are sorted by it.")
    parts: list[ScorePart]


@enum_of(pb.RescueKind)
class SearchRescueKind(Enum):
    """How a search was answered of which no product has all words."""

    FEWER_WORDS = pb.FEWER_WORDS
    NEAR_CATEGORY = pb.NEAR_CATEGORY
    NEAR_MEANING = pb.NEAR_MEANING


@type_(pb.SearchRescue, permission=PUBLIC)
class SearchRescue:
    """What to tell the shopper: these are not quite the hits for the words."""

    kind: SearchRescueKind = attribute(
        description="FEWER_WORDS: hits have some of the words. NEAR_CATEGORY: none of them; hits are the products of "
        "the category that is called most like it. NEAR_MEANING: none of them; hits mean about the same."
    )
    ignored_words: list[str] = attribute(description="Words that no product has.")
    category: Category | None = link("category_id", description="Of NEAR_CATEGORY.")


@type_(pb.SearchHit, permission=PUBLIC)
class SearchEdge:
    """A hit and where it stands."""

    node: Product = attribute("product")
    cursor: str
    highlights: list[Highlight]
    explanation: SearchExplanation | None = attribute(
        permission=CATALOG_MANAGER, admin=True, description="Null where hits are not sorted by relevance."
    )


@type_(pb.SearchProductsResponse, permission=PUBLIC)
class SearchConnection:
    """One page of hits."""

    edges: list[SearchEdge] = attribute("hits")
    facets: list[Facet]
    total_count: int | None = attribute(description="Exact up to 10,000.")
    page_info: PageInfo
    did_you_mean: str | None = attribute(description="The spelling these hits are for, when the asked one has none.")
    rescue: SearchRescue | None = attribute(description="Set where no product has all the words.")
    degraded: str | None = attribute(description="Why the answer is second best; null when all is well.")

    @computed(list[Product])
    @staticmethod
    def nodes(page: pb.SearchProductsResponse) -> list[pb.Product]:
        """The products of the edges."""
        return [hit.product for hit in page.hits]


def what_was_searched(asked: Mapping[str, Any], page: pb.SearchProductsResponse) -> Searched | None:
    """The words of a first page, as they were understood. That nothing is found with filters says nothing of the words;
    what the database finds in the engine's place may have only some of them."""
    text = in_one_spelling(page.did_you_mean or asked["query"])
    if not text or asked.get("after") or page.HasField("degraded"):
        return None
    found = bool(page.hits) and not page.HasField("rescue")
    if not found and (asked.get("where") or asked.get("facets")):
        return None
    return Searched(text=text, found=found)


def categories_of_hits(page: pb.SearchProductsResponse) -> Mapping[str, Iterable[pb.Category]]:
    """They came with their products."""
    return {"Category": page.categories}


@query(
    SearchConnection,
    permission=PUBLIC,
    shared=SEARCH,
    searched=what_was_searched,
    brings=categories_of_hits,
)
async def search(
    ctx: CatalogContext,
    *,
    query: str,
    where: SearchWhere | None = None,
    facets: list[FacetInput] | None = None,
    sort_by: ProductSort | None = None,
    first: int = 20,
    after: str | None = None,
) -> pb.SearchProductsResponse:
    """Products by words; an empty query browses all."""
    # Where it is not known what is selected, everything the caller may see is asked for.
    may_explain = CATALOG_MANAGER.refusal(ctx.caller) is None
    request = pb.SearchProductsRequest(
        query=query,
        filter=where.message(ctx) if where else None,
        facets=[pb.FacetInput(facet=each.facet, values=each.values) for each in facets or ()],
        sort_field=sort_by.field.value if sort_by else None,
        sort_direction=sort_by.direction.value if sort_by else None,
        page=page_request(first, after),
        context=ctx.shop,
        want_facets=ctx.requested("facets"),
        want_total=ctx.requested("totalCount"),
        want_highlights=ctx.requested("edges.highlights"),
        want_explanations=may_explain and ctx.requested("edges.explanation"),
        without_attributes=not ctx.requested("nodes.attributes", "edges.node.attributes"),
        want_categories=ctx.requested("nodes.category", "edges.node.category"),
    )
    answer = await ctx.catalog.SearchProducts(request)
    if answer.HasField("degraded"):
        ctx.degrade(answer.degraded)
    return answer
