"""The GraphQL type ProductPublication, for staff."""

from datetime import datetime

from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, attribute, type_


@type_(pb.Publication, permission=CATALOG_MANAGER, admin=True)
class ProductPublication:
    """Whether a product is shown in one channel, and what will become of that by itself."""

    channel: str
    published: bool
    published_at: datetime | None = attribute(description="Since when it is shown.")
    publish_at: datetime | None = attribute(description="When it will be shown.")
    publish_until: datetime | None = attribute(description="When it will be hidden.")
