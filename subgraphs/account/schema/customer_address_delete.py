"""Mutation.customerAddressDelete."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, SIGNED_IN, UserError, mutation, type_
from subgraphs.account.schema.context import AccountContext


@strawberry.input
class CustomerAddressDeleteInput:
    """An entry of one's own address book."""

    id: strawberry.ID


@type_(pb.DeleteAddressResponse, permission=PUBLIC)
class CustomerAddressDeletePayload:
    """Which entry is gone, or what to mend."""

    deleted_id: strawberry.ID | None
    user_errors: list[UserError]


@mutation(CustomerAddressDeletePayload, permission=SIGNED_IN)
async def customer_address_delete(
    ctx: AccountContext, *, input: CustomerAddressDeleteInput
) -> pb.DeleteAddressResponse:
    """Takes an entry out of one's own address book."""
    return await ctx.account.DeleteAddress(pb.DeleteAddressRequest(id=input.id))
