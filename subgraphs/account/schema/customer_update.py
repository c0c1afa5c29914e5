"""Mutation.customerUpdate."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import SIGNED_IN, CurrencyCode, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.customer_payload import CustomerPayload

LEFT_OUT = strawberry.UNSET


@strawberry.input
class CustomerPreferencesInput:
    """What is left out stays; null follows the shop again."""

    locale: str | None = LEFT_OUT
    currency_code: CurrencyCode | None = LEFT_OUT
    newsletter: bool | None = LEFT_OUT

    def message(self) -> pb.PreferencesChange:
        """As the service takes it."""
        return pb.PreferencesChange(
            locale=_text(self.locale),
            currency_code=_text(self.currency_code),
            newsletter=None if self.newsletter is LEFT_OUT else bool(self.newsletter),
        )


@strawberry.input
class CustomerUpdateInput:
    """What is left out stays; null clears."""

    first_name: str | None = LEFT_OUT
    last_name: str | None = LEFT_OUT
    preferences: CustomerPreferencesInput | None = LEFT_OUT
    default_address_id: strawberry.ID | None = LEFT_OUT


@mutation(CustomerPayload, permission=SIGNED_IN)
async def customer_update(ctx: AccountContext, *, input: CustomerUpdateInput) -> pb.UpdateUserResponse:
    """Changes one's own profile."""
    request = pb.UpdateUserRequest(
        id=ctx.caller.user_id,
        first_name=_text(input.first_name),
        last_name=_text(input.last_name),
        preferences=input.preferences.message() if input.preferences else None,
        default_address_id=_text(input.default_address_id),
    )
    return await ctx.account.UpdateUser(request)


def _text(value: str | None) -> str | None:
    """None stays, an empty text clears."""
    return None if value is LEFT_OUT else value or ""
