"""Entities by id, within one operation: asked once, merged with what others ask in the same tick."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from gateway.federation.calls import Trail, look_up
from gateway.federation.graph import Entity
from gateway.sharing.answers import Sources

MAX_BATCH = 1_000
"""What the lookup RPCs take at most."""


class LookupRowCount(Exception):
    """A @lookup must answer one row an id."""


class Lookups:
    """Every id of an entity is looked up at most once. Ids that two places ask at the same time travel together."""

    def __init__(self, ctx: Any, merged: Collection[str], trail: Trail) -> None:
        """`merged` are the entities that several places look up."""
        self._ctx = ctx
        self._trail = trail
        self._merged = merged
        self._brought: dict[str, dict[str, Any]] = {}
        """Rows that came with those of a root, by entity."""
        self._rows: dict[str, dict[str, Any]] = {}
        self._waiting: dict[str, list[str]] = {}
        self._batches: dict[str, asyncio.Task[None]] = {}
        self._pending: dict[str, dict[str, asyncio.Task[None]]] = {}

    def bring(self, found: Mapping[str, Iterable[Any]]) -> None:
        """Rows by entity: whoever asks for them from now on gets them without a call."""
        for name, rows in found.items():
            self._brought.setdefault(name, {}).update((row.id, row) for row in rows)

    async def rows(self, entity: Entity, ids: Sequence[str]) -> list[Any]:
        """One row an id: a message, None, or an exception."""
        brought = self._brought.get(entity.name)
        if not brought:
            return await self._asked(entity, ids)
        others = [i for i in ids if i not in brought]
        if not others:
            self._trail.count(entity.name, Sources(brought=len(ids)))
        asked = dict(zip(others, await self._asked(entity, others), strict=True)) if others else {}
        return [asked[i] if i in asked else brought[i] for i in ids]

    async def _asked(self, entity: Entity, ids: Sequence[str]) -> list[Any]:
        if entity.name not in self._merged:
            return await self._looked_up(entity, ids)
        known = self._rows.setdefault(entity.name, {})
        pending = self._pending.setdefault(entity.name, {})
        missing = [i for i in ids if i not in known and i not in pending]
        if missing:
            batch = self._join(entity, missing)
            pending.update(dict.fromkeys(missing, batch))
        if tasks := {pending[i] for i in ids if i in pending}:
            await _all(tasks)
        return [known[i] for i in ids]

    def _join(self, entity: Entity, ids: list[str]) -> asyncio.Task[None]:
        """Adds ids to the batch that leaves at the end of this tick."""
        if entity.name not in self._waiting:
            self._waiting[entity.name] = []
            self._batches[entity.name] = asyncio.create_task(self._send(entity))
        self._waiting[entity.name] += ids
        return self._batches[entity.name]

    async def _send(self, entity: Entity) -> None:
        await asyncio.sleep(0)
        ids = self._waiting.pop(entity.name)
        batch = self._batches.pop(entity.name)

        self._rows[entity.name].update(zip(ids, await self._looked_up(entity, ids), strict=True))
        pending = self._pending[entity.name]
        for i in ids:
            if pending.get(i) is batch:
                del pending[i]

    async def _looked_up(self, entity: Entity, ids: Sequence[str]) -> list[Any]:
        async def chunk(of: Sequence[str]) -> Sequence[Any]:
            try:
                rows = await look_up(self._ctx, entity, of, self._trail)
                if len(rows) != len(of):
                    raise LookupRowCount(f"{entity.name} answered {len(rows)} rows for {len(of)} ids")
            except Exception as error:  # noqa: BLE001 (it becomes the error of every row)
                return [error] * len(of)
            return rows

        return await in_chunks(ids, chunk)


async def _all(tasks: set[asyncio.Task[None]]) -> None:
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        # The operation ends: nobody else waits for these.
        for task in tasks:
            task.cancel()
        raise


async def in_chunks(items: Sequence[Any], call: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]) -> list[Any]:
    """Calls with at most MAX_BATCH items at a time, concurrently; the results in order."""
    if len(items) <= MAX_BATCH:
        return list(await call(items))
    chunks = [items[start : start + MAX_BATCH] for start in range(0, len(items), MAX_BATCH)]
    return [row for rows in await asyncio.gather(*map(call, chunks)) for row in rows]
