"""What is sold: products, their variants, and the drafts they are written from."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import orjson

from chassis.money import Money
from subgraphs.catalog.domain.errors import InvalidShop

_CHANNEL = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture; sizes in pixels."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """One fact about a product: key `screen_size`, label "Screen size", value "15.6"."""

    key: str
    label: str
    value: str
    number: float | None = None
    unit: str | None = None


def attribute_label(key: str) -> str:
    """The label of an attribute that came without one: screen_size → Screen size."""
    return key.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantOption:
    """What tells a variant from its siblings: Size = 42."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductOption:
    """What the variants of a product are told apart by, and the values it has: Size = 41, 42."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """Where prices, publication and texts hold: a sales channel, a currency, languages. Raises InvalidShop."""

    channel: str
    currency: str
    locales: tuple[str, ...] = ()
    """Whose translations are shown, best first; where there is none of them, what was written at first."""
    indexed_locale: str | None = None
    """Whose texts are searched; None: those that were written at first."""

    def __post_init__(self) -> None:
        if not _CHANNEL.fullmatch(self.channel) or not _CURRENCY.fullmatch(self.currency):
            raise InvalidShop(channel=self.channel[:40], currency=self.currency[:10])


@dataclass(frozen=True, kw_only=True, slots=True)
class VariantContent:
    """A variant as it is written."""

    sku: str
    name: str
    options: tuple[VariantOption, ...] = ()
    price_minor_units: int | None = None
    """The regular one; None leaves all prices as they are."""
    compare_at_minor_units: int | None = None
    currency: str = ""
    weight_grams: int | None = None
    """Of one unit."""


@dataclass(frozen=True, kw_only=True)
class ProductContent:
    """All of a product that a write replaces."""

    external_reference: str
    name: str
    description: str | None = None
    brand: str | None = None
    category_path: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    media: tuple[Image, ...] = ()
    options: tuple[ProductOption, ...] = ()
    variants: tuple[VariantContent, ...]

    @cached_property
    def as_json(self) -> bytes:
        """Under the names above."""
        return orjson.dumps(self)

    @cached_property
    def fingerprint(self) -> bytes:
        """Equal for equal content: what tells an unchanged product from an update."""
        return hashlib.sha256(self.as_json).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductDraft:
    """One product of a write: its content and what is asked beside it."""

    content: ProductContent
    published: bool | None
    """In the default channel; None leaves all publications as they are."""
    expected_version: int | None = None
    initial_quantities: Mapping[str, int] = field(default_factory=dict[str, int])
    """Units on hand by SKU; counts only for a SKU that is new."""
    at: tuple[str, ...] = ()
    """Where it stands in the caller's input: what the fields of its faults begin with."""
    must_be_new: bool = False
    named_by_reference: bool = True
    """Whether the external reference is the writer's own name for it, and so belongs into its address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """A product as it is shown in one shop."""

    id: str
    external_reference: str
    name: str
    slug: str
    description: str | None
    brand: str | None
    category_id: str | None
    attributes: tuple[Attribute, ...]
    media: tuple[Image, ...]
    lowest_price: Money | None
    highest_price: Money | None
    available_for_sale: bool
    published: bool
    version: int
    created_at: datetime
    updated_at: datetime
    seo_title: str | None = None
    seo_description: str | None = None
    options: tuple[ProductOption, ...] = ()
    brand_id: str | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """A variant as it is shown in one shop."""

    id: str
    product_id: str
    sku: str
    name: str
    options: tuple[VariantOption, ...]
    price: Money | None
    compare_at_price: Money | None
    available_for_sale: bool
    quantity_available: int
    image: Image | None
    product_name: str
    published: bool
    weight_grams: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A node of the category tree."""

    id: str
    name: str
    slug: str
    parent_id: str | None
    path: tuple[str, ...]
    version: int
    product_count: int = 0
    description: str | None = None
    image: Image | None = None
    seo_title: str | None = None
    seo_description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductKey:
    """One of the three names of a product."""

    kind: str
    """"id", "slug" or "external_reference"."""
    value: str


class WriteResult(StrEnum):
    """What a write did to one product."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What whoever sent the input can mend."""

    code: str
    """A name of `UserErrorCode`."""
    field: tuple[str, ...]
    """Path into the input, in GraphQL spelling."""
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductWrite:
    """The outcome of one product of a write."""

    result: WriteResult
    product_id: str | None = None
    variant_id: str | None = None
    """Of the variant that was added or updated."""
    faults: tuple[Fault, ...] = ()
