"""The GraphQL type Totals."""

from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, Money, type_


@type_(pb.Totals, permission=PUBLIC)
class Totals:
    """What is owed, and what it is made of: total = subtotal - discount + shipping + tax."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
