"""What mutations of a customer answer."""

from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, UserError, attribute, type_
from subgraphs.account.schema.customer import Customer


@type_(pb.UpdateUserResponse, permission=PUBLIC)
class CustomerPayload:
    """The customer after the change, or what to mend."""

    customer: Customer | None = attribute("user")
    user_errors: list[UserError]
