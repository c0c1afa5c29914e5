"""The GraphQL type DiscountCode, Query.discountCode and Mutation.discountCodeSave, for order managers."""

from datetime import datetime
from typing import Any

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, Money, MoneyInput, UserError, attribute, mutation, outcomes, query, type_
from subgraphs.order.schema.context import OrderContext


@type_(pb.DiscountCode, permission=ORDER_MANAGER, admin=True)
class DiscountCode:
    """A code that makes a cart cheaper."""

    id: strawberry.ID
    code: str
    percent_off: int | None
    amount_off: Money | None
    minimum_subtotal: Money | None
    usage_limit: int | None
    used_count: int
    usage_limit_per_customer: int | None
    exclusive: bool = attribute(description="Not together with another code.")
    expires_at: datetime | None


@strawberry.input
class DiscountCodeSaveInput:
    """A new code, or new rules for one there is: either `percentOff` or `amountOff`."""

    code: str
    percent_off: int | None = None
    amount_off: MoneyInput | None = None
    minimum_subtotal: MoneyInput | None = None
    usage_limit: int | None = None
    expires_at: datetime | None = None
    usage_limit_per_customer: int | None = None
    exclusive: bool = False

    def message(self) -> pb.DiscountCode:
        code = pb.DiscountCode(
            code=self.code,
            percent_off=self.percent_off,
            amount_off=self.amount_off.message() if self.amount_off else None,
            minimum_subtotal=self.minimum_subtotal.message() if self.minimum_subtotal else None,
            usage_limit=self.usage_limit,
            usage_limit_per_customer=self.usage_limit_per_customer,
            exclusive=self.exclusive,
        )
        if self.expires_at:
            code.expires_at.FromDatetime(self.expires_at)
        return code


@type_(pb.SaveDiscountCodeResponse, permission=ORDER_MANAGER, admin=True)
class DiscountCodeSavePayload:
    """The code as kept, or what to mend."""

    discount_code: DiscountCode | None
    user_errors: list[UserError]


@query(DiscountCode | None, permission=ORDER_MANAGER, admin=True)
async def discount_code(ctx: OrderContext, *, code: str) -> Any:
    """One code, with how often it was used."""
    (found,) = outcomes(await ctx.orders.BatchGetDiscountCodes(pb.BatchGetDiscountCodesRequest(codes=[code])))
    return found


@mutation(DiscountCodeSavePayload, permission=ORDER_MANAGER, admin=True)
async def discount_code_save(ctx: OrderContext, *, input: DiscountCodeSaveInput) -> pb.SaveDiscountCodeResponse:
    """Creates or changes a discount code."""
    return await ctx.orders.SaveDiscountCode(pb.SaveDiscountCodeRequest(discount_code=input.message()))
