"""A line to put into a cart."""

from collections.abc import Sequence

import strawberry
from emporium.order.v1 import cart_pb2 as pb


@strawberry.input
class CartLineInput:
    """So many of one SKU; the same SKU twice is one line."""

    sku: str
    quantity: int = 1


def line_messages(lines: Sequence[CartLineInput]) -> list[pb.CartLineInput]:
    return [pb.CartLineInput(sku=line.sku, quantity=line.quantity) for line in lines]
