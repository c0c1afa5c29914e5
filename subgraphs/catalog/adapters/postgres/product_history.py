"""What a write of products changes, as the record of changes keeps it."""

from collections.abc import Iterable, Iterator, Mapping

from chassis.money import decimal_amount
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import ProductContent, ProductDraft, VariantContent
from subgraphs.catalog.domain.product_edit import StoredProduct

Amounts = tuple[int | None, int | None]
"""The regular price and what it is compared with, in minor units."""


def changes_of(
    draft: ProductDraft,
    stored: StoredProduct | None,
    product_id: str,
    version: int,
    ids: Mapping[str, str],
    operation: str,
    priced: Mapping[str, Mapping[str, object]],
) -> Iterator[Change]:
    """One of the product, and one of each of its variants; `ids` are the variants' by SKU, `priced` is what those cost
    that go."""
    content = draft.content
    if stored is None or stored.archived:
        named = {"externalReference": content.external_reference, "name": content.name}
        before = {"archived": True} if stored else {}
        after = {**named, "archived": False} if stored else {**named, "skus": [each.sku for each in content.variants]}
        yield Change(
            kind=EntityKind.PRODUCT, id=product_id, version=version, operation=operation, before=before, after=after
        )
        return
    yield Change(
        kind=EntityKind.PRODUCT, id=product_id, version=version, operation=operation,
        before={**_fields(stored.content), "published": stored.published},
        after={**_fields(content), "published": stored.published if draft.published is None else draft.published},
    )  # fmt: skip
    yield from _variant_changes(stored, content, version, ids, operation, priced)


def _variant_changes(
    stored: StoredProduct,
    content: ProductContent,
    version: int,
    ids: Mapping[str, str],
    operation: str,
    priced: Mapping[str, Mapping[str, object]],
) -> Iterator[Change]:
    before = {each.sku: (place, each) for place, each in enumerate(stored.content.variants)}
    after = {each.sku: (place, each) for place, each in enumerate(content.variants)}
    for sku in {**before, **after}:
        was, shall = before.get(sku), after.get(sku)
        currency = shall[1].currency if shall else ""
        amounts = stored.prices.get(sku, {}).get(currency, (None, None))
        variant_id = stored.variant_ids.get(sku) or ids[sku]
        costs = {} if shall else priced.get(variant_id, {})
        yield Change(
            kind=EntityKind.PRODUCT_VARIANT,
            id=variant_id,
            version=version,
            operation=operation,
            before={**_variant_fields(*was, amounts if currency else None, currency), **costs} if was else {},
            after=_variant_fields(*shall, _amounts(shall[1]), currency) if shall else {},
        )


def _amounts(variant: VariantContent) -> Amounts | None:
    return None if variant.price_minor_units is None else (variant.price_minor_units, variant.compare_at_minor_units)


def _fields(content: ProductContent) -> dict[str, object]:
    return {
        "name": content.name,
        "description": content.description,
        "brand": content.brand,
        "categoryPath": list(content.category_path),
        "attributes": content.attributes,
        "media": content.media,
        "options": content.options,
    }


def _variant_fields(place: int, variant: VariantContent, amounts: Amounts | None, currency: str) -> dict[str, object]:
    fields: dict[str, object] = {
        "sku": variant.sku,
        "name": variant.name,
        "options": variant.options,
        "position": place,
        "weightGrams": variant.weight_grams,
    }
    if amounts is not None:
        fields["price"] = money(amounts[0], currency)
        fields["compareAtPrice"] = money(amounts[1], currency)
    return fields


def money(minor_units: int | None, currency: str) -> dict[str, str] | None:
    """As the graph writes it."""
    if minor_units is None:
        return None
    return {"amount": decimal_amount(minor_units, currency), "currencyCode": currency}


def archivings(archived: Iterable[tuple[str, int]]) -> list[Change]:
    """Of products by id and version."""
    return [
        Change(
            kind=EntityKind.PRODUCT, id=product_id, version=version, operation="productDelete",
            before={"archived": False}, after={"archived": True},
        )
        for product_id, version in archived
    ]  # fmt: skip
