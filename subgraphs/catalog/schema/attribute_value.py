"""The GraphQL type Attribute."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, attribute, type_


@type_(pb.Attribute, permission=PUBLIC)
class Attribute:
    """One fact about a product: Screen size, 15.6, inch."""

    key: str = attribute(description='Also the key of its facet: "screen_size".')
    label: str
    value: str
    number: float | None = attribute(description="The value where it is a number.")
    unit: str | None
