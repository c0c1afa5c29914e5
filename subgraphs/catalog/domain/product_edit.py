"""Partial changes of products that are there. Pure: from what is stored and what is asked to what shall be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from subgraphs.catalog.domain.draft_rules import faults_of
from subgraphs.catalog.domain.product import (
    Fault,
    ProductContent,
    ProductDraft,
    ProductWrite,
    VariantContent,
    WriteResult,
)
from subgraphs.catalog.domain.product_options import derived_options


@dataclass(frozen=True, kw_only=True, slots=True)
class ContentUpdate:
    """Fields of the product's own; its variants stay."""

    fields: Mapping[str, Any]
    """By attribute of ProductContent: only these change."""
    category_id: str | None = None
    """Instead of a path; None leaves the product where it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantAddition:
    """One more, at the end."""

    variant: VariantContent
    initial_quantity: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantUpdate:
    """Fields of one variant; its SKU names it in carts, orders and the ledger, and stays."""

    fields: Mapping[str, Any]
    """By attribute of VariantContent: only these change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantRemoval:
    """It is no longer sold; its stock and its history stay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantOrder:
    """All variants, in their new order."""

    variant_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Archiving:
    """Out of every list and shop."""


ProductChange: TypeAlias = ContentUpdate | VariantAddition | VariantUpdate | VariantRemoval | VariantOrder | Archiving
OPERATIONS: dict[type, str] = {
    ContentUpdate: "productUpdate",
    VariantAddition: "productVariantCreate",
    VariantUpdate: "productVariantUpdate",
    VariantRemoval: "productVariantDelete",
    VariantOrder: "productVariantsReorder",
    Archiving: "productDelete",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductEdit:
    """One change of one product, which is named by its own id or by that of one of its variants."""

    product_id: str = ""
    variant_id: str = ""
    expected_version: int | None = None
    """The product's."""
    change: ProductChange

    @property
    def operation(self) -> str:
        return OPERATIONS[type(self.change)]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredProduct:
    """A product as it is now, with its active variants."""

    id: str
    version: int
    archived: bool
    published: bool
    """In the default channel."""
    content: ProductContent
    variant_ids: Mapping[str, str]
    """By SKU."""
    prices: Mapping[str, Mapping[str, tuple[int | None, int | None]]]
    """The regular ones in the default channel by SKU and currency: minor units, and those compared with."""

    def place_of(self, variant_id: str) -> int | None:
        """Where this variant stands; None for another's."""
        ids = [self.variant_ids[variant.sku] for variant in self.content.variants]
        return ids.index(variant_id) if variant_id in ids else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """An edit that nothing speaks against so far, and what it makes of the product."""

    edit: ProductEdit
    stored: StoredProduct
    draft: ProductDraft


def decided(edits: Sequence[ProductEdit], stored: Sequence[StoredProduct | None]) -> list[Ready | ProductWrite]:
    """What to write for each edit, or why not. A product is edited once in a batch."""
    seen: set[str] = set()
    decisions: list[Ready | ProductWrite] = []
    for edit, product in zip(edits, stored, strict=True):
        fault = refusal(edit, product)
        if product is None or fault is not None:
            decisions.append(_refused(product, (fault,) if fault else ()))
            continue
        draft = _draft(edit, product)
        faults = told(faults_of([draft])[0], edit)
        if product.id in seen:
            message = "the product stands twice in this batch; send one edit after the other"
            faults = (Fault(code="TAKEN", field=("id",), message=message),)
        seen.add(product.id)
        if faults:
            decisions.append(_refused(product, faults))
        elif draft.content == product.content and not isinstance(edit.change, Archiving):
            decisions.append(ProductWrite(result=WriteResult.UNCHANGED, product_id=product.id))
        else:
            decisions.append(Ready(edit=edit, stored=product, draft=draft))
    return decisions


def _refused(product: StoredProduct | None, faults: tuple[Fault, ...]) -> ProductWrite:
    return ProductWrite(result=WriteResult.REFUSED, product_id=product.id if product else None, faults=faults)


def _draft(edit: ProductEdit, stored: StoredProduct) -> ProductDraft:
    change = edit.change
    quantities = {change.variant.sku: change.initial_quantity} if isinstance(change, VariantAddition) else {}
    return ProductDraft(content=edited(edit, stored), published=None, initial_quantities=quantities)


def refusal(edit: ProductEdit, stored: StoredProduct | None) -> Fault | None:
    """Why this cannot be asked of this product."""
    named = "productId" if isinstance(edit.change, VariantAddition | VariantOrder) else "id"
    if stored is None or stored.archived:
        what = f"variant {edit.variant_id}" if edit.variant_id else f"product {edit.product_id}"
        return Fault(code="NOT_FOUND", field=(named,), message=f"there is no {what}")
    if edit.expected_version is not None and edit.expected_version != stored.version:
        message = f"the product has version {stored.version} now, not {edit.expected_version}; read it again"
        return Fault(code="STALE_VERSION", field=("expectedVersion",), message=message)
    if edit.variant_id and stored.place_of(edit.variant_id) is None:
        return Fault(code="NOT_FOUND", field=(named,), message=f"there is no variant {edit.variant_id}")
    return _refused_change(edit.change, stored)


def _refused_change(change: ProductChange, stored: StoredProduct) -> Fault | None:
    if isinstance(change, ContentUpdate) and change.category_id is not None and "category_path" not in change.fields:
        return Fault(code="NOT_FOUND", field=("categoryId",), message=f"there is no category {change.category_id}")
    if isinstance(change, VariantRemoval) and len(stored.content.variants) == 1:
        message = "it is the last one, and a product needs one to be sold; productDelete deletes the product"
        return Fault(code="WRONG_STATE", field=("id",), message=message)
    if isinstance(change, VariantOrder) and sorted(change.variant_ids) != sorted(stored.variant_ids.values()):
        message = "name each variant of the product once"
        return Fault(code="INVALID", field=("variantIds",), message=message)
    return None


def edited(edit: ProductEdit, stored: StoredProduct) -> ProductContent:
    """The product's content after the change, which `refusal` has nothing against."""
    content, change = stored.content, edit.change
    match change:
        case ContentUpdate():
            return replace(content, **change.fields)
        case VariantAddition():
            return _with_variants(content, [*content.variants, change.variant])
        case VariantOrder():
            by_id = {stored.variant_ids[variant.sku]: variant for variant in content.variants}
            return replace(content, variants=tuple(by_id[each] for each in change.variant_ids))
        case VariantUpdate():
            place = stored.place_of(edit.variant_id)
            return _with_variants(
                content,
                [
                    replace(variant, **change.fields) if number == place else variant
                    for number, variant in enumerate(content.variants)
                ],
            )
        case VariantRemoval():
            place = stored.place_of(edit.variant_id)
            kept = [variant for number, variant in enumerate(content.variants) if number != place]
            return replace(content, variants=tuple(kept))
        case Archiving():
            return content


def _with_variants(content: ProductContent, variants: Sequence[VariantContent]) -> ProductContent:
    """A new value of an option comes with the first variant that has it; options themselves are the product's to
    declare, or its only variant's."""
    extended = derived_options(variants, content.options)
    if content.options or len(variants) > 1:
        extended = extended[: len(content.options)]
    return replace(content, variants=tuple(variants), options=extended)


NAMES = {"category_path": "categoryPath"}
"""Of the fields that are called otherwise in the graph."""


def told(faults: Sequence[Fault], edit: ProductEdit) -> tuple[Fault, ...]:
    """The faults of the edited content under the names of the edit's own input; what is not of this edit is silent."""
    if not isinstance(edit.change, ContentUpdate):
        return tuple(replace(fault, field=fault.field[2:]) for fault in faults if fault.field[:1] == ("variants",))
    given = {NAMES.get(name, name) for name in edit.change.fields}
    if "options" in given:
        given.add("variants")
    return tuple(fault for fault in faults if fault.field[0] in given)
