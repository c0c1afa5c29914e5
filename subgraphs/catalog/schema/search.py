"""Query.search, its connection and what it can be narrowed by."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, attribute, computed, enum_of, page_request, query, type_
from chassis.graph.values import PageInfo
from chassis.money import parse_amount
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product
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
class SearchWhere:
    """What hits, facets and counts are limited to."""

    category_id: strawberry.ID | None = strawberry.field(default=None, description="This category and all below.")
    brand: BrandFilter | None = None
    price: PriceFilter | None = None
    available_for_sale: bool | None = None

    def message(self, ctx: CatalogContext) -> pb.SearchFilter:
        """As the service takes it."""
        brand, price, currency = self.brand or BrandFilter(), self.price or PriceFilter(), ctx.shop.currency_code
        return pb.SearchFilter(
            category_id=self.category_id,
            brands=[*([brand.eq] if brand.eq is not None else []), *(brand.in_ or [])],
            min_price_minor_units=None if price.gte is None else parse_amount(str(price.gte), currency),
            max_price_minor_units=None if price.lte is None else parse_amount(str(price.lte), currency),
            available_for_sale=self.available_for_sale,
        )


@strawberry.input
class FacetInput:
    """What is chosen of a facet: `FacetValue.input` as it came."""

    facet: str
    values: list[str]


@dataclass(frozen=True)
class Choice:
    """What to send back to choose a value."""

    facet: str
    values: list[str]


@type_(Choice, permission=PUBLIC)
class FacetChoice:
    """To be sent back in `facets` as it is."""

    facet: str
    values: list[str]


@dataclass(frozen=True)
class Counted:
    """A value together with the facet it belongs to."""

    value: str
    label: str
    count: int
    selected: bool
    input: Choice


@type_(Counted, permission=PUBLIC)
class FacetValue:
    """One value that hits can be narrowed to."""

    value: str
    label: str
    count: int = attribute(description="Hits it would leave, as if nothing else of this facet were chosen.")
    selected: bool
    input: FacetChoice = attribute(description="Send it back in `facets` to choose this value.")


@type_(pb.Facet, permission=PUBLIC)
class Facet:
    """One way to narrow the hits; its values are alternatives of each other."""

    key: str
    label: str

    @computed(list[FacetValue])
    @staticmethod
    def values(facet: pb.Facet) -> list[Counted]:
        """Most hits first; prices by rank."""
        return [
            Counted(each.value, each.label, each.count, each.selected, Choice(facet.key, [each.value]))
            for each in facet.values
        ]


@type_(pb.Highlight, permission=PUBLIC)
class Highlight:
    """Where the words were found."""

    field: str
    snippet: str = attribute(description="HTML-escaped; what matches stands in <em>.")


@type_(pb.SearchHit, permission=PUBLIC)
class SearchEdge:
    """A hit and where it stands."""

    node: Product = attribute("product")
    cursor: str
    highlights: list[Highlight]


@type_(pb.SearchProductsResponse, permission=PUBLIC)
class SearchConnection:
    """One page of hits."""

    edges: list[SearchEdge] = attribute("hits")
    facets: list[Facet]
    total_count: int | None = attribute(description="Exact up to 10,000.")
    page_info: PageInfo
    did_you_mean: str | None = attribute(description="The spelling these hits are for, when the asked one has none.")
    degraded: str | None = attribute(description="Why the answer is second best; null when all is well.")

    @computed(list[Product])
    @staticmethod
    def nodes(page: pb.SearchProductsResponse) -> list[pb.Product]:
        """The products of the edges."""
        return [hit.product for hit in page.hits]


@query(SearchConnection, permission=PUBLIC, shared=SEARCH)
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
    )
    answer = await ctx.catalog.SearchProducts(request)
    if answer.HasField("degraded"):
        ctx.degrade(answer.degraded)
    return answer
