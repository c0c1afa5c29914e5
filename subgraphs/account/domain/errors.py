"""What this service raises: facts that nobody in front of the screen can mend."""

from __future__ import annotations

from chassis.errors import InvalidInput, NotFound, Overloaded, RuleBroken


class UnknownUser(NotFound):
    """No user has this id."""

    reason = "UNKNOWN_USER"


class TooManyKeys(InvalidInput):
    """The batch holds more keys than are answered at once."""

    reason = "TOO_MANY_KEYS"


class InvalidPage(InvalidInput):
    """The page size must be 1 to 100 and the cursor one that was given out."""

    reason = "INVALID_PAGE"


class InvalidRoles(InvalidInput):
    """A user needs at least one known role."""

    reason = "INVALID_ROLES"


class TooManyLoginsAtOnce(Overloaded):
    """Too many passwords are being checked at the moment: try again shortly."""

    reason = "LOGINS_BUSY"


class NoSigningKey(Overloaded):
    """No key is ready to sign access tokens: try again shortly."""

    reason = "NO_SIGNING_KEY"


class LastAdmin(RuleBroken):
    """This is the last administrator: name another one first."""

    reason = "LAST_ADMIN"
