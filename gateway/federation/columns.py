"""What is known of a plan's fetches while their functions are written."""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLNonNull

from chassis.graph.fields import Form
from gateway.federation.causes import cause_of
from gateway.federation.places import Place
from gateway.federation.plan import Asked, Fetch, Plan
from gateway.federation.program import Site
from gateway.federation.troubles import NullRefused


@dataclass
class Column:
    """One fetch: its functions' expressions, as far as they are written."""

    fetch: Fetch
    parent: int = -1
    collect: str = ""
    project: str = ""
    weights: list[str] = field(default_factory=list)
    """Terms of a sum."""
    faults: list[tuple[Site, str]] = field(default_factory=list)
    """Where something may be wrong, and the list of what is wrong there."""
    places: list[tuple[Site, str]] = field(default_factory=list)
    """Where a child's answers stand, and the list of those that are troubled."""


def child_name(fetch: Fetch) -> str:
    """A link's answers are a table by key; a batched field's come in step with its parents."""
    return f"{'t' if fetch.asked.owned.form is Form.LINK else 'n'}{fetch.number}"


class Notebook:
    """Columns, names and constants of one program."""

    def __init__(self, plan: Plan, *, careful: bool) -> None:
        self.graph = plan.graph
        self.careful = careful
        self.columns: dict[int, Column] = {}
        self.constants: dict[str, Any] = {}
        self.keys: list[str] = []
        """Response keys; source knows their numbers."""
        self.guards = {asked: number for number, asked in enumerate(plan.guarded)} if careful else {}
        """Fields not everyone may see, numbered; plain programs run for those who may see all."""
        self._key_numbers: dict[str, int] = {}
        self._locals = 0

    def constant(self, value: Any) -> str:
        """A name for the value."""
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def local(self, letter: str) -> str:
        """A new name."""
        self._locals += 1
        return f"{letter}{self._locals}"

    def key_of(self, key: str) -> str:
        """What stands for a response key."""
        if key not in self._key_numbers:
            self._key_numbers[key] = len(self.keys)
            self.keys.append(key)
        return f"'#{self._key_numbers[key]}'"

    def note_value(self, asked: Asked, type_: Any, v: str, place: Place, column: Column) -> None:
        """Whatever may be wrong with the value `v`."""
        if self.careful:
            cause = self.constant(cause_of(self.graph, asked, type_))
            self.note_fault(asked, place, column, f"(e := {cause}({v})) is not None")

    def note_null(self, asked: Asked, place: Place, column: Column, condition: str) -> None:
        """Where the condition holds, nothing stands where something must be."""
        if self.careful:
            cause = self.constant(NullRefused.of(asked))
            self.note_fault(asked, place, column, f"{condition} and (e := {cause}) is not None")

    def note_fault(self, asked: Asked, place: Place, column: Column, condition: str) -> None:
        """Where the condition holds, `e` is an error."""
        site = Site(asked=asked, null=place.null, required=True)
        column.faults.append((site, f"[({place.keys}, e) {place.counted} if {condition}]"))

    def note_place(self, asked: Asked, place: Place, column: Column, clause: str, key: str) -> None:
        """A child's answer stands here; the clause binds its key and asks whether it is troubled."""
        if self.careful:
            site = Site(asked=asked, null=place.null, required=isinstance(asked.definition.type, GraphQLNonNull))
            column.places.append((site, f"[({place.keys}, {key}) {place.counted} {clause}]"))
