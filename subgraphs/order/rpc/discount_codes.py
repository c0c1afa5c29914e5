"""Discount codes between the domain's values and the contract's messages."""

from emporium.order.v1 import order_pb2

from chassis.errors import InvalidInput
from chassis.money import Money
from chassis.wire import moment, timestamp
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.rpc.mapping import money


def code_message(code: DiscountCode) -> order_pb2.DiscountCode:
    currency = code.currency or ""
    return order_pb2.DiscountCode(
        id=code.id,
        code=code.code,
        percent_off=code.percent_off,
        amount_off=None if code.amount_off_minor is None else money(code.amount_off_minor, currency),
        minimum_subtotal=None if code.minimum_minor is None else money(code.minimum_minor, currency),
        usage_limit=code.usage_limit,
        used_count=code.used_count,
        expires_at=None if code.expires_at is None else timestamp(code.expires_at),
        usage_limit_per_customer=code.customer_limit,
        exclusive=code.exclusive,
    )


def code_of(message: order_pb2.DiscountCode) -> DiscountCode:
    """Raises InvalidInput when its amounts are in two currencies."""
    amounts = [
        Money(one.minor_units, one.currency_code)
        for name, one in (("amount_off", message.amount_off), ("minimum_subtotal", message.minimum_subtotal))
        if message.HasField(name)
    ]
    currencies = {amount.currency for amount in amounts}
    if len(currencies) > 1:
        raise InvalidInput("amountOff and minimumSubtotal must be in one currency")
    return DiscountCode(
        id="",
        code=message.code,
        percent_off=message.percent_off if message.HasField("percent_off") else None,
        amount_off_minor=message.amount_off.minor_units if message.HasField("amount_off") else None,
        minimum_minor=message.minimum_subtotal.minor_units if message.HasField("minimum_subtotal") else None,
        currency=next(iter(currencies), None),
        usage_limit=message.usage_limit if message.HasField("usage_limit") else None,
        expires_at=moment(message.expires_at) if message.HasField("expires_at") else None,
        customer_limit=message.usage_limit_per_customer if message.HasField("usage_limit_per_customer") else None,
        exclusive=message.exclusive,
    )
