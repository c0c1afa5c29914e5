"""What goes wrong in an answer, and where."""

from typing import NamedTuple

from chassis.errors import InvalidInput
from gateway.federation.plan import Asked

Key = str | int
"""A response key, or an index in a list."""

MAX_VALUES = 500_000
"""Rows are shared, so a small operation could otherwise write a page within a page within a page without end."""


class Trouble(NamedTuple):
    """One error of an answer."""

    asked: Asked | None
    """The field; None when it is the whole answer."""
    cause: Exception
    path: tuple[Key, ...]

    @property
    def locations(self) -> list[dict[str, int]]:
        """Where the document asks for the field."""
        return self.asked.locations if self.asked else []


class NullRefused(Exception):
    """Cannot return null for a non-nullable field."""

    is_public = True
    """Says nothing that the schema does not."""

    @classmethod
    def of(cls, asked: Asked) -> "NullRefused":
        return cls(f"Cannot return null for non-nullable field {asked.name}.")


class WriteRefused(Exception):
    """The value does not fit the field's scalar or enum."""

    @classmethod
    def of(cls, asked: Asked, error: Exception) -> "WriteRefused":
        refused = cls(f"{asked.name}: {error}")
        refused.__cause__ = error
        return refused


class NoList(TypeError):
    """Something else stands where a list must be."""

    @classmethod
    def of(cls, asked: Asked) -> "NoList":
        return cls(f"{asked.name} is no list")


class AnswerTooLarge(InvalidInput):
    """The answer would be too large; ask for smaller pages or fewer levels."""

    reason = "ANSWER_TOO_LARGE"
