"""One record of a catalogue file, checked and turned into a product's draft."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from chassis.money import CURRENCIES
from subgraphs.catalog.domain.catalog_file.beside import ADDRESS, units_of
from subgraphs.catalog.domain.catalog_file.facts import attributes_of, media_of
from subgraphs.catalog.domain.catalog_file.values import BadRecord, cents, first_of, shown, text, truth, whole
from subgraphs.catalog.domain.product import (
    ProductContent,
    ProductDraft,
    ProductOption,
    VariantContent,
    VariantOption,
)
from subgraphs.catalog.domain.product_options import derived_options
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION

FIELDS = frozenset({
    "id", "title", "description", "brand", "model", "category", "price_cents", "price", "currency", "ean", "released",
    "image", "images", "image_size", "attributes", "variants", "quantity", "published", "compare_at_cents",
    "compare_at", "weight_grams", "options", "version",
})  # fmt: skip
BESIDE = frozenset({"translations", "prices", "stock", "publications", *ADDRESS})
"""Of JSON lines only: in a table these names are attributes like any other."""
MOST_UNITS = 1_000_000_000
MOST_GRAMS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """For what a line leaves out."""

    currency: str = "USD"
    quantity: int = 0
    """Units on hand of a SKU that is new."""


def draft_of(record: Mapping[str, Any], defaults: Defaults) -> ProductDraft:
    """The product of a record. Raises BadRecord."""
    reference = text(record, "id", required=True)
    title = text(record, "title", required=True)
    if unknown := sorted(record.keys() - FIELDS - BESIDE - {"type"}):
        raise BadRecord(unknown[0], "is no field of a product", "put further facts into attributes")
    published = truth(record, "published", default=True)
    units: dict[str, int] = {}
    variants = tuple(_variants(record, reference, title, defaults, units))
    content = ProductContent(
        external_reference=reference,
        name=title,
        description=text(record, "description") or None,
        brand=text(record, "brand") or None,
        category_path=category_path(record.get("category")),
        attributes=tuple(attributes_of(record)),
        media=tuple(media_of(record, title)),
        options=_declared(record.get("options")) or derived_options(variants),
        variants=variants,
    )
    return ProductDraft(content=content, published=published, initial_quantities=units)


def category_path(value: Any) -> tuple[str, ...]:
    """Names from the root, of a list or of "Computers > Notebooks". Raises BadRecord."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        value = value.split(">")
    if not isinstance(value, list):
        raise BadRecord(
            "category", f"{shown(value)} is no path", 'write ["Computers", "Notebooks"] or "Computers > Notebooks"'
        )
    names = cast("list[Any]", value)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise BadRecord("category", "has an empty name or one that is no text", "remove it, or name it")
    return tuple(str(name).strip() for name in names)


def _variants(
    record: Mapping[str, Any], reference: str, title: str, defaults: Defaults, units: dict[str, int]
) -> Iterable[VariantContent]:
    given = record.get("variants")
    if not given:
        yield _variant({**record, "options": None}, reference, title, record, defaults, units)
        return
    if not isinstance(given, list):
        raise BadRecord("variants", f"{shown(given)} is no list", 'write [{"sku": "…", "price_cents": 1999}]')
    for index, each in enumerate(cast("list[Any]", given)):
        if not isinstance(each, dict):
            raise BadRecord(
                f"variants[{index}]", f"{shown(each)} is no object", 'write {"sku": "…", "price_cents": 1999}'
            )
        variant = cast("dict[str, Any]", each)
        sku = text(variant, "sku")
        if not sku:
            raise BadRecord(f"variants[{index}].sku", "is missing", "give every variant a SKU of its own")
        yield _variant(variant, sku, text(variant, "title") or title, record, defaults, units)


def _variant(
    values: Mapping[str, Any], sku: str, name: str, fallback: Mapping[str, Any], defaults: Defaults,
    units: dict[str, int],
) -> VariantContent:  # fmt: skip
    currency = text(values, "currency") or text(fallback, "currency") or defaults.currency
    if currency not in CURRENCIES:
        raise BadRecord("currency", f"{currency!r} is no ISO 4217 code", "write one such as USD")
    weight = first_of("weight_grams", values, fallback, None)
    price = cents("price", values, currency)
    if price is None:
        price = cents("price", fallback, currency)
    if price is None and not ("price" in values and values["price"] is None):
        raise BadRecord("price_cents", "is missing", "give the price in minor units (1999) or as price (19.99)")
    quantity = _quantity(values, fallback, defaults)
    if quantity:
        units[sku] = quantity
    return VariantContent(
        sku=sku,
        name=name,
        options=tuple(_options(values.get("options") or {})),
        price_minor_units=price,
        compare_at_minor_units=cents("compare_at", values, currency),
        currency=currency,
        weight_grams=None if weight is None or weight == "" else whole(weight, "weight_grams", MOST_GRAMS),
    )


def _quantity(values: Mapping[str, Any], fallback: Mapping[str, Any], defaults: Defaults) -> int:
    """At the default location."""
    located = first_of("stock", values, fallback, None)
    if located is not None:
        return units_of(located).get(DEFAULT_LOCATION, 0)
    return whole(first_of("quantity", values, fallback, defaults.quantity), "quantity", MOST_UNITS)


def _declared(given: Any) -> tuple[ProductOption, ...]:
    """What the variants are told apart by, in the order a shopper chooses."""
    if given is None:
        return ()
    try:
        return tuple(
            ProductOption(name=str(each["name"]), values=tuple(map(str, each["values"])))
            for each in cast("list[dict[str, Any]]", given)
        )
    except (TypeError, KeyError):
        raise BadRecord("options", f"{shown(given)} is no list", 'write [{"name": "Size", "values": ["42"]}]') from None


def _options(given: Any) -> Iterable[VariantOption]:
    if isinstance(given, dict):
        for name, value in cast("dict[str, Any]", given).items():
            yield VariantOption(name=str(name), value=str(value))
        return
    raise BadRecord("options", f"{shown(given)} is no object", 'write {"Size": "42"}')
