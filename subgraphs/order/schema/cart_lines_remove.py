"""Mutation.cartLinesRemove."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, mutation
from subgraphs.order.schema.cart_payload import CartPayload
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartLinesRemoveInput:
    """Which lines leave which cart."""

    cart_id: strawberry.ID
    line_ids: list[strawberry.ID]


@mutation(CartPayload, permission=PUBLIC)
async def cart_lines_remove(ctx: OrderContext, *, input: CartLinesRemoveInput) -> pb.CartResponse:
    """Takes lines out of the cart."""
    request = pb.RemoveCartLinesRequest(cart_id=input.cart_id, line_ids=input.line_ids)
    return await ctx.carts.RemoveCartLines(request)
