"""From counts to the facets a shopper sees. The same for every engine."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from subgraphs.catalog.domain.product import Attribute
from subgraphs.catalog.domain.search import (
    AVAILABILITY,
    AVAILABILITY_LABELS,
    BRAND,
    CATEGORY,
    IN_STOCK,
    LABELS,
    PRICE,
    SOLD_OUT,
    Chosen,
    Facet,
    FacetCounts,
    FacetValue,
    attribute_label,
    price_label,
    price_steps,
    price_value,
)

MOST_VALUES = 30
MOST_ATTRIBUTES = 6
LONGEST_VALUE = 40
"""Characters of an attribute's value that is still something to choose from."""
NO_CHOICE = frozenset({"yes", "no", "true", "false"})


def facet_values(attributes: Iterable[Attribute]) -> list[tuple[str, str]]:
    """The (key, value) pairs that may become facets: short, and more than a yes or no."""
    return [
        (each.key, each.value)
        for each in attributes
        if 0 < len(each.value) <= LONGEST_VALUE and each.value.lower() not in NO_CHOICE
    ]


def facets_of(
    counts: FacetCounts, chosen: Sequence[Chosen], category_labels: Mapping[str, str], currency: str
) -> tuple[Facet, ...]:
    """In the order of use: category, brand, price, availability, then the attributes that tell most hits apart."""
    picked = {each.facet: set(each.values) for each in chosen}
    facets = [
        _facet(CATEGORY, counts.categories, picked, category_labels),
        _facet(BRAND, counts.brands, picked, {}),
        _price_facet(counts.prices, picked.get(PRICE, set()), currency),
        _facet(AVAILABILITY, ((IN_STOCK, counts.in_stock), (SOLD_OUT, counts.sold_out)), picked, AVAILABILITY_LABELS),
        *_attribute_facets(counts.attributes, picked),
    ]
    return tuple(facet for facet in facets if facet.values)


def _facet(
    key: str, counts: Iterable[tuple[str, int]], picked: Mapping[str, set[str]], labels: Mapping[str, str]
) -> Facet:
    mine = picked.get(key, set())
    listed = [(value, count) for value, count in counts if count > 0 or value in mine][:MOST_VALUES]
    # What is chosen stays visible, so that it can be taken back.
    absent = sorted(mine - {value for value, _ in listed})
    values = tuple(
        FacetValue(value=value, label=labels.get(value, value), count=count, selected=value in mine)
        for value, count in [*listed, *((value, 0) for value in absent)]
    )
    return Facet(key=key, label=LABELS.get(key) or attribute_label(key), values=values)


def _price_facet(counts: Sequence[int], picked: set[str], currency: str) -> Facet:
    values = [
        FacetValue(
            value=price_value(start, end), label=price_label(start, end, currency), count=count,
            selected=price_value(start, end) in picked,
        )
        for (start, end), count in zip(price_steps(currency), counts, strict=True)
        if count or price_value(start, end) in picked
    ]  # fmt: skip
    return Facet(key=PRICE, label=LABELS[PRICE], values=tuple(values))


def _attribute_facets(counts: Iterable[tuple[str, str, int]], picked: Mapping[str, set[str]]) -> list[Facet]:
    by_key: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, value, count in counts:
        by_key[key].append((value, count))
    for key in picked.keys() - LABELS.keys():
        by_key.setdefault(key, [])

    def worth(key: str) -> tuple[bool, int]:
        return key in picked, sum(count for _, count in by_key[key])

    keys = [key for key in by_key if key in picked or len(by_key[key]) > 1]
    best = sorted(keys, key=worth, reverse=True)[: max(MOST_ATTRIBUTES, len(picked))]
    return [_facet(key, sorted(by_key[key], key=lambda each: -each[1]), picked, {}) for key in best]
