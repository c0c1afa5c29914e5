"""What the person in front of the screen can mend: values, never raised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """The subset of `emporium.common.v1.UserErrorCode` this service speaks; the names are the same."""

    INVALID = "INVALID"
    REQUIRED = "REQUIRED"
    TOO_LONG = "TOO_LONG"
    NOT_FOUND = "NOT_FOUND"
    TAKEN = "TAKEN"
    CREDENTIALS_INVALID = "CREDENTIALS_INVALID"
    PASSWORD_TOO_WEAK = "PASSWORD_TOO_WEAK"  # noqa: S105 - the name of a code
    TOKEN_INVALID = "TOKEN_INVALID"  # noqa: S105 - the name of a code
    WRONG_STATE = "WRONG_STATE"
    STALE_VERSION = "STALE_VERSION"
    LIMIT_REACHED = "LIMIT_REACHED"
    TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to mend; `field` is the path into the mutation's input in GraphQL spelling."""

    code: ProblemCode
    message: str
    field: tuple[str, ...] = ()


def too_long(limit: int, *field: str) -> Problem:
    """The text of this field exceeds `limit` characters."""
    return Problem(code=ProblemCode.TOO_LONG, message=f"Use at most {limit} characters.", field=field)


def required(*field: str) -> Problem:
    """This field may not be empty."""
    return Problem(code=ProblemCode.REQUIRED, message="This field is required.", field=field)


def invalid(message: str, *field: str) -> Problem:
    """This field's text is not what it should be."""
    return Problem(code=ProblemCode.INVALID, message=message, field=field)
