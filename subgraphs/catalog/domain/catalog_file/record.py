"""One record of a catalogue file, checked and turned into a product's draft."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from chassis.errors import InvalidInput
from chassis.money import CURRENCIES, parse_amount
from subgraphs.catalog.domain.product import (
    Attribute,
    Image,
    ProductContent,
    ProductDraft,
    ProductOption,
    VariantContent,
    VariantOption,
)
from subgraphs.catalog.domain.product_options import derived_options

FIELDS = frozenset({
    "id", "title", "description", "brand", "model", "category", "price_cents", "price", "currency", "ean", "released",
    "image", "images", "image_size", "attributes", "variants", "quantity", "published", "compare_at_cents",
    "compare_at", "weight_grams", "options", "version",
})  # fmt: skip
MOST_CENTS = 2**53
MOST_UNITS = 1_000_000_000
MOST_GRAMS = 10_000_000
MOST_PIXELS = 2**31 - 1
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_INTEGER = re.compile(r"-?\d{1,18}")


class BadRecord(Exception):
    """What is wrong with a line, and how to mend it."""

    def __init__(self, field: str, what: str, how: str) -> None:
        super().__init__(f"{field}: {what}")
        self.field = field
        self.what = what
        self.how = how


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """For what a line leaves out."""

    currency: str = "USD"
    quantity: int = 0
    """Units on hand of a SKU that is new."""


def draft_of(record: Mapping[str, Any], defaults: Defaults) -> ProductDraft:
    """The product of a record. Raises BadRecord."""
    reference = _text(record, "id", required=True)
    title = _text(record, "title", required=True)
    if unknown := sorted(record.keys() - FIELDS):
        raise BadRecord(unknown[0], "is no field of a product", "put further facts into attributes")
    published = record.get("published", True)
    if not isinstance(published, bool):
        raise BadRecord("published", f"{published!r} is neither true nor false", "write true or false without quotes")
    units: dict[str, int] = {}
    variants = tuple(_variants(record, reference, title, defaults, units))
    content = ProductContent(
        external_reference=reference,
        name=title,
        description=_text(record, "description") or None,
        brand=_text(record, "brand") or None,
        category_path=category_path(record.get("category")),
        attributes=tuple(_attributes(record)),
        media=tuple(_media(record, title)),
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
            "category", f"{_shown(value)} is no path", 'write ["Computers", "Notebooks"] or "Computers > Notebooks"'
        )
    names = cast("list[Any]", value)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise BadRecord("category", "has an empty name or one that is no text", "remove it, or name it")
    return tuple(str(name).strip() for name in names)


def attribute_label(key: str) -> str:
    """The label of an attribute that came without one: screen_size → Screen size."""
    return key.replace("_", " ").capitalize()


def _text(record: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        if required:
            raise BadRecord(name, "is missing", f"give every line a non-empty {name}")
        return ""
    if not isinstance(value, str):
        raise BadRecord(name, f"{_shown(value)} is no text", "write it in quotes")
    if required and not value.strip():
        raise BadRecord(name, "is blank", f"give every line a non-empty {name}")
    return value.strip()


def _attributes(record: Mapping[str, Any]) -> Iterable[Attribute]:
    if model := _text(record, "model"):
        yield Attribute(key="model", label="Model", value=model)
    ean = record.get("ean")
    codes = cast("list[Any]", ean) if isinstance(ean, list) else [ean] if ean else []
    if codes:
        yield Attribute(key="ean", label="EAN", value=", ".join(str(code) for code in codes))
    if released := _text(record, "released"):
        yield Attribute(key="released", label="Released", value=released)
    given = record.get("attributes") or {}
    if isinstance(given, list):
        yield from (_exact_attribute(index, each) for index, each in enumerate(cast("list[Any]", given)))
        return
    if not isinstance(given, dict):
        raise BadRecord("attributes", f"{_shown(given)} is no object", 'write {"colour": "Blue", "weight": 1.2}')
    seen = {"model", "ean", "released"}
    for name, value in cast("dict[str, Any]", given).items():
        key = _NOT_KEY.sub("_", name.lower()).strip("_")
        attribute = _attribute(key, name, value) if key and key not in seen else None
        if attribute is not None:
            seen.add(key)
            yield attribute


def _exact_attribute(index: int, given: Any) -> Attribute:
    """As an export writes it."""
    at = f"attributes[{index}]"
    if not isinstance(given, dict):
        raise BadRecord(at, f"{_shown(given)} is no object", 'write {"key": "colour", "value": "Blue"}')
    each = cast("dict[str, Any]", given)
    key, value, number = each.get("key"), each.get("value"), each.get("number")
    label, unit = each.get("label"), each.get("unit")
    if not isinstance(key, str) or not isinstance(value, str):
        raise BadRecord(at, "lacks a key or a value that is a text", 'write {"key": "colour", "value": "Blue"}')
    if not isinstance(label, str | None) or not isinstance(unit, str | None):
        raise BadRecord(at, "has a label or unit that is no text", "write it in quotes")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
        raise BadRecord(at, f"has the number {_shown(number)}", "write it without quotes, or leave it out")
    return Attribute(
        key=key, label=label or key, value=value, number=None if number is None else float(number), unit=unit or None
    )


def _attribute(key: str, name: str, value: Any) -> Attribute | None:
    """None for an empty value: it says nothing."""
    unit = None
    if isinstance(value, dict):
        measured = cast("dict[str, Any]", value)
        unit, value = str(measured.get("unit") or "") or None, measured.get("value")
    label = name if name != key else attribute_label(name)
    if isinstance(value, bool):
        return Attribute(key=key, label=label, value="Yes" if value else "No")
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise BadRecord(f"attributes.{name}", "is not a finite number", "leave it out")
        return Attribute(key=key, label=label, value=f"{value:.12g}", number=float(value), unit=unit)
    if isinstance(value, str):
        return Attribute(key=key, label=label, value=value.strip(), unit=unit) if value.strip() else None
    if value is None:
        return None
    raise BadRecord(f"attributes.{name}", f"{_shown(value)} is no value", "write a text, a number, true or false")


def _media(record: Mapping[str, Any], title: str) -> Iterable[Image]:
    size = record.get("image_size")
    square = size if isinstance(size, int) and size > 0 else None
    images = record.get("images") or []
    for image in [record.get("image"), *(cast("list[Any]", images) if isinstance(images, list) else [images])]:
        if not image:
            continue
        if isinstance(image, str):
            yield Image(url=image.strip(), alt=title, width=square, height=square)
        elif isinstance(image, dict):
            yield _exact_image(cast("dict[str, Any]", image))
        else:
            raise BadRecord("image", f"{_shown(image)} is no address", "write https://…")


def _exact_image(given: Mapping[str, Any]) -> Image:
    """As an export writes it."""
    url, alt = given.get("url"), given.get("alt")
    if not isinstance(url, str) or not isinstance(alt, str | None):
        raise BadRecord("images", f"{_shown(given)} has no address", 'write {"url": "https://…", "alt": "…"}')
    width, height = (
        None if given.get(side) is None else whole(given[side], f"images.{side}", MOST_PIXELS)
        for side in ("width", "height")
    )
    return Image(url=url, alt=alt or None, width=width, height=height)


def _variants(
    record: Mapping[str, Any], reference: str, title: str, defaults: Defaults, units: dict[str, int]
) -> Iterable[VariantContent]:
    given = record.get("variants")
    if not given:
        yield _variant({**record, "options": None}, reference, title, record, defaults, units)
        return
    if not isinstance(given, list):
        raise BadRecord("variants", f"{_shown(given)} is no list", 'write [{"sku": "…", "price_cents": 1999}]')
    for index, each in enumerate(cast("list[Any]", given)):
        if not isinstance(each, dict):
            raise BadRecord(
                f"variants[{index}]", f"{_shown(each)} is no object", 'write {"sku": "…", "price_cents": 1999}'
            )
        variant = cast("dict[str, Any]", each)
        sku = _text(variant, "sku")
        if not sku:
            raise BadRecord(f"variants[{index}].sku", "is missing", "give every variant a SKU of its own")
        yield _variant(variant, sku, _text(variant, "title") or title, record, defaults, units)


def _variant(
    values: Mapping[str, Any], sku: str, name: str, fallback: Mapping[str, Any], defaults: Defaults,
    units: dict[str, int],
) -> VariantContent:  # fmt: skip
    currency = _text(values, "currency") or _text(fallback, "currency") or defaults.currency
    if currency not in CURRENCIES:
        raise BadRecord("currency", f"{currency!r} is no ISO 4217 code", "write one such as USD")
    weight = _first("weight_grams", values, fallback, None)
    price = _cents("price", values, currency)
    if price is None:
        price = _cents("price", fallback, currency)
    if price is None and not ("price" in values and values["price"] is None):
        raise BadRecord("price_cents", "is missing", "give the price in minor units (1999) or as price (19.99)")
    quantity = whole(_first("quantity", values, fallback, defaults.quantity), "quantity", MOST_UNITS)
    if quantity:
        units[sku] = quantity
    return VariantContent(
        sku=sku,
        name=name,
        options=tuple(_options(values.get("options") or {})),
        price_minor_units=price,
        compare_at_minor_units=_cents("compare_at", values, currency),
        currency=currency,
        weight_grams=None if weight is None or weight == "" else whole(weight, "weight_grams", MOST_GRAMS),
    )


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
        raise BadRecord(
            "options", f"{_shown(given)} is no list", 'write [{"name": "Size", "values": ["42"]}]'
        ) from None


def _options(given: Any) -> Iterable[VariantOption]:
    if isinstance(given, dict):
        for name, value in cast("dict[str, Any]", given).items():
            yield VariantOption(name=str(name), value=str(value))
        return
    raise BadRecord("options", f"{_shown(given)} is no object", 'write {"Size": "42"}')


def _cents(name: str, values: Mapping[str, Any], currency: str) -> int | None:
    """Of `price_cents`, or else of `price`."""
    cents, amount = values.get(f"{name}_cents"), values.get(name)
    if cents is not None and cents != "":
        return whole(cents, f"{name}_cents", MOST_CENTS)
    if amount is None or amount == "":
        return None
    try:
        return whole(parse_amount(str(amount), currency), name, MOST_CENTS)
    except InvalidInput as error:
        raise BadRecord(name, error.message, "write it like 12.34") from None


def _first(name: str, *sources: Any) -> Any:
    *records, default = sources
    return next((record[name] for record in records if record.get(name) is not None), default)


def whole(value: Any, name: str, most: int) -> int:
    """A whole number from 0 to `most`, also from its digits. Raises BadRecord."""
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRecord(name, f"{_shown(value)} is no whole number", "write it without decimals and quotes")
    if not 0 <= value <= most:
        raise BadRecord(name, f"{value} is out of range", f"write a number from 0 to {most:,}")
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
