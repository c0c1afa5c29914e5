"""What a user may do."""

from enum import Enum

from emporium.account.v1 import account_pb2 as pb

from chassis.graph import enum_of


@enum_of(pb.Role)
class Role(Enum):
    """What a user may do."""

    CUSTOMER = pb.CUSTOMER
    SUPPORT = pb.SUPPORT
    CATALOG_MANAGER = pb.CATALOG_MANAGER
    ORDER_MANAGER = pb.ORDER_MANAGER
    ADMIN = pb.ADMIN
