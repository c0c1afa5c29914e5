"""What a variant costs: a regular price, and planned ones that go before it while they are valid. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from subgraphs.catalog.domain.draft_rules import price_faults
from subgraphs.catalog.domain.product import Fault

MOST_PRICES = 100
"""Of one variant in one channel."""
ALWAYS, FOREVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """An amount in minor units, and when it holds. Without any bound it is the regular one."""

    minor_units: int
    compare_at_minor_units: int | None = None
    currency: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    """Not included."""

    @property
    def regular(self) -> bool:
        return self.valid_from is None and self.valid_until is None

    @property
    def begins(self) -> datetime:
        return self.valid_from or ALWAYS

    @property
    def ends(self) -> datetime:
        return self.valid_until or FOREVER

    def holds_at(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceList:
    """All prices of one variant in one channel."""

    sku: str
    channel: str
    prices: tuple[Price, ...]
    expected_version: int | None = None
    """The product's."""
    at: tuple[str, ...] = ()
    """Where it stands in the caller's input."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPrice:
    """A price as staff sees it."""

    channel: str
    price: Price
    in_force: bool


def in_force(prices: Sequence[Price], moment: datetime) -> Price | None:
    """Of the prices of one variant, channel and currency."""
    planned = next((each for each in prices if not each.regular and each.holds_at(moment)), None)
    return planned or next((each for each in prices if each.regular), None)


def price_list_faults(asked: PriceList) -> Iterator[Fault]:
    """Sound amounts, one regular price a currency, and never two planned ones at a time."""
    at = (*asked.at, "prices")
    if len(asked.prices) > MOST_PRICES:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_PRICES} prices")
        return
    by_currency: dict[str, list[tuple[int, Price]]] = defaultdict(list)
    for index, price in enumerate(asked.prices):
        place = (*at, str(index))
        yield from price_faults(price.minor_units, price.compare_at_minor_units, price.currency, place)
        if price.begins >= price.ends:
            yield Fault(code="INVALID", field=(*place, "validUntil"), message="it ends before it begins")
        by_currency[price.currency].append((index, price))
    for listed in by_currency.values():
        yield from _regular_faults(listed, at)
        yield from _overlap_faults(listed, at)


def channel_faults(asked: PriceList, sold: Collection[str] | None) -> Iterator[Fault]:
    """`sold`: the currencies of the channel; None where there is none, whose prices can only be taken away."""
    if sold is None:
        if asked.prices:
            message = f"there is no channel {asked.channel[:40]!r}; `channels` lists those there are"
            yield Fault(code="NOT_FOUND", field=(*asked.at, "channel"), message=message)
        return
    for index, price in enumerate(asked.prices):
        if price.currency not in sold:
            message = f"the channel {asked.channel} does not sell in {price.currency}; channelUpsert adds a currency"
            field = (*asked.at, "prices", str(index), "price", "currencyCode")
            yield Fault(code="WRONG_CURRENCY", field=field, message=message)


def _regular_faults(listed: Sequence[tuple[int, Price]], at: tuple[str, ...]) -> Iterator[Fault]:
    for index, price in [each for each in listed if each[1].regular][1:]:
        message = f"{price.currency} has a regular price already; plan this one by validFrom or validUntil"
        yield Fault(code="TAKEN", field=(*at, str(index)), message=message)


def _overlap_faults(listed: Sequence[tuple[int, Price]], at: tuple[str, ...]) -> Iterator[Fault]:
    planned = sorted((each for each in listed if not each[1].regular), key=lambda each: each[1].begins)
    for (earlier, before), (later, price) in pairwise(planned):
        if price.begins < before.ends:
            message = f"it begins before the {price.currency} price at {earlier} ends"
            yield Fault(code="TAKEN", field=(*at, str(later), "validFrom"), message=message)
