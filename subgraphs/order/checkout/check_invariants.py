"""The invariants of checkout, as far as our books and the catalogue's tell; the provider's are `emporium verify`'s."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from chassis.invariants import EXAMPLES, MOST, Finding
from subgraphs.order.app.access import STAFF
from subgraphs.order.checkout.ports import ServiceInvariants
from subgraphs.order.saga.outcome import NotReached

NAMES = {
    "I1": "Stock is what its ledger says, and orders and stock agree",
    "I2": "A confirmed order has exactly one authorisation, of at least its total",
    "I3": "Captured and refunded on an order are what its attempts say",
    "I4": "At most one order that is not rejected for each cart",
    "I5": "No money kept on a dead order",
    "I6": "No reservation older than its time",
    "I7": "Codes are used within their limits",
    "I8": "Every acknowledged order can be read",
    "I9": "Every event of an order is announced once",
    "I10": "A total is the sum of its parts, to the minor unit",
    "I11": "An order's events have no gap",
    "I12": "Every saga ends, waits for its time, or is flagged",
}
VIEWS: dict[str, Sequence[str]] = {
    "I1": ["invariant_i1_stock_settled"],
    "I2": ["invariant_i2_one_authorization"],
    "I3": ["invariant_i3_money"],
    "I4": ["invariant_i4_one_order_per_cart"],
    "I5": ["invariant_i5_no_money_on_dead_orders"],
    "I7": ["invariant_i7_code_uses"],
    "I8": ["invariant_i8_acknowledged_orders"],
    "I9": ["invariant_i9_announcements"],
    "I10": ["invariant_i10_total"],
    "I11": ["invariant_i11_event_sequence"],
    "I12": ["invariant_i12_overdue_sagas"],
}
"""In our own database."""
THEIRS = ("I1", "I6")
"""Which need the catalogue's word."""
UNKNOWN = Finding(breaches=None)


@dataclass(frozen=True, kw_only=True)
class Invariant:
    id: str
    name: str
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class CheckInvariants:
    ours: ServiceInvariants
    catalog: ServiceInvariants

    async def __call__(self, caller: Caller) -> list[Invariant]:
        """All twelve. Raises Forbidden."""
        caller.require(*STAFF)
        ours, theirs = await asyncio.gather(self.ours.check(), self._theirs())
        return [Invariant(id=key, name=name, finding=together(key, ours, theirs)) for key, name in NAMES.items()]

    async def _theirs(self) -> Mapping[str, Finding]:
        try:
            return await self.catalog.check()
        except NotReached:
            return dict.fromkeys(THEIRS, UNKNOWN)


def together(key: str, *books: Mapping[str, Finding]) -> Finding:
    """Unknown when a part of it is."""
    parts = [book[key] for book in books if key in book]
    counts = [part.breaches for part in parts if part.breaches is not None]
    examples = [example for part in parts for example in part.examples]
    breaches = min(sum(counts), MOST) if parts and len(counts) == len(parts) else None
    return Finding(breaches=breaches, examples=examples[:EXAMPLES])
