"""When the units of a SKU that are free to be sold run low, run out and come back."""

from dataclasses import dataclass
from enum import StrEnum

from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock import MOST_UNITS_IN_STOCK


class Crossing(StrEnum):
    """What happened to the units free at all active locations together."""

    LOW = "LOW"
    """They fell to the threshold or below."""
    OUT = "OUT"
    """The last one went."""
    BACK = "BACK"
    """There were none, and there are some."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StockNews:
    """One crossing of one SKU."""

    sku: str
    crossing: Crossing
    available: int
    threshold: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LowStock:
    """A SKU that is low, or was told when it is."""

    sku: str
    variant_id: str
    available: int
    threshold: int
    version: int = 0
    """Of its threshold; 0: it never had one of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """When a SKU is low."""

    sku: str
    units: int | None
    """None: by the default. 0: never."""
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ThresholdWrite:
    """The SKU with its new threshold, or why it was refused."""

    item: LowStock | None
    fault: Fault | None = None


def fault_of_threshold(threshold: Threshold, version: int | None, at: tuple[str, ...]) -> Fault | None:
    """Why a threshold is refused; `version` is that of the one there is, None for an unknown SKU."""
    if threshold.units is not None and not 0 <= threshold.units <= MOST_UNITS_IN_STOCK:
        message = "a threshold is from 0 to 1,000,000,000"
        return Fault(code="INVALID_QUANTITY", field=(*at, "threshold"), message=message)
    if version is None:
        return Fault(code="UNKNOWN_SKU", field=(*at, "sku"), message=f"no variant has the SKU {threshold.sku!r}")
    if threshold.expected_version not in (None, version):
        message = f"the threshold has version {version} now, not {threshold.expected_version}; read it again"
        return Fault(code="STALE_VERSION", field=(*at, "expectedVersion"), message=message)
    return None


def news_of(sku: str, before: int, after: int, threshold: int) -> tuple[StockNews, ...]:
    """What a change of the units tells. From many to none it ran low, and out. Threshold 0: never low."""
    crossings = (
        (Crossing.LOW, 0 < threshold < before and after <= threshold),
        (Crossing.OUT, after == 0 < before),
        (Crossing.BACK, before == 0 < after),
    )
    return tuple(
        StockNews(sku=sku, crossing=crossing, available=after, threshold=threshold)
        for crossing, happened in crossings
        if happened
    )


def news_of_threshold(sku: str, available: int, before: int, after: int) -> tuple[StockNews, ...]:
    """What another threshold tells: a SKU that is low by the new one and was not by the old one has run low."""
    if before < available <= after:
        return (StockNews(sku=sku, crossing=Crossing.LOW, available=available, threshold=after),)
    return ()
