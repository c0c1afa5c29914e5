# ruff: noqa: A002 (the names of arguments are the schema's)
"""Small slices over the real contracts, with every kind of field: what the gateway is tested with."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry
from emporium.account.v1 import account_pb2
from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1 import page_pb2
from emporium.order.v1 import order_pb2

from chassis.errors import InvalidInput
from chassis.graph import (
    CATALOG_MANAGER,
    ORDER_MANAGER,
    OWNER_OR_STAFF,
    PUBLIC,
    SIGNED_IN,
    USER_ERRORS,
    Long,
    Money,
    Node,
    Slice,
    UserError,
    attribute,
    batched,
    computed,
    connection,
    enum_of,
    link,
    lookup,
    mutation,
    outcomes,
    query,
    stub,
    subscription,
    type_,
)

# ---- account


@type_(account_pb2.User, keys=["id"], node="usr", permission=OWNER_OR_STAFF)
class Customer(Node):
    """Who buys."""

    id: strawberry.ID
    email: str
    first_name: str | None
    blocked: bool = attribute(permission=ORDER_MANAGER, admin=True)

    @lookup
    @staticmethod
    async def by_id(ids: list[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.account.BatchGetUsers(account_pb2.BatchGetUsersRequest(ids=ids)))


@query(Customer | None, permission=SIGNED_IN)
async def me(ctx: Any) -> Any:
    return (await Customer.by_id([ctx.caller.user_id], ctx))[0]


ACCOUNT = Slice("account", query=[me], types=[Customer])

# ---- catalog


@type_(catalog_pb2.Category, keys=["id"], node="cat", permission=PUBLIC)
class Category(Node):
    """A shelf."""

    id: strawberry.ID
    name: str
    path: list[str]
    parent: "Category | None" = link("parent_id")
    product_count: int

    @lookup
    @staticmethod
    async def by_id(ids: list[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.catalog.BatchGetCategories(catalog_pb2.BatchGetCategoriesRequest(ids=ids)))

    @batched(Annotated["ProductConnection", strawberry.lazy("tests.fakes.shop_slices")])
    @staticmethod
    async def products(categories: list[Any], ctx: Any, *, first: int = 2) -> list[Any]:
        request = catalog_pb2.BatchListCategoryProductsRequest(
            category_ids=[category.id for category in categories], page=page_pb2.PageRequest(first=first)
        )
        return list((await ctx.catalog.BatchListCategoryProducts(request)).pages)


@type_(catalog_pb2.Image, permission=PUBLIC)
class Image:
    url: str
    alt: str | None
    width: int | None


@type_(catalog_pb2.Attribute, permission=PUBLIC)
class Attribute:
    key: str
    number: float | None


Media = Annotated[Image | Attribute, strawberry.union("Media")]


@type_(catalog_pb2.Product, keys=["id"], node="prd", permission=PUBLIC)
class Product(Node):
    """Something that can be bought."""

    id: strawberry.ID
    name: str
    description: str | None
    published: bool
    created_at: datetime
    image: Image | None
    pictures: list[Image] = attribute("media")
    version: Long = attribute(permission=CATALOG_MANAGER, admin=True)
    category: Category | None = link("category_id")
    shelf: Category = link("category_id")

    @computed(str, deprecation_reason="Use `name`.")
    @staticmethod
    def title(product: catalog_pb2.Product, *, upper: bool = False) -> str:
        """The name, loudly if asked."""
        return product.name.upper() if upper else product.name

    @computed(list[Media])
    @staticmethod
    def showcase(product: catalog_pb2.Product) -> list[Any]:
        if product.name.endswith("4"):
            raise ValueError("no showcase")
        return [*product.media, *product.attributes]

    @batched(list["Product | None"])
    @staticmethod
    async def related(products: list[Any], ctx: Any, *, first: int = 2) -> list[Any]:
        numbers = [int(product.id.removeprefix("prd_")) for product in products]
        wanted = [f"prd_{number + step}" for number in numbers for step in range(1, first + 1)]
        rows = await Product.by_id(list(dict.fromkeys(wanted)), ctx)
        by_id = dict(zip(dict.fromkeys(wanted), rows, strict=True))
        return [[by_id[f"prd_{number + step}"] for step in range(1, first + 1)] for number in numbers]

    @lookup
    @staticmethod
    async def by_id(ids: list[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.catalog.BatchGetProducts(catalog_pb2.BatchGetProductsRequest(ids=ids)))


ProductConnection = connection(Product, catalog_pb2.ProductPage, name="ProductConnection", permission=PUBLIC)


@strawberry.enum
class Order_(Enum):  # noqa: N801
    NAME = "name"
    NEWEST = "newest"


@strawberry.input
class ProductWhere:
    names: list[str] | None = None
    order: Order_ = Order_.NAME
    minimum: Decimal | None = None


@query(ProductConnection | None, permission=PUBLIC)
async def products(ctx: Any, *, first: int = 3, where: ProductWhere | None = None) -> Any:
    """A page of products."""
    if first < 0:
        raise InvalidInput("`first` is negative")
    request = catalog_pb2.SearchProductsRequest(
        query=",".join((where and where.names) or []),
        page=page_pb2.PageRequest(first=first),
        want_total=ctx.requested("totalCount"),
    )
    return await ctx.catalog.ListProducts(request)


@query(list[Product | None], permission=PUBLIC)
async def products_by_id(ctx: Any, *, ids: list[strawberry.ID]) -> Any:
    rows = await Product.by_id(list(dict.fromkeys(ids)), ctx)
    by_id = dict(zip(dict.fromkeys(ids), rows, strict=True))
    return [by_id[i] for i in ids]


@query(list[list[Product]] | None, permission=PUBLIC)
async def grid(ctx: Any) -> Any:
    rows = await Product.by_id([f"prd_{n}" for n in (1, 2, 3, 4)], ctx)
    return [rows[:2], rows[2:], []]


@query(Category | None, permission=PUBLIC)
async def category(ctx: Any, *, id: strawberry.ID) -> Any:
    return (await Category.by_id([id], ctx))[0]


CATALOG = Slice("catalog", query=[products, products_by_id, grid, category], types=[Product, Category])

# ---- order


@stub
class ProductStub:
    id: strawberry.ID


ProductStub.__strawberry_definition__.name = "Product"  # type: ignore[attr-defined]


@enum_of(order_pb2.OrderStatus)
class OrderStatus(Enum):
    PENDING = order_pb2.PENDING
    CONFIRMED = order_pb2.CONFIRMED
    FULFILLED = order_pb2.FULFILLED
    REJECTED = order_pb2.REJECTED
    CANCELLED = order_pb2.CANCELLED
    CLOSED = order_pb2.CLOSED


@type_(order_pb2.OrderLine, permission=OWNER_OR_STAFF)
class OrderLine:
    quantity: int
    unit_price: Money
    total: Money | None
    product: ProductStub | None = link("product_id")


@type_(order_pb2.Order, keys=["id"], node="ord", permission=OWNER_OR_STAFF)
class Order(Node):
    id: strawberry.ID
    number: str
    status: OrderStatus
    maybe_status: OrderStatus | None = attribute("status")
    lines: list[OrderLine]
    customer: Annotated["CustomerStub", strawberry.lazy("tests.fakes.shop_slices")] | None = link("customer_id")
    sequence: Long

    @computed(OrderLine | None)
    @staticmethod
    def first_line(order: order_pb2.Order) -> Any:
        if order.sequence == 6:
            raise InvalidInput("no first line")
        return order.lines[0] if order.lines else None

    @lookup
    @staticmethod
    async def by_id(ids: list[str], ctx: Any) -> list[Any]:
        return outcomes(await ctx.orders.BatchGetOrders(order_pb2.BatchGetOrdersRequest(ids=ids)))


OrderConnection = connection(Order, order_pb2.OrderPage, name="OrderConnection", permission=OWNER_OR_STAFF)


@stub
class CustomerStub:
    id: strawberry.ID

    @batched(OrderConnection, permission=OWNER_OR_STAFF)
    @staticmethod
    async def orders(customers: list[Any], ctx: Any, *, first: int = 2) -> list[Any]:
        request = order_pb2.BatchListOrdersOfCustomersRequest(
            customer_ids=[customer.id for customer in customers], page=page_pb2.PageRequest(first=first)
        )
        return list((await ctx.orders.BatchListOrdersOfCustomers(request)).pages)


CustomerStub.__strawberry_definition__.name = "Customer"  # type: ignore[attr-defined]


@query(list[Order | None] | None, permission=PUBLIC)
async def orders(ctx: Any, *, first: int = 2) -> Any:
    return (await ctx.orders.ListOrders(order_pb2.ListOrdersRequest(page=page_pb2.PageRequest(first=first)))).nodes


@strawberry.input
class CheckoutCompleteInput:
    cart_id: strawberry.ID
    tag: str = ""


@type_(order_pb2.CheckoutResponse, permission=PUBLIC)
class CheckoutPayload:
    order: Order | None
    user_errors: list[UserError]


@mutation(CheckoutPayload, permission=PUBLIC)
async def checkout_complete(ctx: Any, *, input: CheckoutCompleteInput) -> Any:
    return await ctx.orders.CompleteCheckout(order_pb2.CompleteCheckoutRequest(cart_id=input.cart_id))


@type_(order_pb2.OrderUpdate, permission=OWNER_OR_STAFF)
class OrderUpdate:
    order: Order


@subscription(OrderUpdate, permission=OWNER_OR_STAFF, cursor=lambda update: update.order.sequence)
async def order_updated(ctx: Any, *, id: strawberry.ID, after: Long | None = None):
    async for update in ctx.orders.WatchOrder(order_pb2.WatchOrderRequest(order_id=id, after_sequence=after)):
        yield update


ORDER = Slice(
    "order",
    query=[orders],
    mutation=[checkout_complete],
    subscription=[order_updated],
    types=[Order, CustomerStub, *USER_ERRORS],
)
SLICES = (ACCOUNT, CATALOG, ORDER)
