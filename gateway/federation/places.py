"""Where generated code is: the way from the rows of a fetch to a value.

rows → o1.nodes → o2.category      for o1 in rows for o2 in o1.nodes for o3 in (o2.category,)

in a path, with the index of each list:  (i1, '#0', i2, '#1')
which becomes null when the value is missing and none of its surroundings may be:  the first `null` keys of it
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Place:
    """A value's place. Its texts are source of a comprehension."""

    steps: tuple[tuple[str, str], ...]
    """`for` and `if`; each as it is, and with the index of the list."""
    path: tuple[str, ...]
    """Source of the keys; the row's index comes first."""
    null: int
    """How many keys of `path` lead to the nearest place that may be null: the row itself may."""

    @classmethod
    def of_row(cls, row: str) -> "Place":
        """A row of a fetch."""
        return cls(_each(row, "rows"), (_index(row),), 1)

    def field(self, key: str, *, required: bool) -> "Place":
        """A field of the object that stands here."""
        path = (*self.path, key)
        return Place(self.steps, path, self.null if required else len(path))

    def item(self, name: str, source: str, *, required: bool) -> "Place":
        """An item of the list that stands here."""
        path = (*self.path, _index(name))
        return Place((*self.steps, *_each(name, source)), path, self.null if required else len(path))

    def when(self, condition: str) -> "Place":
        """The same place, only there where the condition holds."""
        step = f"if {condition}"
        return replace(self, steps=(*self.steps, (step, step)))

    def bound(self, name: str, source: str) -> "Place":
        """The same place, its value bound to a name."""
        step = f"for {name} in ({source},)"
        return replace(self, steps=(*self.steps, (step, step)))

    @property
    def clauses(self) -> str:
        """To get here."""
        return " ".join(step for step, _ in self.steps)

    @property
    def counted(self) -> str:
        """To get here and know the path."""
        return " ".join(step for _, step in self.steps)

    @property
    def keys(self) -> str:
        """Source of the path as a tuple."""
        return f"({', '.join(self.path)},)"


def _each(name: str, source: str) -> tuple[tuple[str, str]]:
    return ((f"for {name} in {source}", f"for {_index(name)}, {name} in enumerate({source})"),)


def _index(name: str) -> str:
    return f"i{name[1:]}"
