"""What may be asked of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

EVERYDAY = frozenset({"reserved", "secured", "sold", "released"})
"""What orders do all the time."""
KINDS = EVERYDAY | {"received", "adjusted", "counted", "expired", "restocked"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerFilter:
    """What is empty or None does not narrow."""

    sku: str = ""
    location: str = ""
    order_id: str = ""
    kinds: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
