"""Values that several slices show: the types over `emporium.common.v1`, shareable, the same object in each slice."""

from decimal import Decimal
from enum import Enum

import strawberry
from emporium.common.v1 import address_pb2, money_pb2, outcome_pb2, page_pb2

from chassis.graph.fields import attribute, computed
from chassis.graph.permission import OWNER_OR_STAFF, PUBLIC
from chassis.graph.scalars import CurrencyCode
from chassis.graph.types import enum_of, interface_, type_
from chassis.money import Money as MoneyValue
from chassis.money import decimal_amount, parse_amount
from chassis.wire import money_message


@interface_(permission=PUBLIC)
class Node:
    """Something with a global id, found by `node(id:)`."""

    id: strawberry.ID


@type_(money_pb2.Money, permission=PUBLIC, shareable=True)
class Money:
    """An amount of one currency. `amount` is exact and has the currency's number of decimals."""

    currency_code: CurrencyCode

    @computed(Decimal)
    @staticmethod
    def amount(money: money_pb2.Money) -> str:  # the text of the number: nothing to convert, nothing to round
        return decimal_amount(money.minor_units, money.currency_code)


@strawberry.input
class MoneyInput:
    """An amount of one currency."""

    amount: Decimal
    currency_code: CurrencyCode

    def message(self) -> money_pb2.Money:
        """Raises InvalidInput for more decimals than the currency has."""
        return money_message(self.value())

    def value(self) -> MoneyValue:
        return MoneyValue(parse_amount(str(self.amount), self.currency_code), self.currency_code)


@type_(page_pb2.PageInfo, permission=PUBLIC, shareable=True)
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@enum_of(outcome_pb2.UserErrorCode)
class UserErrorCode(Enum):
    """What can be told to the person who acts."""

    INVALID = outcome_pb2.INVALID
    REQUIRED = outcome_pb2.REQUIRED
    TOO_LONG = outcome_pb2.TOO_LONG
    NOT_FOUND = outcome_pb2.NOT_FOUND
    TAKEN = outcome_pb2.TAKEN
    INVALID_QUANTITY = outcome_pb2.INVALID_QUANTITY
    UNKNOWN_SKU = outcome_pb2.UNKNOWN_SKU
    NOT_AVAILABLE = outcome_pb2.NOT_AVAILABLE
    INSUFFICIENT_STOCK = outcome_pb2.INSUFFICIENT_STOCK
    WRONG_CURRENCY = outcome_pb2.WRONG_CURRENCY
    CART_EMPTY = outcome_pb2.CART_EMPTY
    CART_COMPLETED = outcome_pb2.CART_COMPLETED
    ADDRESS_REQUIRED = outcome_pb2.ADDRESS_REQUIRED
    EMAIL_REQUIRED = outcome_pb2.EMAIL_REQUIRED
    DELIVERY_METHOD_REQUIRED = outcome_pb2.DELIVERY_METHOD_REQUIRED
    PRICE_CHANGED = outcome_pb2.PRICE_CHANGED
    PAYMENT_DECLINED = outcome_pb2.PAYMENT_DECLINED
    PAYMENT_FAILED = outcome_pb2.PAYMENT_FAILED
    DISCOUNT_CODE_INVALID = outcome_pb2.DISCOUNT_CODE_INVALID
    DISCOUNT_CODE_EXPIRED = outcome_pb2.DISCOUNT_CODE_EXPIRED
    DISCOUNT_CODE_USED_UP = outcome_pb2.DISCOUNT_CODE_USED_UP
    DISCOUNT_CODE_MINIMUM_NOT_REACHED = outcome_pb2.DISCOUNT_CODE_MINIMUM_NOT_REACHED
    CREDENTIALS_INVALID = outcome_pb2.CREDENTIALS_INVALID
    PASSWORD_TOO_WEAK = outcome_pb2.PASSWORD_TOO_WEAK
    TOKEN_INVALID = outcome_pb2.TOKEN_INVALID
    WRONG_STATE = outcome_pb2.WRONG_STATE
    AMOUNT_TOO_HIGH = outcome_pb2.AMOUNT_TOO_HIGH
    STALE_VERSION = outcome_pb2.STALE_VERSION
    CHANGE_FROM_QUANTITY_STALE = outcome_pb2.CHANGE_FROM_QUANTITY_STALE
    LIMIT_REACHED = outcome_pb2.LIMIT_REACHED
    TOO_MANY_ATTEMPTS = outcome_pb2.TOO_MANY_ATTEMPTS
    CYCLE = outcome_pb2.CYCLE
    NOT_EMPTY = outcome_pb2.NOT_EMPTY
    ATTRIBUTE_TYPE_MISMATCH = outcome_pb2.ATTRIBUTE_TYPE_MISMATCH


@interface_(permission=PUBLIC)
class UserError:
    """What the person who acts can act on; the message `emporium.common.v1.UserError` is looked through."""

    code: UserErrorCode
    field: list[str] = attribute(description='Path into the input: ["lines", "0", "quantity"].')
    message: str


@type_(outcome_pb2.InputError, permission=PUBLIC, shareable=True)
class InputError(UserError):
    """Something in the input, or in the state it meets, is wrong."""


@type_(outcome_pb2.InsufficientStock, permission=PUBLIC, shareable=True)
class InsufficientStock(UserError):
    """Fewer are left than were asked for."""

    sku: str
    available: int


@type_(outcome_pb2.PriceChanged, permission=PUBLIC, shareable=True)
class PriceChanged(UserError):
    """The total is not the expected one; nothing was charged."""

    expected: Money
    actual: Money


USER_ERRORS: tuple[type, ...] = (InputError, InsufficientStock, PriceChanged)


@type_(outcome_pb2.Warning, permission=PUBLIC, shareable=True, name="Warning")
class AutomaticChange:
    """A change the platform made by itself, e.g. a cart line capped at the stock left."""

    code: str
    field: list[str]
    message: str


@type_(address_pb2.PostalAddress, permission=OWNER_OR_STAFF, shareable=True)
class PostalAddress:
    """A postal address."""

    full_name: str
    company: str | None
    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str
    country_code: str = attribute(description="ISO 3166-1 alpha-2.")
    phone: str | None


@strawberry.input
class PostalAddressInput:
    """A postal address."""

    full_name: str
    line1: str
    city: str
    postal_code: str
    country_code: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    company: str | None = None
    line2: str | None = None
    region: str | None = None
    phone: str | None = None

    def message(self) -> address_pb2.PostalAddress:
        return address_pb2.PostalAddress(
            full_name=self.full_name,
            line1=self.line1,
            city=self.city,
            postal_code=self.postal_code,
            country_code=self.country_code.upper(),
            company=self.company,
            line2=self.line2,
            region=self.region,
            phone=self.phone,
        )
