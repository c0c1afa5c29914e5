"""Products put together by hand or by rules. Pure: returns faults, never raises for what can be mended."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from chassis.money import CURRENCIES, exponent
from subgraphs.catalog.domain.arrangement import position_faults, text_faults, twins
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.product import Fault, Image
from subgraphs.catalog.domain.search import SortField

MOST_RULES = 20
MOST_VALUES = 100
"""Alternatives of one rule."""
MOST_ARRANGED = 10_000
"""Products of a collection arranged by hand."""
LONGEST_VALUE = 200
"""Characters."""


class RuleMatch(StrEnum):
    """How rules of one collection go together."""

    ALL = "ALL"
    ANY = "ANY"


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionRule:
    """One condition: exactly one of them is set, the price by either end."""

    brands: tuple[str, ...] = ()
    category: str | None = None
    """Its id: this category and all below."""
    attribute: str | None = None
    """Its key."""
    values: tuple[str, ...] = ()
    """Of the attribute, any of them."""
    min_price: int | None = None
    max_price: int | None = None
    """Of the cheapest variant, in minor units of the currency, both ends included."""
    currency: str | None = None
    available: bool | None = None
    name_contains: str | None = None
    created_after: datetime | None = None

    @property
    def priced(self) -> bool:
        return self.min_price is not None or self.max_price is not None

    def faults(self, at: tuple[str, ...]) -> Iterator[Fault]:
        chosen = [
            bool(self.brands), self.category is not None, self.attribute is not None, self.priced,
            self.available is not None, self.name_contains is not None, self.created_after is not None,
        ]  # fmt: skip
        if sum(chosen) != 1:
            yield Fault(code="INVALID", field=at, message="a rule has exactly one condition")
            return
        yield from _value_faults(self.brands, (*at, "brandIn"))
        yield from self._price_faults((*at, "price"))
        if self.attribute is not None:
            yield from _value_faults((self.attribute,), (*at, "attribute", "key"))
            yield from _value_faults(self.values, (*at, "attribute", "valueIn"))
            if not self.values:
                yield Fault(code="REQUIRED", field=(*at, "attribute", "valueIn"), message="name at least one value")
        if self.name_contains is not None:
            yield from _value_faults((self.name_contains,), (*at, "nameContains"))

    def _price_faults(self, at: tuple[str, ...]) -> Iterator[Fault]:
        if not self.priced:
            return
        if self.currency is None or self.currency not in CURRENCIES:
            message = "both ends of a price are in one currency, written like USD"
            yield Fault(code="WRONG_CURRENCY", field=at, message=message)
            return
        decimals = exponent(self.currency)
        for end, amount in (("min", self.min_price), ("max", self.max_price)):
            if amount is not None and amount < 0:
                message = f"a price is 0 or more, in {self.currency} with at most {decimals} decimals"
                yield Fault(code="INVALID", field=(*at, end), message=message)
        if self.min_price is not None and self.max_price is not None and 0 <= self.max_price < self.min_price:
            yield Fault(code="INVALID", field=at, message="a price range goes from 0 or more upwards")


def _value_faults(values: Sequence[str], at: tuple[str, ...]) -> Iterator[Fault]:
    if len(values) > MOST_VALUES:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_VALUES} values")
    if any(not 0 < len(value) <= LONGEST_VALUE or "\x00" in value for value in values):
        yield Fault(
            code="INVALID", field=at, message=f"a value has 1 to {LONGEST_VALUE} characters, none of them U+0000"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionRules:
    """What a product must be to be in a collection."""

    match: RuleMatch
    rules: tuple[CollectionRule, ...]

    def faults(self) -> Iterator[Fault]:
        at = ("rules", "rules")
        if not 1 <= len(self.rules) <= MOST_RULES:
            yield Fault(code="INVALID", field=at, message=f"a collection by rules has 1 to {MOST_RULES} of them")
        for index, rule in enumerate(self.rules[:MOST_RULES]):
            yield from rule.faults((*at, str(index)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """Products put together. Without rules they were put in by hand."""

    id: str
    name: str
    slug: str
    description: str | None
    image: Image | None
    published: bool
    rules: CollectionRules | None
    version: int
    created_at: datetime
    updated_at: datetime
    product_count: int = 0
    seo_title: str | None = None
    seo_description: str | None = None
    channels: tuple[str, ...] = ()
    """Slugs of those it is shown in; none: all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCollection:
    """A collection to be made."""

    name: str
    slug: str | None = None
    description: str | None = None
    image: Image | None = None
    published: bool = True
    rules: CollectionRules | None = None
    product_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def faults(self) -> Iterator[Fault]:
        yield from text_faults(name=self.name, slug=self.slug, description=self.description, image=self.image)
        yield from self.rules.faults() if self.rules else ()
        yield from twins(self.product_ids, ("productIds",))
        if self.rules and self.product_ids:
            message = "a collection has rules or products put in by hand, not both"
            yield Fault(code="INVALID", field=("productIds",), message=message)


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionChange:
    """None: stays. An empty description or a picture without address takes away."""

    id: str
    expected_version: int | None = None
    name: str | None = None
    slug: str | None = None
    description: str | None = None
    image: Image | None = None
    published: bool | None = None
    rules: CollectionRules | None = None
    channels: tuple[str, ...] | None = None

    def faults(self) -> Iterator[Fault]:
        yield from text_faults(name=self.name, slug=self.slug, description=self.description, image=self.image)
        yield from self.rules.faults() if self.rules else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionProducts:
    """Products to be put into, taken out of, or moved within a collection arranged by hand."""

    id: str
    product_ids: tuple[str, ...]
    position: int | None = None
    """From 0; None: the end."""
    expected_version: int | None = None

    def faults(self) -> Iterator[Fault]:
        yield from twins(self.product_ids, ("productIds",))
        yield from position_faults(self.position)
        if not self.product_ids:
            yield Fault(code="REQUIRED", field=("productIds",), message="name at least one product")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageAsked:
    """Which page of a collection's products. RELEVANCE is its own order: as arranged, or newest first."""

    first: int
    after: str = ""
    sort: SortField = SortField.RELEVANCE
    descending: bool = False

    @property
    def order(self) -> str:
        return f"{self.sort}{'-' if self.descending and self.sort is not SortField.RELEVANCE else '+'}"

    def place(self) -> tuple[Any, str] | None:
        """What the last product of the page before was sorted by, and its id. Raises InvalidCursor."""
        if not self.after:
            return None
        try:
            order, value, product_id = orjson.loads(base64.urlsafe_b64decode(self.after.encode()))
        except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError) as error:
            raise InvalidCursor(cursor=self.after[:40]) from error
        if order != self.order or not isinstance(product_id, str) or "\x00" in product_id or not self._sorts(value):
            raise InvalidCursor(cursor=self.after[:40])
        return value, product_id

    def _sorts(self, value: object) -> bool:
        """Whether a product may be sorted by it. What is not so would be an error in the database's eyes."""
        match self.sort:
            case SortField.NAME:
                return isinstance(value, str) and "\x00" not in value
            case SortField.CREATED_AT:
                return isinstance(value, str) and _is_time(value)
            case _:
                return type(value) is int and abs(value) <= 2**62

    def cursor(self, value: Any, product_id: str) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.order, value, product_id])).decode()


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
