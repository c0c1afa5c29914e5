"""Batched fields one parent at a time: only for a slice served alone and for graphql-core as the reference.

The gateway never comes here: it calls batched functions with whole columns.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from strawberry.types.lazy_type import LazyType

from chassis.graph.fields import LOOKUP
from chassis.graph.types import lookup_of

Batch = Callable[..., Any]


class Loading:
    """Collects the parents of one tick and calls the batched function once."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[Batch, str], list[tuple[Any, asyncio.Future[Any]]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def load(self, function: Batch, parent: Any, arguments: dict[str, Any]) -> Any:
        slot = (function, repr(arguments))
        loop = asyncio.get_running_loop()
        if slot not in self._waiting:
            self._waiting[slot] = []
            loop.call_soon(self._start, slot, arguments)
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting[slot].append((parent, future))
        return await future

    async def reference(self, info: Any, key: str | None) -> Any:
        """The entity behind a link: by the slice's own look-up, else a stub that knows its id."""
        if not key:
            return None
        named = info.return_type
        while hasattr(named, "of_type"):
            named = named.of_type
        if isinstance(named, LazyType):
            named = named.resolve_type()
        origin = info.schema.get_type_by_name(named.__strawberry_definition__.name).origin
        find = lookup_of(origin)
        return origin(id=key) if find is None else await self.load(find, key, {})

    def close(self) -> None:
        """Ends the calls nobody waits for any more."""
        for task in self._running:
            task.cancel()

    def _start(self, slot: tuple[Batch, str], arguments: dict[str, Any]) -> None:
        task = asyncio.get_running_loop().create_task(self._call(slot, arguments))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _call(self, slot: tuple[Batch, str], arguments: dict[str, Any]) -> None:
        waiting = self._waiting.pop(slot)
        parents = [parent for parent, _ in waiting]
        try:
            rows = await self._rows(slot[0], parents, arguments)
        except Exception as error:  # noqa: BLE001 (it becomes the error of each waiting field)
            rows = [error] * len(parents)
        for (_, future), row in zip(waiting, rows, strict=True):
            if future.done():
                continue  # graphql-core cancels siblings of a failed non-null field
            if isinstance(row, Exception):
                future.set_exception(row)
            else:
                future.set_result(row)

    async def _rows(self, function: Batch, parents: list[Any], arguments: dict[str, Any]) -> Sequence[Any]:
        if not hasattr(function, LOOKUP):
            return await function(parents, self, **arguments)
        unique = list(dict.fromkeys(parents))
        found = dict(zip(unique, await function(unique, self), strict=True))
        return [found[key] for key in parents]
