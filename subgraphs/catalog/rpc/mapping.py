"""Between catalog's messages and its domain."""

from collections.abc import Iterable
from typing import Any, cast

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import product_pb2
from emporium.common.v1 import outcome_pb2, page_pb2

from chassis.money import NO_AMOUNT
from chassis.wire import money_message, timestamp, user_error
from subgraphs.catalog.domain.found import SearchPage
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.domain.product import (
    Attribute,
    Category,
    Fault,
    Image,
    Product,
    ProductContent,
    ProductDraft,
    ProductKey,
    ProductOption,
    ProductWrite,
    Variant,
    VariantContent,
    VariantOption,
)
from subgraphs.catalog.domain.product_options import derived_options

DEFAULT_FIRST = 20


def image_message(image: Image) -> pb.Image:
    return pb.Image(url=image.url, alt=image.alt, width=image.width, height=image.height)


def product_message(product: Product) -> pb.Product:
    message = pb.Product(
        id=product.id,
        external_reference=product.external_reference,
        name=product.name,
        slug=product.slug,
        description=product.description,
        brand=product.brand,
        category_id=product.category_id,
        attributes=[
            pb.Attribute(key=each.key, label=each.label, value=each.value, number=each.number, unit=each.unit)
            for each in product.attributes
        ],
        media=[image_message(each) for each in product.media],
        available_for_sale=product.available_for_sale,
        published=product.published,
        created_at=timestamp(product.created_at),
        updated_at=timestamp(product.updated_at),
        version=product.version,
        options=[pb.ProductOption(name=each.name, values=each.values) for each in product.options],
        archived_at=timestamp(product.archived_at) if product.archived_at else None,
        brand_id=product.brand_id,
        seo_title=product.seo_title,
        seo_description=product.seo_description,
    )
    if product.media:
        message.image.CopyFrom(message.media[0])
    if product.lowest_price is not None and product.highest_price is not None:
        message.price_range.min.CopyFrom(money_message(product.lowest_price))
        message.price_range.max.CopyFrom(money_message(product.highest_price))
    return message


def product_outcome(product: Product | None) -> pb.ProductOutcome:
    return pb.ProductOutcome(product=product_message(product)) if product else pb.ProductOutcome()


def variant_message(variant: Variant) -> pb.Variant:
    return pb.Variant(
        id=variant.id,
        product_id=variant.product_id,
        sku=variant.sku,
        name=variant.name,
        options=[pb.VariantOption(name=each.name, value=each.value) for each in variant.options],
        price=money_message(variant.price) if variant.price is not None else None,
        compare_at_price=money_message(variant.compare_at_price) if variant.compare_at_price is not None else None,
        available_for_sale=variant.available_for_sale,
        quantity_available=variant.quantity_available,
        image=image_message(variant.image) if variant.image else None,
        product_name=variant.product_name,
        published=variant.published,
        weight_grams=variant.weight_grams,
    )


def variant_outcome(variant: Variant | None) -> pb.VariantOutcome:
    return pb.VariantOutcome(variant=variant_message(variant)) if variant else pb.VariantOutcome()


def category_message(category: Category) -> pb.Category:
    return pb.Category(
        id=category.id,
        name=category.name,
        slug=category.slug,
        parent_id=category.parent_id,
        path=category.path,
        product_count=category.product_count,
        description=category.description,
        image=image_message(category.image) if category.image else None,
        version=category.version,
        seo_title=category.seo_title,
        seo_description=category.seo_description,
    )


def category_outcome(category: Category | None) -> pb.CategoryOutcome:
    return pb.CategoryOutcome(category=category_message(category)) if category else pb.CategoryOutcome()


def product_page_message(page: Page[Product]) -> pb.ProductPage:
    return pb.ProductPage(
        nodes=[product_message(each) for each in page.items],
        cursors=page.cursors,
        total_count=page.total_count,
        page_info=page_info(page),
    )


def page_info(page: Page[Any] | SearchPage) -> page_pb2.PageInfo:
    return page_pb2.PageInfo(
        has_next_page=page.has_next_page,
        has_previous_page=page.has_previous_page,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.cursors[-1] if page.cursors else None,
    )


def key_from(key: pb.ProductKey) -> ProductKey:
    kind = key.WhichOneof("key") or "id"
    return ProductKey(kind=kind, value=getattr(key, kind))


def draft_from(message: pb.ProductInput, at: tuple[str, ...] = ()) -> ProductDraft:
    """`at` is where it stands in the caller's input."""
    variants = tuple(variant_from(each, message.name) for each in message.variants)
    content = ProductContent(
        external_reference=message.external_reference,
        name=message.name,
        description=message.description or None,
        brand=message.brand or None,
        category_path=tuple(message.category_path),
        attributes=tuple(attribute_from(each) for each in message.attributes),
        media=tuple(image_from(each) for each in message.media),
        options=options_from(message.options) or derived_options(variants),
        variants=variants,
    )
    return ProductDraft(
        content=content,
        published=message.published,
        expected_version=message.expected_version if message.HasField("expected_version") else None,
        initial_quantities={each.sku: each.initial_quantity for each in message.variants if each.initial_quantity},
        at=at,
    )


def options_from(messages: Iterable[pb.ProductOption]) -> tuple[ProductOption, ...]:
    return tuple(ProductOption(name=each.name, values=tuple(each.values)) for each in messages)


def attribute_from(message: pb.Attribute) -> Attribute:
    return Attribute(
        key=message.key,
        label=message.label or message.key,
        value=message.value,
        number=message.number if message.HasField("number") else None,
        unit=message.unit or None,
    )


def image_from(message: pb.Image) -> Image:
    return Image(
        url=message.url,
        alt=message.alt or None,
        width=message.width if message.HasField("width") else None,
        height=message.height if message.HasField("height") else None,
    )


def variant_from(message: pb.VariantInput, product_name: str) -> VariantContent:
    return VariantContent(
        sku=message.sku,
        name=message.name or product_name,
        options=tuple(VariantOption(name=each.name, value=each.value) for each in message.options),
        price_minor_units=message.price.minor_units,
        compare_at_minor_units=compared_from(message),
        currency=message.price.currency_code,
        weight_grams=message.weight_grams if message.HasField("weight_grams") else None,
    )


def compared_from(message: pb.VariantInput | product_pb2.VariantPrice) -> int | None:
    """The former price in minor units of the price's currency; NO_AMOUNT when it is in another one."""
    if not message.HasField("compare_at_price"):
        return None
    same = message.compare_at_price.currency_code == message.price.currency_code
    return message.compare_at_price.minor_units if same else NO_AMOUNT


def fault_messages(faults: Iterable[Fault]) -> list[outcome_pb2.UserError]:
    return [
        user_error(
            cast("outcome_pb2.UserErrorCode", outcome_pb2.UserErrorCode.Value(each.code)), each.message, each.field
        )
        for each in faults
    ]


def write_message(write: ProductWrite) -> pb.ProductWrite:
    return pb.ProductWrite(
        result=write.result.value, product_id=write.product_id, user_errors=fault_messages(write.faults)
    )
