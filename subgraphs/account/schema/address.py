"""An entry of a customer's address book."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import OWNER_OR_STAFF, PostalAddress, attribute, type_


@type_(pb.Address, permission=OWNER_OR_STAFF)
class CustomerAddress:
    """An entry of a customer's address book."""

    id: strawberry.ID
    address: PostalAddress = attribute("postal")
    is_default: bool = attribute(description="Whether checkouts propose this address first.")
