"""Parcels and returns: what of an order left the shop, arrived, and came back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` minor units in parts by weight: whole units, their sum exact, the largest remainders rounded up."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def paid_for(lines: Sequence[PricedLine], goods: int, units: Mapping[str, int]) -> int:
    """What was paid for these units of an order whose goods cost `goods` after discounts and with their tax.

    Units returned one by one add up to what they give together, so `units` must count all that ever came back.
    """
    shares = split(goods, [line.total or 0 for line in lines])
    return sum(share * units.get(line.id, 0) // line.quantity for line, share in zip(lines, shares, strict=True))
