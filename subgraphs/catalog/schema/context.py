"""What this slice's resolvers are given."""

from typing import TYPE_CHECKING, Protocol

from chassis.graph import Context

if TYPE_CHECKING:  # the stubs' asyncio form exists for the type checker only
    from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceAsyncStub, InventoryServiceAsyncStub
    from emporium.catalog.v1.collection_pb2_grpc import CollectionServiceAsyncStub
    from emporium.catalog.v1.job_pb2_grpc import JobServiceAsyncStub
    from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceAsyncStub
    from emporium.catalog.v1.product_pb2_grpc import ProductServiceAsyncStub


class CatalogContext(Context, Protocol):
    """One operation of one caller, with the services it asks."""

    catalog: "CatalogServiceAsyncStub"
    collections: "CollectionServiceAsyncStub"
    inventory: "InventoryServiceAsyncStub"
    jobs: "JobServiceAsyncStub"
    merchandising: "MerchandisingServiceAsyncStub"
    products: "ProductServiceAsyncStub"
