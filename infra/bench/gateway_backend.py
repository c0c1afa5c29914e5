# ruff: noqa: N802, ARG002 (RPC methods carry the names and arguments of the contract)
"""The subgraphs of `emporium bench gateway`: what they answer is made once and costs nothing after that.

`python -m infra.bench.gateway_backend JWKS` serves them and prints its port.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import grpc.aio
from emporium.account.v1 import account_pb2
from emporium.account.v1.account_pb2_grpc import AccountServiceServicer, add_AccountServiceServicer_to_server
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceServicer, add_CatalogServiceServicer_to_server
from emporium.common.v1 import outcome_pb2
from emporium.order.v1 import order_pb2
from emporium.order.v1.order_pb2_grpc import OrderServiceServicer, add_OrderServiceServicer_to_server

CATEGORIES = 30
SICK = 1_000
LINES = 5
FACETS, FACET_VALUES = 4, 8
MESSAGES: list[tuple[str, Any]] = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
GONE = outcome_pb2.EntityError(reason="FORBIDDEN", message="not for you")


def make_product(number: int, category_id: str) -> catalog_pb2.Product:
    product = catalog_pb2.Product(
        id=f"prd_{number}",
        name=f"Product {number}",
        slug=f"product-{number}",
        description=f"What there is to say about product {number}, in one line." if number % 3 else None,
        brand="Acme",
        available_for_sale=number % 5 > 0,
        category_id=category_id,
    )
    product.price_range.min.minor_units = 100 + number
    product.price_range.min.currency_code = "EUR"
    for n in range(number % 3):
        product.media.add(url=f"/{number}-{n}.webp", alt="Front" if n else None)
    return product


def make_page(category_id: str, first: int) -> catalog_pb2.ProductPage:
    """A ward's products stand in sick categories."""
    kind, _, text = category_id.partition("_")
    start = int(text) * first
    of = (lambda n: f"sick_{n % SICK}") if kind == "ward" else (lambda n: f"cat_{n % CATEGORIES}")
    return catalog_pb2.ProductPage(nodes=[make_product(n, of(n)) for n in range(start, start + first)])


def make_order(number: int) -> order_pb2.Order:
    lines = [
        order_pb2.OrderLine(quantity=n + 1, name=f"Line {n}", product_id=f"prd_{number * LINES + n}")
        for n in range(LINES)
    ]
    return order_pb2.Order(id=f"ord_{number}", number=f"E-{number}", status=order_pb2.CONFIRMED, lines=lines)


def make_facet(number: int) -> catalog_pb2.Facet:
    facet = catalog_pb2.Facet(key=f"facet{number}", label=f"Facet {number}")
    for n in range(FACET_VALUES):
        facet.values.add(value=str(n), label=f"Value {n}", count=100 - n, selected=not n)
    return facet


class Kept:
    """Answers by request."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], Any] = {}

    def get(self, name: str, request: Any, make: Callable[[], Any]) -> Any:
        key = (name, request.SerializeToString(deterministic=True))
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]


class Catalog(CatalogServiceServicer):
    """Products and categories without a database."""

    def __init__(self) -> None:
        self._kept = Kept()

    async def BatchListCategoryProducts(self, request: Any, context: Any) -> Any:
        def make() -> Any:
            pages = [make_page(category, request.page.first) for category in request.category_ids]
            return catalog_pb2.BatchListCategoryProductsResponse(pages=pages)

        return self._kept.get("pages", request, make)

    async def BatchGetCategories(self, request: Any, context: Any) -> Any:
        def make() -> Any:
            response = catalog_pb2.BatchGetCategoriesResponse()
            for key in request.ids:
                outcome = response.outcomes.add()
                if key.startswith("sick_") and key.endswith("7"):
                    outcome.error.CopyFrom(GONE)
                else:
                    outcome.category.CopyFrom(catalog_pb2.Category(id=key, name=f"Category {key}"))
            return response

        return self._kept.get("categories", request, make)

    async def BatchGetProducts(self, request: Any, context: Any) -> Any:
        def make() -> Any:
            response = catalog_pb2.BatchGetProductsResponse()
            for key in request.ids:
                number = int(key.removeprefix("prd_"))
                response.outcomes.add().product.CopyFrom(make_product(number, f"cat_{number % CATEGORIES}"))
            return response

        return self._kept.get("products", request, make)

    async def SearchProducts(self, request: Any, context: Any) -> Any:
        def make() -> Any:
            response = catalog_pb2.SearchProductsResponse(total_count=1_000, facets=map(make_facet, range(FACETS)))
            for number, product in enumerate(make_page("cat_0", request.page.first).nodes):
                response.hits.add(product=product, cursor=str(number))
            return response

        return self._kept.get("search", request, make)


class Orders(OrderServiceServicer):
    """Orders without a database."""

    def __init__(self) -> None:
        self._kept = Kept()

    async def ListOrders(self, request: Any, context: Any) -> Any:
        first = request.page.first
        return self._kept.get("orders", request, lambda: order_pb2.OrderPage(nodes=map(make_order, range(first))))


class Account(AccountServiceServicer):
    """What the gateway itself asks: keys, and whose session ended."""

    def __init__(self, jwks: str) -> None:
        self._jwks = jwks

    async def GetJwks(self, request: Any, context: Any) -> Any:
        return account_pb2.GetJwksResponse(jwks_json=self._jwks, issuer="emporium")

    async def ListRevokedSessions(self, request: Any, context: Any) -> Any:
        return account_pb2.ListRevokedSessionsResponse(cursor="1")


async def serve(jwks: str) -> None:
    """Until it is stopped."""
    server = grpc.aio.server(options=MESSAGES)
    # They answer what is measured, not the whole contract.
    catalog: type[Any] = Catalog
    orders: type[Any] = Orders
    account: type[Any] = Account
    add_CatalogServiceServicer_to_server(catalog(), server)
    add_OrderServiceServicer_to_server(orders(), server)
    add_AccountServiceServicer_to_server(account(jwks), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
