"""What resolvers are given, and the record of the calls they make."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from emporium.common.v1.page_pb2 import ShopContext

from chassis.errors import EmporiumError
from chassis.identity import Caller
from gateway.federation.calls import look_up
from gateway.federation.graph import Entity, Graph
from gateway.federation.plan import Asked
from gateway.metrics import Metrics
from gateway.sharing.sharing import NOBODY, Sharing, shares

if TYPE_CHECKING:
    # The stub types exist for checkers only.
    from emporium.account.v1.account_pb2_grpc import AccountServiceAsyncStub
    from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceAsyncStub, InventoryServiceAsyncStub
    from emporium.catalog.v1.collection_pb2_grpc import CollectionServiceAsyncStub
    from emporium.catalog.v1.job_pb2_grpc import JobServiceAsyncStub
    from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceAsyncStub
    from emporium.catalog.v1.product_pb2_grpc import ProductServiceAsyncStub
    from emporium.order.v1.cart_pb2_grpc import CartServiceAsyncStub
    from emporium.order.v1.order_pb2_grpc import OrderServiceAsyncStub

DEFAULT_SHOP = ShopContext(channel="web", currency_code="USD")
"""Without a locale: the channel has a default of its own."""


@dataclass(frozen=True, kw_only=True)
class Backends:
    """The stubs of all services."""

    account: AccountServiceAsyncStub
    catalog: CatalogServiceAsyncStub
    collections: CollectionServiceAsyncStub
    inventory: InventoryServiceAsyncStub
    jobs: JobServiceAsyncStub
    merchandising: MerchandisingServiceAsyncStub
    products: ProductServiceAsyncStub
    carts: CartServiceAsyncStub
    orders: OrderServiceAsyncStub


SERVICES = frozenset(each.name for each in fields(Backends))


@dataclass
class Calls:
    """The RPCs of one operation."""

    metrics: Metrics
    made: list[tuple[str, float]] = field(default_factory=list)
    """Name and milliseconds, in the order of their answers."""

    def summary(self) -> dict[str, Any]:
        """What `extensions.rpcs` shows."""
        by_name: dict[str, dict[str, Any]] = {}
        for name, milliseconds in self.made:
            entry = by_name.setdefault(name, {"count": 0, "ms": 0.0})
            entry["count"] += 1
            entry["ms"] = round(entry["ms"] + milliseconds, 2)
        return {"count": len(self.made), "calls": by_name}


class MeteredStub:
    """A stub whose calls are counted and timed."""

    def __init__(self, stub: Any, service: str, calls: Calls) -> None:
        self._stub = stub
        self._service = service
        self._calls = calls

    def __getattr__(self, method: str) -> Callable[..., Any]:
        rpc = getattr(self._stub, method)
        name = f"{self._service}.{method}"

        def call(request: Any, **options: Any) -> Any:
            pending = rpc(request, **options)
            if hasattr(pending, "__aiter__"):
                self._calls.made.append((name, 0.0))
                return pending
            return self._timed(name, pending)

        return call

    async def _timed(self, name: str, pending: Awaitable[Any]) -> Any:
        started = time.perf_counter()
        code = "OK"
        try:
            return await pending
        except EmporiumError as error:
            code = error.status
            raise
        finally:
            seconds = time.perf_counter() - started
            self._calls.made.append((name, seconds * 1000))
            self._calls.metrics.rpc(name, code, seconds)


class UndeclaredSelection(Exception):
    """A shared fetch asked for a selection that `Shared.asks` does not name."""


@dataclass(frozen=True)
class Selected:
    """All that a shared root is told of what is selected below it."""

    paths: Mapping[str, bool]

    def asks(self, path: list[str]) -> bool:
        try:
            return self.paths[".".join(path)]
        except KeyError:
            raise UndeclaredSelection(".".join(path)) from None


class RequestContext:
    """One operation of one caller (`chassis.graph.Context`, with every stub)."""

    def __init__(
        self,
        graph: Graph,
        backends: Backends,
        caller: Caller,
        shop: ShopContext,
        metrics: Metrics,
        *,
        sharing: Sharing | None = None,
        fresh: Callable[[], bool] = lambda: False,
    ) -> None:
        """`fresh`: whether the client has just changed something, and must not be shown what was fetched before."""
        self.graph = graph
        self.caller = caller
        self.shop = shop
        self.sharing = sharing if shares(caller) else None
        self._fresh = fresh
        self.calls = Calls(metrics)
        self.degraded: dict[str, None] = {}
        self._asked: Asked | Selected | None = None
        self._backends = backends

    if TYPE_CHECKING:
        account: AccountServiceAsyncStub
        catalog: CatalogServiceAsyncStub
        collections: CollectionServiceAsyncStub
        inventory: InventoryServiceAsyncStub
        jobs: JobServiceAsyncStub
        merchandising: MerchandisingServiceAsyncStub
        products: ProductServiceAsyncStub
        carts: CartServiceAsyncStub
        orders: OrderServiceAsyncStub
    else:

        def __getattr__(self, service: str) -> MeteredStub:
            """A service's stub, made when it is first asked for: an operation calls one or two of them."""
            if service not in SERVICES:
                raise AttributeError(service)
            stub = MeteredStub(getattr(self._backends, service), service, self.calls)
            setattr(self, service, stub)
            return stub

    @property
    def fresh(self) -> bool:
        """Whether only what is fetched from now on will do."""
        return self._fresh()

    def requested(self, *paths: str) -> bool:
        """Look-ups are shared by several places, so there anything may be asked."""
        return self._asked is None or any(self._asked.asks(path.split(".")) for path in paths)

    def degrade(self, why: str) -> None:
        self.degraded[why] = None

    def below(self, asked: Asked) -> RequestContext:
        """The same operation, seen from one fetch."""
        view = self._view()
        view._asked = asked
        return view

    def _view(self) -> RequestContext:
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        return view

    def for_nobody(self, shop: ShopContext, asked: Mapping[str, bool]) -> RequestContext:
        """The same services, asked for no caller in particular."""
        view = self._view()
        view.caller, view.shop, view.degraded = NOBODY, shop, {}
        view.sharing, view._asked = None, Selected(paths=asked)
        return view

    async def find(self, ids: Sequence[str]) -> list[Any]:
        """One row an id, by the entity its prefix names; None where there is none."""
        by_entity: dict[str, tuple[Entity, list[str]]] = {}
        for i in dict.fromkeys(ids):
            if entity := self.graph.entity_of(i):
                by_entity.setdefault(entity.name, (entity, []))[1].append(i)
        found: dict[str, Any] = {}

        async def fill(entity: Entity, wanted: list[str]) -> None:
            try:
                rows = await look_up(self, entity, wanted)
            except Exception as error:  # noqa: BLE001 (the error of these rows; other types answer)
                rows = [error] * len(wanted)
            found.update(zip(wanted, rows, strict=True))

        await asyncio.gather(*(fill(entity, wanted) for entity, wanted in by_entity.values()))
        return [found.get(i) for i in ids]
