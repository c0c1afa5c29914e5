"""The GraphQL type Transaction: one attempt at the payment provider."""

from datetime import datetime
from enum import Enum

import strawberry
from emporium.payment.v1 import payment_pb2 as pb

from chassis.graph import OWNER_OR_STAFF, PUBLIC, STAFF, Money, attribute, enum_of, type_


@enum_of(pb.TransactionKind)
class TransactionKind(Enum):
    """What was asked of the provider."""

    AUTHORIZATION = pb.AUTHORIZATION
    CAPTURE = pb.CAPTURE
    VOID = pb.VOID
    REFUND = pb.REFUND


@enum_of(pb.PaymentOutcome)
class PaymentOutcome(Enum):
    """What the provider answered; UNKNOWN until it is asked again."""

    SUCCEEDED = pb.SUCCEEDED
    DECLINED = pb.DECLINED
    REQUIRES_ACTION = pb.REQUIRES_ACTION
    UNKNOWN = pb.UNKNOWN


@type_(pb.Transaction, permission=OWNER_OR_STAFF)
class Transaction:
    """One attempt at the payment provider."""

    id: strawberry.ID
    kind: TransactionKind
    outcome: PaymentOutcome | None
    amount: Money
    provider: str
    psp_reference: str | None = attribute(permission=STAFF, admin=True, description="The provider's own id.")
    decline_reason: str | None
    created_at: datetime


@type_(pb.PaymentAction, permission=PUBLIC)
class PaymentAction:
    """What the shopper must do at the provider (3-D Secure) before the order goes on."""

    url: str
    expires_at: datetime
