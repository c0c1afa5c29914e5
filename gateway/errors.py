"""Errors as clients see them: a code from one table, a path, and nothing that was not meant for them.

BAD_USER_INPUT  NOT_FOUND  PRECONDITION_FAILED  CONFLICT  UNAUTHENTICATED  FORBIDDEN  RATE_LIMITED  UNAVAILABLE
TIMEOUT  INTERNAL_SERVER_ERROR                       from `chassis.errors`
GRAPHQL_PARSE_FAILED  GRAPHQL_VALIDATION_FAILED  PERSISTED_QUERY_NOT_FOUND  DOCUMENT_NOT_TRUSTED      the document
BAD_REQUEST  METHOD_NOT_ALLOWED  NOT_ACCEPTABLE  PAYLOAD_TOO_LARGE  UNSUPPORTED_MEDIA_TYPE   the HTTP request
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import structlog
from graphql import GraphQLError

from chassis.errors import DeadlineExceeded, EmporiumError, RemoteError, Unavailable

log = structlog.get_logger("gateway")

INTERNAL = "INTERNAL_SERVER_ERROR"
MASKED = "Something went wrong on our side; the request id finds it in our logs."
# Their texts name hosts and libraries; what the client may know is the class of the failure.
PLAIN_TEXTS = {base.status: base().message for base in (Unavailable, DeadlineExceeded)}
OUR_TROUBLES = frozenset({INTERNAL, Unavailable.code, DeadlineExceeded.code})
# A subgraph that refuses the gateway itself is our fault, not the client's.
OUR_FAULT_REASONS = frozenset({"INTERNAL_TOKEN_REFUSED"})


class RequestRefused(Exception):
    """The request is not executed at all: an HTTP status and errors, no data."""

    def __init__(
        self, status: int, errors: Sequence[dict[str, Any]], *, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        self.status = status
        self.errors = list(errors)
        self.code = code or str(self.errors[0].get("extensions", {}).get("code", "BAD_REQUEST"))
        self.headers = headers or {}
        super().__init__(self.errors[0]["message"])

    @classmethod
    def because(cls, status: int, code: str, message: str, **headers: str) -> "RequestRefused":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, [{"message": message, "extensions": {"code": code}}], headers=named)

    @classmethod
    def document(cls, code: str, errors: Sequence[GraphQLError], status: int = 400) -> "RequestRefused":
        """Faults of the document or its variables: shown as they are."""
        return cls(status, [dict(error.formatted) | {"extensions": {"code": code}} for error in errors])


class Located(Protocol):
    """An error of an answer, such as `federation.troubles.Trouble`."""

    @property
    def cause(self) -> Exception: ...
    @property
    def path(self) -> Sequence[str | int]: ...
    @property
    def locations(self) -> list[dict[str, int]]: ...


class Reported(NamedTuple):
    """An error graphql-core reports."""

    cause: Exception
    path: Sequence[str | int]
    locations: list[dict[str, int]]

    @classmethod
    def of(cls, error: GraphQLError) -> "Reported":
        locations = [{"line": each.line, "column": each.column} for each in error.locations or ()]
        return cls(error, error.path or (), locations)


@dataclass
class _Told:
    """Failures of one kind, for the log."""

    cause: Exception
    path: Sequence[str | int]
    count: int = 0


def shown(errors: Sequence[Located], request_id: str) -> list[dict[str, Any]]:
    """The errors of an answer. What is not meant for clients is masked, and logged with the request id: each kind
    once, with how many of it there were."""
    told: dict[tuple[str, str], _Told] = {}
    formatted = [_shown(error, request_id, told) for error in errors]
    for (code, _), kind in told.items():
        unforeseen = not isinstance(kind.cause, EmporiumError)
        log.log(
            logging.ERROR if unforeseen else logging.WARNING,
            "fields.failed",
            code=code,
            count=kind.count,
            path=list(kind.path),
            error=str(kind.cause),
            exc_info=kind.cause if unforeseen and not getattr(kind.cause, "is_public", False) else None,
        )
    return formatted


def _shown(error: Located, request_id: str, told: dict[tuple[str, str], _Told]) -> dict[str, Any]:
    cause = innermost(error.cause)
    code, reason, message = classify(cause)
    extensions: dict[str, Any] = {"code": code}
    if code in OUR_TROUBLES:
        told.setdefault((code, str(cause)), _Told(cause, error.path)).count += 1
    if code == INTERNAL:
        extensions["requestId"] = request_id
    elif reason and reason != code:
        extensions["reason"] = reason
    formatted: dict[str, Any] = {"message": MASKED if message is None else message}
    if locations := error.locations:
        formatted["locations"] = locations
    if error.path:
        formatted["path"] = error.path
    formatted["extensions"] = extensions
    return formatted


def innermost(cause: Exception) -> Exception:
    """What graphql-core's errors were raised from."""
    while isinstance(cause, GraphQLError) and isinstance(cause.original_error, Exception):
        cause = cause.original_error
    return cause


def classify(cause: Exception) -> tuple[str, str, str | None]:
    """Code, reason and the message to show; no message: it is to be masked."""
    if isinstance(cause, GraphQLError):
        return "BAD_USER_INPUT", "", cause.message  # coercion of an argument
    if not isinstance(cause, EmporiumError):
        text = str(cause) if getattr(cause, "is_public", False) else None
        return INTERNAL, "", text
    if cause.reason in OUR_FAULT_REASONS or cause.code == INTERNAL:
        return INTERNAL, cause.reason, None
    if isinstance(cause, RemoteError) and cause.status in PLAIN_TEXTS:
        return cause.code, "", PLAIN_TEXTS[cause.status]
    return cause.code, cause.reason, cause.message
