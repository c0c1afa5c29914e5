"""Mutation.cartLinesUpdate."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, mutation
from subgraphs.order.schema.cart_payload import CartPayload
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartLineUpdateInput:
    """A line's new quantity; 0 removes it."""

    line_id: strawberry.ID
    quantity: int


@strawberry.input
class CartLinesUpdateInput:
    """New quantities in one cart."""

    cart_id: strawberry.ID
    lines: list[CartLineUpdateInput]


@mutation(CartPayload, permission=PUBLIC)
async def cart_lines_update(ctx: OrderContext, *, input: CartLinesUpdateInput) -> pb.CartResponse:
    """Sets the quantities of lines."""
    lines = [pb.CartLineUpdate(line_id=line.line_id, quantity=line.quantity) for line in input.lines]
    return await ctx.carts.UpdateCartLines(pb.UpdateCartLinesRequest(cart_id=input.cart_id, lines=lines))
