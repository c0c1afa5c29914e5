"""Mutation.cartCreate."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, AutomaticChange, UserError, attribute, mutation, type_
from subgraphs.order.schema.cart import Cart
from subgraphs.order.schema.cart_line_input import CartLineInput, line_messages
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartCreateInput:
    """What to begin with, if anything."""

    lines: list[CartLineInput] = strawberry.field(default_factory=list)
    email: str | None = None


@type_(pb.CartResponse, permission=PUBLIC)
class CartCreatePayload:
    """The new cart."""

    cart: Cart | None
    token: str | None = attribute(
        description="A guest's only key to the cart, shown once: send it as the header `Emporium-Cart-Token`."
    )
    user_errors: list[UserError]
    warnings: list[AutomaticChange]


@mutation(CartCreatePayload, permission=PUBLIC)
async def cart_create(ctx: OrderContext, *, input: CartCreateInput) -> pb.CartResponse:
    """Makes a cart in the operation's channel and currency; a customer's open cart is taken up again."""
    request = pb.CreateCartRequest(context=ctx.shop, lines=line_messages(input.lines), email=input.email)
    return await ctx.carts.CreateCart(request)
