"""A user: a customer or a member of staff."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from subgraphs.account.domain.problem import Problem, ProblemCode, invalid, too_long

LONGEST_NAME = 100

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Role(StrEnum):
    """What a user may do; permissions of fields name these."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    CATALOG_MANAGER = "catalog_manager"
    ORDER_MANAGER = "order_manager"
    ADMIN = "admin"


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """How the shop talks to this user; empty text means: as the shop's default."""

    locale: str = ""
    currency_code: str = ""
    newsletter: bool = False


@dataclass(frozen=True, kw_only=True)
class User:
    """An account; `version` rises with every change."""

    id: str
    email: str
    created_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    roles: frozenset[Role] = frozenset({Role.CUSTOMER})
    blocked: bool = False
    preferences: Preferences = field(default_factory=Preferences)
    default_address_id: str | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class PreferencesChange:
    """What an update asks for: None leaves as it is, an empty text follows the shop's default again."""

    locale: str | None = None
    currency_code: str | None = None
    newsletter: bool | None = None

    def applied_to(self, preferences: Preferences) -> Preferences:
        """The preferences after this change."""
        return Preferences(
            locale=preferences.locale if self.locale is None else self.locale,
            currency_code=preferences.currency_code if self.currency_code is None else self.currency_code,
            newsletter=preferences.newsletter if self.newsletter is None else self.newsletter,
        )


@dataclass(frozen=True, kw_only=True)
class ProfileChange:
    """What an update asks for: None leaves as it is, an empty text clears."""

    first_name: str | None = None
    last_name: str | None = None
    preferences: PreferencesChange | None = None
    default_address_id: str | None = None
    blocked: bool | None = None
    expected_version: int | None = None

    def applied_to(self, user: User) -> User:
        """The user after this change; its version is the next one."""
        return replace(
            user,
            first_name=_kept_or_cleared(self.first_name, user.first_name),
            last_name=_kept_or_cleared(self.last_name, user.last_name),
            preferences=user.preferences if self.preferences is None else self.preferences.applied_to(user.preferences),
            default_address_id=_kept_or_cleared(self.default_address_id, user.default_address_id),
            blocked=user.blocked if self.blocked is None else self.blocked,
            version=user.version + 1,
        )

    def problems(self) -> list[Problem]:
        """What is wrong with the texts of this change."""
        found = [name_problem(self.first_name, "firstName"), name_problem(self.last_name, "lastName")]
        if self.preferences is not None:
            found += preferences_problems(self.preferences)
        return [problem for problem in found if problem is not None]


def clean_name(name: str | None) -> str | None:
    """Without outer blanks and in one Unicode form; an empty name is no name."""
    return (unicodedata.normalize("NFC", name).strip() or None) if name is not None else None


def name_problem(name: str | None, *field: str) -> Problem | None:
    """A name may hold any letters of any script, but no control characters."""
    if name is None:
        return None
    if len(name) > LONGEST_NAME:
        return too_long(LONGEST_NAME, *field)
    if any(unicodedata.category(character) == "Cc" for character in name):
        return invalid("This name holds characters that cannot be shown.", *field)
    return None


def preferences_problems(preferences: PreferencesChange) -> list[Problem | None]:
    """A locale is a BCP 47 tag such as "en" or "pt-BR", a currency an ISO 4217 code."""
    locale, currency = preferences.locale, preferences.currency_code
    return [
        invalid('Use a language tag such as "en" or "pt-BR".', "preferences", "locale")
        if locale and not _LOCALE.fullmatch(locale)
        else None,
        invalid('Use a currency code such as "EUR".', "preferences", "currencyCode")
        if currency and not _CURRENCY.fullmatch(currency)
        else None,
    ]


def stale_version() -> Problem:
    """Someone else changed the user since it was read."""
    return Problem(
        code=ProblemCode.STALE_VERSION,
        message="This account was changed meanwhile: read it again.",
        field=("expectedVersion",),
    )


def last_admin() -> Problem:
    """Nobody would be left to manage the shop."""
    return Problem(code=ProblemCode.WRONG_STATE, message="This is the last administrator: name another one first.")


def _kept_or_cleared(asked: str | None, present: str | None) -> str | None:
    return present if asked is None else clean_name(asked)
