"""How a fetch is called: for its caller alone or, where its slice allows it, for all who ask (`gateway.sharing`)."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, Protocol

import orjson
from graphql import OperationType

from chassis.graph.fields import Form
from chassis.graph.shared import entity_name
from gateway.federation.graph import Entity, Graph
from gateway.federation.plan import Asked, Fetch, Plan
from gateway.sharing.answers import Trail
from gateway.sharing.sharing import Fetching, Sharing, SharingContext

AS_KEY: Final = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


class CallingContext(SharingContext, Protocol):
    """What calls need of a context."""

    @property
    def sharing(self) -> Sharing | None:
        """None: this caller's fetches are their own."""
        ...


def only_shared(plan: Plan) -> bool:
    """Whether a query fetches nothing but what callers share, and shows what everybody may see."""
    if plan.operation.operation is not OperationType.QUERY or plan.guarded or plan.introspection:
        return False
    return bool(plan.roots) and all(_is_shared(plan.graph, fetch) for fetch in plan.roots)


def _is_shared(graph: Graph, fetch: Fetch) -> bool:
    about = fetch.asked.owned
    rules = graph.entities[fetch.asked.named.name].shared if about.form is Form.LINK else about.shared
    return rules is not None and all(_is_shared(graph, child) for child in fetch.children)


class Stand:
    """What a shared batched function gets in place of a parent: the one attribute its row depends on."""

    def __init__(self, attribute: str, value: str) -> None:
        setattr(self, attribute, value)


async def look_up(ctx: CallingContext, entity: Entity, ids: Sequence[str], trail: Trail | None = None) -> Sequence[Any]:
    """One row an id."""
    rules = entity.shared
    if ctx.sharing is None or rules is None:
        return await _alone(trail, entity.lookup(ids, ctx))

    def names(id: str, row: Any) -> tuple[str, ...]:  # noqa: A002 (the graph's own word)
        return rules.names(id, row) if rules.changes_with else (entity_name(entity.name, id),)

    fetching = Fetching(name=entity.name, rules=rules, call=entity.lookup, names=names)
    found = await _together(ctx, ctx.sharing, fetching, {i: i for i in ids}, trail)
    return [found[i] for i in ids]


async def call_batched(
    ctx: Any, asked: Asked, parents: Sequence[Any], arguments: dict[str, Any], trail: Trail
) -> Sequence[Any]:
    """One row a parent."""
    about, rules = asked.owned, asked.owned.shared
    if ctx.sharing is None or rules is None:
        return await _alone(trail, about.call(parents, ctx.below(asked), **arguments))
    keys = [getattr(parent, rules.keyed_by) for parent in parents]
    fetching = Fetching(
        name=f"{about.of}.{asked.name}",
        rules=rules,
        call=lambda stands, nobody: about.call(stands, nobody, **arguments),
        names=rules.names,
        arguments=_as_key(arguments),
    )
    found = await _together(ctx, ctx.sharing, fetching, {key: Stand(rules.keyed_by, key) for key in keys}, trail)
    return [found[key] for key in keys]


async def call_root(ctx: Any, asked: Asked, arguments: dict[str, Any], trail: Trail) -> Any:
    """The row. Raises what went wrong."""
    row = await _root_row(ctx, asked, arguments, trail)
    if (tells := asked.owned.searched) is not None and (searched := tells(arguments, row)) is not None:
        trail.searched.append(searched)
    return row


async def _root_row(ctx: Any, asked: Asked, arguments: dict[str, Any], trail: Trail) -> Any:
    about, rules = asked.owned, asked.owned.shared
    if ctx.sharing is None or rules is None:
        return await _alone(trail, about.call(ctx.below(asked), **arguments))

    async def call(stands: Sequence[Any], nobody: Any) -> Sequence[Any]:
        if about.together is not None:
            return await about.together(nobody, stands)
        return [await about.call(nobody, **stands[0])]

    fetching = Fetching(
        name=f"{about.of}.{asked.name}",
        rules=rules,
        call=call,
        names=rules.names,
        asked=tuple((path, asked.asks(path.split("."))) for path in rules.asks),
        alone=about.together is None,
    )
    key = _as_key(arguments)
    row = (await _together(ctx, ctx.sharing, fetching, {key: arguments}, trail))[key]
    if isinstance(row, Exception):
        raise row.with_traceback(None)  # it is others' too
    return row


async def _together(
    ctx: Any, sharing: Sharing, fetching: Fetching, wanted: Mapping[Hashable, Any], trail: Trail | None
) -> dict[Hashable, Any]:
    entries, sources = await sharing.rows(fetching, wanted, ctx)
    if trail is not None:
        trail.count(fetching.name, sources)
    for entry in entries.values():
        if trail is not None:
            trail.add(entry)
        for note in entry.notes:
            ctx.degrade(note)
    return {key: entry.row for key, entry in entries.items()}


async def _alone(trail: Trail | None, call: Any) -> Any:
    if trail is not None:
        trail.whole = False
    return await call


def _as_key(arguments: dict[str, Any]) -> bytes:
    return orjson.dumps(arguments, default=str, option=AS_KEY) if arguments else b""
