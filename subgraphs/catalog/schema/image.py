"""The GraphQL type Image."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, attribute, type_


@type_(pb.Image, permission=PUBLIC)
class Image:
    """A picture."""

    url: str = attribute(description="https:, http: or data:image/.")
    alt: str | None = attribute(description="What is to be seen, in words.")
    width: int | None = attribute(description="Pixels.")
    height: int | None = attribute(description="Pixels.")
