"""The GraphQL type VariantPrice, for staff."""

from datetime import datetime

from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Money, attribute, type_


@type_(pb.VariantPrice, permission=CATALOG_MANAGER, admin=True)
class VariantPrice:
    """What a variant costs in a channel: the regular price, or a planned one that goes before it while it is valid."""

    channel: str
    price: Money
    compare_at_price: Money | None
    valid_from: datetime | None = attribute(description="Without either bound it is the regular price.")
    valid_until: datetime | None = attribute(description="Not included.")
    in_force: bool = attribute(description="Whether it is the price now.")
