"""From rows to the domain's values."""

from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.money import Money
from subgraphs.catalog.adapters.postgres.translated import Words, attributes_in_words, in_words, option_words
from subgraphs.catalog.domain.product import Attribute, Category, Image, Product, ProductOption, Variant, VariantOption


def attributes_from(text: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(**each) for each in orjson.loads(text))


def media_from(text: str) -> tuple[Image, ...]:
    return tuple(Image(**each) for each in orjson.loads(text))


def options_from(text: str, words: Words | None = None) -> tuple[ProductOption, ...]:
    return tuple(
        ProductOption(
            name=_said(words, each["name"]), values=tuple(_said(words, each["name"], value) for value in each["values"])
        )
        for each in orjson.loads(text)
    )


def _said(words: Words | None, option: str, value: str = "") -> str:
    """The option's name, or that of its value."""
    return (words or {}).get(option, {}).get(value) or value or option


def _money(minor_units: Any, currency: str) -> Money | None:
    return None if minor_units is None else Money(minor_units, currency)


def product_from(row: DictRow, currency: str) -> Product:
    return Product(
        id=row["id"],
        external_reference=row["external_reference"],
        **in_words(row),
        slug=row["slug"],
        brand=row["brand"],
        category_id=row["category_id"],
        attributes=attributes_in_words(attributes_from(row["attributes"]), row["attribute_words"]),
        media=media_from(row["media"]),
        lowest_price=_money(row["lowest"], currency),
        highest_price=_money(row["highest"], currency),
        available_for_sale=row["published"] and bool(row["in_stock"]),
        published=row["published"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        options=options_from(row["options"], option_words(row["texts"])),
        brand_id=row["brand_id"],
        archived_at=row["archived_at"],
    )


def variant_from(row: DictRow, currency: str) -> Variant:
    image = orjson.loads(row["image"]) if row["image"] else None
    price = _money(row["minor_units"], currency)
    published = row["published"] and row["active"]
    product_name = in_words({"name": row["product_name"], "texts": row["texts"]})["name"]
    # One that has no name of its own is called like its product.
    written = product_name if row["name"] == row["product_name"] else row["name"]
    words = option_words(row["texts"])
    return Variant(
        id=row["id"],
        product_id=row["product_id"],
        sku=row["sku"],
        name=in_words({"name": written, "texts": row["own_texts"]})["name"],
        options=tuple(
            VariantOption(name=_said(words, each["name"]), value=_said(words, each["name"], each["value"]))
            for each in orjson.loads(row["options"])
        ),
        price=price,
        compare_at_price=_money(row["compare_at_minor_units"], currency),
        available_for_sale=published and price is not None and row["available"] > 0,
        quantity_available=row["available"],
        image=Image(**image) if image else None,
        product_name=product_name,
        published=published,
        weight_grams=row["weight_grams"],
    )


def image_from(text: str | None) -> Image | None:
    return Image(**orjson.loads(text)) if text else None


def category_from(row: DictRow, product_count: int) -> Category:
    return Category(
        id=row["id"],
        **in_words(row),
        slug=row["slug"],
        parent_id=row["parent_id"],
        path=tuple(row["path"]),
        version=row["version"],
        image=image_from(row["image"]),
        product_count=product_count,
    )
