"""Mutation.cartUpdate."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, PostalAddressInput, mutation
from subgraphs.order.schema.cart_payload import CartPayload
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartUpdateInput:
    """What checkout needs to know; what is left out stays as it is."""

    cart_id: strawberry.ID
    email: str | None = None
    shipping_address: PostalAddressInput | None = None
    delivery_method_code: str | None = None


@mutation(CartPayload, permission=PUBLIC)
async def cart_update(ctx: OrderContext, *, input: CartUpdateInput) -> pb.CartResponse:
    """Sets e-mail, address and delivery method."""
    request = pb.UpdateCartRequest(
        cart_id=input.cart_id,
        email=input.email,
        shipping_address=input.shipping_address.message() if input.shipping_address else None,
        delivery_method_code=input.delivery_method_code,
    )
    return await ctx.carts.UpdateCart(request)
