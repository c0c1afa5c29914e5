from emporium.order.v1 import order_pb2 as _order_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProductChanged(_message.Message):
    __slots__ = ("product_id", "version", "published")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    version: int
    published: bool
    def __init__(self, product_id: _Optional[str] = ..., version: _Optional[int] = ..., published: _Optional[bool] = ...) -> None: ...

class ProductsChanged(_message.Message):
    __slots__ = ("products",)
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    products: _containers.RepeatedCompositeFieldContainer[ProductChanged]
    def __init__(self, products: _Optional[_Iterable[_Union[ProductChanged, _Mapping]]] = ...) -> None: ...

class StockChanged(_message.Message):
    __slots__ = ("product_id", "sku", "available_for_sale")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FOR_SALE_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    sku: str
    available_for_sale: bool
    def __init__(self, product_id: _Optional[str] = ..., sku: _Optional[str] = ..., available_for_sale: _Optional[bool] = ...) -> None: ...

class LowStock(_message.Message):
    __slots__ = ("product_id", "sku", "sequence", "available", "threshold")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    sku: str
    sequence: int
    available: int
    threshold: int
    def __init__(self, product_id: _Optional[str] = ..., sku: _Optional[str] = ..., sequence: _Optional[int] = ..., available: _Optional[int] = ..., threshold: _Optional[int] = ...) -> None: ...

class OutOfStock(_message.Message):
    __slots__ = ("product_id", "sku", "sequence")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    sku: str
    sequence: int
    def __init__(self, product_id: _Optional[str] = ..., sku: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class BackInStock(_message.Message):
    __slots__ = ("product_id", "sku", "sequence", "available")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    sku: str
    sequence: int
    available: int
    def __init__(self, product_id: _Optional[str] = ..., sku: _Optional[str] = ..., sequence: _Optional[int] = ..., available: _Optional[int] = ...) -> None: ...

class CategoryChanged(_message.Message):
    __slots__ = ("category_id", "version")
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    category_id: str
    version: int
    def __init__(self, category_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class CollectionChanged(_message.Message):
    __slots__ = ("collection_id", "version")
    COLLECTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    collection_id: str
    version: int
    def __init__(self, collection_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class BrandChanged(_message.Message):
    __slots__ = ("brand_id", "version")
    BRAND_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    brand_id: str
    version: int
    def __init__(self, brand_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class UserChanged(_message.Message):
    __slots__ = ("user_id", "version", "deleted", "blocked")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    version: int
    deleted: bool
    blocked: bool
    def __init__(self, user_id: _Optional[str] = ..., version: _Optional[int] = ..., deleted: _Optional[bool] = ..., blocked: _Optional[bool] = ...) -> None: ...

class SessionRevoked(_message.Message):
    __slots__ = ("session_id", "user_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    user_id: str
    def __init__(self, session_id: _Optional[str] = ..., user_id: _Optional[str] = ...) -> None: ...

class OrderChanged(_message.Message):
    __slots__ = ("order_id", "buyer_id", "sequence", "type", "status", "payment_status")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    BUYER_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STATUS_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    buyer_id: str
    sequence: int
    type: str
    status: _order_pb2.OrderStatus
    payment_status: _order_pb2.PaymentStatus
    def __init__(self, order_id: _Optional[str] = ..., buyer_id: _Optional[str] = ..., sequence: _Optional[int] = ..., type: _Optional[str] = ..., status: _Optional[_Union[_order_pb2.OrderStatus, str]] = ..., payment_status: _Optional[_Union[_order_pb2.PaymentStatus, str]] = ...) -> None: ...
