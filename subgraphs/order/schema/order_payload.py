"""What the mutations of an order answer."""

from emporium.order.v1 import order_pb2 as pb

from chassis.graph import PUBLIC, UserError, type_
from subgraphs.order.schema.order import Order


@type_(pb.OrderResponse, permission=PUBLIC)
class OrderPayload:
    """The order as it is now; with `userErrors` nothing was changed."""

    order: Order | None
    user_errors: list[UserError]
