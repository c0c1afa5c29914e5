"""Postal addresses in a customer's address book."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields

from subgraphs.account.domain.problem import Problem, ProblemCode, invalid, required, too_long

MOST_ADDRESSES = 50
LONGEST_LINE = 120

COUNTRIES = frozenset({
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB",
    "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY",
    "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX",
    "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK",
    "FM", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS",
    "FO",  # codespell:ignore
    "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR",
    "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA",
    "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE",
    "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM",
    "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG",
    "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF",
    "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY",
    "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW",
})  # fmt: skip
"""ISO 3166-1 alpha-2."""

_WITHOUT_POSTAL_CODES = frozenset({
    "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BS", "BW", "BZ", "CF", "CG", "CI", "CM", "DJ", "DM", "ER", "FJ",
    "GA", "GD", "GH", "GM", "GQ", "GY", "HK", "JM", "KI", "KM", "KN", "ML", "MO", "MR", "MW", "NA", "NR", "NU",
    "PA", "QA", "RW", "SB", "SC", "SL", "SR", "ST", "SY", "TD", "TG", "TK", "TO", "TT", "TV", "UG", "VU", "WS",
    "YE", "ZW",
})  # fmt: skip
_PHONE = re.compile(r"\+?[0-9 ().\-/]{4,30}")
_GRAPHQL_NAMES = {
    "full_name": "fullName",
    "postal_code": "postalCode",
    "country_code": "countryCode",
}


@dataclass(frozen=True, kw_only=True)
class PostalAddress:
    """Where a parcel goes. Personal data."""

    full_name: str
    line1: str
    city: str
    country_code: str
    postal_code: str = ""
    company: str | None = None
    line2: str | None = None
    region: str | None = None
    phone: str | None = None

    def cleaned(self) -> PostalAddress:
        """Without outer blanks, in one Unicode form, with an upper-case country; empty optional lines are none."""
        return PostalAddress(
            full_name=_clean(self.full_name),
            line1=_clean(self.line1),
            city=_clean(self.city),
            country_code=_clean(self.country_code).upper(),
            postal_code=_clean(self.postal_code),
            company=_clean(self.company) or None,
            line2=_clean(self.line2) or None,
            region=_clean(self.region) or None,
            phone=_clean(self.phone) or None,
        )


@dataclass(frozen=True, kw_only=True)
class Address:
    """An entry of the address book."""

    id: str
    user_id: str
    postal: PostalAddress


def address_problems(postal: PostalAddress) -> list[Problem]:
    """What keeps a cleaned address from being delivered to."""
    found: list[Problem] = []
    for field in fields(postal):
        value: str | None = getattr(postal, field.name)
        path = ("address", _GRAPHQL_NAMES.get(field.name, field.name))
        if not value:
            if _is_required(field.name, postal.country_code):
                found.append(required(*path))
        elif len(value) > LONGEST_LINE:
            found.append(too_long(LONGEST_LINE, *path))
        elif any(unicodedata.category(character) == "Cc" for character in value):
            found.append(invalid("This line holds characters that cannot be shown.", *path))
    if postal.country_code and postal.country_code not in COUNTRIES:
        found.append(invalid('Use a country code such as "DE".', "address", "countryCode"))
    if postal.phone and not _PHONE.fullmatch(postal.phone):
        found.append(invalid("This is not a telephone number.", "address", "phone"))
    return found


def address_book_full() -> Problem:
    """No more room in the address book."""
    return Problem(code=ProblemCode.LIMIT_REACHED, message=f"An address book holds at most {MOST_ADDRESSES} addresses.")


def unknown_address(*field: str) -> Problem:
    """The address is not (or no longer) in this address book."""
    return Problem(code=ProblemCode.NOT_FOUND, message="There is no such address.", field=field)


def _clean(text: str | None) -> str:
    return unicodedata.normalize("NFC", text or "").strip()


def _is_required(name: str, country_code: str) -> bool:
    if name == "postal_code":
        return country_code not in _WITHOUT_POSTAL_CODES
    return name in {"full_name", "line1", "city", "country_code"}
