"""Mutation.cartDiscountCodeAdd and Mutation.cartDiscountCodeRemove."""

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, mutation
from subgraphs.order.schema.cart_payload import CartPayload
from subgraphs.order.schema.context import OrderContext


@strawberry.input
class CartDiscountCodeInput:
    """A code, and the cart it is for."""

    cart_id: strawberry.ID
    code: str


@mutation(CartPayload, permission=PUBLIC)
async def cart_discount_code_add(ctx: OrderContext, *, input: CartDiscountCodeInput) -> pb.CartResponse:
    """Applies a discount code. It is claimed at checkout, not here."""
    return await ctx.carts.AddDiscountCode(pb.AddDiscountCodeRequest(cart_id=input.cart_id, code=input.code))


@mutation(CartPayload, permission=PUBLIC)
async def cart_discount_code_remove(ctx: OrderContext, *, input: CartDiscountCodeInput) -> pb.CartResponse:
    """Takes a discount code back."""
    return await ctx.carts.RemoveDiscountCode(pb.RemoveDiscountCodeRequest(cart_id=input.cart_id, code=input.code))
