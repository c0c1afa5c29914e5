"""The gateway's own slice: any entity by its global id."""

from collections.abc import Sequence
from typing import Any, Protocol

import strawberry

from chassis.errors import InvalidInput
from chassis.graph import PUBLIC, Context, Node, Slice, query

MAX_IDS = 100


class TooManyIds(InvalidInput):
    """`nodes` takes at most 100 ids."""

    reason = "TOO_MANY_IDS"


class NodeContext(Context, Protocol):
    async def find(self, ids: Sequence[str]) -> list[Any]:
        """One row an id, whatever its type; None where nothing has it."""
        ...


@query(Node | None, permission=PUBLIC)
async def node(ctx: NodeContext, *, id: strawberry.ID) -> Any:  # noqa: A002 (Relay's name)
    """Anything with a global id. An id alone authorises nothing: its fields keep their permissions."""
    return (await ctx.find([id]))[0]


@query(list[Node | None], permission=PUBLIC)
async def nodes(ctx: NodeContext, *, ids: list[strawberry.ID]) -> list[Any]:
    """Several at once, in the order of the ids."""
    if len(ids) > MAX_IDS:
        raise TooManyIds(given=len(ids))
    return await ctx.find(ids)


SLICE = Slice("gateway", query=[node, nodes])
