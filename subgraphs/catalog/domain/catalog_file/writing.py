"""An export's lines: what an import of them brings back exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from subgraphs.catalog.domain.catalog_file.table import amount, header, rows_of, written
from subgraphs.catalog.domain.product import Attribute, ProductDraft, VariantContent

BOM = b"\xef\xbb\xbf"
"""Tells a spreadsheet that a CSV file is UTF-8."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedProduct:
    """A product as it is in the catalogue now."""

    id: str
    version: int
    draft: ProductDraft
    """Its `initial_quantities` are the units that can be sold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedNames:
    """What becomes a column of its own, most used first."""

    attributes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def json_lines(products: Sequence[ExportedProduct]) -> bytes:
    return b"".join(orjson.dumps(_record(each), option=orjson.OPT_APPEND_NEWLINE) for each in products)


def table_head(names: ExportedNames) -> bytes:
    return BOM + written([header(names.attributes, names.options)])


def table_rows(products: Sequence[ExportedProduct], names: ExportedNames) -> bytes:
    columns = header(names.attributes, names.options)
    return written([row for each in products for row in rows_of(each.draft, columns)])


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
        "variants": [_variant(each, product.draft.initial_quantities.get(each.sku, 0)) for each in content.variants],
    }


def _attribute(attribute: Attribute) -> dict[str, object]:
    written: dict[str, object] = {"key": attribute.key, "label": attribute.label, "value": attribute.value}
    if attribute.number is not None:
        written["number"] = attribute.number
    return written if attribute.unit is None else written | {"unit": attribute.unit}


def _variant(variant: VariantContent, quantity: int) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "title": variant.name,
        "options": {each.name: each.value for each in variant.options},
        "price": amount(variant.price_minor_units, variant.currency),
        "currency": variant.currency,
        "compare_at": amount(variant.compare_at_minor_units, variant.currency),
        "weight_grams": variant.weight_grams,
        "quantity": quantity,
    }
