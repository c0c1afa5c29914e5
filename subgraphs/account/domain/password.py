"""Which passwords are accepted (their hashing is an adapter's work)."""

from __future__ import annotations

import unicodedata

from subgraphs.account.domain.problem import Problem, ProblemCode, required, too_long

SHORTEST = 8
LONGEST = 128


def normalise_password(password: str) -> str:
    """The same characters typed on different keyboards give the same password."""
    return unicodedata.normalize("NFC", password)


def password_problem(password: str, email: str, *field: str) -> Problem | None:
    """Length first; then the two things attackers try before any list. `email` may be empty."""
    password = normalise_password(password)
    if not password:
        return required(*field)
    if len(password) > LONGEST:
        return too_long(LONGEST, *field)
    if len(password) < SHORTEST:
        return _weak(f"Use at least {SHORTEST} characters.", *field)
    if len(set(password)) == 1 or password.casefold() == email.casefold():
        return _weak("This password is too easy to guess.", *field)
    return None


def _weak(message: str, *field: str) -> Problem:
    return Problem(code=ProblemCode.PASSWORD_TOO_WEAK, message=message, field=field)
