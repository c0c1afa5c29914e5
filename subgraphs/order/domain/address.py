"""Postal addresses: personal data, never logged."""

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from subgraphs.order.domain.problem import Problem
from subgraphs.order.domain.tax import Destination

COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Address:
    full_name: str
    line1: str
    city: str
    postal_code: str
    country_code: str
    """ISO 3166-1 alpha-2."""
    company: str | None = None
    line2: str | None = None
    region: str | None = None
    phone: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Address":
        return cls(**{name: values.get(name) for name in FIELDS})  # pyright: ignore[reportArgumentType]

    @property
    def destination(self) -> Destination:
        return Destination(country=self.country_code, region=self.region or "")

    def problems(self, *path: str) -> list[Problem]:
        """What is missing or malformed, in GraphQL spelling below `path`."""
        found: list[Problem] = []
        for name, value in asdict(self).items():
            field = (*path, camel(name))
            if name in REQUIRED and not (value or "").strip():
                found.append(Problem(code="REQUIRED", message=f"{camel(name)} is required", field=field))
            elif len(value or "") > LONGEST:
                found.append(Problem(code="TOO_LONG", message=f"at most {LONGEST} characters", field=field))
        if self.country_code and not COUNTRY.fullmatch(self.country_code):
            text = "countryCode is two capital letters (ISO 3166-1), e.g. DE"
            found.append(Problem(code="INVALID", message=text, field=(*path, "countryCode")))
        return found


REQUIRED = frozenset({"full_name", "line1", "city", "postal_code", "country_code"})


def camel(name: str) -> str:
    """`postal_code` → `postalCode`, the spelling of the GraphQL input."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def email_problem(email: str, *path: str) -> Problem | None:
    """A plausible e-mail address; delivery alone proves more."""
    local, at, host = email.partition("@")
    if at and local and "." in host and len(email) <= 254 and not any(c.isspace() for c in email):
        return None
    return Problem(code="INVALID", message="not an e-mail address", field=path)


FIELDS = tuple(field.name for field in fields(Address))
