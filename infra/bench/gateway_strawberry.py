"""The measured schema as Strawberry's guide writes it: its types, its DataLoaders, its executor."""

from typing import Any

import strawberry
from emporium.catalog.v1.catalog_pb2 import Product as ProductMessage
from emporium.order.v1.order_pb2 import OrderStatus
from strawberry.extensions import ParserCache, ValidationCache

from chassis.money import decimal_amount
from infra.bench.gateway_shop import orders_request, products_request


@strawberry.type
class Money:
    amount: str
    currency_code: str


@strawberry.type
class PriceRange:
    min: Money


@strawberry.type
class Category:
    id: strawberry.ID
    name: str


@strawberry.type
class Product:
    id: strawberry.ID
    name: str
    slug: str
    description: str | None
    brand: str | None
    available_for_sale: bool
    price_range: PriceRange | None
    category_id: strawberry.Private[str]

    @strawberry.field
    async def category(self, info: strawberry.Info) -> Category | None:
        if not self.category_id:
            return None
        row = await info.context["categories"].load(self.category_id)
        return Category(id=row.id, name=row.name)


def product_of(message: ProductMessage) -> Product:
    low = message.price_range.min
    price = PriceRange(
        min=Money(amount=decimal_amount(low.minor_units, low.currency_code), currency_code=low.currency_code)
    )
    return Product(
        id=strawberry.ID(message.id),
        name=message.name,
        slug=message.slug,
        description=message.description if message.HasField("description") else None,
        brand=message.brand if message.HasField("brand") else None,
        available_for_sale=message.available_for_sale,
        price_range=price if message.HasField("price_range") else None,
        category_id=message.category_id,
    )


@strawberry.type
class ProductPage:
    nodes: list[Product]


@strawberry.type
class OrderLine:
    quantity: int
    name: str
    product_id: strawberry.Private[str]

    @strawberry.field
    async def product(self, info: strawberry.Info) -> Product | None:
        return product_of(await info.context["products"].load(self.product_id))


@strawberry.type
class Order:
    id: strawberry.ID
    number: str
    status: str
    lines: list[OrderLine]


@strawberry.type
class OrderPage:
    nodes: list[Order]


@strawberry.type
class Query:
    @strawberry.field
    async def products(self, info: strawberry.Info, first: int) -> ProductPage:
        response = await info.context["shop"].catalog.BatchListCategoryProducts(products_request(first))
        return ProductPage(nodes=[product_of(message) for message in response.pages[0].nodes])

    @strawberry.field
    async def orders(self, info: strawberry.Info, first: int) -> OrderPage:
        response = await info.context["shop"].orders.ListOrders(orders_request(first))
        return OrderPage(nodes=[_order(message) for message in response.nodes])


def _order(message: Any) -> Order:
    return Order(
        id=strawberry.ID(message.id),
        number=message.number,
        status=OrderStatus.Name(message.status),
        lines=[OrderLine(quantity=line.quantity, name=line.name, product_id=line.product_id) for line in message.lines],
    )


PARSED, CHECKED = ParserCache(), ValidationCache()
SCHEMA = strawberry.Schema(Query, extensions=[lambda: PARSED, lambda: CHECKED])
