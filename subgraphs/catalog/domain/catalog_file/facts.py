"""What a record says about a product beside its texts: attributes and pictures."""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from subgraphs.catalog.domain.catalog_file.values import BadRecord, shown, text, whole
from subgraphs.catalog.domain.product import Attribute, Image, attribute_label

MOST_PIXELS = 2**31 - 1
MOST_NAMES, MOST_KEPT, LONGEST_KEPT = 4_096, 16_384, 60
"""Names of attributes and whole attributes that are kept, and the characters of a name or a text of them."""
_NOT_KEY = re.compile(r"[^a-z0-9]+")


def attributes_of(record: Mapping[str, Any]) -> Iterable[Attribute]:
    if model := text(record, "model"):
        yield Attribute(key="model", label="Model", value=model)
    ean = record.get("ean")
    codes = cast("list[Any]", ean) if isinstance(ean, list) else [ean] if ean else []
    if codes:
        yield Attribute(key="ean", label="EAN", value=", ".join(str(code) for code in codes))
    if released := text(record, "released"):
        yield Attribute(key="released", label="Released", value=released)
    given = record.get("attributes") or {}
    if isinstance(given, list):
        yield from (_exact_attribute(index, each) for index, each in enumerate(cast("list[Any]", given)))
        return
    if not isinstance(given, dict):
        raise BadRecord("attributes", f"{shown(given)} is no object", 'write {"colour": "Blue", "weight": 1.2}')
    seen = {"model", "ean", "released"}
    for name, value in cast("dict[str, Any]", given).items():
        key, label = _called(name) if len(name) <= LONGEST_KEPT else _key_and_label(name)
        if not key or key in seen:
            continue
        kind = type(value)
        kept = (kind is float and value) or (kind is str and len(value) <= LONGEST_KEPT)
        attribute = (_met if kept else _attribute)(key, label, name, value)
        if attribute is not None:
            seen.add(key)
            yield attribute


def _exact_attribute(index: int, given: Any) -> Attribute:
    """As an export writes it."""
    at = f"attributes[{index}]"
    if not isinstance(given, dict):
        raise BadRecord(at, f"{shown(given)} is no object", 'write {"key": "colour", "value": "Blue"}')
    each = cast("dict[str, Any]", given)
    key, value, number = each.get("key"), each.get("value"), each.get("number")
    label, unit = each.get("label"), each.get("unit")
    if not isinstance(key, str) or not isinstance(value, str):
        raise BadRecord(at, "lacks a key or a value that is a text", 'write {"key": "colour", "value": "Blue"}')
    if not isinstance(label, str | None) or not isinstance(unit, str | None):
        raise BadRecord(at, "has a label or unit that is no text", "write it in quotes")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
        raise BadRecord(at, f"has the number {shown(number)}", "write it without quotes, or leave it out")
    return Attribute(
        key=key, label=label or key, value=value, number=None if number is None else float(number), unit=unit or None
    )


def _key_and_label(name: str) -> tuple[str, str]:
    key = _NOT_KEY.sub("_", name.lower()).strip("_")
    return key, name if name != key else attribute_label(name)


_called = lru_cache(maxsize=MOST_NAMES)(_key_and_label)
"""A file has few names for its many values: each is thought about once."""


def _attribute(key: str, label: str, name: str, value: Any) -> Attribute | None:
    """None for an empty value: it says nothing."""
    unit = None
    if isinstance(value, dict):
        measured = cast("dict[str, Any]", value)
        unit, value = str(measured.get("unit") or "") or None, measured.get("value")
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
    raise BadRecord(f"attributes.{name}", f"{shown(value)} is no value", "write a text, a number, true or false")


_met = lru_cache(maxsize=MOST_KEPT)(_attribute)
"""Three in four attributes of a catalogue stand in it again and again. Texts and decimal numbers only, without zero: 1,
1.0 and true are equal and different values, so are 0.0 and -0.0."""


def media_of(record: Mapping[str, Any], title: str) -> Iterable[Image]:
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
            raise BadRecord("image", f"{shown(image)} is no address", "write https://…")


def exact_image(given: Any) -> Image | None:
    """Of a record that has one or none. Raises BadRecord."""
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadRecord("image", f"{shown(given)} is no picture", 'write {"url": "https://…", "alt": "…"}')
    return _exact_image(cast("dict[str, Any]", given))


def _exact_image(given: Mapping[str, Any]) -> Image:
    """As an export writes it."""
    url, alt = given.get("url"), given.get("alt")
    if not isinstance(url, str) or not isinstance(alt, str | None):
        raise BadRecord("images", f"{shown(given)} has no address", 'write {"url": "https://…", "alt": "…"}')
    width, height = (
        None if given.get(side) is None else whole(given[side], f"images.{side}", MOST_PIXELS)
        for side in ("width", "height")
    )
    return Image(url=url, alt=alt or None, width=width, height=height)
