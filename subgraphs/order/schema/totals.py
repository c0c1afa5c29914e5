"""The GraphQL types Totals and TaxLine."""

from decimal import Decimal

from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, Money, attribute, type_


@type_(pb.Totals, permission=PUBLIC)
class Totals:
    """What is owed, and what it is made of: total = subtotal - discount + shipping + tax."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money = attribute(description="What comes on top; 0 where prices include their tax, which `taxLines` tell.")
    total: Money


@type_(pb.TaxLine, permission=PUBLIC)
class TaxLine:
    """One tax of a cart or an order."""

    name: str
    rate: Decimal = attribute(description='A fraction: "0.19" is 19 %.')
    base: Money = attribute(description="What it is taken of, without tax.")
    amount: Money
    included: bool = attribute(description="Whether the prices contain it; else it comes on top.")
