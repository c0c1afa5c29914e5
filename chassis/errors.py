"""What can go wrong, as facts. Raised inside, translated once at each edge by the table in the base classes.

    EmporiumError
    ├── InvalidInput      INVALID_ARGUMENT     BAD_USER_INPUT
    ├── NotFound          NOT_FOUND            NOT_FOUND
    ├── RuleBroken        FAILED_PRECONDITION  PRECONDITION_FAILED
    ├── Conflict          ABORTED              CONFLICT
    ├── Unauthenticated   UNAUTHENTICATED      UNAUTHENTICATED
    ├── Forbidden         PERMISSION_DENIED    FORBIDDEN
    ├── Overloaded        RESOURCE_EXHAUSTED   RATE_LIMITED
    ├── Unavailable       UNAVAILABLE          UNAVAILABLE
    ├── DeadlineExceeded  DEADLINE_EXCEEDED    TIMEOUT
    └── anything else     INTERNAL             INTERNAL_SERVER_ERROR, text hidden

Pure: no gRPC import, so that the domain may raise these. A leaf's docstring is its message; its facts are keywords.
"""


class EmporiumError(Exception):
    """The platform failed."""

    status: str = "INTERNAL"
    """Name of the gRPC status."""
    code: str = "INTERNAL_SERVER_ERROR"
    """GraphQL `extensions.code`."""
    reason: str = "INTERNAL"
    """Slug that tells this error from others of its status."""
    retryable: bool = False

    def __init__(self, message: str = "", **facts: object) -> None:
        self.message = message or " ".join((type(self).__doc__ or "").split())
        self.facts: dict[str, str] = {name: str(value) for name, value in facts.items()}
        super().__init__(self.message)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.message} ({shown})" if shown else self.message


class InvalidInput(EmporiumError):
    """The request is malformed."""

    status, code, reason = "INVALID_ARGUMENT", "BAD_USER_INPUT", "INVALID_INPUT"


class NotFound(EmporiumError):
    """There is no such thing."""

    status, code, reason = "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"


class RuleBroken(EmporiumError):
    """A rule of the business forbids it in the present state."""

    status, code, reason = "FAILED_PRECONDITION", "PRECONDITION_FAILED", "RULE_BROKEN"


class Conflict(EmporiumError):
    """Somebody else changed it meanwhile; read again and retry."""

    status, code, reason = "ABORTED", "CONFLICT", "CONFLICT"


class Unauthenticated(EmporiumError):
    """Log in first."""

    status, code, reason = "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED"


class Forbidden(EmporiumError):
    """You may not do this."""

    status, code, reason = "PERMISSION_DENIED", "FORBIDDEN", "FORBIDDEN"


class Overloaded(EmporiumError):
    """Too many requests; try again later."""

    status, code, reason, retryable = "RESOURCE_EXHAUSTED", "RATE_LIMITED", "RATE_LIMITED", True


class Unavailable(EmporiumError):
    """A part of the platform does not answer; try again later."""

    status, code, reason, retryable = "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE", True


class DeadlineExceeded(EmporiumError):
    """It took longer than the caller would wait."""

    status, code, reason, retryable = "DEADLINE_EXCEEDED", "TIMEOUT", "DEADLINE_EXCEEDED", True


BASES: tuple[type[EmporiumError], ...] = (
    InvalidInput, NotFound, RuleBroken, Conflict, Unauthenticated, Forbidden, Overloaded, Unavailable, DeadlineExceeded,
)  # fmt: skip
"""The one table: each base names its gRPC status and its GraphQL code."""

CODE_BY_STATUS: dict[str, str] = {base.status: base.code for base in BASES}
RETRYABLE_STATUSES: frozenset[str] = frozenset(base.status for base in BASES if base.retryable)


class RemoteError(EmporiumError):
    """Another process answered with an error; `status`, `code` and `reason` are its own."""

    def __init__(self, *, status: str, reason: str, message: str, facts: dict[str, str], method: str) -> None:
        super().__init__(message, **facts)
        self.status = status
        self.code = CODE_BY_STATUS.get(status, "INTERNAL_SERVER_ERROR")
        self.reason = reason
        self.retryable = status in RETRYABLE_STATUSES
        self.method = method
