"""The GraphQL type DeliveryMethod, and Query.deliveryMethods."""

from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, Money, query, type_
from subgraphs.order.schema.context import OrderContext


@type_(pb.DeliveryMethod, permission=PUBLIC)
class DeliveryMethod:
    """A way to bring an order to its address."""

    code: str
    name: str
    price: Money


@query(list[DeliveryMethod], permission=PUBLIC)
async def delivery_methods(ctx: OrderContext) -> list[pb.DeliveryMethod]:
    """What there is in the operation's currency, at its lowest price; `Cart.deliveryMethods` has a cart's own."""
    answer = await ctx.carts.ListDeliveryMethods(pb.ListDeliveryMethodsRequest(context=ctx.shop))
    return list(answer.methods)
