"""Between the chassis' values and the common protobuf messages."""

from collections.abc import Iterable
from datetime import UTC, datetime

from emporium.common.v1.money_pb2 import Money as MoneyMessage
from emporium.common.v1.outcome_pb2 import EntityError, InputError, UserError, UserErrorCode
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.errors import EmporiumError
from chassis.money import Money


def money_message(money: Money) -> MoneyMessage:
    return MoneyMessage(minor_units=money.minor_units, currency_code=money.currency)


def money_from(message: MoneyMessage) -> Money:
    return Money(message.minor_units, message.currency_code)


def timestamp(moment: datetime) -> Timestamp:
    """Of an aware datetime."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def moment(message: Timestamp) -> datetime:
    return message.ToDatetime(tzinfo=UTC)


def user_error(code: UserErrorCode, message: str, field: Iterable[str] = ()) -> UserError:
    """What a shopper can act on; `field` is the path into the mutation's input."""
    return UserError(input=InputError(code=code, message=message, field=field))


def entity_error(error: EmporiumError) -> EntityError:
    return EntityError(reason=error.reason, message=error.message)
