"""Between ProductService's messages and the domain."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import orjson
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import product_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.money import Money
from chassis.wire import moment, money_message, timestamp
from subgraphs.catalog.domain.brand import Brand, BrandChange, BrandRemoval, NewBrand
from subgraphs.catalog.domain.change import EntityKind, RecordedChange
from subgraphs.catalog.domain.errors import InvalidEdit
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.domain.price import Price, PriceList, ShownPrice
from subgraphs.catalog.domain.product import ProductWrite
from subgraphs.catalog.domain.product_edit import (
    Archiving,
    ContentUpdate,
    ProductChange,
    ProductEdit,
    VariantAddition,
    VariantOrder,
    VariantRemoval,
    VariantUpdate,
)
from subgraphs.catalog.rpc.mapping import (
    attribute_from,
    compared_from,
    fault_messages,
    image_from,
    options_from,
    page_info,
    variant_from,
)

KIND = "CATALOG_ENTITY_KIND_"
CONTENT_FIELDS: dict[str, Callable[[catalog_pb2.ProductInput], Any]] = {
    "name": lambda values: values.name,
    "description": lambda values: values.description or None,
    "brand": lambda values: values.brand or None,
    "category_path": lambda values: tuple(values.category_path),
    "attributes": lambda values: tuple(attribute_from(each) for each in values.attributes),
    "media": lambda values: tuple(image_from(each) for each in values.media),
    "options": lambda values: options_from(values.options),
}
VARIANT_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "options": ("options",),
    "weight_grams": ("weight_grams",),
    "price": ("price_minor_units", "compare_at_minor_units", "currency"),
}
"""What of a variant is one thing to change. A price takes the one it is compared with along."""


def edit_from(message: pb.ProductEdit) -> ProductEdit:
    """Raises InvalidEdit."""
    return ProductEdit(
        product_id=message.product_id,
        variant_id=message.variant_id,
        expected_version=message.expected_version if message.HasField("expected_version") else None,
        change=_change_from(message),
    )


def _change_from(message: pb.ProductEdit) -> ProductChange:
    match message.WhichOneof("change"):
        case "update":
            return _content_update(message.update)
        case "add_variant":
            added = message.add_variant
            return VariantAddition(variant=variant_from(added, added.sku), initial_quantity=added.initial_quantity)
        case "update_variant":
            return _variant_update(message.update_variant)
        case "remove_variant":
            return VariantRemoval()
        case "order_variants":
            return VariantOrder(variant_ids=tuple(message.order_variants.variant_ids))
        case "archive":
            return Archiving()
        case _:
            raise InvalidEdit


def _content_update(message: pb.ProductValues) -> ContentUpdate:
    given = set(message.fields.paths)
    _check(given, {*CONTENT_FIELDS, "category_id"})
    moved = message.category_id if "category_id" in given else None
    fields = {name: read(message.values) for name, read in CONTENT_FIELDS.items() if name in given}
    if moved == "":
        return ContentUpdate(fields={**fields, "category_path": ()})
    return ContentUpdate(fields=fields, category_id=moved)


def _variant_update(message: pb.VariantValues) -> VariantUpdate:
    given = set(message.fields.paths)
    _check(given, set(VARIANT_FIELDS))
    values = variant_from(message.values, message.values.name)
    names = [name for field in sorted(given) for name in VARIANT_FIELDS[field]]
    return VariantUpdate(fields={name: getattr(values, name) for name in names})


def _check(given: set[str], known: set[str]) -> None:
    if given - known:
        raise InvalidEdit(unknown=", ".join(sorted(given - known))[:100])


def edited_message(write: ProductWrite) -> pb.ProductEdited:
    return pb.ProductEdited(
        result=write.result.value,
        product_id=write.product_id,
        variant_id=write.variant_id,
        user_errors=fault_messages(write.faults),
    )


def price_list_from(message: pb.VariantPrices, place: int, channel: str) -> PriceList:
    return PriceList(
        sku=message.sku,
        channel=message.channel or channel,
        prices=tuple(_price_from(each) for each in message.prices),
        expected_version=message.expected_version if message.HasField("expected_version") else None,
        at=("items", str(place)),
    )


def _price_from(message: pb.VariantPrice) -> Price:
    return Price(
        minor_units=message.price.minor_units,
        compare_at_minor_units=compared_from(message),
        currency=message.price.currency_code,
        valid_from=_moment(message.valid_from) if message.HasField("valid_from") else None,
        valid_until=_moment(message.valid_until) if message.HasField("valid_until") else None,
    )


def _moment(message: Timestamp) -> datetime:
    return moment(message)


def price_message(shown: ShownPrice) -> pb.VariantPrice:
    price = shown.price
    compared = price.compare_at_minor_units
    return pb.VariantPrice(
        price=money_message(Money(price.minor_units, price.currency)),
        compare_at_price=None if compared is None else money_message(Money(compared, price.currency)),
        valid_from=timestamp(price.valid_from) if price.valid_from else None,
        valid_until=timestamp(price.valid_until) if price.valid_until else None,
        in_force=shown.in_force,
        channel=shown.channel,
    )


def prices_set_message(write: ProductWrite) -> pb.VariantPricesSet:
    return pb.VariantPricesSet(
        result=write.result.value, variant_id=write.variant_id, user_errors=fault_messages(write.faults)
    )


def brand_outcome(brand: Brand | None) -> pb.BrandOutcome:
    return pb.BrandOutcome(brand=brand_message(brand)) if brand else pb.BrandOutcome()


def brand_page(page: Page[Brand]) -> pb.BrandPage:
    return pb.BrandPage(
        nodes=[brand_message(each) for each in page.items], cursors=page.cursors, page_info=page_info(page)
    )


def brand_message(brand: Brand) -> pb.Brand:
    return pb.Brand(id=brand.id, name=brand.name, slug=brand.slug, version=brand.version)


def new_brand_from(request: pb.CreateBrandRequest) -> NewBrand:
    return NewBrand(name=request.name, slug=request.slug if request.HasField("slug") else None)


def brand_change_from(request: pb.UpdateBrandRequest) -> BrandChange:
    return BrandChange(
        id=request.id,
        expected_version=request.expected_version if request.HasField("expected_version") else None,
        name=request.name if request.HasField("name") else None,
        slug=request.slug if request.HasField("slug") else None,
    )


def brand_removal_from(request: pb.DeleteBrandRequest) -> BrandRemoval:
    return BrandRemoval(
        id=request.id,
        expected_version=request.expected_version if request.HasField("expected_version") else None,
        products_to=request.move_products_to or None,
    )


def kind_from(kind: pb.CatalogEntityKind) -> EntityKind | None:
    return EntityKind(pb.CatalogEntityKind.Name(kind).removeprefix(KIND)) if kind else None


def change_page(page: Page[RecordedChange]) -> pb.CatalogChangePage:
    return pb.CatalogChangePage(
        nodes=[_change_message(each) for each in page.items], cursors=page.cursors, page_info=page_info(page)
    )


def _change_message(change: RecordedChange) -> pb.CatalogChange:
    kind = cast("pb.CatalogEntityKind", pb.CatalogEntityKind.Value(KIND + change.kind))
    names = {**change.before, **change.after}
    return pb.CatalogChange(
        id=str(change.id),
        kind=kind,
        entity_id=change.entity_id,
        version=change.version,
        actor=change.actor,
        request_id=change.request_id,
        operation=change.operation,
        fields=[
            pb.ChangedField(field=name, before=_json(change.before, name), after=_json(change.after, name))
            for name in names
        ],
        changed_at=timestamp(change.changed_at),
    )


def _json(values: Any, name: str) -> str | None:
    return orjson.dumps(values[name]).decode() if name in values else None
