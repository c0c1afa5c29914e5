"""E-mail addresses: how they are checked and when two are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from subgraphs.account.domain.problem import Problem, invalid, required

LONGEST = 254
LONGEST_LOCAL_PART = 64

_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]+")
_DOMAIN_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, kw_only=True)
class EmailAddress:
    """A checked address: `text` as it is written to, `key` by which it is unique."""

    text: str
    key: str


def parse_email(text: str, *field: str) -> EmailAddress | Problem:
    """Normalises and checks an address; mail providers treat letter case alike, so the key does too."""
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        return required(*field)
    local_part, at, domain = text.rpartition("@")
    host = _ascii_host(domain)
    if not at or host is None or not _is_local_part(local_part) or len(text) > LONGEST:
        return invalid("This is not a valid e-mail address.", *field)
    return EmailAddress(text=f"{local_part}@{host}", key=f"{local_part.casefold()}@{host}")


def _is_local_part(text: str) -> bool:
    dots = text.startswith(".") or text.endswith(".") or ".." in text
    return not dots and len(text) <= LONGEST_LOCAL_PART and _LOCAL_PART.fullmatch(text) is not None


def _ascii_host(domain: str) -> str | None:
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = host.split(".")
    whole = len(labels) > 1 and not labels[-1].isdigit()
    return host if whole and all(_DOMAIN_LABEL.fullmatch(label) for label in labels) else None
