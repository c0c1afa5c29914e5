# ruff: noqa: A001, A002 (RPC methods carry the contract's names)
"""In-memory subgraphs behind the fixture slices, which count their calls and can fail.

Ids that end in 3 are unknown, ids that end in 7 are refused; `down` names services that do not answer.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from emporium.account.v1 import account_pb2
from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1 import outcome_pb2, page_pb2
from emporium.order.v1 import order_pb2
from google.protobuf.timestamp_pb2 import Timestamp

from chassis import deadline
from chassis.errors import RemoteError
from chassis.graph import Loading
from chassis.identity import Caller
from gateway.context import Selected
from gateway.sharing.sharing import NOBODY

FORBIDDEN = outcome_pb2.EntityError(reason="FORBIDDEN", message="not for you")
SHOPPER = Caller(service="gateway", user_id="usr_1", roles=frozenset({"customer"}))
ADMIN = Caller(service="gateway", user_id="usr_2", roles=frozenset({"admin"}))


def make_product(number: int) -> catalog_pb2.Product:
    product = catalog_pb2.Product(
        id=f"prd_{number}", name=f"Product {number}", published=number % 2 == 0, version=number,
        created_at=Timestamp(seconds=1_700_000_000 + number),
    )  # fmt: skip
    if number % 4:
        product.category_id = f"cat_{number % 10}"
        product.image.url = f"/{number}.svg"
    if number % 3:
        product.description = f"About {number}"
    for n in range(number % 3):
        product.media.add(url=f"/{number}-{n}.svg", width=n)
        product.attributes.add(key=f"k{n}", number=n / 2 if number % 5 else math.nan)
    return product


def make_category(number: int) -> catalog_pb2.Category:
    category = catalog_pb2.Category(id=f"cat_{number}", name=f"Category {number}", path=["All", str(number)])
    if number > 1:
        category.parent_id = f"cat_{number - 1}"
    return category


def make_order(number: int) -> order_pb2.Order:
    order = order_pb2.Order(id=f"ord_{number}", number=f"E-{number}", status=number % 7, sequence=number)  # type: ignore[arg-type]
    if number % 5:
        order.customer_id = f"usr_{number % 4}"
    for n in range(number % 4):
        line = order.lines.add(quantity=n + 1, product_id=f"prd_{number + n}" if n else "")
        if number % 6 or n:
            line.unit_price.minor_units, line.unit_price.currency_code = 100 * n + 5, "EUR"
    return order


def make_user(number: int) -> account_pb2.User:
    return account_pb2.User(id=f"usr_{number}", email=f"u{number}@example.com", first_name="U" if number % 2 else None)


def number_of(id: str) -> int:
    return int(id.partition("_")[2] or 0)


def fill(response: Any, ids: Any, make: Callable[[int], Any], name: str) -> Any:
    """One outcome a key."""
    for id in ids:
        outcome = response.outcomes.add()
        if id.endswith("7"):
            outcome.error.CopyFrom(FORBIDDEN)
        elif not id.endswith("3"):
            getattr(outcome, name).CopyFrom(make(number_of(id)))
    return response


@dataclass
class Backend:
    """What all services of one test share."""

    calls: Counter[str] = field(default_factory=Counter)
    down: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    """RPCs that miss their deadline."""
    running: int = 0
    most_running: int = 0
    log: list[str] = field(default_factory=list)
    updates: list[int] = field(default_factory=lambda: [1, 2, 3])
    delay: float = 0.0
    seconds_left: list[float] = field(default_factory=list)
    """What each call had of its deadline."""

    async def called(self, name: str) -> None:
        self.calls[name] += 1
        self.log.append(name)
        self.seconds_left.append(deadline.remaining(3_600))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.running -= 1
        if name in self.slow:
            raise RemoteError(
                status="DEADLINE_EXCEEDED", reason="DEADLINE_EXCEEDED", message="too late", facts={}, method=name
            )
        if name.partition(".")[0] in self.down:
            raise RemoteError(
                status="UNAVAILABLE", reason="UNAVAILABLE", message="connect to 10.0.0.1:1", facts={}, method=name
            )


class Catalog:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def BatchGetProducts(self, request: Any) -> Any:
        await self._backend.called("catalog.BatchGetProducts")
        return fill(catalog_pb2.BatchGetProductsResponse(), request.ids, make_product, "product")

    async def BatchGetCategories(self, request: Any) -> Any:
        await self._backend.called("catalog.BatchGetCategories")
        return fill(catalog_pb2.BatchGetCategoriesResponse(), request.ids, make_category, "category")

    async def BatchListCategoryProducts(self, request: Any) -> Any:
        await self._backend.called("catalog.BatchListCategoryProducts")
        response = catalog_pb2.BatchListCategoryProductsResponse()
        for id in request.category_ids:
            response.pages.append(page_of(range(number_of(id), number_of(id) + request.page.first)))
        return response

    async def ListProducts(self, request: Any) -> Any:
        await self._backend.called("catalog.ListProducts")
        page = page_of(range(request.page.first))
        if request.want_total:
            page.total_count = 1000
        return page


def page_of(numbers: Any) -> catalog_pb2.ProductPage:
    return catalog_pb2.ProductPage(
        nodes=[make_product(n) for n in numbers],
        cursors=[str(n) for n in numbers],
        page_info=page_pb2.PageInfo(has_next_page=True),
    )


class Account:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def BatchGetUsers(self, request: Any) -> Any:
        await self._backend.called("account.BatchGetUsers")
        return fill(account_pb2.BatchGetUsersResponse(), request.ids, make_user, "user")


class Orders:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def BatchGetOrders(self, request: Any) -> Any:
        await self._backend.called("orders.BatchGetOrders")
        return fill(order_pb2.BatchGetOrdersResponse(), request.ids, make_order, "order")

    async def ListOrders(self, request: Any) -> Any:
        await self._backend.called("orders.ListOrders")
        return order_pb2.OrderPage(nodes=[make_order(n) for n in range(1, request.page.first + 1)])

    async def BatchListOrdersOfCustomers(self, request: Any) -> Any:
        await self._backend.called("orders.BatchListOrdersOfCustomers")
        response = order_pb2.BatchListOrdersOfCustomersResponse()
        for id in request.customer_ids:
            numbers = range(number_of(id) + 1, number_of(id) + 1 + request.page.first)
            response.pages.add(nodes=[make_order(n) for n in numbers], cursors=[str(n) for n in numbers])
        return response

    async def CompleteCheckout(self, request: Any) -> Any:
        await self._backend.called(f"orders.CompleteCheckout({request.cart_id})")
        response = order_pb2.CheckoutResponse()
        if request.cart_id == "short":
            response.user_errors.add().insufficient_stock.CopyFrom(
                outcome_pb2.InsufficientStock(
                    code=outcome_pb2.INSUFFICIENT_STOCK, message="short", sku="A", available=2
                )
            )
            response.user_errors.add().input.CopyFrom(
                outcome_pb2.InputError(code=outcome_pb2.INVALID, message="bad", field=["cartId"])
            )
        else:
            response.order.CopyFrom(make_order(number_of(request.cart_id)))
        return response

    async def WatchOrder(self, request: Any) -> AsyncIterator[Any]:
        for number in self._backend.updates:
            if request.HasField("after_sequence") and number <= request.after_sequence:
                continue
            await self._backend.called("orders.WatchOrder")
            order = make_order(number)
            order.sequence = number
            yield order_pb2.OrderUpdate(order=order)


class ShopContext(Loading):
    """A context for resolvers, for the gateway's executor and (by Loading) for graphql-core."""

    def __init__(self, backend: Backend, caller: Caller = ADMIN, sharing: Any = None) -> None:
        super().__init__()
        self.sharing, self.fresh = sharing, False
        self.backend = backend
        self.catalog = Catalog(backend)
        self.account = Account(backend)
        self.orders = Orders(backend)
        self.caller = caller
        self.shop = page_pb2.ShopContext(channel="web", currency_code="USD", locale="en")
        self.degraded: list[str] = []
        self.asked: Any = None

    def requested(self, *paths: str) -> bool:
        return self.asked is None or any(self.asked.asks(path.split(".")) for path in paths)

    def degrade(self, why: str) -> None:
        self.degraded.append(why)

    def below(self, asked: Any) -> "ShopContext":
        view = ShopContext(self.backend, self.caller)
        view.asked, view.degraded = asked, self.degraded
        return view

    def for_nobody(self, shop: Any, asked: Any) -> "ShopContext":
        view = ShopContext(self.backend, NOBODY)
        view.shop, view.asked = shop, Selected(asked)
        return view
