"""What every mutation of a cart answers."""

from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import PUBLIC, AutomaticChange, UserError, type_
from subgraphs.order.schema.cart import Cart


@type_(pb.CartResponse, permission=PUBLIC)
class CartPayload:
    """The cart as it is now; with `userErrors` nothing was changed."""

    cart: Cart | None
    user_errors: list[UserError]
    warnings: list[AutomaticChange]
