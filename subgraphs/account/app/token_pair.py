"""What a client gets for a login or a refresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from subgraphs.account.app.ports import AccessToken
from subgraphs.account.domain.problem import Problem, ProblemCode
from subgraphs.account.domain.user import User


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """A short access token and the refresh token that gets the next one."""

    access: AccessToken
    refresh_token: str
    refresh_expires_at: datetime
    user: User


def credentials_invalid() -> Problem:
    """Says the same for an unknown e-mail, a wrong password and a blocked account."""
    return Problem(code=ProblemCode.CREDENTIALS_INVALID, message="E-mail or password is wrong.")


def token_invalid() -> Problem:
    """Says the same for an unknown, an ended and a reused token."""
    return Problem(
        code=ProblemCode.TOKEN_INVALID,
        message="This refresh token is no longer valid: log in again.",
        field=("refreshToken",),
    )


def too_many_attempts() -> Problem:
    """The limit of failed attempts is reached."""
    return Problem(code=ProblemCode.TOO_MANY_ATTEMPTS, message="Too many failed attempts: try again in 15 minutes.")
