import datetime

from emporium.common.v1 import address_pb2 as _address_pb2
from emporium.common.v1 import money_pb2 as _money_pb2
from emporium.common.v1 import outcome_pb2 as _outcome_pb2
from emporium.common.v1 import page_pb2 as _page_pb2
from emporium.order.v1 import cart_pb2 as _cart_pb2
from emporium.payment.v1 import payment_pb2 as _payment_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrderStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORDER_STATUS_UNSPECIFIED: _ClassVar[OrderStatus]
    PENDING: _ClassVar[OrderStatus]
    CONFIRMED: _ClassVar[OrderStatus]
    FULFILLED: _ClassVar[OrderStatus]
    REJECTED: _ClassVar[OrderStatus]
    CANCELLED: _ClassVar[OrderStatus]
    CLOSED: _ClassVar[OrderStatus]

class PaymentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PAYMENT_STATUS_UNSPECIFIED: _ClassVar[PaymentStatus]
    PAYMENT_PENDING: _ClassVar[PaymentStatus]
    ACTION_REQUIRED: _ClassVar[PaymentStatus]
    AUTHORIZED: _ClassVar[PaymentStatus]
    PAID: _ClassVar[PaymentStatus]
    PARTIALLY_REFUNDED: _ClassVar[PaymentStatus]
    REFUNDED: _ClassVar[PaymentStatus]
    VOIDED: _ClassVar[PaymentStatus]
    PARTIALLY_PAID: _ClassVar[PaymentStatus]

class SagaAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAGA_ACTION_UNSPECIFIED: _ClassVar[SagaAction]
    RETRY: _ClassVar[SagaAction]
    RESOLVE: _ClassVar[SagaAction]
    CANCEL: _ClassVar[SagaAction]
ORDER_STATUS_UNSPECIFIED: OrderStatus
PENDING: OrderStatus
CONFIRMED: OrderStatus
FULFILLED: OrderStatus
REJECTED: OrderStatus
CANCELLED: OrderStatus
CLOSED: OrderStatus
PAYMENT_STATUS_UNSPECIFIED: PaymentStatus
PAYMENT_PENDING: PaymentStatus
ACTION_REQUIRED: PaymentStatus
AUTHORIZED: PaymentStatus
PAID: PaymentStatus
PARTIALLY_REFUNDED: PaymentStatus
REFUNDED: PaymentStatus
VOIDED: PaymentStatus
PARTIALLY_PAID: PaymentStatus
SAGA_ACTION_UNSPECIFIED: SagaAction
RETRY: SagaAction
RESOLVE: SagaAction
CANCEL: SagaAction

class OrderLine(_message.Message):
    __slots__ = ("id", "sku", "variant_id", "product_id", "name", "quantity", "unit_price", "total", "discount", "tax")
    ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_FIELD_NUMBER: _ClassVar[int]
    TAX_FIELD_NUMBER: _ClassVar[int]
    id: str
    sku: str
    variant_id: str
    product_id: str
    name: str
    quantity: int
    unit_price: _money_pb2.Money
    total: _money_pb2.Money
    discount: _money_pb2.Money
    tax: _money_pb2.Money
    def __init__(self, id: _Optional[str] = ..., sku: _Optional[str] = ..., variant_id: _Optional[str] = ..., product_id: _Optional[str] = ..., name: _Optional[str] = ..., quantity: _Optional[int] = ..., unit_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., discount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., tax: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class FulfillmentLine(_message.Message):
    __slots__ = ("order_line_id", "quantity")
    ORDER_LINE_ID_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    order_line_id: str
    quantity: int
    def __init__(self, order_line_id: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class Fulfillment(_message.Message):
    __slots__ = ("id", "lines", "tracking_number", "shipped_at", "delivered_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SHIPPED_AT_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    lines: _containers.RepeatedCompositeFieldContainer[FulfillmentLine]
    tracking_number: str
    shipped_at: _timestamp_pb2.Timestamp
    delivered_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[FulfillmentLine, _Mapping]]] = ..., tracking_number: _Optional[str] = ..., shipped_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delivered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("id", "number", "status", "payment_status", "buyer_id", "customer_id", "email", "lines", "totals", "shipping_address", "delivery_method", "discount_codes", "payment_action", "reason", "captured", "refunded", "created_at", "updated_at", "version", "sequence", "cart_id", "fulfillments", "returned", "tax_lines")
    ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STATUS_FIELD_NUMBER: _ClassVar[int]
    BUYER_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_ID_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    SHIPPING_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_METHOD_FIELD_NUMBER: _ClassVar[int]
    DISCOUNT_CODES_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    REFUNDED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    FULFILLMENTS_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    TAX_LINES_FIELD_NUMBER: _ClassVar[int]
    id: str
    number: str
    status: OrderStatus
    payment_status: PaymentStatus
    buyer_id: str
    customer_id: str
    email: str
    lines: _containers.RepeatedCompositeFieldContainer[OrderLine]
    totals: _cart_pb2.Totals
    shipping_address: _address_pb2.PostalAddress
    delivery_method: _cart_pb2.DeliveryMethod
    discount_codes: _containers.RepeatedScalarFieldContainer[str]
    payment_action: _payment_pb2.PaymentAction
    reason: str
    captured: _money_pb2.Money
    refunded: _money_pb2.Money
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    version: int
    sequence: int
    cart_id: str
    fulfillments: _containers.RepeatedCompositeFieldContainer[Fulfillment]
    returned: _containers.RepeatedCompositeFieldContainer[FulfillmentLine]
    tax_lines: _containers.RepeatedCompositeFieldContainer[_cart_pb2.TaxLine]
    def __init__(self, id: _Optional[str] = ..., number: _Optional[str] = ..., status: _Optional[_Union[OrderStatus, str]] = ..., payment_status: _Optional[_Union[PaymentStatus, str]] = ..., buyer_id: _Optional[str] = ..., customer_id: _Optional[str] = ..., email: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[OrderLine, _Mapping]]] = ..., totals: _Optional[_Union[_cart_pb2.Totals, _Mapping]] = ..., shipping_address: _Optional[_Union[_address_pb2.PostalAddress, _Mapping]] = ..., delivery_method: _Optional[_Union[_cart_pb2.DeliveryMethod, _Mapping]] = ..., discount_codes: _Optional[_Iterable[str]] = ..., payment_action: _Optional[_Union[_payment_pb2.PaymentAction, _Mapping]] = ..., reason: _Optional[str] = ..., captured: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., refunded: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., sequence: _Optional[int] = ..., cart_id: _Optional[str] = ..., fulfillments: _Optional[_Iterable[_Union[Fulfillment, _Mapping]]] = ..., returned: _Optional[_Iterable[_Union[FulfillmentLine, _Mapping]]] = ..., tax_lines: _Optional[_Iterable[_Union[_cart_pb2.TaxLine, _Mapping]]] = ...) -> None: ...

class OrderOutcome(_message.Message):
    __slots__ = ("order", "error")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    order: Order
    error: _outcome_pb2.EntityError
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class OrderEvent(_message.Message):
    __slots__ = ("sequence", "type", "status", "payment_status", "message", "created_at")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    type: str
    status: OrderStatus
    payment_status: PaymentStatus
    message: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, sequence: _Optional[int] = ..., type: _Optional[str] = ..., status: _Optional[_Union[OrderStatus, str]] = ..., payment_status: _Optional[_Union[PaymentStatus, str]] = ..., message: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CompleteCheckoutRequest(_message.Message):
    __slots__ = ("cart_id", "idempotency_key", "expected_total", "payment_token")
    CART_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    cart_id: str
    idempotency_key: str
    expected_total: _money_pb2.Money
    payment_token: str
    def __init__(self, cart_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., expected_total: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., payment_token: _Optional[str] = ...) -> None: ...

class CheckoutResponse(_message.Message):
    __slots__ = ("order", "user_errors")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    order: Order
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class ContinuePaymentRequest(_message.Message):
    __slots__ = ("order_id",)
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    def __init__(self, order_id: _Optional[str] = ...) -> None: ...

class BatchGetOrdersRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetOrdersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[OrderOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[OrderOutcome, _Mapping]]] = ...) -> None: ...

class OrderPage(_message.Message):
    __slots__ = ("nodes", "page_info", "total_count", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Order]
    page_info: _page_pb2.PageInfo
    total_count: int
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[Order, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., total_count: _Optional[int] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchListOrdersOfCustomersRequest(_message.Message):
    __slots__ = ("customer_ids", "page")
    CUSTOMER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    customer_ids: _containers.RepeatedScalarFieldContainer[str]
    page: _page_pb2.PageRequest
    def __init__(self, customer_ids: _Optional[_Iterable[str]] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BatchListOrdersOfCustomersResponse(_message.Message):
    __slots__ = ("pages",)
    PAGES_FIELD_NUMBER: _ClassVar[int]
    pages: _containers.RepeatedCompositeFieldContainer[OrderPage]
    def __init__(self, pages: _Optional[_Iterable[_Union[OrderPage, _Mapping]]] = ...) -> None: ...

class FindGuestOrderRequest(_message.Message):
    __slots__ = ("number", "email")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    number: str
    email: str
    def __init__(self, number: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...

class FindGuestOrderResponse(_message.Message):
    __slots__ = ("order",)
    ORDER_FIELD_NUMBER: _ClassVar[int]
    order: Order
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class BatchListOrderEventsRequest(_message.Message):
    __slots__ = ("order_ids",)
    ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    order_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class OrderEventList(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[OrderEvent]
    def __init__(self, events: _Optional[_Iterable[_Union[OrderEvent, _Mapping]]] = ...) -> None: ...

class BatchListOrderEventsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[OrderEventList]
    def __init__(self, lists: _Optional[_Iterable[_Union[OrderEventList, _Mapping]]] = ...) -> None: ...

class BatchListTransactionsRequest(_message.Message):
    __slots__ = ("order_ids",)
    ORDER_IDS_FIELD_NUMBER: _ClassVar[int]
    order_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, order_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class TransactionList(_message.Message):
    __slots__ = ("transactions",)
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    transactions: _containers.RepeatedCompositeFieldContainer[_payment_pb2.Transaction]
    def __init__(self, transactions: _Optional[_Iterable[_Union[_payment_pb2.Transaction, _Mapping]]] = ...) -> None: ...

class BatchListTransactionsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[TransactionList]
    def __init__(self, lists: _Optional[_Iterable[_Union[TransactionList, _Mapping]]] = ...) -> None: ...

class WatchOrderRequest(_message.Message):
    __slots__ = ("order_id", "after_sequence")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    after_sequence: int
    def __init__(self, order_id: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class OrderUpdate(_message.Message):
    __slots__ = ("order", "event")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    order: Order
    event: OrderEvent
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., event: _Optional[_Union[OrderEvent, _Mapping]] = ...) -> None: ...

class CancelOrderRequest(_message.Message):
    __slots__ = ("order_id", "idempotency_key", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    idempotency_key: str
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class OrderResponse(_message.Message):
    __slots__ = ("order", "user_errors")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    order: Order
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, order: _Optional[_Union[Order, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class RefundOrderRequest(_message.Message):
    __slots__ = ("order_id", "idempotency_key", "amount", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    idempotency_key: str
    amount: _money_pb2.Money
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., amount: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class FulfillOrderRequest(_message.Message):
    __slots__ = ("order_id", "idempotency_key", "tracking_number", "lines")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    TRACKING_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    idempotency_key: str
    tracking_number: str
    lines: _containers.RepeatedCompositeFieldContainer[FulfillmentLine]
    def __init__(self, order_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., tracking_number: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[FulfillmentLine, _Mapping]]] = ...) -> None: ...

class DeliverFulfillmentRequest(_message.Message):
    __slots__ = ("order_id", "fulfillment_id", "idempotency_key")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    FULFILLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    fulfillment_id: str
    idempotency_key: str
    def __init__(self, order_id: _Optional[str] = ..., fulfillment_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class ReturnOrderRequest(_message.Message):
    __slots__ = ("order_id", "idempotency_key", "lines", "reason")
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    order_id: str
    idempotency_key: str
    lines: _containers.RepeatedCompositeFieldContainer[FulfillmentLine]
    reason: str
    def __init__(self, order_id: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[FulfillmentLine, _Mapping]]] = ..., reason: _Optional[str] = ...) -> None: ...

class ListOrdersRequest(_message.Message):
    __slots__ = ("page", "status")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    status: OrderStatus
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., status: _Optional[_Union[OrderStatus, str]] = ...) -> None: ...

class Saga(_message.Message):
    __slots__ = ("id", "order_id", "state", "step", "attempts", "last_error", "created_at", "updated_at", "definition", "reason", "due_at", "actions", "age_seconds")
    ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    AGE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    order_id: str
    state: str
    step: str
    attempts: int
    last_error: str
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    definition: str
    reason: str
    due_at: _timestamp_pb2.Timestamp
    actions: _containers.RepeatedCompositeFieldContainer[OperatorAction]
    age_seconds: int
    def __init__(self, id: _Optional[str] = ..., order_id: _Optional[str] = ..., state: _Optional[str] = ..., step: _Optional[str] = ..., attempts: _Optional[int] = ..., last_error: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., definition: _Optional[str] = ..., reason: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actions: _Optional[_Iterable[_Union[OperatorAction, _Mapping]]] = ..., age_seconds: _Optional[int] = ...) -> None: ...

class OperatorAction(_message.Message):
    __slots__ = ("actor_id", "action", "reason", "state", "step", "created_at")
    ACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    actor_id: str
    action: SagaAction
    reason: str
    state: str
    step: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, actor_id: _Optional[str] = ..., action: _Optional[_Union[SagaAction, str]] = ..., reason: _Optional[str] = ..., state: _Optional[str] = ..., step: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OperateSagaRequest(_message.Message):
    __slots__ = ("saga_id", "action", "reason")
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    saga_id: str
    action: SagaAction
    reason: str
    def __init__(self, saga_id: _Optional[str] = ..., action: _Optional[_Union[SagaAction, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class OperateSagaResponse(_message.Message):
    __slots__ = ("saga", "user_errors")
    SAGA_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    saga: Saga
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, saga: _Optional[_Union[Saga, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("id", "provider", "type", "object_id", "attempts", "outcome", "received_at", "consumer", "replays")
    ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    OBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    REPLAYS_FIELD_NUMBER: _ClassVar[int]
    id: str
    provider: str
    type: str
    object_id: str
    attempts: int
    outcome: str
    received_at: _timestamp_pb2.Timestamp
    consumer: str
    replays: _containers.RepeatedCompositeFieldContainer[DeadLetterReplay]
    def __init__(self, id: _Optional[str] = ..., provider: _Optional[str] = ..., type: _Optional[str] = ..., object_id: _Optional[str] = ..., attempts: _Optional[int] = ..., outcome: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., consumer: _Optional[str] = ..., replays: _Optional[_Iterable[_Union[DeadLetterReplay, _Mapping]]] = ...) -> None: ...

class DeadLetterReplay(_message.Message):
    __slots__ = ("actor_id", "reason", "created_at")
    ACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    actor_id: str
    reason: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, actor_id: _Optional[str] = ..., reason: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors", "missing")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[DeadLetter]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    missing: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[DeadLetter, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ..., missing: _Optional[_Iterable[str]] = ...) -> None: ...

class ReplayDeadLetterRequest(_message.Message):
    __slots__ = ("id", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    reason: str
    def __init__(self, id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReplayDeadLetterResponse(_message.Message):
    __slots__ = ("dead_letter", "user_errors")
    DEAD_LETTER_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    dead_letter: DeadLetter
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, dead_letter: _Optional[_Union[DeadLetter, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class ListSagasRequest(_message.Message):
    __slots__ = ("state", "page", "definition", "older_than_seconds")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    OLDER_THAN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    state: str
    page: _page_pb2.PageRequest
    definition: str
    older_than_seconds: int
    def __init__(self, state: _Optional[str] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., definition: _Optional[str] = ..., older_than_seconds: _Optional[int] = ...) -> None: ...

class ListSagasResponse(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Saga]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[Saga, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckInvariantsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Invariant(_message.Message):
    __slots__ = ("id", "name", "breaches", "examples")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BREACHES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    breaches: int
    examples: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., breaches: _Optional[int] = ..., examples: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckInvariantsResponse(_message.Message):
    __slots__ = ("invariants",)
    INVARIANTS_FIELD_NUMBER: _ClassVar[int]
    invariants: _containers.RepeatedCompositeFieldContainer[Invariant]
    def __init__(self, invariants: _Optional[_Iterable[_Union[Invariant, _Mapping]]] = ...) -> None: ...

class ReceiveWebhookRequest(_message.Message):
    __slots__ = ("provider", "body", "headers")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    provider: str
    body: bytes
    headers: _containers.ScalarMap[str, str]
    def __init__(self, provider: _Optional[str] = ..., body: _Optional[bytes] = ..., headers: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ReceiveWebhookResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: bool
    def __init__(self, accepted: _Optional[bool] = ...) -> None: ...

class ReceiveWebhooksRequest(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[ReceiveWebhookRequest]
    def __init__(self, events: _Optional[_Iterable[_Union[ReceiveWebhookRequest, _Mapping]]] = ...) -> None: ...

class ReceiveWebhooksResponse(_message.Message):
    __slots__ = ("answers",)
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[ReceiveWebhookResponse]
    def __init__(self, answers: _Optional[_Iterable[_Union[ReceiveWebhookResponse, _Mapping]]] = ...) -> None: ...

class DiscountCode(_message.Message):
    __slots__ = ("id", "code", "percent_off", "amount_off", "minimum_subtotal", "usage_limit", "used_count", "expires_at", "usage_limit_per_customer", "exclusive")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PERCENT_OFF_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_OFF_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_SUBTOTAL_FIELD_NUMBER: _ClassVar[int]
    USAGE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    USED_COUNT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    USAGE_LIMIT_PER_CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    EXCLUSIVE_FIELD_NUMBER: _ClassVar[int]
    id: str
    code: str
    percent_off: int
    amount_off: _money_pb2.Money
    minimum_subtotal: _money_pb2.Money
    usage_limit: int
    used_count: int
    expires_at: _timestamp_pb2.Timestamp
    usage_limit_per_customer: int
    exclusive: bool
    def __init__(self, id: _Optional[str] = ..., code: _Optional[str] = ..., percent_off: _Optional[int] = ..., amount_off: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., minimum_subtotal: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., usage_limit: _Optional[int] = ..., used_count: _Optional[int] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., usage_limit_per_customer: _Optional[int] = ..., exclusive: _Optional[bool] = ...) -> None: ...

class SaveDiscountCodeRequest(_message.Message):
    __slots__ = ("discount_code",)
    DISCOUNT_CODE_FIELD_NUMBER: _ClassVar[int]
    discount_code: DiscountCode
    def __init__(self, discount_code: _Optional[_Union[DiscountCode, _Mapping]] = ...) -> None: ...

class SaveDiscountCodeResponse(_message.Message):
    __slots__ = ("discount_code", "user_errors")
    DISCOUNT_CODE_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    discount_code: DiscountCode
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, discount_code: _Optional[_Union[DiscountCode, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class BatchGetDiscountCodesRequest(_message.Message):
    __slots__ = ("codes",)
    CODES_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, codes: _Optional[_Iterable[str]] = ...) -> None: ...

class DiscountCodeOutcome(_message.Message):
    __slots__ = ("discount_code", "error")
    DISCOUNT_CODE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    discount_code: DiscountCode
    error: _outcome_pb2.EntityError
    def __init__(self, discount_code: _Optional[_Union[DiscountCode, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class BatchGetDiscountCodesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[DiscountCodeOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[DiscountCodeOutcome, _Mapping]]] = ...) -> None: ...
