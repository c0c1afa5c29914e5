"""The plan tells where rows came from: kept, from a call under way, or asked for."""

import asyncio
from typing import Any

from graphql import OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from gateway.federation.execute import Run
from gateway.federation.explain import Told, report
from gateway.federation.plan import plan_operation
from gateway.sharing.sharing import Sharing
from tests.fakes.differential_sharing import GRAPH, sharing
from tests.fakes.shop_backend import SHOPPER, Backend, ShopContext

PAGES = '{ productsById(ids: ["prd_1", "prd_2", "prd_5"]) { category { name } } }'
TICKS = 50
"""Of the loop: more than a plan needs from one fetch to the next."""
ONE_MORE = '{ productsById(ids: ["prd_1", "prd_2", "prd_5", "prd_6"]) { category { name } } }'


async def told(text: str, backend: Backend, shared: Sharing | None) -> Any:
    """What the plan says of the categories' look-up."""
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    context = ShopContext(backend, SHOPPER)
    context.sharing = shared
    values = VariableValues({}, {})
    run = Run(plan_operation(GRAPH, document, operation, values), context, values)  # type: ignore[arg-type]
    await run.fetch_all()
    plan = report(run, Told(compiled=True, reused=True, write_seconds=0.0, most={}))
    return plan["fetches"][1]


async def test_kept_rows_cost_no_call() -> None:
    backend, shared = Backend(), sharing()
    first = await told(PAGES, backend, shared)
    assert (first["calls"], first["cache"]) == (1, {"kept": 0, "joined": 0, "asked": 3, "brought": 0})
    again = await told(PAGES, backend, shared)
    assert (again["calls"], again["cache"]) == (0, {"kept": 3, "joined": 0, "asked": 0, "brought": 0})
    partly = await told(ONE_MORE, backend, shared)
    assert (partly["calls"], partly["cache"]) == (1, {"kept": 3, "joined": 0, "asked": 1, "brought": 0})


class Gated(Backend):
    """Categories answer when the gate is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def called(self, name: str) -> None:
        await super().called(name)
        if name == "catalog.BatchGetCategories":
            await self.gate.wait()


async def test_a_call_under_way_is_joined() -> None:
    backend, shared = Gated(), sharing()
    first = asyncio.create_task(told(PAGES, backend, shared))
    while not backend.calls["catalog.BatchGetCategories"]:
        await asyncio.sleep(0)
    second = asyncio.create_task(told(PAGES, backend, shared))
    while backend.calls["catalog.BatchGetProducts"] < 2 or backend.running:
        await asyncio.sleep(0)
    for _ in range(TICKS):
        await asyncio.sleep(0)
    backend.gate.set()
    assert (await first)["cache"] == {"kept": 0, "joined": 0, "asked": 3, "brought": 0}
    joined = await second
    assert (joined["calls"], joined["cache"]) == (0, {"kept": 0, "joined": 3, "asked": 0, "brought": 0})
    assert backend.calls["catalog.BatchGetCategories"] == 1


async def test_a_fetch_that_is_not_shared_tells_nothing_of_it() -> None:
    assert (await told(PAGES, Backend(), None))["cache"] is None
