"""An export's lines: what an import of them brings back exactly."""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chassis.money import decimal_amount
from subgraphs.catalog.domain.catalog_file.beside import (
    ADDRESS,
    NOTHING,
    Beside,
    all_at_the_default,
    prices_written,
    publications_written,
)
from subgraphs.catalog.domain.catalog_file.entries import HEAD, VERSION
from subgraphs.catalog.domain.catalog_file.said import texts_written
from subgraphs.catalog.domain.catalog_file.table import ATTRIBUTE, OPTION, VARIANT_COLUMNS, number_of
from subgraphs.catalog.domain.product import Attribute, Image, ProductDraft, VariantContent, attribute_label

PRODUCT_COLUMNS = ("id", "title", "description", "brand", "category", "images", "published", "attributes")
# What a spreadsheet would take for a formula. An apostrophe in front makes it a text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
BOM = b"\xef\xbb\xbf"
"""Tells a spreadsheet that a CSV file is UTF-8."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedProduct:
    """A product as it is in the catalogue now."""

    id: str
    version: int
    draft: ProductDraft
    """Its `initial_quantities` are the units that can be sold."""
    beside: Beside = NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedNames:
    """What becomes a column of its own, most used first."""

    attributes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def file_head() -> bytes:
    """The first line of JSON lines: by which version of their meaning they are to be read."""
    return records_written([{"type": HEAD, "version": VERSION}])


def json_lines(products: Sequence[ExportedProduct]) -> bytes:
    return records_written([_record(each) for each in products])


def records_written(records: Sequence[Mapping[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in records)


def table_head(names: ExportedNames) -> bytes:
    return BOM + _written([_header(names.attributes, names.options)])


def table_rows(products: Sequence[ExportedProduct], names: ExportedNames) -> bytes:
    places = {column: place for place, column in enumerate(_header(names.attributes, names.options))}
    return _written([row for each in products for row in _rows_of(each.draft, places)])


def _record(product: ExportedProduct) -> dict[str, Any]:
    content = product.draft.content
    return {
        "id": content.external_reference,
        "version": product.version,
        "title": content.name,
        "description": content.description,
        "brand": content.brand,
        "category": content.category_path,
        "published": product.draft.published,
        "attributes": [_attribute(each) for each in content.attributes],
        "images": content.media,
        "options": content.options,
        **_of_page(product.beside),
        "variants": [
            _variant(each, product.draft.initial_quantities.get(each.sku, 0)) | _beside(each.sku, product.beside)
            for each in content.variants
        ],
    }


def _of_page(beside: Beside) -> dict[str, Any]:
    """What there is of address, languages and further publications."""
    address = beside.address
    said = dict(zip(ADDRESS, (address.slug, address.title, address.description), strict=True)) if address else {}
    return {
        **{name: value for name, value in said.items() if value},
        **({"publications": publications_written(beside.publications)} if beside.publications else {}),
        **({"translations": texts_written(beside.translations)} if beside.translations else {}),
    }


def _beside(sku: str, beside: Beside) -> dict[str, Any]:
    prices, units = beside.prices.get(sku, ()), beside.stock.get(sku, {})
    found: dict[str, Any] = {"prices": prices_written(prices)} if prices else {}
    if sku in beside.variants:
        found["translations"] = texts_written(beside.variants[sku])
    return found if all_at_the_default(units) else found | {"stock": units}


def _attribute(attribute: Attribute) -> dict[str, object]:
    fields: dict[str, object] = {"key": attribute.key, "label": attribute.label, "value": attribute.value}
    if attribute.number is not None:
        fields["number"] = attribute.number
    return fields if attribute.unit is None else fields | {"unit": attribute.unit}


def _variant(variant: VariantContent, quantity: int) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "title": variant.name,
        "options": {each.name: each.value for each in variant.options},
        "price": _amount(variant.price_minor_units, variant.currency),
        "currency": variant.currency,
        "compare_at": _amount(variant.compare_at_minor_units, variant.currency),
        "weight_grams": variant.weight_grams,
        "quantity": quantity,
    }


def _header(attribute_keys: Sequence[str], option_names: Sequence[str]) -> list[str]:
    """The columns of an export."""
    return [
        *PRODUCT_COLUMNS, *VARIANT_COLUMNS,
        *(f"{OPTION}{name}" for name in option_names), *(f"{ATTRIBUTE}{key}" for key in attribute_keys),
    ]  # fmt: skip


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    """As CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([[guarded(cell) for cell in row] for row in rows])
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _rows_of(draft: ProductDraft, places: Mapping[str, int]) -> list[list[str]]:
    """One row a variant, its cells at the columns' `places`; those of the product stand in each."""
    content = draft.content
    keys = Counter(each.key for each in content.attributes)
    own = {
        each.key: each.value
        for each in content.attributes
        if f"{ATTRIBUTE}{each.key}" in places and keys[each.key] == 1 and _plain(each)
    }
    product = {
        "id": content.external_reference,
        "title": content.name,
        "description": content.description or "",
        "brand": content.brand or "",
        "category": _category_cell(content.category_path),
        "images": _images_cell(content.media, content.name),
        "published": "true" if draft.published else "false",
        "attributes": _others_cell(content.attributes, own, places),
        **{f"{ATTRIBUTE}{key}": value for key, value in own.items()},
    }
    rows: list[list[str]] = []
    for variant in content.variants:
        row = [""] * len(places)
        for column, cell in (product | _variant_cells(variant, draft.initial_quantities)).items():
            if column in places:
                row[places[column]] = cell
        rows.append(row)
    return rows


def _others_cell(attributes: Sequence[Attribute], own: Collection[str], places: Mapping[str, int]) -> str:
    """What has no column, and if their order is another one, the keys of those that have."""
    others = [each for each in attributes if each.key not in own]
    natural = sorted((each for each in attributes if each.key in own), key=lambda each: places[ATTRIBUTE + each.key])
    if [*natural, *others] == list(attributes):
        return orjson.dumps(others).decode() if others else ""
    return orjson.dumps([each.key if each.key in own else each for each in attributes]).decode()


def _plain(attribute: Attribute) -> bool:
    """Would its cell alone bring it back?"""
    value = attribute.value
    return (
        attribute.label == attribute_label(attribute.key)
        and attribute.unit is None
        and value == value.strip() != ""
        and attribute.number == number_of(value)
    )


def _category_cell(path: Sequence[str]) -> str:
    text = " > ".join(path)
    return orjson.dumps(path).decode() if text.count(">") >= max(len(path), 1) or text.startswith("[") else text


def _images_cell(media: Sequence[Image], title: str) -> str:
    if all(each.alt == title and each.width is None and each.height is None for each in media):
        return " ".join(each.url for each in media)
    return orjson.dumps(media).decode()


def _amount(minor_units: int | None, currency: str) -> str | None:
    """ "19.99"; None for no price."""
    return None if minor_units is None else decimal_amount(minor_units, currency)


def _variant_cells(variant: VariantContent, units: Mapping[str, int]) -> dict[str, str]:
    weight = variant.weight_grams
    return {
        "sku": variant.sku,
        "variant_title": variant.name,
        "price": _amount(variant.price_minor_units, variant.currency) or "",
        "currency": variant.currency,
        "compare_at": _amount(variant.compare_at_minor_units, variant.currency) or "",
        "weight_grams": "" if weight is None else str(weight),
        "quantity": str(units.get(variant.sku, 0)),
        **{f"{OPTION}{option.name}": option.value for option in variant.options},
    }
