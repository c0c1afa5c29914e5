"""Mutation.checkoutComplete and Mutation.checkoutPaymentContinue."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import OWNER_OR_STAFF, PUBLIC, MoneyInput, UserError, mutation, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order import Order


@strawberry.input
class CheckoutCompleteInput:
    """The cart, the total the shopper saw, and the provider's token for the card."""

    cart_id: strawberry.ID
    idempotency_key: strawberry.ID
    expected_total: MoneyInput
    payment_token: str


@strawberry.input
class CheckoutPaymentContinueInput:
    """The order whose `paymentAction` the shopper has done."""

    order_id: strawberry.ID


@type_(pb.CheckoutResponse, permission=PUBLIC)
class CheckoutPayload:
    """The order: confirmed, rejected with `userErrors`, or PENDING and to be followed by `orderUpdated`."""

    order: Order | None
    user_errors: list[UserError]


@mutation(CheckoutPayload, permission=OWNER_OR_STAFF)
async def checkout_complete(ctx: OrderContext, *, input: CheckoutCompleteInput) -> pb.CheckoutResponse:
    """Buys what is in the cart, once: the same key gives the same order, however often it is sent."""
    request = pb.CompleteCheckoutRequest(
        cart_id=input.cart_id,
        idempotency_key=input.idempotency_key,
        expected_total=input.expected_total.message(),
        payment_token=input.payment_token,
    )
    return await ctx.orders.CompleteCheckout(request)


@mutation(CheckoutPayload, permission=OWNER_OR_STAFF)
async def checkout_payment_continue(ctx: OrderContext, *, input: CheckoutPaymentContinueInput) -> pb.CheckoutResponse:
    """Goes on after the shopper came back from the provider's page."""
    return await ctx.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=input.order_id))
