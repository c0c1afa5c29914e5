"""Rows → the answer: values, nulls, errors and their exact paths. Pure; runs after all fetches.

Everything is visited even below a place that becomes null, so every error is reported. A looked-up row is projected
once, however often it appears; its errors are reported at each place.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLList, GraphQLNonNull

from chassis.graph.fields import Form
from gateway.federation.execute import Run, is_list
from gateway.federation.graph import ResolutionError, describe
from gateway.federation.leaves import leaf_writer
from gateway.federation.plan import Asked, Fetch, Meta, Shape
from gateway.federation.troubles import (
    MAX_VALUES,
    AnswerTooLarge,
    Key,
    NoList,
    NullRefused,
    Trouble,
    WriteRefused,
)


class _Nulled:
    """A null where none may be: the enclosing place becomes null. Its error is already noted."""


NULLED = _Nulled()


@dataclass(eq=False)
class _Rising:
    """An error on its way up: every place it passes adds its key."""

    asked: Asked
    cause: Exception
    path: list[Key] = field(default_factory=list)
    """From the inside out."""

    def copy(self) -> "_Rising":
        return _Rising(self.asked, self.cause, list(self.path))


def project(run: Run) -> tuple[dict[str, Any] | None, list[Trouble]]:
    """`data` and `errors` of an operation whose rows are all there. Raises AnswerTooLarge."""
    projection = _Projection(run)
    data = projection.root()
    return data, [Trouble(each.asked, each.cause, tuple(reversed(each.path))) for each in projection.troubles]


class _Projection:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.troubles: list[_Rising] = []
        self._entities: dict[tuple[Fetch, str], tuple[Any, list[_Rising], int]] = {}
        self._written = 0
        self._writers: dict[Asked, Callable[[Any], Any]] = {}

    def root(self) -> dict[str, Any] | None:
        shape = self.run.plan.root
        data = self._object(shape, None)
        return None if data is NULLED else data

    def _object(self, shape: Shape, source: Any) -> Any:
        self._count(len(shape.asked))
        out: dict[str, Any] = {}
        nulled = False
        for asked in shape.asked:
            mark = len(self.troubles)
            if isinstance(asked, Meta):
                out[asked.key] = shape.type_name if asked.name == "__typename" else None
                continue
            value = self._field(asked, source)
            if len(self.troubles) > mark:
                self._passing(mark, asked.key)
            if value is NULLED:
                nulled = True
            out[asked.key] = value
        return NULLED if nulled else out

    def _count(self, values: int) -> None:
        self._written += values
        if self._written > MAX_VALUES:
            raise AnswerTooLarge(most=MAX_VALUES)

    def _passing(self, mark: int, key: Key) -> None:
        for trouble in self.troubles[mark:]:
            trouble.path.append(key)

    def _field(self, asked: Asked, source: Any) -> Any:
        refused = self.run.refused.get(asked) if self.run.refused else None
        if refused is not None:
            return self._value(asked, asked.definition.type, refused)
        if asked.fetch is None:
            return self._value(asked, asked.definition.type, self.run.value(asked, source))
        rows = self.run.held[asked.fetch.number].rows
        if asked.owned.form is Form.BATCHED:
            return self._value(asked, asked.definition.type, rows.get(id(source)))
        if asked.owned.form is Form.LINK:
            return self._linked(asked, asked.fetch, self.run.key(asked, source))
        return self._value(asked, asked.definition.type, rows.get(None))

    def _linked(self, asked: Asked, fetch: Fetch, key: Any) -> Any:
        if not key or isinstance(key, Exception):
            return self._value(asked, asked.definition.type, key or None)
        known = self._entities.get((fetch, key))
        if known is None:
            mark, before = len(self.troubles), self._written
            value = self._value(asked, asked.definition.type, self.run.held[fetch.number].rows.get(key))
            troubles = [trouble.copy() for trouble in self.troubles[mark:]]
            self._entities[fetch, key] = (value, troubles, self._written - before)
            return value
        value, troubles, written = known
        self._count(written + len(troubles))
        self.troubles += [trouble.copy() for trouble in troubles]
        return value

    def _value(self, asked: Asked, type_: Any, value: Any) -> Any:
        if isinstance(type_, GraphQLNonNull):
            mark = len(self.troubles)
            written = self._nullable(asked, type_.of_type, value)
            if written is not None:
                return written
            if len(self.troubles) == mark:
                self.troubles.append(_Rising(asked, NullRefused.of(asked)))
            return NULLED
        return self._nullable(asked, type_, value)

    def _nullable(self, asked: Asked, type_: Any, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, Exception):
            self.troubles.append(_Rising(asked, value))
            return None
        if isinstance(type_, GraphQLList):
            return self._list(asked, type_.of_type, value)
        if asked.shapes:
            return self._row(asked, value)
        try:
            return self._writer(asked)(value)
        except Exception as error:  # noqa: BLE001 (it becomes the error of this field)
            self.troubles.append(_Rising(asked, WriteRefused.of(asked, error)))
            return None

    def _list(self, asked: Asked, item_type: Any, value: Any) -> Any:
        if not is_list(value):
            self.troubles.append(_Rising(asked, NoList.of(asked)))
            return None
        self._count(len(value))
        out: list[Any] = []
        nulled = False
        for index, item in enumerate(value):
            mark = len(self.troubles)
            written = self._value(asked, item_type, item)
            if len(self.troubles) > mark:
                self._passing(mark, index)
            nulled = nulled or written is NULLED
            out.append(written)
        return None if nulled else out

    def _row(self, asked: Asked, value: Any) -> Any:
        shape = self.run.shape_of(asked, value)
        if shape is None:
            self.troubles.append(_Rising(asked, ResolutionError(f"{describe(value)} is no {asked.named.name}")))
            return None
        written = self._object(shape, value)
        return None if written is NULLED else written

    def _writer(self, asked: Asked) -> Callable[[Any], Any]:
        writer = self._writers.get(asked)
        if writer is None:
            writer = self._writers[asked] = leaf_writer(asked)
        return writer
