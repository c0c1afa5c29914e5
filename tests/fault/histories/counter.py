"""Whether what happened to the units of one SKU can have happened one after the other: a bounded counter, linearizable.

Every operation takes effect at some moment between its start and its end. The search keeps all configurations (a value,
and which of the open operations have taken effect) that explain the history so far; when none is left, there is no
order in which every answer is right. After Wing and Gong, with Lowe's just-in-time linearization.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TAKE, PUT, REFUSED, READ = "take", "put", "refused", "read"
MOST = 200_000
"""Configurations; beyond it the history is too concurrent to be decided."""


class Undecided(Exception):
    """Too much happened at once to be checked."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What takes place at one moment: `units` taken (there must be as many) or put, refused (there must have been
    fewer), or read."""

    kind: str
    units: int

    def on(self, value: int) -> int | None:
        """The value after it; None where it cannot take place."""
        match self.kind:
            case "take":
                return value - self.units if value >= self.units else None
            case "put":
                return value + self.units
            case "refused":
                return value if value < self.units else None
            case _:
                return value if value == self.units else None


@dataclass(frozen=True, kw_only=True)
class Move:
    """Effects in their order, all within [start, end]; an optional move may also have none of them."""

    name: str
    start: float
    end: float
    effects: tuple[Effect, ...]
    optional: bool = False


Config = tuple[int, tuple[int, ...]]
"""The value, and how many effects of each open move have taken place."""


def explained(initial: int, moves: Sequence[Move], *, most: int = MOST) -> str | None:
    """None when some order explains the moves; else the name of the move that no order explains.

    Raises Undecided.
    """
    events = sorted(
        [(min(move.start, move.end), 0, number) for number, move in enumerate(moves)]
        + [(move.end, 1, number) for number, move in enumerate(moves)]
    )
    opened: list[int] = []
    configs: set[Config] = {(initial, ())}
    for _, ends, number in events:
        if not ends:
            opened.append(number)
            configs = {(value, (*done, 0)) for value, done in configs}
            continue
        place = opened.index(number)
        whole = len(moves[number].effects)
        fits = {whole, 0} if moves[number].optional else {whole}
        closed = _closure(configs, [moves[one] for one in opened], most)
        configs = {(value, done[:place] + done[place + 1 :]) for value, done in closed if done[place] in fits}
        opened.remove(number)
        if not configs:
            return moves[number].name
    return None


def _closure(configs: Iterable[Config], opened: Sequence[Move], most: int) -> set[Config]:
    """All that can be reached by letting effects of open moves take place."""
    twins = _twins(opened)
    found = set(configs)
    left = list(found)
    while left:
        value, done = left.pop()
        for place, move in enumerate(opened):
            stage = done[place]
            if stage == len(move.effects):
                continue
            twin = twins[place]
            if twin is not None and done[twin] <= stage:
                continue
            after = move.effects[stage].on(value)
            if after is None:
                continue
            reached = (after, (*done[:place], stage + 1, *done[place + 1 :]))
            if reached not in found:
                if len(found) >= most:
                    raise Undecided(f"more than {most} ways at once")
                found.add(reached)
                left.append(reached)
    return found


def _twins(opened: Sequence[Move]) -> list[int | None]:
    """For each open move the one before it of the same effects and end: of such, the earlier one may go first."""
    last: dict[object, int] = {}
    twins: list[int | None] = []
    for place, move in enumerate(opened):
        kind = (move.effects, move.end, move.optional)
        twins.append(last.get(kind))
        last[kind] = place
    return twins
