"""The GraphQL type PriceRange."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, Money, type_


@type_(pb.PriceRange, permission=PUBLIC)
class PriceRange:
    """From the cheapest variant to the dearest."""

    min: Money
    max: Money
