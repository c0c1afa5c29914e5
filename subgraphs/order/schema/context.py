"""What this slice's resolvers are given."""

from typing import TYPE_CHECKING, Protocol

from chassis.graph import Context

if TYPE_CHECKING:  # the stubs' asyncio form exists for the type checker only
    from emporium.order.v1.cart_pb2_grpc import CartServiceAsyncStub
    from emporium.order.v1.order_pb2_grpc import OrderServiceAsyncStub


class OrderContext(Context, Protocol):
    """One operation of one caller, with the services it asks."""

    carts: "CartServiceAsyncStub"
    orders: "OrderServiceAsyncStub"
