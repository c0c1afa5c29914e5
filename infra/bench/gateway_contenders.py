# ruff: noqa: ARG001 (resolvers have graphql-core's signature)
"""The same operations answered five ways by one process and one HTTP server; CPU is told by `GET /cpu`.

`python -m infra.bench.gateway_contenders BACKEND_ADDRESS` prints its port.
"""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Any

import orjson
import uvicorn
import uvloop
from emporium.account.v1.account_pb2_grpc import AccountServiceStub
from emporium.catalog.v1.catalog_pb2 import BatchGetCategoriesRequest, BatchGetProductsRequest
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2 import OrderStatus
from emporium.order.v1.order_pb2_grpc import OrderServiceStub
from graphql import GraphQLObjectType, execute, get_named_type, parse, validate
from strawberry.dataloader import DataLoader

from chassis import deadline, identity
from chassis.graph import outcomes
from chassis.graph.fields import Form
from chassis.graph.reading import read
from chassis.identity import Caller, TokenMinter
from chassis.money import decimal_amount
from chassis.rpc import channel
from chassis.settings import Secret
from gateway.context import DEFAULT_SHOP, Backends, RequestContext
from gateway.federation.compose import compose
from gateway.federation.graph import Graph, Owned, owned
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from infra.bench.gateway_shop import SLICE, orders_request, products_request
from infra.bench.gateway_strawberry import SCHEMA

CALLER = Caller(service="gateway")
SECONDS = 30.0
Way = Callable[[RequestContext, dict[str, Any]], Awaitable[Any]]


class Contenders:
    """An ASGI application: `POST /<way>` with an operation."""

    def __init__(self, backends: Backends) -> None:
        self._backends = backends
        self._graph = compose([SLICE])
        self._reference = with_resolvers(compose([SLICE]))
        self._metrics = Metrics()
        self._operations = Operations(self._graph, Limits(cost=1_000_000), self._metrics, introspection=False)
        self._ways: dict[str, Way] = {
            "/hand": by_hand,
            "/compiled": self._compiled,
            "/interpreted": self._interpreted,
            "/graphql-core": self._graphql_core,
            "/strawberry": strawberry_default,
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/cpu":
            body = orjson.dumps(time.process_time())
        else:
            asked = orjson.loads((await receive())["body"])
            ctx = RequestContext(self._graph, self._backends, CALLER, DEFAULT_SHOP, self._metrics)
            with identity.acting_as(CALLER), deadline.within(SECONDS):
                body = orjson.dumps(await self._ways[scope["path"]](ctx, asked))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _compiled(self, ctx: RequestContext, asked: dict[str, Any], *, program: bool = True) -> Any:
        prepared = self._operations.prepare(OperationRequest(query=asked["query"], variables=asked["variables"]))
        if prepared.program is None:
            raise RuntimeError("not compiled")
        if not program:
            prepared = replace(prepared, compiled=replace(prepared.compiled, program=None))
        answer = await self._operations.execute(prepared, ctx)
        return {"data": answer.data}

    async def _interpreted(self, ctx: RequestContext, asked: dict[str, Any]) -> Any:
        return await self._compiled(ctx, asked, program=False)

    async def _graphql_core(self, ctx: RequestContext, asked: dict[str, Any]) -> Any:
        loaders: dict[Any, DataLoader[Any, Any]] = {}
        result: Any = execute(
            self._reference.schema,
            self._document(asked["query"]),
            context_value=(ctx, loaders),
            variable_values=asked["variables"],
        )
        return {"data": (await result).data}

    @cache  # noqa: B019 (one application a process)
    def _document(self, text: str) -> Any:
        document = parse(text)
        if faults := validate(self._reference.schema, document):
            raise faults[0]
        return document


async def strawberry_default(ctx: RequestContext, asked: dict[str, Any]) -> Any:
    """As Strawberry's guide shows it."""
    categories: DataLoader[str, Any] = DataLoader(lambda ids: _categories(ctx, ids))
    products: DataLoader[str, Any] = DataLoader(lambda ids: _products(ctx, ids))
    context = {"shop": ctx, "categories": categories, "products": products}
    result = await SCHEMA.execute(asked["query"], variable_values=asked["variables"], context_value=context)
    if result.errors:
        raise result.errors[0]
    return {"data": result.data}


async def _categories(ctx: RequestContext, ids: list[str]) -> list[Any]:
    return outcomes(await ctx.catalog.BatchGetCategories(BatchGetCategoriesRequest(ids=ids)))


async def _products(ctx: RequestContext, ids: list[str]) -> list[Any]:
    return outcomes(await ctx.catalog.BatchGetProducts(BatchGetProductsRequest(ids=ids)))


async def by_hand(ctx: RequestContext, asked: dict[str, Any]) -> Any:
    """What one would write without GraphQL."""
    if asked["variables"]["shape"] == "orders":
        return await _orders_by_hand(ctx, asked["variables"]["first"])
    response = await ctx.catalog.BatchListCategoryProducts(products_request(asked["variables"]["first"]))
    nodes = response.pages[0].nodes
    categories = await _categories_by_hand(ctx, nodes)
    return {
        "data": {
            "products": {
                "nodes": [
                    {
                        "id": product.id,
                        "name": product.name,
                        "slug": product.slug,
                        "description": product.description if product.HasField("description") else None,
                        "brand": product.brand if product.HasField("brand") else None,
                        "availableForSale": product.available_for_sale,
                        "priceRange": _price_by_hand(product.price_range) if product.HasField("price_range") else None,
                        "category": categories[product.category_id] if product.HasField("category_id") else None,
                    }
                    for product in nodes
                ]
            }
        }
    }


def _price_by_hand(prices: Any) -> dict[str, Any]:
    low = prices.min
    return {"min": {"amount": decimal_amount(low.minor_units, low.currency_code), "currencyCode": low.currency_code}}


async def _categories_by_hand(ctx: RequestContext, products: Any) -> dict[str, Any]:
    ids = list(dict.fromkeys(product.category_id for product in products if product.HasField("category_id")))
    rows = await _categories(ctx, ids)
    return {key: {"id": row.id, "name": row.name} for key, row in zip(ids, rows, strict=True)}


async def _orders_by_hand(ctx: RequestContext, first: int) -> Any:
    orders = (await ctx.orders.ListOrders(orders_request(first))).nodes
    ids = list(dict.fromkeys(line.product_id for order in orders for line in order.lines))
    rows = await _products(ctx, ids)
    categories = await _categories_by_hand(ctx, rows)
    products = {
        key: {
            "id": row.id,
            "name": row.name,
            "category": categories[row.category_id] if row.HasField("category_id") else None,
        }
        for key, row in zip(ids, rows, strict=True)
    }
    return {
        "data": {
            "orders": {
                "nodes": [
                    {
                        "id": order.id,
                        "number": order.number,
                        "status": OrderStatus.Name(order.status),
                        "lines": [
                            {"quantity": line.quantity, "name": line.name, "product": products[line.product_id]}
                            for line in order.lines
                        ],
                    }
                    for order in orders
                ]
            }
        }
    }


def with_resolvers(graph: Graph) -> Graph:
    """graphql-core's own executor on the same schema: a resolver for every field, links by DataLoader."""
    for type_ in graph.schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for field in type_.fields.values():
                field.resolve = _resolver(graph, owned(field), get_named_type(field.type).name)
    return graph


def _resolver(graph: Graph, about: Owned, target: str) -> Callable[..., Any]:
    def plain(source: Any, info: Any) -> Any:
        return read(source, about.attribute)

    def computed(source: Any, info: Any) -> Any:
        return about.call(source)

    async def root(source: Any, info: Any, **arguments: Any) -> Any:
        return await about.call(info.context[0], **about.arguments(arguments))

    async def link(source: Any, info: Any) -> Any:
        ctx, loaders = info.context
        if target not in loaders:
            loaders[target] = DataLoader(lambda ids: graph.entities[target].lookup(ids, ctx))
        key = read(source, about.attribute)
        return await loaders[target].load(key) if key else None

    return {Form.PLAIN: plain, Form.COMPUTED: computed, Form.LINK: link}.get(about.form, root)


@contextlib.asynccontextmanager
async def connected(address: str) -> AsyncGenerator[Backends]:
    minter = TokenMinter(Secret("only-for-measuring-on-this-machine-0"), "gateway")
    async with channel(address, audience="bench", minter=minter, timeout=SECONDS) as opened:
        yield Backends(
            account=AccountServiceStub(opened),
            catalog=CatalogServiceStub(opened),
            inventory=InventoryServiceStub(opened),
            carts=CartServiceStub(opened),
            orders=OrderServiceStub(opened),
        )


async def serve(address: str) -> None:
    """Until it is stopped."""
    async with connected(address) as backends:
        listening = socket.create_server(("127.0.0.1", 0))
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(Contenders(backends), log_level="warning", lifespan="off", access_log=False)
        await uvicorn.Server(config).serve([listening])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1]))
