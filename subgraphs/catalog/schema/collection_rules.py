"""The rules of a collection, as staff reads and writes them."""

from datetime import datetime
from enum import Enum

import strawberry
from emporium.catalog.v1 import collection_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.graph import CATALOG_MANAGER, Money, MoneyInput, computed, enum_of, type_
from chassis.graph import attribute as plain
from subgraphs.catalog.schema.price_input import price_message

BELOW = "This category and all below."
PRICE = "Of the cheapest variant in the shop's own channel; both ends included."
NAME = "In upper or lower case."


@enum_of(pb.RuleMatch)
class RuleMatch(Enum):
    """How the rules of one collection go together."""

    ALL = pb.MATCH_ALL
    ANY = pb.MATCH_ANY


@type_(pb.AttributeCondition, permission=CATALOG_MANAGER, admin=True)
class AttributeRule:
    """An attribute that is one of the values."""

    key: str
    value_in: list[str] = plain("values")


@type_(pb.PriceCondition, permission=CATALOG_MANAGER, admin=True)
class PriceRule:
    """A price between the two; one of them may be open."""

    min: Money | None
    max: Money | None


@type_(pb.CollectionRule, permission=CATALOG_MANAGER, admin=True)
class CollectionRule:
    """One condition; the others are null."""

    category_id: strawberry.ID | None = plain(description=BELOW)
    attribute: AttributeRule | None
    price: PriceRule | None = plain(description=PRICE)
    available_for_sale: bool | None
    name_contains: str | None = plain(description=NAME)
    created_after: datetime | None

    @computed(list[str] | None)
    @staticmethod
    def brand_in(rule: pb.CollectionRule) -> list[str] | None:
        """The brand is one of these."""
        return list(rule.brands) or None


@type_(pb.CollectionRules, permission=CATALOG_MANAGER, admin=True)
class CollectionRules:
    """What a product must be to be in the collection."""

    match: RuleMatch
    rules: list[CollectionRule]


@strawberry.input
class AttributeRuleInput:
    """An attribute that is one of the values."""

    key: str
    value_in: list[str]


@strawberry.input
class PriceRuleInput:
    """A price between the two, in one currency; one of them may be left out."""

    min: MoneyInput | None = None
    max: MoneyInput | None = None

    def message(self) -> pb.PriceCondition:
        return pb.PriceCondition(
            min=price_message(self.min) if self.min else None, max=price_message(self.max) if self.max else None
        )


@strawberry.input
class CollectionRuleInput:
    """Exactly one condition."""

    brand_in: list[str] | None = None
    category_id: strawberry.ID | None = strawberry.field(default=None, description=BELOW)
    attribute: AttributeRuleInput | None = None
    price: PriceRuleInput | None = strawberry.field(default=None, description=PRICE)
    available_for_sale: bool | None = None
    name_contains: str | None = strawberry.field(default=None, description=NAME)
    created_after: datetime | None = None

    def message(self) -> pb.CollectionRule:
        attribute = self.attribute
        return pb.CollectionRule(
            brands=self.brand_in,
            category_id=self.category_id,
            attribute=pb.AttributeCondition(key=attribute.key, values=attribute.value_in) if attribute else None,
            price=self.price.message() if self.price else None,
            available_for_sale=self.available_for_sale,
            name_contains=self.name_contains,
            created_after=_timestamp(self.created_after),
        )


def _timestamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    message = Timestamp()
    message.FromDatetime(moment)
    return message


@strawberry.input
class CollectionRulesInput:
    """1 to 20 rules; with ALL a product must meet each of them, with ANY one."""

    rules: list[CollectionRuleInput]
    match: RuleMatch = RuleMatch.ALL

    def message(self) -> pb.CollectionRules:
        return pb.CollectionRules(match=self.match.value, rules=[each.message() for each in self.rules])
