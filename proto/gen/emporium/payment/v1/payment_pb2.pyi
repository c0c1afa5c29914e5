import datetime

from emporium.common.v1 import money_pb2 as _money_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PaymentOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_OUTCOME_UNSPECIFIED: _ClassVar[PaymentOutcome]
    SUCCEEDED: _ClassVar[PaymentOutcome]
    DECLINED: _ClassVar[PaymentOutcome]
    REQUIRES_ACTION: _ClassVar[PaymentOutcome]
    UNKNOWN: _ClassVar[PaymentOutcome]

class TransactionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSACTION_KIND_UNSPECIFIED: _ClassVar[TransactionKind]
    AUTHORIZATION: _ClassVar[TransactionKind]
    CAPTURE: _ClassVar[TransactionKind]
    VOID: _ClassVar[TransactionKind]
    REFUND: _ClassVar[TransactionKind]
PAYMENT_OUTCOME_UNSPECIFIED: PaymentOutcome
SUCCEEDED: PaymentOutcome
DECLINED: PaymentOutcome
REQUIRES_ACTION: PaymentOutcome
UNKNOWN: PaymentOutcome
TRANSACTION_KIND_UNSPECIFIED: TransactionKind
AUTHORIZATION: TransactionKind
CAPTURE: TransactionKind
VOID: TransactionKind
REFUND: TransactionKind

class PaymentAction(_message.Message):
    __slots__ = ("url", "expires_at")
    URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    url: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, url: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Transaction(_message.Message):
    __slots__ = ("id", "kind", "outcome", "amount", "provider", "psp_reference", "decline_reason", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PSP_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    DECLINE_REASON_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: TransactionKind
    outcome: PaymentOutcome
    amount: _money_pb2.Money
    provider: str
    psp_reference: str
    decline_reason: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[TransactionKind, str]] = ..., outcome: _Optional[_Union[PaymentOutcome, str]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., provider: _Optional[str] = ..., psp_reference: _Optional[str] = ..., decline_reason: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
