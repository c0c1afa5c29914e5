"""The graph's own scalars. In slices: `datetime`, `Decimal`, `Long`, `CurrencyCode` as annotations."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from google.protobuf.timestamp_pb2 import Timestamp
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from chassis.money import CURRENCIES

Long = NewType("Long", int)
"""64-bit integers, exact up to 2^53: versions, sequences, counts."""
CurrencyCode = NewType("CurrencyCode", str)
"""ISO 4217, upper case."""

_EXACT = 2**53
_DECIMAL = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?", re.ASCII)


def write_datetime(value: object) -> str:
    """RFC 3339 of a Timestamp message or an aware datetime, in UTC."""
    if isinstance(value, Timestamp):
        return value.ToJsonString()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise GraphQLError(f"DateTime cannot represent {value!r}")


def parse_datetime(value: object) -> datetime:
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
        if parsed is not None and parsed.tzinfo is not None:
            parsed.astimezone(UTC)  # beyond the years 1 to 9999 in UTC there is no such time
    except (ValueError, OverflowError):
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise GraphQLError(f"DateTime needs RFC 3339 with an offset, e.g. 2026-01-31T12:00:00Z, not {value!r}")
    return parsed


def parse_decimal(value: object) -> Decimal:
    # Through text: 0.1 as a float is not 0.1.
    text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if not _DECIMAL.fullmatch(text):
        raise GraphQLError(f'Decimal needs a number, best as a string like "12.34", not {str(value)[:60]!r}')
    return Decimal(text)


def write_long(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _EXACT:
        return value
    raise GraphQLError(f"Long cannot represent {value!r} exactly")


def parse_long(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,16}", value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _EXACT:
        return value
    raise GraphQLError(f"Long needs an integer up to 2^53, not {value!r}")


def parse_currency(value: object) -> str:
    if isinstance(value, str) and value in CURRENCIES:
        return value
    raise GraphQLError(f"CurrencyCode needs one of ISO 4217 in upper case, such as EUR, not {str(value)[:60]!r}")


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 in UTC: 2026-01-31T12:00:00Z.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=write_datetime,
        parse_value=parse_datetime,
    ),
    Decimal: strawberry.scalar(
        name="Decimal", description="An exact decimal number, as a string.", serialize=str, parse_value=parse_decimal
    ),
    Long: strawberry.scalar(
        name="Long", description="A 64-bit integer, exact up to 2^53.", serialize=write_long, parse_value=parse_long
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode", description="ISO 4217, e.g. EUR.", serialize=str, parse_value=parse_currency
    ),
}
