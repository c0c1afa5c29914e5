"""From counts to the facets a shopper sees. The same for every engine."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from types import MappingProxyType
from typing import Protocol

from chassis.money import exponent
from subgraphs.catalog.domain.category_facet import category_facet
from subgraphs.catalog.domain.facet import (
    AVAILABILITY,
    AVAILABILITY_LABELS,
    BRAND,
    CATEGORY,
    IN_STOCK,
    LABELS,
    PRICE,
    SOLD_OUT,
    Facet,
    FacetCounts,
    FacetKind,
    FacetValue,
)
from subgraphs.catalog.domain.number_ranges import (
    Range,
    as_number,
    number_range,
    number_ranges,
    range_label,
    range_value,
    within,
)
from subgraphs.catalog.domain.price_ranges import price_label, price_steps, price_value
from subgraphs.catalog.domain.product import Attribute, Category, attribute_label
from subgraphs.catalog.domain.search import Chosen, SearchRequest

MOST_VALUES = 30
MOST_ATTRIBUTES = 6
MOST_DISCRETE = 8
"""More different numbers of an attribute than this are shown as ranges."""
LONGEST_VALUE = 40
"""Characters of an attribute's value that is still something to choose from."""
NO_CHOICE = frozenset({"yes", "no", "true", "false"})


class Fact(Protocol):
    """An attribute, as far as products are narrowed by it."""

    @property
    def key(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def number(self) -> float | None: ...


def facet_values(attributes: Iterable[Fact]) -> list[tuple[str, str]]:
    """The (key, value) pairs that may become facets: short, and more than a yes or no."""
    return [
        (each.key, each.value)
        for each in attributes
        if 0 < len(each.value) <= LONGEST_VALUE and each.value.lower() not in NO_CHOICE
    ]


def number_values(attributes: Iterable[Fact]) -> list[tuple[str, float]]:
    """The (key, number) pairs that may become ranges."""
    return [(each.key, each.number) for each in attributes if each.number is not None and isfinite(each.number)]


def best_attributes(
    counts: Iterable[tuple[str, str, int]], chosen: Collection[str]
) -> dict[str, list[tuple[str, int]]]:
    """Values with their hits, by the keys that tell most hits apart; a chosen key is always among them."""
    by_key: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, value, count in counts:
        by_key[key].append((value, count))
    picked = set(chosen) - LABELS.keys()
    for key in picked:
        by_key.setdefault(key, [])

    def worth(key: str) -> tuple[bool, int]:
        return key in picked, sum(count for _, count in by_key[key])

    keys = [key for key in by_key if key in picked or len(by_key[key]) > 1]
    best = sorted(keys, key=worth, reverse=True)[: max(MOST_ATTRIBUTES, len(picked))]
    return {key: by_key[key] for key in best}


def range_keys(counts: Iterable[tuple[str, str, int]], chosen: Sequence[Chosen]) -> list[str]:
    """The attributes that are shown as ranges: numbers, too many to list them."""
    picked = {each.facet: each.values for each in chosen}
    return [
        key
        for key, values in best_attributes(counts, picked).items()
        if any(number_range(value) for value in picked.get(key, ()))
        or (len(values) > MOST_DISCRETE and all(as_number(value) is not None for value, _ in values))
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeWords:
    """What an attribute is called in some language; None, or a choice left out: as written at first."""

    label: str | None = None
    unit: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """What facets are called, which no engine knows."""

    categories: Mapping[str, Category] = field(default_factory=dict[str, Category])
    attributes: Mapping[str, Attribute] = field(default_factory=dict[str, Attribute])
    """One attribute of each key, as some hit has it."""
    words: Mapping[str, AttributeWords] = field(default_factory=dict[str, AttributeWords])
    """By key; what is not in it is called as the hit has it."""

    def like(self, key: str) -> Attribute | None:
        """An attribute of the key, in the words of the shop's language."""
        found, said = self.attributes.get(key), self.words.get(key)
        if said is None:
            return found
        found = found or Attribute(key=key, label=key, value="")
        return replace(found, label=said.label or found.label, unit=found.unit and (said.unit or found.unit))

    def choices(self, key: str) -> Mapping[str, str]:
        return self.words[key].choices if key in self.words else {}


def facets_of(counts: FacetCounts, request: SearchRequest, naming: Naming) -> tuple[Facet, ...]:
    """In the order of use: category, brand, price, availability, then the attributes that tell most hits apart."""
    picked = {each.facet: set(each.values) for each in request.chosen}
    attributes = [
        _range_facet(key, counts.numbers[key], picked.get(key, set()), naming.like(key))
        if counts.numbers.get(key)
        else _facet(key, sorted(values, key=lambda each: -each[1]), picked, naming.choices(key), naming.like(key))
        for key, values in best_attributes(counts.attributes, picked).items()
    ]
    facets = [
        category_facet(counts.categories, picked.get(CATEGORY, set()), request.opened_categories, naming.categories),
        _facet(BRAND, counts.brands, picked),
        _price_facet(counts.prices, picked.get(PRICE, set()), request.shop.currency),
        _facet(AVAILABILITY, ((IN_STOCK, counts.in_stock), (SOLD_OUT, counts.sold_out)), picked, AVAILABILITY_LABELS),
        *attributes,
    ]
    return tuple(facet for facet in facets if facet.values)


def _facet(
    key: str,
    counts: Iterable[tuple[str, int]],
    picked: Mapping[str, set[str]],
    labels: Mapping[str, str] = MappingProxyType({}),
    like: Attribute | None = None,
) -> Facet:
    mine = picked.get(key, set())
    listed = [(value, count) for value, count in counts if count > 0 or value in mine][:MOST_VALUES]
    # What is chosen stays visible, so that it can be taken back.
    absent = sorted(mine - {value for value, _ in listed})
    values = tuple(
        FacetValue(value=value, label=labels.get(value, value), count=count, selected=value in mine)
        for value, count in [*listed, *((value, 0) for value in absent)]
    )
    return Facet(key=key, label=LABELS.get(key) or _label(key, like), values=values, unit=_unit(like))


def _price_facet(counts: Sequence[int], picked: set[str], currency: str) -> Facet:
    unit = 10 ** exponent(currency)
    values = [
        FacetValue(
            value=price_value(start, end), label=price_label(start, end, currency), count=count,
            selected=price_value(start, end) in picked, low=start / unit, high=None if end is None else end / unit,
        )
        for (start, end), count in zip(price_steps(currency), counts, strict=True)
        if count or price_value(start, end) in picked
    ]  # fmt: skip
    return Facet(key=PRICE, label=LABELS[PRICE], values=tuple(values), kind=FacetKind.RANGES, unit=currency)


def _range_facet(key: str, numbers: Sequence[tuple[float, int]], picked: set[str], like: Attribute | None) -> Facet:
    """Ranges of these hits, and those that were chosen among other hits; exact values stay chosen as they came."""
    ranges: dict[str, Range] = {range_value(*each): each for each in number_ranges(numbers)}
    for value in sorted(picked):
        number = as_number(value)
        ranges.setdefault(value, number_range(value) or (number, number))
    unit = _unit(like)

    def counted(low: float | None, high: float | None) -> int:
        return sum(hits for number, hits in numbers if within(number, low, high) or low == number == high)

    values = tuple(
        FacetValue(
            value=value, label=value if low == high else range_label(low, high, unit), count=counted(low, high),
            selected=value in picked, low=low, high=high,
        )
        for value, (low, high) in sorted(ranges.items(), key=lambda each: _place(*each[1]))
    )  # fmt: skip
    return Facet(key=key, label=_label(key, like), values=values, kind=FacetKind.RANGES, unit=unit)


def _place(low: float | None, high: float | None) -> tuple[float, float]:
    return -inf if low is None else low, inf if high is None else high


def _label(key: str, like: Attribute | None) -> str:
    return like.label if like and like.label != key else attribute_label(key)


def _unit(like: Attribute | None) -> str | None:
    return like.unit if like else None
