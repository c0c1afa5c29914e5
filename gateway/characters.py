"""The one character that no text may have: U+0000, which PostgreSQL cannot keep. Refused here, where it enters."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from graphql import DocumentNode, GraphQLError, StringValueNode, Visitor, visit

from gateway.errors import RequestRefused

NUL: Final = "\0"
ESCAPED_NUL: Final = b"\\u0000"
MESSAGE: Final = "has the character U+0000, which no text may have"


def refuse_nul(variables: Mapping[str, Any]) -> None:
    """Raises RequestRefused (400) that names the variable."""
    # One pass at C speed; the walk only says where.
    if ESCAPED_NUL in orjson.dumps(variables):
        for name, value in variables.items():
            for place in _places(value, f"${name}"):
                raise RequestRefused.because(400, "BAD_USER_INPUT", f"The variable {place} {MESSAGE}.")


def nul_faults(document: DocumentNode, text: str) -> list[GraphQLError]:
    """The string literals of a document that have it."""
    if NUL not in text and "\\u" not in text:
        return []
    found = _Literals()
    visit(document, found)
    return [GraphQLError(f"This text {MESSAGE}.", node) for node in found.nodes]


def _places(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str) and NUL in value:
        yield place
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, f"{place}[{index}]")


class _Literals(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[StringValueNode] = []

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if NUL in node.value:
            self.nodes.append(node)
