"""Mutation.cartLinesAdd."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, mutation
from subgraphs.order.schema.cart_line_input import CartLineInput, line_messages
from subgraphs.order.schema.cart_payload import CartPayload
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartLinesAddInput:
    """What to put into which cart."""

    cart_id: strawberry.ID
    lines: list[CartLineInput]


@mutation(CartPayload, permission=PUBLIC)
async def cart_lines_add(ctx: OrderContext, *, input: CartLinesAddInput) -> pb.CartResponse:
    """Puts lines into the cart; a SKU that is there already gets the sum."""
    request = pb.AddCartLinesRequest(cart_id=input.cart_id, lines=line_messages(input.lines))
    return await ctx.carts.AddCartLines(request)
