"""What a product must be to be written. Pure: returns faults, never raises for what a writer can mend."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from chassis.money import CURRENCIES, exponent
from subgraphs.catalog.domain.product import Fault, Image, ProductDraft, VariantContent
from subgraphs.catalog.domain.product_options import option_faults

LONGEST = {
    "externalReference": 200, "name": 1_000, "description": 50_000, "brand": 200, "sku": 100, "category": 200,
    "attributeKey": 100, "attributeLabel": 1_000, "attributeUnit": 100, "attributeValue": 20_000,
    "url": 20_000, "alt": 2_000,
}  # fmt: skip
"""Characters."""
MOST_VARIANTS = 250
MOST_ATTRIBUTES = 1_000
MOST_MEDIA = 50
DEEPEST_CATEGORY = 10
HIGHEST_PRICE = 10**12
"""Minor units: ten thousand million dollars is a typing error."""
HEAVIEST_GRAMS = 10_000_000
MOST_UNITS = 1_000_000_000

_KEY = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_URL = re.compile(r"(https?://|data:image/)\S+")
# PostgreSQL's text holds every character but this one.
_NUL = "\x00"


def faults_of(drafts: Sequence[ProductDraft]) -> list[tuple[Fault, ...]]:
    """The faults of each draft, in order; twins in one batch are refused at their second place."""
    references, skus = set[str](), set[str]()
    found: list[tuple[Fault, ...]] = []
    for draft in drafts:
        at = draft.at
        faults = [*_product_faults(draft, at)]
        reference = draft.content.external_reference
        if reference in references:
            faults.append(
                Fault(
                    code="TAKEN", field=(*at, "externalReference"), message=f"{reference!r} stands twice in this batch"
                )
            )
        references.add(reference)
        for index, variant in enumerate(draft.content.variants):
            if variant.sku in skus:
                faults.append(
                    Fault(
                        code="TAKEN",
                        field=(*at, "variants", str(index), "sku"),
                        message=f"SKU {variant.sku!r} stands twice in this batch",
                    )
                )
            skus.add(variant.sku)
        found.append(tuple(faults))
    return found


def _product_faults(draft: ProductDraft, at: tuple[str, ...]) -> Iterator[Fault]:
    content = draft.content
    yield from _text(content.external_reference, "externalReference", (*at, "externalReference"), required=True)
    yield from _text(content.name, "name", (*at, "name"), required=True)
    yield from _text(content.description or "", "description", (*at, "description"))
    yield from _text(content.brand or "", "brand", (*at, "brand"))
    yield from _category_faults(content.category_path, (*at, "categoryPath"))
    yield from _attribute_faults(draft, (*at, "attributes"))
    yield from _media_faults(draft, (*at, "media"))
    if not content.variants:
        yield Fault(code="REQUIRED", field=(*at, "variants"), message="a product needs at least one variant to be sold")
    if len(content.variants) > MOST_VARIANTS:
        yield Fault(code="LIMIT_REACHED", field=(*at, "variants"), message=f"at most {MOST_VARIANTS} variants")
    for index, variant in enumerate(content.variants):
        yield from _variant_faults(variant, draft.initial_quantities.get(variant.sku, 0), (*at, "variants", str(index)))
    yield from option_faults(content, at)


def _variant_faults(variant: VariantContent, quantity: int, at: tuple[str, ...]) -> Iterator[Fault]:
    yield from _text(variant.sku, "sku", (*at, "sku"), required=True)
    yield from _text(variant.name, "name", (*at, "name"))
    if variant.price_minor_units is not None:
        yield from price_faults(variant.price_minor_units, variant.compare_at_minor_units, variant.currency, at)
    if variant.weight_grams is not None and not 0 <= variant.weight_grams <= HEAVIEST_GRAMS:
        yield Fault(
            code="INVALID", field=(*at, "weightGrams"), message=f"a weight is from 0 to {HEAVIEST_GRAMS:,} grams"
        )
    if not 0 <= quantity <= MOST_UNITS:
        yield Fault(
            code="INVALID_QUANTITY", field=(*at, "initialQuantity"), message=f"a quantity is from 0 to {MOST_UNITS:,}"
        )


def price_faults(minor_units: int, compared: int | None, currency: str, at: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong with a price and the former one it is compared with; NO_AMOUNT is no price of the currency."""
    if currency not in CURRENCIES:
        message = f"{currency!r} is no ISO 4217 code such as USD"
        yield Fault(code="WRONG_CURRENCY", field=(*at, "price", "currencyCode"), message=message)
        return
    most = f"{HIGHEST_PRICE // 10 ** exponent(currency):,} {currency}, with at most {exponent(currency)} decimals"
    if not 0 <= minor_units <= HIGHEST_PRICE:
        yield Fault(code="INVALID", field=(*at, "price"), message=f"a price is from 0 to {most}")
    elif compared is not None and not minor_units <= compared <= HIGHEST_PRICE:
        message = f"a former price is in the currency of the price and not below it, up to {most}"
        yield Fault(code="INVALID", field=(*at, "compareAtPrice"), message=message)


def _category_faults(path: tuple[str, ...], at: tuple[str, ...]) -> Iterator[Fault]:
    if len(path) > DEEPEST_CATEGORY:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"categories are at most {DEEPEST_CATEGORY} deep")
    for index, name in enumerate(path):
        yield from _text(name, "category", (*at, str(index)), required=True)
        if min(name, default=" ") < " ":
            yield Fault(code="INVALID", field=(*at, str(index)), message="a category's name has no control characters")


def _attribute_faults(draft: ProductDraft, at: tuple[str, ...]) -> Iterator[Fault]:
    attributes = draft.content.attributes
    if len(attributes) > MOST_ATTRIBUTES:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_ATTRIBUTES} attributes")
        return
    for index, attribute in enumerate(attributes):
        if len(attribute.key) > LONGEST["attributeKey"] or not _is_key(attribute.key):
            yield Fault(
                code="INVALID", field=(*at, str(index), "key"),
                message=f"{attribute.key[:40]!r} is no attribute key; write it like screen_size",
            )  # fmt: skip
        if len(attribute.value) > LONGEST["attributeValue"] or _NUL in attribute.value:
            yield from _text(attribute.value, "attributeValue", (*at, str(index), "value"))
        if not _is_word(attribute.label, attribute.unit):
            yield from _text(attribute.label, "attributeLabel", (*at, str(index), "label"))
            yield from _text(attribute.unit or "", "attributeUnit", (*at, str(index), "unit"))


@lru_cache(maxsize=4_096)
def _is_key(text: str) -> bool:
    """A catalogue has few keys for its many values: each is looked at once."""
    return _KEY.fullmatch(text) is not None


@lru_cache(maxsize=4_096)
def _is_word(label: str, unit: str | None) -> bool:
    """Short enough, and without U+0000. As few as the keys they belong to."""
    short = len(label) <= LONGEST["attributeLabel"] and len(unit or "") <= LONGEST["attributeUnit"]
    return short and _NUL not in label and _NUL not in (unit or "")


def _media_faults(draft: ProductDraft, at: tuple[str, ...]) -> Iterator[Fault]:
    media = draft.content.media
    if len(media) > MOST_MEDIA:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_MEDIA} pictures")
    for index, image in enumerate(media):
        if len(image.url) > LONGEST["url"]:
            yield from _text(image.url, "url", (*at, str(index), "url"))
        elif not _URL.fullmatch(image.url):
            yield Fault(
                code="INVALID",
                field=(*at, str(index), "url"),
                message="a picture's address begins with https://, http:// or data:image/",
            )
        yield from image_faults(image, (*at, str(index)))


def image_faults(image: Image, at: tuple[str, ...]) -> Iterator[Fault]:
    """Of what describes a picture."""
    yield from _text(image.alt or "", "alt", (*at, "alt"))
    for side, pixels in (("width", image.width), ("height", image.height)):
        if pixels is not None and pixels < 0:
            yield Fault(code="INVALID", field=(*at, side), message=f"a picture's {side} is 0 pixels or more")


def _text(text: str, kind: str, at: tuple[str, ...], *, required: bool = False) -> Iterator[Fault]:
    if required and not text.strip():
        yield Fault(code="REQUIRED", field=at, message=f"{at[-1]} is missing")
    if len(text) > LONGEST[kind]:
        yield Fault(
            code="TOO_LONG", field=at, message=f"{at[-1]} has {len(text):,} characters; at most {LONGEST[kind]:,}"
        )
    if _NUL in text:
        yield Fault(code="INVALID", field=at, message=f"{at[-1]} contains the character U+0000; remove it")


def category_fault(path: tuple[str, ...]) -> Fault | None:
    """What is wrong with a category path written by itself."""
    if not path:
        return Fault(code="REQUIRED", field=(), message="a category's path has 1 to 10 names")
    return next(_category_faults(path, ("path",)), None)
