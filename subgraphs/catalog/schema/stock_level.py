"""The GraphQL type StockLevel, for staff."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import any_role, attribute, type_

STOCK_READERS = any_role("catalog_manager", "order_manager", "support")


@type_(pb.StockLevel, permission=STOCK_READERS, admin=True)
class StockLevel:
    """Where the units of a SKU are."""

    sku: str
    location: str
    available: int = attribute(description="Free to be sold.")
    reserved: int = attribute(description="Held for checkouts that have not been paid for.")
    secured: int = attribute(description="Held for paid orders.")
    sold: int
