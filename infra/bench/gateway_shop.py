# ruff: noqa: N802, ARG002 (RPC methods carry the names and arguments of the contract)
"""What `emporium bench gateway` measures with: one slice over the real contracts, and a backend that costs nothing.

`python -m infra.bench.gateway_shop` serves the backend and prints its port.
"""

import asyncio
import sys
from collections.abc import Sequence
from enum import Enum
from typing import Any

import grpc.aio
import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceServicer, add_CatalogServiceServicer_to_server
from emporium.common.v1 import page_pb2
from emporium.order.v1 import order_pb2
from emporium.order.v1.order_pb2_grpc import OrderServiceServicer, add_OrderServiceServicer_to_server

from chassis.graph import PUBLIC, Money, Slice, enum_of, link, lookup, outcomes, query, type_

CATEGORIES = 30
LINES = 5
MESSAGES: list[tuple[str, Any]] = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@type_(catalog_pb2.Category, keys=["id"], permission=PUBLIC)
class Category:
    """A shelf."""

    id: strawberry.ID
    name: str

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.catalog.BatchGetCategories(catalog_pb2.BatchGetCategoriesRequest(ids=ids)))


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
    category: Category | None = link("category_id")

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.catalog.BatchGetProducts(catalog_pb2.BatchGetProductsRequest(ids=ids)))


@type_(catalog_pb2.ProductPage, permission=PUBLIC)
class ProductPage:
    """Some products."""

    nodes: list[Product]


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
    return catalog_pb2.BatchListCategoryProductsRequest(category_ids=["cat_1"], page=page_pb2.PageRequest(first=first))


def orders_request(first: int) -> order_pb2.ListOrdersRequest:
    return order_pb2.ListOrdersRequest(page=page_pb2.PageRequest(first=first))


@query(ProductPage, permission=PUBLIC)
async def products(ctx: Any, *, first: int) -> Any:
    """Products."""
    return (await ctx.catalog.BatchListCategoryProducts(products_request(first))).pages[0]


@query(OrderPage, permission=PUBLIC)
async def orders(ctx: Any, *, first: int) -> Any:
    """Orders."""
    return await ctx.orders.ListOrders(orders_request(first))


SLICE = Slice("bench", query=[products, orders], types=[Category, Product])


# ---- the backend: answers are made once


def make_product(number: int) -> catalog_pb2.Product:
    product = catalog_pb2.Product(
        id=f"prd_{number}",
        name=f"Product {number}",
        slug=f"product-{number}",
        description=f"What there is to say about product {number}, in one line." if number % 3 else None,
        brand="Acme",
        available_for_sale=number % 5 > 0,
        category_id=f"cat_{number % CATEGORIES}",
    )
    product.price_range.min.minor_units = 100 + number
    product.price_range.min.currency_code = "EUR"
    return product


def make_order(number: int) -> order_pb2.Order:
    lines = [
        order_pb2.OrderLine(quantity=n + 1, name=f"Line {n}", product_id=f"prd_{number * LINES + n}")
        for n in range(LINES)
    ]
    return order_pb2.Order(id=f"ord_{number}", number=f"E-{number}", status=order_pb2.CONFIRMED, lines=lines)


class Catalog(CatalogServiceServicer):
    """Products and categories without a database."""

    def __init__(self) -> None:
        self._pages: dict[int, catalog_pb2.BatchListCategoryProductsResponse] = {}

    async def BatchListCategoryProducts(self, request: Any, context: Any) -> Any:
        first = request.page.first
        if first not in self._pages:
            page = catalog_pb2.ProductPage(nodes=map(make_product, range(first)))
            self._pages[first] = catalog_pb2.BatchListCategoryProductsResponse(pages=[page])
        return self._pages[first]

    async def BatchGetCategories(self, request: Any, context: Any) -> Any:
        response = catalog_pb2.BatchGetCategoriesResponse()
        for key in request.ids:
            response.outcomes.add().category.CopyFrom(catalog_pb2.Category(id=key, name=f"Category {key}"))
        return response

    async def BatchGetProducts(self, request: Any, context: Any) -> Any:
        response = catalog_pb2.BatchGetProductsResponse()
        for key in request.ids:
            response.outcomes.add().product.CopyFrom(make_product(int(key.removeprefix("prd_"))))
        return response


class Orders(OrderServiceServicer):
    """Orders without a database."""

    async def ListOrders(self, request: Any, context: Any) -> Any:
        return order_pb2.OrderPage(nodes=map(make_order, range(request.page.first)))


async def serve() -> None:
    """Until it is stopped."""
    server = grpc.aio.server(options=MESSAGES)
    # They answer what is measured, not the whole contract.
    catalog: type[Any] = Catalog
    orders: type[Any] = Orders
    add_CatalogServiceServicer_to_server(catalog(), server)
    add_OrderServiceServicer_to_server(orders(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve())
