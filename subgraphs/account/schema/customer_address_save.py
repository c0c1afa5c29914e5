"""Mutation.customerAddressSave."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, SIGNED_IN, PostalAddressInput, UserError, attribute, mutation, type_
from subgraphs.account.schema.address import CustomerAddress
from subgraphs.account.schema.context import AccountContext


@strawberry.input
class CustomerAddressSaveInput:
    """Without an id it is a new entry."""

    address: PostalAddressInput
    id: strawberry.ID | None = None
    make_default: bool = False


@type_(pb.SaveAddressResponse, permission=PUBLIC)
class CustomerAddressSavePayload:
    """The entry as kept, or what to mend."""

    customer_address: CustomerAddress | None = attribute("address")
    user_errors: list[UserError]


@mutation(CustomerAddressSavePayload, permission=SIGNED_IN)
async def customer_address_save(ctx: AccountContext, *, input: CustomerAddressSaveInput) -> pb.SaveAddressResponse:
    """Adds to one's own address book, or changes an entry. The first entry becomes the default."""
    request = pb.SaveAddressRequest(
        id=input.id or None, postal=input.address.message(), make_default=input.make_default
    )
    return await ctx.account.SaveAddress(request)
