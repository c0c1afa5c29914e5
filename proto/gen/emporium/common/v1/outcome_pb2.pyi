from emporium.common.v1 import money_pb2 as _money_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UserErrorCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    USER_ERROR_CODE_UNSPECIFIED: _ClassVar[UserErrorCode]
    INVALID: _ClassVar[UserErrorCode]
    REQUIRED: _ClassVar[UserErrorCode]
    TOO_LONG: _ClassVar[UserErrorCode]
    NOT_FOUND: _ClassVar[UserErrorCode]
    TAKEN: _ClassVar[UserErrorCode]
    INVALID_QUANTITY: _ClassVar[UserErrorCode]
    UNKNOWN_SKU: _ClassVar[UserErrorCode]
    NOT_AVAILABLE: _ClassVar[UserErrorCode]
    INSUFFICIENT_STOCK: _ClassVar[UserErrorCode]
    WRONG_CURRENCY: _ClassVar[UserErrorCode]
    CART_EMPTY: _ClassVar[UserErrorCode]
    CART_COMPLETED: _ClassVar[UserErrorCode]
    ADDRESS_REQUIRED: _ClassVar[UserErrorCode]
    EMAIL_REQUIRED: _ClassVar[UserErrorCode]
    DELIVERY_METHOD_REQUIRED: _ClassVar[UserErrorCode]
    PRICE_CHANGED: _ClassVar[UserErrorCode]
    PAYMENT_DECLINED: _ClassVar[UserErrorCode]
    PAYMENT_FAILED: _ClassVar[UserErrorCode]
    DISCOUNT_CODE_INVALID: _ClassVar[UserErrorCode]
    DISCOUNT_CODE_EXPIRED: _ClassVar[UserErrorCode]
    DISCOUNT_CODE_USED_UP: _ClassVar[UserErrorCode]
    DISCOUNT_CODE_MINIMUM_NOT_REACHED: _ClassVar[UserErrorCode]
    CREDENTIALS_INVALID: _ClassVar[UserErrorCode]
    PASSWORD_TOO_WEAK: _ClassVar[UserErrorCode]
    TOKEN_INVALID: _ClassVar[UserErrorCode]
    WRONG_STATE: _ClassVar[UserErrorCode]
    AMOUNT_TOO_HIGH: _ClassVar[UserErrorCode]
    STALE_VERSION: _ClassVar[UserErrorCode]
    CHANGE_FROM_QUANTITY_STALE: _ClassVar[UserErrorCode]
    LIMIT_REACHED: _ClassVar[UserErrorCode]
    TOO_MANY_ATTEMPTS: _ClassVar[UserErrorCode]
    CYCLE: _ClassVar[UserErrorCode]
    NOT_EMPTY: _ClassVar[UserErrorCode]
    ATTRIBUTE_TYPE_MISMATCH: _ClassVar[UserErrorCode]
USER_ERROR_CODE_UNSPECIFIED: UserErrorCode
INVALID: UserErrorCode
REQUIRED: UserErrorCode
TOO_LONG: UserErrorCode
NOT_FOUND: UserErrorCode
TAKEN: UserErrorCode
INVALID_QUANTITY: UserErrorCode
UNKNOWN_SKU: UserErrorCode
NOT_AVAILABLE: UserErrorCode
INSUFFICIENT_STOCK: UserErrorCode
WRONG_CURRENCY: UserErrorCode
CART_EMPTY: UserErrorCode
CART_COMPLETED: UserErrorCode
ADDRESS_REQUIRED: UserErrorCode
EMAIL_REQUIRED: UserErrorCode
DELIVERY_METHOD_REQUIRED: UserErrorCode
PRICE_CHANGED: UserErrorCode
PAYMENT_DECLINED: UserErrorCode
PAYMENT_FAILED: UserErrorCode
DISCOUNT_CODE_INVALID: UserErrorCode
DISCOUNT_CODE_EXPIRED: UserErrorCode
DISCOUNT_CODE_USED_UP: UserErrorCode
DISCOUNT_CODE_MINIMUM_NOT_REACHED: UserErrorCode
CREDENTIALS_INVALID: UserErrorCode
PASSWORD_TOO_WEAK: UserErrorCode
TOKEN_INVALID: UserErrorCode
WRONG_STATE: UserErrorCode
AMOUNT_TOO_HIGH: UserErrorCode
STALE_VERSION: UserErrorCode
CHANGE_FROM_QUANTITY_STALE: UserErrorCode
LIMIT_REACHED: UserErrorCode
TOO_MANY_ATTEMPTS: UserErrorCode
CYCLE: UserErrorCode
NOT_EMPTY: UserErrorCode
ATTRIBUTE_TYPE_MISMATCH: UserErrorCode

class EntityError(_message.Message):
    __slots__ = ("reason", "message")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class UserError(_message.Message):
    __slots__ = ("input", "insufficient_stock", "price_changed")
    INPUT_FIELD_NUMBER: _ClassVar[int]
    INSUFFICIENT_STOCK_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGED_FIELD_NUMBER: _ClassVar[int]
    input: InputError
    insufficient_stock: InsufficientStock
    price_changed: PriceChanged
    def __init__(self, input: _Optional[_Union[InputError, _Mapping]] = ..., insufficient_stock: _Optional[_Union[InsufficientStock, _Mapping]] = ..., price_changed: _Optional[_Union[PriceChanged, _Mapping]] = ...) -> None: ...

class InputError(_message.Message):
    __slots__ = ("code", "field", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: UserErrorCode
    field: _containers.RepeatedScalarFieldContainer[str]
    message: str
    def __init__(self, code: _Optional[_Union[UserErrorCode, str]] = ..., field: _Optional[_Iterable[str]] = ..., message: _Optional[str] = ...) -> None: ...

class InsufficientStock(_message.Message):
    __slots__ = ("code", "field", "message", "sku", "available")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    code: UserErrorCode
    field: _containers.RepeatedScalarFieldContainer[str]
    message: str
    sku: str
    available: int
    def __init__(self, code: _Optional[_Union[UserErrorCode, str]] = ..., field: _Optional[_Iterable[str]] = ..., message: _Optional[str] = ..., sku: _Optional[str] = ..., available: _Optional[int] = ...) -> None: ...

class PriceChanged(_message.Message):
    __slots__ = ("code", "field", "message", "expected", "actual")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    ACTUAL_FIELD_NUMBER: _ClassVar[int]
    code: UserErrorCode
    field: _containers.RepeatedScalarFieldContainer[str]
    message: str
    expected: _money_pb2.Money
    actual: _money_pb2.Money
    def __init__(self, code: _Optional[_Union[UserErrorCode, str]] = ..., field: _Optional[_Iterable[str]] = ..., message: _Optional[str] = ..., expected: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., actual: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("code", "field", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    field: _containers.RepeatedScalarFieldContainer[str]
    message: str
    def __init__(self, code: _Optional[str] = ..., field: _Optional[_Iterable[str]] = ..., message: _Optional[str] = ...) -> None: ...
