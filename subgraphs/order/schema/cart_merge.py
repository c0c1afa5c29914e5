"""Mutation.cartMerge."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import SIGNED_IN, mutation
from subgraphs.order.schema.cart_payload import CartPayload
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartMergeInput:
    """The guest cart to take over; its token goes in the header `Emporium-Cart-Token`."""

    cart_id: strawberry.ID


@mutation(CartPayload, permission=SIGNED_IN)
async def cart_merge(ctx: OrderContext, *, input: CartMergeInput) -> pb.CartResponse:
    """After a login: the guest cart's lines join the customer's own cart."""
    return await ctx.carts.MergeCart(pb.MergeCartRequest(cart_id=input.cart_id))
