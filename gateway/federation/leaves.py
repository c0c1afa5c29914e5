"""How a leaf's value becomes JSON."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from graphql import GraphQLEnumType, GraphQLScalarType

from chassis.graph.fields import Form
from gateway.federation.checks import INT32
from gateway.federation.plan import Asked

EXACT = frozenset({"String", "ID", "Boolean"})
"""Scalars whose protobuf values are JSON values: nothing to convert (checked at start for plain fields)."""
SAME_TEXT = frozenset({"String", "ID", "Decimal", "CurrencyCode"})
"""Scalars that write a string as it is."""
AS_IT_IS = {
    FieldDescriptor.TYPE_STRING: SAME_TEXT,
    FieldDescriptor.TYPE_BOOL: frozenset({"Boolean"}),
    **dict.fromkeys(INT32, frozenset({"Int", "Long"})),
}
"""Proto type → scalars that write its values as they are."""
EXACT_LONG = 2**53


def leaf_writer(asked: Asked) -> Callable[[Any], Any]:
    """Value → JSON; raises for a value that does not fit."""
    named = asked.named
    if isinstance(named, GraphQLScalarType) and named.name in EXACT and asked.owned.form is Form.PLAIN:
        return _as_is
    if isinstance(named, GraphQLEnumType):
        names = enum_names(named)

        def write(value: Any) -> str:
            return names[getattr(value, "value", value)]

        return write
    if isinstance(named, GraphQLScalarType):
        return named.coerce_output_value
    raise TypeError(f"{named} is no leaf")


def enum_names(named: GraphQLEnumType) -> dict[Any, str]:
    """Proto number (or Python value) → name."""
    return {getattr(value.value, "value", value.value): name for name, value in named.values.items()}


def _as_is(value: Any) -> Any:
    return value
