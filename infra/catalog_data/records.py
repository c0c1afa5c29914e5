"""A record of a catalogue file as a message to the catalogue service."""

from collections.abc import Mapping
from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.money_pb2 import Money

from subgraphs.catalog.domain.catalog_file.record import Defaults, draft_of
from subgraphs.catalog.domain.product import VariantContent


def product_from(record: Mapping[str, Any], defaults: Defaults) -> pb.ProductInput:
    """The product of a record. Raises BadRecord."""
    draft = draft_of(record, defaults)
    content = draft.content
    return pb.ProductInput(
        external_reference=content.external_reference,
        name=content.name,
        description=content.description,
        brand=content.brand,
        category_path=content.category_path,
        attributes=[
            pb.Attribute(key=each.key, label=each.label, value=each.value, number=each.number, unit=each.unit)
            for each in content.attributes
        ],
        media=[pb.Image(url=each.url, alt=each.alt, width=each.width, height=each.height) for each in content.media],
        variants=[_variant(each, draft.initial_quantities.get(each.sku, 0)) for each in content.variants],
        published=draft.published is not False,
    )


def _variant(variant: VariantContent, quantity: int) -> pb.VariantInput:
    price, compare = variant.price_minor_units, variant.compare_at_minor_units
    return pb.VariantInput(
        sku=variant.sku,
        name=variant.name,
        options=[pb.VariantOption(name=each.name, value=each.value) for each in variant.options],
        price=None if price is None else Money(minor_units=price, currency_code=variant.currency),
        compare_at_price=None if compare is None else Money(minor_units=compare, currency_code=variant.currency),
        initial_quantity=quantity,
        weight_grams=variant.weight_grams,
    )
