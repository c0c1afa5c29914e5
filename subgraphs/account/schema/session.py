"""A device a customer is logged in on."""

from datetime import datetime

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import OWNER_OR_STAFF, attribute, type_


@type_(pb.Session, permission=OWNER_OR_STAFF)
class Session:
    """A device a customer is logged in on."""

    id: strawberry.ID
    user_agent: str = attribute(description="What the browser or app said it was.")
    created_at: datetime
    last_used_at: datetime
    current: bool = attribute(description="Whether it is the session that asks.")
