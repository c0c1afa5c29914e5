"""One line of a catalogue file, checked and turned into what the catalogue service takes."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.money_pb2 import Money

from chassis.errors import InvalidInput
from chassis.money import CURRENCIES, parse_amount

FIELDS = {
    "id", "title", "description", "brand", "model", "category", "price_cents", "price", "currency", "ean", "released",
    "image", "images", "image_size", "attributes", "variants", "quantity", "published", "compare_at_cents",
    "weight_grams",
}  # fmt: skip
MOST_CENTS = 2**53
MOST_UNITS = 1_000_000_000
MOST_GRAMS = 10_000_000
_NOT_KEY = re.compile(r"[^a-z0-9]+")


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
    quantity: int = 100
    """Units on hand of a SKU that is new."""


def product_from(record: Mapping[str, Any], defaults: Defaults) -> pb.ProductInput:
    """The product of a record. Raises BadRecord."""
    reference = _text(record, "id", required=True)
    title = _text(record, "title", required=True)
    unknown = sorted(record.keys() - FIELDS)
    if unknown:
        raise BadRecord(unknown[0], "is no field of a product", "put further facts into attributes")
    published = record.get("published", True)
    if not isinstance(published, bool):
        raise BadRecord("published", f"{published!r} is neither true nor false", "write true or false without quotes")
    return pb.ProductInput(
        external_reference=reference,
        name=title,
        description=_text(record, "description") or None,
        brand=_text(record, "brand") or None,
        category_path=_category(record.get("category")),
        attributes=list(_attributes(record)),
        media=list(_media(record, title)),
        variants=_variants(record, reference, title, defaults),
        published=published,
    )


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


def _category(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        value = value.split(">")
    if not isinstance(value, list):
        raise BadRecord(
            "category", f"{_shown(value)} is no path", 'write ["Computers", "Notebooks"] or "Computers > Notebooks"'
        )
    names = cast("list[Any]", value)
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise BadRecord("category", "has an empty name or one that is no text", "remove it, or name it")
    return [str(name).strip() for name in names]


def _attributes(record: Mapping[str, Any]) -> Iterable[pb.Attribute]:
    if model := _text(record, "model"):
        yield pb.Attribute(key="model", label="Model", value=model)
    ean = record.get("ean")
    codes = cast("list[Any]", ean) if isinstance(ean, list) else [ean] if ean else []
    if codes:
        yield pb.Attribute(key="ean", label="EAN", value=", ".join(str(code) for code in codes))
    if released := _text(record, "released"):
        yield pb.Attribute(key="released", label="Released", value=released)
    given = record.get("attributes") or {}
    if not isinstance(given, dict):
        raise BadRecord("attributes", f"{_shown(given)} is no object", 'write {"colour": "Blue", "weight": 1.2}')
    seen = {"model", "ean", "released"}
    for name, value in cast("dict[str, Any]", given).items():
        key = _NOT_KEY.sub("_", name.lower()).strip("_")
        attribute = _attribute(key, name, value) if key and key not in seen else None
        if attribute is not None:
            seen.add(key)
            yield attribute


def _attribute(key: str, name: str, value: Any) -> pb.Attribute | None:
    """None for an empty value: it says nothing."""
    unit = None
    if isinstance(value, dict):
        measured = cast("dict[str, Any]", value)
        unit, value = str(measured.get("unit") or "") or None, measured.get("value")
    label = name if name != key else name.replace("_", " ").capitalize()
    if isinstance(value, bool):
        return pb.Attribute(key=key, label=label, value="Yes" if value else "No")
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise BadRecord(f"attributes.{name}", "is not a finite number", "leave it out")
        return pb.Attribute(key=key, label=label, value=f"{value:.12g}", number=float(value), unit=unit)
    if isinstance(value, str):
        return pb.Attribute(key=key, label=label, value=value.strip(), unit=unit) if value.strip() else None
    if value is None:
        return None
    raise BadRecord(f"attributes.{name}", f"{_shown(value)} is no value", "write a text, a number, true or false")


def _media(record: Mapping[str, Any], title: str) -> Iterable[pb.Image]:
    size = record.get("image_size")
    images = record.get("images") or []
    for url in [record.get("image"), *(cast("list[Any]", images) if isinstance(images, list) else [images])]:
        if not url:
            continue
        if not isinstance(url, str):
            raise BadRecord("image", f"{_shown(url)} is no address", "write https://…")
        image = pb.Image(url=url.strip(), alt=title)
        if isinstance(size, int) and size > 0:
            image.width = image.height = size
        yield image


def _variants(record: Mapping[str, Any], reference: str, title: str, defaults: Defaults) -> list[pb.VariantInput]:
    given = record.get("variants")
    if not given:
        return [_variant(record, sku=reference, name=title, fallback=record, defaults=defaults)]
    if not isinstance(given, list):
        raise BadRecord("variants", f"{_shown(given)} is no list", 'write [{"sku": "…", "price_cents": 1999}]')
    variants: list[pb.VariantInput] = []
    for index, each in enumerate(cast("list[Any]", given)):
        if not isinstance(each, dict):
            raise BadRecord(
                f"variants[{index}]", f"{_shown(each)} is no object", 'write {"sku": "…", "price_cents": 1999}'
            )
        variant = cast("dict[str, Any]", each)
        sku = _text(variant, "sku")
        if not sku:
            raise BadRecord(f"variants[{index}].sku", "is missing", "give every variant a SKU of its own")
        name = _text(variant, "title") or title
        variants.append(_variant(variant, sku=sku, name=name, fallback=record, defaults=defaults))
    return variants


def _variant(
    values: Mapping[str, Any], *, sku: str, name: str, fallback: Mapping[str, Any], defaults: Defaults
) -> pb.VariantInput:
    currency = _text(values, "currency") or _text(fallback, "currency") or defaults.currency
    if currency not in CURRENCIES:
        raise BadRecord("currency", f"{currency!r} is no ISO 4217 code", "write one such as USD")
    cents = _cents(values, fallback, currency)
    compare = values.get("compare_at_cents")
    weight = _first("weight_grams", values, fallback, None)
    options = values.get("options") or {}
    if not isinstance(options, dict):
        raise BadRecord("options", f"{_shown(options)} is no object", 'write {"Size": "42"}')
    return pb.VariantInput(
        sku=sku,
        name=name,
        options=[
            pb.VariantOption(name=str(option), value=str(value))
            for option, value in cast("dict[str, Any]", options).items()
        ],
        price=Money(minor_units=cents, currency_code=currency),
        compare_at_price=None
        if compare is None
        else Money(minor_units=_whole(compare, "compare_at_cents", MOST_CENTS), currency_code=currency),
        initial_quantity=_whole(_first("quantity", values, fallback, defaults.quantity), "quantity", MOST_UNITS),
        weight_grams=None if weight is None or weight == "" else _whole(weight, "weight_grams", MOST_GRAMS),
    )


def _cents(values: Mapping[str, Any], fallback: Mapping[str, Any], currency: str) -> int:
    for source in (values, fallback):
        if source.get("price_cents") is not None:
            return _whole(source["price_cents"], "price_cents", MOST_CENTS)
        price = source.get("price")
        if price is not None and price != "":
            try:
                cents = parse_amount(str(price), currency)
            except InvalidInput as error:
                raise BadRecord("price", error.message, "write it like 12.34") from None
            return _whole(cents, "price", MOST_CENTS)
    raise BadRecord("price_cents", "is missing", "give the price in minor units (1999) or as price (19.99)")


def _first(name: str, *sources: Any) -> Any:
    *records, default = sources
    return next((record[name] for record in records if record.get(name) is not None), default)


def _whole(value: Any, name: str, most: int) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value.strip()):
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
