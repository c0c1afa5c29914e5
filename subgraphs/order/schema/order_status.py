"""The two vocabularies of an order; there is no third."""

from enum import Enum

from emporium.order.v1 import order_pb2 as pb

from chassis.graph import enum_of


@enum_of(pb.OrderStatus)
class OrderStatus(Enum):
    """Where an order stands."""

    PENDING = pb.PENDING
    CONFIRMED = pb.CONFIRMED
    FULFILLED = pb.FULFILLED
    REJECTED = pb.REJECTED
    CANCELLED = pb.CANCELLED
    CLOSED = pb.CLOSED


@enum_of(pb.PaymentStatus)
class PaymentStatus(Enum):
    """Where its payment stands. PAID means captured, PARTIALLY_PAID that the provider took less than the total."""

    PENDING = pb.PAYMENT_PENDING
    ACTION_REQUIRED = pb.ACTION_REQUIRED
    AUTHORIZED = pb.AUTHORIZED
    PARTIALLY_PAID = pb.PARTIALLY_PAID
    PAID = pb.PAID
    PARTIALLY_REFUNDED = pb.PARTIALLY_REFUNDED
    REFUNDED = pb.REFUNDED
    VOIDED = pb.VOIDED
