"""Mutation.customerRolesSet, for administrators."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import ADMIN, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.customer_payload import CustomerPayload
from subgraphs.account.schema.role import Role


@strawberry.input
class CustomerRolesSetInput:
    """All roles the user has from now on."""

    id: strawberry.ID
    roles: list[Role]


@mutation(CustomerPayload, permission=ADMIN, admin=True)
async def customer_roles_set(ctx: AccountContext, *, input: CustomerRolesSetInput) -> pb.UpdateUserResponse:
    """Gives and takes roles. Losing one ends the user's sessions."""
    request = pb.SetUserRolesRequest(id=input.id, roles=[role.value for role in input.roles])
    return await ctx.account.SetUserRoles(request)
