"""What `emporium bench gateway` measures with: one slice over the real contracts."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1 import page_pb2
from emporium.order.v1 import order_pb2

from chassis.graph import PUBLIC, Money, Slice, batched, enum_of, link, lookup, outcomes, query, type_


@type_(catalog_pb2.Category, keys=["id"], permission=PUBLIC)
class Category:
    """A shelf."""

    id: strawberry.ID
    name: str

    @batched(list["Product"])
    @staticmethod
    async def products(categories: list[Any], ctx: Any, *, first: int) -> list[Any]:
        """The first on the shelf."""
        return await shelved([category.id for category in categories], first, ctx)

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.catalog.BatchGetCategories(catalog_pb2.BatchGetCategoriesRequest(ids=ids)))


@type_(catalog_pb2.Image, permission=PUBLIC)
class Image:
    """A picture."""

    url: str
    alt: str | None


@type_(catalog_pb2.PriceRange, permission=PUBLIC)
class PriceRange:
    """From, to."""

    min: Money


@type_(catalog_pb2.Product, keys=["id"], permission=PUBLIC)
class Product:
    """Something that can be bought."""

    id: strawberry.ID
    name: str
    slug: str
    description: str | None
    brand: str | None
    available_for_sale: bool
    price_range: PriceRange | None
    media: list[Image]
    category: Category | None = link("category_id")

    @batched(list["Product"])
    @staticmethod
    async def related(products: list[Any], ctx: Any, *, first: int) -> list[Any]:
        """Others on its shelf."""
        return await shelved([product.category_id for product in products], first, ctx)

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.catalog.BatchGetProducts(catalog_pb2.BatchGetProductsRequest(ids=ids)))


@type_(catalog_pb2.ProductPage, permission=PUBLIC)
class ProductPage:
    """Some products."""

    nodes: list[Product]


@type_(catalog_pb2.FacetValue, permission=PUBLIC)
class FacetValue:
    """One choice."""

    value: str
    label: str
    count: int
    selected: bool


@type_(catalog_pb2.Facet, permission=PUBLIC)
class Facet:
    """What results can be narrowed by."""

    key: str
    label: str
    values: list[FacetValue]


@type_(catalog_pb2.SearchHit, permission=PUBLIC)
class SearchHit:
    """One result."""

    cursor: str
    product: Product


@type_(catalog_pb2.SearchProductsResponse, permission=PUBLIC)
class SearchPage:
    """Some results."""

    hits: list[SearchHit]
    facets: list[Facet]
    total_count: int | None


@enum_of(order_pb2.OrderStatus)
class OrderStatus(Enum):
    """Where an order stands."""

    PENDING = order_pb2.PENDING
    CONFIRMED = order_pb2.CONFIRMED
    FULFILLED = order_pb2.FULFILLED
    REJECTED = order_pb2.REJECTED
    CANCELLED = order_pb2.CANCELLED
    CLOSED = order_pb2.CLOSED


@type_(order_pb2.OrderLine, permission=PUBLIC)
class OrderLine:
    """So many of a product."""

    quantity: int
    name: str
    product: Product | None = link("product_id")


@type_(order_pb2.Order, permission=PUBLIC)
class Order:
    """A purchase."""

    id: strawberry.ID
    number: str
    status: OrderStatus
    lines: list[OrderLine]


@type_(order_pb2.OrderPage, permission=PUBLIC)
class OrderPage:
    """Some orders."""

    nodes: list[Order]


def products_request(first: int) -> catalog_pb2.BatchListCategoryProductsRequest:
    return shelves_request(["cat_0"], first)


def shelves_request(ids: Sequence[str], first: int) -> catalog_pb2.BatchListCategoryProductsRequest:
    return catalog_pb2.BatchListCategoryProductsRequest(category_ids=ids, page=page_pb2.PageRequest(first=first))


def orders_request(first: int) -> order_pb2.ListOrdersRequest:
    return order_pb2.ListOrdersRequest(page=page_pb2.PageRequest(first=first))


def search_request(text: str, first: int) -> catalog_pb2.SearchProductsRequest:
    return catalog_pb2.SearchProductsRequest(query=text, page=page_pb2.PageRequest(first=first), want_facets=True)


def shelf_ids(first: int, *, failing: bool) -> list[str]:
    """With `failing`, a tenth of the categories of what stands there cannot be looked up."""
    return [f"{'ward' if failing else 'cat'}_{number}" for number in range(first)]


async def shelved(ids: Sequence[str], first: int, ctx: Any) -> list[Any]:
    """The products of each category."""
    return [page.nodes for page in (await ctx.catalog.BatchListCategoryProducts(shelves_request(ids, first))).pages]


@query(ProductPage, permission=PUBLIC)
async def products(ctx: Any, *, first: int) -> Any:
    """Products."""
    return (await ctx.catalog.BatchListCategoryProducts(products_request(first))).pages[0]


@query(Product | None, permission=PUBLIC)
async def product(ctx: Any, *, id: strawberry.ID) -> Any:  # noqa: A002 (the schema's name)
    """One product."""
    return (await Product.by_id([id], ctx))[0]


@query(list[Category | None], permission=PUBLIC)
async def shelves(ctx: Any, *, first: int, failing: bool = False) -> Any:
    """Categories."""
    return await Category.by_id(shelf_ids(first, failing=failing), ctx)


@query(SearchPage, permission=PUBLIC)
async def search(ctx: Any, *, query: str, first: int) -> Any:
    """Products by text."""
    return await ctx.catalog.SearchProducts(search_request(query, first))


@query(OrderPage, permission=PUBLIC)
async def orders(ctx: Any, *, first: int) -> Any:
    """Orders."""
    return await ctx.orders.ListOrders(orders_request(first))


SLICE = Slice("bench", query=[products, product, shelves, search, orders], types=[Category, Product])
