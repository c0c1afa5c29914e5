"""The GraphQL type OrderEvent."""

from datetime import datetime

from emporium.order.v1 import order_pb2 as pb

from chassis.graph import PUBLIC, Long, attribute, type_
from subgraphs.order.schema.order_status import OrderStatus, PaymentStatus


@type_(pb.OrderEvent, permission=PUBLIC)
class OrderEvent:
    """One change of an order, in the order they happened, without gaps."""

    sequence: Long
    type: str = attribute(description='A slug such as "order.confirmed".')
    status: OrderStatus | None
    payment_status: PaymentStatus | None
    message: str
    created_at: datetime
