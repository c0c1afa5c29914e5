"""Runs a plan: rows downwards, fetch by fetch. Awaits happen at fetches only; nothing is scheduled per object.

A fetch starts when the rows it hangs on are there; siblings run concurrently and do not wait for, or fail with, each
other. The answer is written afterwards from the rows (`answer.py`).
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from emporium.common.v1.page_pb2 import ShopContext
from graphql.execution.values import VariableValues, get_argument_values

from chassis.graph.context import Context
from chassis.graph.fields import Form
from chassis.graph.reading import read
from chassis.identity import Caller
from gateway.federation.calls import CallingContext, Trail, call_batched, call_root
from gateway.federation.graph import Graph
from gateway.federation.lookups import Lookups, in_chunks
from gateway.federation.odd import Careful, Plain
from gateway.federation.plan import Asked, Fetch, Plan, Shape
from gateway.federation.program import Program


class WrongRowCount(Exception):
    """A batched function must answer one result a parent."""


class OperationContext(Context, CallingContext, Protocol):
    """What a run needs of a context beside what resolvers see."""

    @property
    def caller(self) -> Caller: ...

    @property
    def shop(self) -> ShopContext: ...

    def below(self, asked: Asked) -> "OperationContext":
        """The context of one fetch: it knows what is selected below."""
        ...


@dataclass
class Held:
    """What one fetch asked and got: a row for each key of a link, or for each parent of a batched field."""

    batched: bool = False
    parents: Sequence[Any] = ()
    """What the rows hang on; a root's is None."""
    values: Sequence[Any] = ()
    """The rows, in the order of the parents."""
    references: Sequence[Any] = ()
    """The keys of a link as they occur, often more than once."""
    began: float = 0.0
    ended: float = 0.0

    @cached_property
    def rows(self) -> dict[Any, Any]:
        """The rows by key, or by the parent's identity (parents are kept, so it stays theirs)."""
        return dict(zip(map(id, self.parents) if self.batched else self.parents, self.values, strict=True))

    @cached_property
    def most_references(self) -> int:
        """How often the most wanted row is shown. Asked only when all is fetched."""
        if len(self.references) == len(self.parents) or not self.references:
            return 1
        return max(Counter(self.references).values())


class Run:
    """One execution of a plan; with its program, if it has one."""

    def __init__(
        self, plan: Plan, ctx: OperationContext, variables: VariableValues, program: Program | None = None
    ) -> None:
        self.plan = plan
        self.graph: Graph = plan.graph
        self.ctx = ctx
        self.variables = variables
        self.held = [Held() for _ in range(plan.fetch_count)]
        self.refused: dict[Asked, Exception] = {}
        self.began = time.perf_counter()
        self.trail = Trail()
        self._lookups = Lookups(ctx, plan.merged, self.trail)
        self._computed: dict[tuple[Asked, int], tuple[Any, Any]] = {}
        self._arguments: dict[Asked, dict[str, Any]] = {}
        for asked in plan.guarded:
            if refusal := asked.owned.permission.refusal(ctx.caller):
                self.refused[asked] = refusal
        # A plain program knows no refusals.
        self.program = program.careful if program is not None and self.refused else program

    async def fetch_all(self) -> None:
        """Fetches everything the plan asks for. Errors become rows; only cancellation escapes."""
        if not self.plan.serial:
            await together([self._fetch_root(fetch) for fetch in self.plan.roots])
            return
        for fetch in self.plan.roots:
            await self._fetch_root(fetch)
            # What was looked up before a mutation may be different after it.
            self._lookups = Lookups(self.ctx, self.plan.merged, self.trail)

    async def fetch_below(self, fetch: Fetch, event: Any) -> None:
        """A subscription's event is its root's row: fetches what hangs on it."""
        self.held[fetch.number] = Held(parents=(None,), values=(event,))
        await self._descend(fetch, (event,))

    def arguments(self, asked: Asked) -> dict[str, Any]:
        """The slice function's keyword arguments. Raises GraphQLError for values that cannot be coerced."""
        if not asked.definition.args:
            return {}
        if asked.constant_arguments is not None:
            return asked.constant_arguments
        known = self._arguments.get(asked)
        if known is None:
            values = get_argument_values(asked.definition, asked.nodes[0], self.variables)
            known = self._arguments[asked] = asked.owned.arguments(values)
        return known

    def value(self, asked: Asked, source: Any) -> Any:
        """What a plain or computed field reads; an exception is its error. A computed object is made once, because
        its identity is what rows hang on."""
        key = (asked, id(source))
        if key in self._computed:
            return self._computed[key][1]
        try:
            if asked.owned.form is Form.PLAIN:
                return read(source, asked.owned.attribute)
            made = asked.owned.call(source, **self.arguments(asked))
        except Exception as error:  # noqa: BLE001 (it becomes the error of this field)
            return error
        if asked.shapes:
            self._computed[key] = (source, made)
        return made

    def given(self) -> Plain | Careful:
        """What the functions of the program call."""
        return Careful(self) if self.program is not None and self.program.is_careful else Plain(self)

    def key(self, asked: Asked, source: Any) -> Any:
        """The id a link follows: None or empty when there is none; an exception is the field's error."""
        try:
            return read(source, asked.owned.attribute)
        except Exception as error:  # noqa: BLE001 (it becomes the error of this field)
            return error

    async def _fetch_root(self, fetch: Fetch) -> None:
        asked = fetch.asked
        held = self.held[fetch.number]
        held.began = time.perf_counter()
        row: Any = self.refused.get(asked)
        if row is None:
            try:
                row = await call_root(self.ctx, asked, self.arguments(asked), self.trail)
                if asked.owned.brings is not None and fetch.children:
                    self._lookups.bring(asked.owned.brings(row))
            except Exception as error:  # noqa: BLE001 (it becomes the error of this field)
                row = error
        held.ended = time.perf_counter()
        held.parents, held.values = (None,), (row,)
        await self._descend(fetch, held.values)

    async def _fetch(self, fetch: Fetch, parents: Sequence[Any]) -> None:
        """`parents` are what the fetch hangs on: keys for links, messages for batched fields."""
        if not parents:
            return
        asked = fetch.asked
        held = self.held[fetch.number]
        held.began = time.perf_counter()
        if asked.owned.form is Form.LINK:
            held.references = parents
            held.parents = list(dict.fromkeys(parents))
            entity = self.graph.entities[asked.named.name]
            held.values = await self._lookups.rows(entity, held.parents)
        else:
            held.batched, held.parents = True, parents
            held.values = await self._batch(asked, parents)
        held.ended = time.perf_counter()
        await self._descend(fetch, held.values)

    async def _batch(self, asked: Asked, parents: Sequence[Any]) -> Sequence[Any]:
        try:
            arguments = self.arguments(asked)
        except Exception as error:  # noqa: BLE001 (it becomes the error of every row)
            return [error] * len(parents)

        async def chunk(of: Sequence[Any]) -> Sequence[Any]:
            try:
                rows = await call_batched(self.ctx, asked, of, arguments, self.trail)
                if len(rows) != len(of):
                    raise WrongRowCount(f"{asked.name} answered {len(rows)} rows for {len(of)} parents")
            except Exception as error:  # noqa: BLE001 (it becomes the error of every row)
                return [error] * len(of)
            return rows

        return await in_chunks(parents, chunk)

    async def _descend(self, fetch: Fetch, rows: Sequence[Any]) -> None:
        if fetch.children:
            parents = self._below(fetch, rows)
            await together([self._fetch(child, of) for child, of in zip(fetch.children, parents, strict=True)])

    def _below(self, fetch: Fetch, rows: Sequence[Any]) -> list[Sequence[Any]]:
        """What each child hangs on, in these rows."""
        while self.program is not None:
            functions, given = self.program.fetches, self.given()
            try:
                return [functions[child.number].collect(rows, given) for child in fetch.children]  # type: ignore[misc]
            except Exception:  # noqa: BLE001 (not for this program)
                self.program = self.program.careful
        found: dict[Fetch, dict[Any, Any]] = {child: {} for child in fetch.children}
        for row in rows:
            self._gather(fetch.asked, row, found)
        return [list(of.values()) for of in found.values()]

    def _gather(self, asked: Asked, value: Any, parents: Mapping[Fetch, dict[Any, Any]]) -> None:
        """Walks a value of `asked` down to the places where fetches hang."""
        if value is None or isinstance(value, Exception):
            return
        if is_list(value):
            for item in value:
                self._gather(asked, item, parents)
            return
        shape = self.shape_of(asked, value)
        for below in shape.reaching if shape else ():
            if below in self.refused:
                continue
            if below.fetch is None:
                self._gather(below, self.value(below, value), parents)
            elif below.owned.form is Form.BATCHED:
                parents[below.fetch][id(value)] = value
            elif isinstance(key := self.key(below, value), str) and key:
                parents[below.fetch][key] = key

    def shape_of(self, asked: Asked, row: Any) -> Shape | None:
        """What is asked of this row; None when its type is not among the possible ones."""
        if len(asked.shapes) == 1:
            return next(iter(asked.shapes.values()))
        name = self.graph.members[asked.named.name].get(type(row))
        return asked.shapes.get(name) if name else None


def is_list(value: Any) -> bool:
    """Lists of rows: Python's and protobuf's repeated containers."""
    return isinstance(value, list | tuple) or (hasattr(value, "MergeFrom") and not hasattr(value, "DESCRIPTOR"))


async def together(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Runs siblings concurrently; a single one is awaited without a task. When cancelled, all are."""
    if len(work) == 1:
        await work[0]
    elif work:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)


async def subscribe(
    plan: Plan,
    ctx: OperationContext,
    variables: VariableValues,
    program: Program | None = None,
    *,
    after: int | None = None,
) -> AsyncIterator["Run"]:
    """A run for every event of the operation's one root field, or for those after the one of this number. Raises what
    the source raises."""
    fetch = plan.roots[0]
    first = Run(plan, ctx, variables)
    if refusal := first.refused.get(fetch.asked):
        raise refusal
    arguments = first.arguments(fetch.asked)
    if after is not None:
        arguments = {**arguments, "after": after}
    events = fetch.asked.owned.call(ctx.below(fetch.asked), **arguments)
    try:
        async for event in events:
            run = Run(plan, ctx, variables, program)
            await run.fetch_below(fetch, event)
            yield run
    finally:
        await events.aclose()
