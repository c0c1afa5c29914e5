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
from subgraphs.catalog.domain.price_ranges import price_label, price_value
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


def tells_apart(value: str) -> bool:
    """Whether a value may stand in a facet: short, and more than a yes or no."""
    return 0 < len(value) <= LONGEST_VALUE and value.lower() not in NO_CHOICE


def facet_values(attributes: Iterable[Fact]) -> list[tuple[str, str]]:
    """The (key, value) pairs that may become facets."""
    return [(each.key, each.value) for each in attributes if tells_apart(each.value)]


def other_values(attributes: Iterable[Fact]) -> list[tuple[str, str]]:
    """The (key, value) pairs that make no facet, and that products can be narrowed by nevertheless."""
    return [(each.key, each.value) for each in attributes if not tells_apart(each.value)]


def number_values(attributes: Iterable[Fact]) -> list[tuple[str, float]]:
    """The (key, number) pairs that may become ranges."""
    return [(each.key, each.number) for each in attributes if each.number is not None and isfinite(each.number)]


def best_attributes(
    counts: Iterable[tuple[str, str, int]], chosen: Collection[str]
) -> dict[str, list[tuple[str, int]]]:
    """Values with their hits, by the keys that tell most hits apart; a chosen key is always among them. What is sent
    back under the name of a facet that every search has narrows by that: an attribute of such a name is none."""
    by_key: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, value, count in counts:
        if key not in LABELS:
            by_key[key].append((value, count))
    picked = set(chosen) - LABELS.keys()
    for key in picked:
        by_key.setdefault(key, [])

    def place(key: str) -> tuple[bool, int, str]:
        return key not in picked, -sum(count for _, count in by_key[key]), key

    keys = [key for key in by_key if key in picked or len(by_key[key]) > 1]
    best = sorted(keys, key=place)[: max(MOST_ATTRIBUTES, len(picked))]
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
        _attribute_facet(key, dict(values), counts.numbers.get(key, ()), picked, naming)
        for key, values in best_attributes(counts.attributes, picked).items()
    ]
    facets = [
        category_facet(counts.categories, picked.get(CATEGORY, set()), request.opened_categories, naming.categories),
        _facet(BRAND, _most_hits(counts.brands, picked.get(BRAND, ())), picked),
        _price_facet(counts.prices, request),
        _facet(AVAILABILITY, ((IN_STOCK, counts.in_stock), (SOLD_OUT, counts.sold_out)), picked, AVAILABILITY_LABELS),
        *attributes,
    ]
    return tuple(facet for facet in facets if facet.values)


def _attribute_facet(
    key: str,
    written: Mapping[str, int],
    numbers: Sequence[tuple[float, int]],
    picked: Mapping[str, set[str]],
    naming: Naming,
) -> Facet:
    """Ranges where there are enough numbers to make some, else values, and beside either what was chosen."""
    like, mine = naming.like(key), picked.get(key, set())
    chosen = {value: bounds for value in mine if (bounds := number_range(value))}
    if made := number_ranges(numbers):
        ranges = {range_value(*each): each for each in made} | chosen
        return _range_facet(key, numbers, written, ranges, mine, like)
    counted = {value: _hits_within(numbers, *bounds) for value, bounds in chosen.items()}
    labels = {value: range_label(*bounds, _unit(like)) for value, bounds in chosen.items()}
    counts = _most_hits({**counted, **written}.items(), mine)
    return _facet(key, counts, picked, {**labels, **naming.choices(key)}, like)


def _hits_within(numbers: Iterable[tuple[float, int]], low: float | None, high: float | None) -> int:
    return sum(hits for number, hits in numbers if within(number, low, high))


def _most_hits(counts: Iterable[tuple[str, int]], chosen: Collection[str]) -> list[tuple[str, int]]:
    """The first ones, and what is chosen wherever it stands."""
    hits = dict.fromkeys(chosen, 0) | dict(counts)
    ordered = sorted(hits.items(), key=lambda each: (-each[1], each[0]))
    return [each for place, each in enumerate(ordered) if place < MOST_VALUES or each[0] in chosen]


def _facet(
    key: str,
    counts: Iterable[tuple[str, int]],
    picked: Mapping[str, set[str]],
    labels: Mapping[str, str] = MappingProxyType({}),
    like: Attribute | None = None,
) -> Facet:
    mine = picked.get(key, set())
    # What is chosen stays visible, so that it can be taken back.
    values = tuple(
        FacetValue(value=value, label=labels.get(value, value), count=count, selected=value in mine)
        for value, count in counts
        if count or value in mine
    )
    return Facet(key=key, label=LABELS.get(key) or _label(key, like), values=values, unit=_unit(like))


def _price_facet(counts: Sequence[int], request: SearchRequest) -> Facet:
    currency, chosen = request.shop.currency, request.chosen_prices
    unit = 10 ** exponent(currency)
    values = [
        FacetValue(
            value=price_value(start, end), label=price_label(start, end, currency), count=count,
            selected=(start, end) in chosen, low=start / unit, high=None if end is None else end / unit,
        )
        for (start, end), count in zip(request.price_ranges, counts, strict=True)
        if count or (start, end) in chosen
    ]  # fmt: skip
    return Facet(key=PRICE, label=LABELS[PRICE], values=tuple(values), kind=FacetKind.RANGES, unit=currency)


def _range_facet(
    key: str,
    numbers: Sequence[tuple[float, int]],
    written: Mapping[str, int],
    ranges: Mapping[str, Range],
    picked: set[str],
    like: Attribute | None,
) -> Facet:
    """Exact values stay chosen as they came."""
    unit = _unit(like)
    values = [
        FacetValue(
            value=value, label=range_label(low, high, unit), selected=value in picked, low=low, high=high,
            count=_hits_within(numbers, low, high),
        )
        for value, (low, high) in ranges.items()
    ]  # fmt: skip
    for value in picked - ranges.keys():
        exact = as_number(value)
        values.append(
            FacetValue(
                value=value, label=value, count=written.get(value, 0), selected=True, low=exact, high=exact
            )
        )  # fmt: skip
    values.sort(key=lambda each: (_place(each.low, each.high), each.value))
    return Facet(key=key, label=_label(key, like), values=tuple(values), kind=FacetKind.RANGES, unit=unit)


def _place(low: float | None, high: float | None) -> tuple[float, float]:
    return -inf if low is None else low, inf if high is None else high


def _label(key: str, like: Attribute | None) -> str:
    return like.label if like and like.label != key else attribute_label(key)


def _unit(like: Attribute | None) -> str | None:
    return like.unit if like else None
