"""Rows → the answer by a careful program: nulls and errors where something is wrong, at exact paths.

    products.nodes[7].category      the key cat_3 failed: null there, its error at that path
    products.nodes[7].shelf         the same key, but `shelf: Category!`: nodes[7] becomes null, or what encloses it

Children first, as plain programs do. A row is written once however often it is shown; what is wrong with it is told at
every place where it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import GraphQLNonNull

from chassis.graph.fields import Form
from gateway.federation.execute import Held, Run
from gateway.federation.odd import Careful, OddCase
from gateway.federation.plan import Asked, Fetch
from gateway.federation.program import Generated, Program, Site
from gateway.federation.troubles import MAX_VALUES, AnswerTooLarge, NullRefused, Trouble


@dataclass(frozen=True)
class Broken:
    """A row that does not stand as it was asked for."""

    troubles: Sequence[Trouble]
    """Paths from the row."""
    gone: bool
    """It is null."""


@dataclass
class Shown:
    """What a fetch's rows became."""

    values: list[Any]
    """One a row."""
    troubles: dict[int, list[Trouble]] = field(default_factory=dict)
    """Row → what is wrong with it, paths from the row."""

    def put(self, site: Site, path: tuple[Any, ...], troubles: Sequence[Trouble], *, null: bool) -> None:
        """Notes troubles at a place (the row's index comes first), and whether null stands there."""
        row, inside = path[0], path[1:]
        here = self.troubles.setdefault(row, [])
        here += [Trouble(asked, cause, inside + below) for asked, cause, below in troubles]
        if null and site.required:
            self._remove(path[: site.null])

    def _remove(self, path: tuple[Any, ...]) -> None:
        *way, last = path
        value: Any = self.values
        for key in way:
            value = value[key]
            if value is None:
                return  # removed already, with what encloses it
        value[last] = None

    def broken(self, keys: Sequence[Any], *, required: bool) -> dict[Any, Broken]:
        """By key (or row number): the rows whose places have something to tell."""
        found = {keys[row]: Broken(troubles, self.values[row] is None) for row, troubles in self.troubles.items()}
        if required:
            for key, value in zip(keys, self.values, strict=True):
                if value is None and key not in found:
                    found[key] = Broken((), gone=True)
        return found


def repaired(run: Run, program: Program) -> tuple[dict[str, Any] | None, list[Trouble]]:
    """`data` and errors. Raises AnswerTooLarge, and OddCase for what only the exact walk can tell."""
    shown: list[Shown] = [Shown([]) for _ in program.fetches]
    told = 0
    for functions in reversed(program.fetches):
        below = shown[functions.fetch.number] = _rows(run, functions, shown)
        told += sum(map(len, below.troubles.values()))
        if told > MAX_VALUES:
            raise AnswerTooLarge(most=MAX_VALUES)
    return _root(run, shown)


def _rows(run: Run, functions: Generated, shown: Sequence[Shown]) -> Shown:
    """The rows of one fetch, whose children are written."""
    fetch, given = functions.fetch, Careful(run)
    rows = run.held[fetch.number].values
    answers = [_answers(run.held[child.number], child, shown[child.number]) for child in fetch.children]
    here = Shown(functions.project(rows, given, *answers))
    if given.odds:
        _note_faults(functions, rows, given, here)
    broken = {child: _broken(run.held[child.number], child, shown[child.number]) for child in fetch.children}
    if any(broken.values()):
        _note_children(functions, rows, given, here, broken)
    return here


def _answers(held: Held, child: Fetch, shown: Shown) -> Any:
    if child.asked.owned.form is Form.LINK:
        return dict(zip(held.parents, shown.values, strict=True))
    return iter(shown.values).__next__


def _broken(held: Held, child: Fetch, shown: Shown) -> dict[Any, Broken]:
    keys = held.parents if child.asked.owned.form is Form.LINK else range(len(shown.values))
    return shown.broken(keys, required=is_required(child.asked))


def _note_faults(functions: Generated, rows: Sequence[Any], given: Careful, here: Shown) -> None:
    """What is wrong with the rows themselves: found again at as many places as null was written."""
    found = 0
    for site, faults in zip(functions.sites, functions.faults(rows, given) if functions.faults else (), strict=True):
        found += len(faults)
        for path, cause in faults:
            here.put(site, path, (Trouble(site.asked, cause, ()),), null=True)
    if found != given.odds:
        raise OddCase(f"{given.odds} nulls for {found} causes")


def _note_children(
    functions: Generated, rows: Sequence[Any], given: Careful, here: Shown, broken: Mapping[Fetch, dict[Any, Broken]]
) -> None:
    """What is wrong below, told at the places where it stands."""
    if functions.places is None:
        raise OddCase("no places")
    given_keys: list[Any] = []
    for child in functions.fetch.children:
        given_keys.append(broken[child])
        if child.asked.owned.form is not Form.LINK:
            given_keys.append(count().__next__)
    for site, places in zip(functions.hung, functions.places(rows, given, *given_keys), strict=True):
        by_key = broken[site.asked.fetch] if site.asked.fetch else {}
        for path, key in places:
            row = by_key[key]
            troubles = row.troubles or [Trouble(site.asked, NullRefused.of(site.asked), ())]
            here.put(site, path, troubles, null=row.gone)


def _root(run: Run, shown: Sequence[Shown]) -> tuple[dict[str, Any] | None, list[Trouble]]:
    """Every root field is a fetch of one row."""
    root = run.plan.root
    data: dict[str, Any] | None = {}
    errors: list[Trouble] = []
    values: dict[str, Any] = {}
    for asked in root.asked:
        if not isinstance(asked, Asked) or asked.fetch is None:
            values[asked.key] = root.type_name if asked.name == "__typename" else None
            continue
        row = shown[asked.fetch.number]
        values[asked.key] = row.values[0]
        troubles = row.troubles.get(0, [])
        if values[asked.key] is None and is_required(asked):
            troubles = troubles or [Trouble(asked, NullRefused.of(asked), ())]
            data = None
        errors += [Trouble(below, cause, (asked.key, *path)) for below, cause, path in troubles]
    return (values if data is not None else None), errors


def is_required(asked: Asked) -> bool:
    return isinstance(asked.definition.type, GraphQLNonNull)
