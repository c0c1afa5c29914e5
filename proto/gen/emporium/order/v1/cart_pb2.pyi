import datetime

from emporium.common.v1 import address_pb2 as _address_pb2
from emporium.common.v1 import money_pb2 as _money_pb2
from emporium.common.v1 import outcome_pb2 as _outcome_pb2
from emporium.common.v1 import page_pb2 as _page_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CartLine(_message.Message):
    __slots__ = ("id", "sku", "variant_id", "product_id", "name", "quantity", "unit_price", "total", "discount")
    ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    id: str
    sku: str
    variant_id: str
    product_id: str
    name: str
    quantity: int
    unit_price: _money_pb2.Money
    total: _money_pb2.Money
    discount: _money_pb2.Money
    def __init__(self, id: _Optional[str] = ..., sku: _Optional[str] = ..., variant_id: _Optional[str] = ..., product_id: _Optional[str] = ..., name: _Optional[str] = ..., quantity: _Optional[int] = ..., unit_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., discount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class TaxLine(_message.Message):
    __slots__ = ("name", "rate", "base", "amount", "included")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    INCLUDED_FIELD_NUMBER: _ClassVar[int]
    name: str
    rate: str
    base: _money_pb2.Money
    amount: _money_pb2.Money
    included: bool
    def __init__(self, name: _Optional[str] = ..., rate: _Optional[str] = ..., base: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., included: _Optional[bool] = ...) -> None: ...

class DeliveryMethod(_message.Message):
    __slots__ = ("code", "name", "price")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    price: _money_pb2.Money
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Totals(_message.Message):
    __slots__ = ("subtotal", "discount", "shipping", "tax", "total")
    SUBTOTAL_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_FIELD_NUMBER: _ClassVar[int]
    TAX_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    subtotal: _money_pb2.Money
    discount: _money_pb2.Money
    shipping: _money_pb2.Money
    tax: _money_pb2.Money
    total: _money_pb2.Money
    def __init__(self, subtotal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., discount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., shipping: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tax: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Cart(_message.Message):
    __slots__ = ("id", "buyer_id", "customer_id", "currency_code", "email", "shipping_address", "delivery_method", "discount_codes", "lines", "totals", "order_id", "created_at", "updated_at", "version", "total_quantity", "tax_lines", "delivery_methods")
    ID_FIELD_NUMBER: _ClassVar[int]
    BUYER_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_METHOD_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_CODES_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    TAX_LINES_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_METHODS_FIELD_NUMBER: _ClassVar[int]
    id: str
    buyer_id: str
    customer_id: str
    currency_code: str
    email: str
    shipping_address: _address_pb2.PostalAddress
    delivery_method: DeliveryMethod
    discount_codes: _containers.RepeatedScalarFieldContainer[str]
    lines: _containers.RepeatedCompositeFieldContainer[CartLine]
    totals: Totals
    order_id: str
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    version: int
    total_quantity: int
    tax_lines: _containers.RepeatedCompositeFieldContainer[TaxLine]
    delivery_methods: _containers.RepeatedCompositeFieldContainer[DeliveryMethod]
    def __init__(self, id: _Optional[str] = ..., buyer_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., currency_code: _Optional[str] = ..., email: _Optional[str] = ..., shipping_address: _Optional[_Union[_address_pb2.PostalAddress, _Mapping]] = ..., delivery_method: _Optional[_Union[DeliveryMethod, _Mapping]] = ..., discount_codes: _Optional[_Iterable[str]] = ..., lines: _Optional[_Iterable[_Union[CartLine, _Mapping]]] = ..., totals: _Optional[_Union[Totals, _Mapping]] = ..., order_id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., total_quantity: _Optional[int] = ..., tax_lines: _Optional[_Iterable[_Union[TaxLine, _Mapping]]] = ..., delivery_methods: _Optional[_Iterable[_Union[DeliveryMethod, _Mapping]]] = ...) -> None: ...

class CartOutcome(_message.Message):
    __slots__ = ("cart", "error")
    CART_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    cart: Cart
    error: _outcome_pb2.EntityError
    def __init__(self, cart: _Optional[_Union[Cart, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class CartResponse(_message.Message):
    __slots__ = ("cart", "user_errors", "warnings", "token")
    CART_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    cart: Cart
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    warnings: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.Warning]
    token: str
    def __init__(self, cart: _Optional[_Union[Cart, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[_outcome_pb2.Warning, _Mapping]]] = ..., token: _Optional[str] = ...) -> None: ...

class CartLineInput(_message.Message):
    __slots__ = ("sku", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class CreateCartRequest(_message.Message):
    __slots__ = ("context", "lines", "email")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    context: _page_pb2.ShopContext
    lines: _containers.RepeatedCompositeFieldContainer[CartLineInput]
    email: str
    def __init__(self, context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[CartLineInput, _Mapping]]] = ..., email: _Optional[str] = ...) -> None: ...

class BatchGetCartsRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetCartsOfCustomersRequest(_message.Message):
    __slots__ = ("customer_ids",)
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, customer_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetCartsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[CartOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[CartOutcome, _Mapping]]] = ...) -> None: ...

class AddCartLinesRequest(_message.Message):
    __slots__ = ("cart_id", "lines")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    lines: _containers.RepeatedCompositeFieldContainer[CartLineInput]
    def __init__(self, cart_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[CartLineInput, _Mapping]]] = ...) -> None: ...

class CartLineUpdate(_message.Message):
    __slots__ = ("line_id", "quantity")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    quantity: int
    def __init__(self, line_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class UpdateCartLinesRequest(_message.Message):
    __slots__ = ("cart_id", "lines")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    lines: _containers.RepeatedCompositeFieldContainer[CartLineUpdate]
    def __init__(self, cart_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[CartLineUpdate, _Mapping]]] = ...) -> None: ...

class RemoveCartLinesRequest(_message.Message):
    __slots__ = ("cart_id", "line_ids")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_IDS_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    line_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, cart_id: _Optional[str] = ..., line_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class UpdateCartRequest(_message.Message):
    __slots__ = ("cart_id", "email", "shipping_address", "delivery_method_code")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_METHOD_CODE_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    email: str
    shipping_address: _address_pb2.PostalAddress
    delivery_method_code: str
    def __init__(self, cart_id: _Optional[str] = ..., email: _Optional[str] = ..., shipping_address: _Optional[_Union[_address_pb2.PostalAddress, _Mapping]] = ..., delivery_method_code: _Optional[str] = ...) -> None: ...

class AddDiscountCodeRequest(_message.Message):
    __slots__ = ("cart_id", "code")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    code: str
    def __init__(self, cart_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class RemoveDiscountCodeRequest(_message.Message):
    __slots__ = ("cart_id", "code")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    code: str
    def __init__(self, cart_id: _Optional[str] = ..., code: _Optional[str] = ...) -> None: ...

class MergeCartRequest(_message.Message):
    __slots__ = ("cart_id",)
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    def __init__(self, cart_id: _Optional[str] = ...) -> None: ...

class ListDeliveryMethodsRequest(_message.Message):
    __slots__ = ("context",)
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    context: _page_pb2.ShopContext
    def __init__(self, context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class ListDeliveryMethodsResponse(_message.Message):
    __slots__ = ("methods",)
    METHODS_FIELD_NUMBER: _ClassVar[int]
    methods: _containers.RepeatedCompositeFieldContainer[DeliveryMethod]
    def __init__(self, methods: _Optional[_Iterable[_Union[DeliveryMethod, _Mapping]]] = ...) -> None: ...
