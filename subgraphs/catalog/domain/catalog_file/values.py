"""Single values of a catalogue file's record, checked."""

import re
from collections.abc import Mapping
from typing import Any, cast

from chassis.errors import InvalidInput
from chassis.money import parse_amount

MOST_CENTS = 2**53
_INTEGER = re.compile(r"-?\d{1,18}")


class BadRecord(Exception):
    """What is wrong with a line, and how to mend it."""

    def __init__(self, field: str, what: str, how: str) -> None:
        super().__init__(f"{field}: {what}")
        self.field = field
        self.what = what
        self.how = how


def text(record: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        if required:
            raise BadRecord(name, "is missing", f"give every line a non-empty {name}")
        return ""
    if not isinstance(value, str):
        raise BadRecord(name, f"{shown(value)} is no text", "write it in quotes")
    if required and not value.strip():
        raise BadRecord(name, "is blank", f"give every line a non-empty {name}")
    return value.strip()


def strings(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Of a list of texts; none for none. Raises BadRecord."""
    given = record.get(name)
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(each, str) for each in cast("list[Any]", given)):
        raise BadRecord(name, f"{shown(given)} is no list of texts", 'write ["…"]')
    return tuple(cast("list[str]", given))


def truth(record: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Raises BadRecord."""
    value = record.get(name, default)
    if not isinstance(value, bool):
        raise BadRecord(name, f"{value!r} is neither true nor false", "write true or false without quotes")
    return value


def cents(name: str, values: Mapping[str, Any], currency: str) -> int | None:
    """Of `price_cents`, or else of `price`."""
    minor_units, amount = values.get(f"{name}_cents"), values.get(name)
    if minor_units is not None and minor_units != "":
        return whole(minor_units, f"{name}_cents", MOST_CENTS)
    if amount is None or amount == "":
        return None
    try:
        return whole(parse_amount(str(amount), currency), name, MOST_CENTS)
    except InvalidInput as error:
        raise BadRecord(name, error.message, "write it like 12.34") from None


def first_of(name: str, *sources: Any) -> Any:
    *records, default = sources
    return next((record[name] for record in records if record.get(name) is not None), default)


def whole(value: Any, name: str, most: int) -> int:
    """A whole number from 0 to `most`, also from its digits. Raises BadRecord."""
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRecord(name, f"{shown(value)} is no whole number", "write it without decimals and quotes")
    if not 0 <= value <= most:
        raise BadRecord(name, f"{value} is out of range", f"write a number from 0 to {most:,}")
    return value


def shown(value: Any) -> str:
    told = repr(value)
    return told if len(told) <= 40 else f"{told[:37]}…"
