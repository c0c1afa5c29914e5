"""Parcels and returns: what of an order left the shop, arrived, and came back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from subgraphs.order.domain.pricing import PricedLine


@dataclass(frozen=True, kw_only=True)
class Fulfillment:
    """One parcel. `lines` are (order line id, quantity)."""

    id: str
    lines: tuple[tuple[str, int], ...]
    tracking_number: str | None = None
    shipped_at: datetime
    delivered_at: datetime | None = None


def shipped(fulfillments: Iterable[Fulfillment]) -> Counter[str]:
    """Units by order line."""
    units: Counter[str] = Counter()
    for one in fulfillments:
        units.update(dict(one.lines))
    return units


def unshipped(lines: Iterable[PricedLine], fulfillments: Iterable[Fulfillment]) -> dict[str, int]:
    """What is still to be sent, by order line."""
    gone = shipped(fulfillments)
    return {line.id: line.quantity - gone[line.id] for line in lines if line.quantity > gone[line.id]}


def within(wanted: Iterable[tuple[str, int]], left: Mapping[str, int]) -> bool:
    """Whether `wanted` is something, each line once, and no more than there is."""
    pairs = list(wanted)
    ids = {line_id for line_id, _ in pairs}
    return bool(pairs) and len(ids) == len(pairs) and all(0 < n <= left.get(line_id, 0) for line_id, n in pairs)


def paid_for(lines: Iterable[PricedLine], units: Mapping[str, int], *, tax_included: bool) -> int:
    """What was paid for these units, without delivery: after discounts, with tax.

    Units returned one by one add up to what they give together, so `units` must count all that ever came back.
    """
    return sum(
        ((line.total or 0) - line.discount + (0 if tax_included else line.tax)) * units.get(line.id, 0) // line.quantity
        for line in lines
    )
