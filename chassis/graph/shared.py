"""Which fetches may be shared by requests of different callers. Nothing is, unless its slice says so.

    @lookup(shared=Shared(kept=60, varies=("channel", "currency_code")))
    @staticmethod
    async def by_id(ids, ctx): ...

A shared fetch is called for nobody: `ctx.caller` has no user, `ctx.shop` only the parts it `varies` with, a parent only
the attribute it is `keyed_by`, and its RPCs carry the gateway's own identity. So it cannot read what is private.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

ShopPart = Literal["channel", "currency_code", "locale"]
ChangesWith = Callable[[Any, Any], Iterable[str]]
LONGEST_KEPT: Final = 60.0
"""Seconds no row outlives: the net below the events."""
PARTS: Final[tuple[ShopPart, ...]] = ("channel", "currency_code", "locale")


@dataclass(frozen=True, kw_only=True)
class Shared:
    """How the rows of a fetch are shared."""

    kept: float = 0.0
    """Seconds a row is kept at most, when no event ends it before; 0: shared by those who ask at the same time."""
    varies: tuple[ShopPart, ...] = ()
    """What of the operation's context the rows depend on: part of their key. The rest is not told to the fetch."""
    changes_with: str | ChangesWith = ""
    """Whose changes end a kept row: "Product", any product; or a function of (key, row) that names them, one of them as
    "Product:prd_1". A look-up's rows change with the entity itself, unless this says otherwise."""
    keyed_by: str = "id"
    """batched: the one attribute of a parent that the row depends on."""
    asks: tuple[str, ...] = ()
    """root: what `ctx.requested` is asked; part of the key."""

    def __post_init__(self) -> None:
        if not 0 <= self.kept <= LONGEST_KEPT or not set(self.varies) <= set(PARTS):
            raise ValueError(f"shared: kept {self.kept!r}, varies {self.varies!r}")

    def names(self, key: Any, row: Any) -> tuple[str, ...]:
        """What the row changes with; never nothing."""
        if callable(self.changes_with):
            return tuple(self.changes_with(key, row))
        return (self.changes_with,)


def entity_name(entity: str, id: str) -> str:  # noqa: A002 (the graph's own word)
    """One entity, as `changes_with` and events name it."""
    return f"{entity}:{id}"


def whole(name: str) -> str:
    """The name for any of its kind: "Product:prd_1" → "Product"."""
    return name.partition(":")[0]


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something a shared row may show is different from now on."""

    name: str
    """ "Product:prd_1"."""
    version: int
    """Rises with every change of this one."""


@dataclass(frozen=True, kw_only=True)
class Announcements:
    """Where a subgraph announces changes, and what each event means for shared rows."""

    topic: str
    changes: dict[type, Callable[[Any], Sequence[Change]]]
    """Event message → what changed."""
