import datetime

from emporium.common.v1 import address_pb2 as _address_pb2
from emporium.common.v1 import outcome_pb2 as _outcome_pb2
from emporium.common.v1 import page_pb2 as _page_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StockLocation(_message.Message):
    __slots__ = ("id", "name", "address", "priority", "active", "settled", "version", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    address: _address_pb2.PostalAddress
    priority: int
    active: bool
    settled: bool
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., address: _Optional[_Union[_address_pb2.PostalAddress, _Mapping]] = ..., priority: _Optional[int] = ..., active: _Optional[bool] = ..., settled: _Optional[bool] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StockLocationOutcome(_message.Message):
    __slots__ = ("location", "error")
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    location: StockLocation
    error: _outcome_pb2.EntityError
    def __init__(self, location: _Optional[_Union[StockLocation, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class BatchGetStockLocationsRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetStockLocationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[StockLocationOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[StockLocationOutcome, _Mapping]]] = ...) -> None: ...

class ListStockLocationsRequest(_message.Message):
    __slots__ = ("page", "active")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    active: bool
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., active: _Optional[bool] = ...) -> None: ...

class StockLocationPage(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[StockLocation]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[StockLocation, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class UpsertStockLocationRequest(_message.Message):
    __slots__ = ("id", "name", "address", "priority", "active", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    address: _address_pb2.PostalAddress
    priority: int
    active: bool
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., address: _Optional[_Union[_address_pb2.PostalAddress, _Mapping]] = ..., priority: _Optional[int] = ..., active: _Optional[bool] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeactivateStockLocationRequest(_message.Message):
    __slots__ = ("id", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteStockLocationRequest(_message.Message):
    __slots__ = ("id", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteStockLocationResponse(_message.Message):
    __slots__ = ("deleted_id", "user_errors")
    DELETED_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    deleted_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, deleted_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class StockLocationResponse(_message.Message):
    __slots__ = ("location", "user_errors")
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    location: StockLocation
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, location: _Optional[_Union[StockLocation, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class LowStockItem(_message.Message):
    __slots__ = ("sku", "variant_id", "available", "threshold", "version")
    SKU_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    sku: str
    variant_id: str
    available: int
    threshold: int
    version: int
    def __init__(self, sku: _Optional[str] = ..., variant_id: _Optional[str] = ..., available: _Optional[int] = ..., threshold: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class ListLowStockRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class LowStockPage(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[LowStockItem]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[LowStockItem, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class LowStockThreshold(_message.Message):
    __slots__ = ("sku", "threshold", "expected_version")
    SKU_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    sku: str
    threshold: int
    expected_version: int
    def __init__(self, sku: _Optional[str] = ..., threshold: _Optional[int] = ..., expected_version: _Optional[int] = ...) -> None: ...

class SetLowStockThresholdsRequest(_message.Message):
    __slots__ = ("thresholds",)
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    thresholds: _containers.RepeatedCompositeFieldContainer[LowStockThreshold]
    def __init__(self, thresholds: _Optional[_Iterable[_Union[LowStockThreshold, _Mapping]]] = ...) -> None: ...

class SetLowStockThresholdsResponse(_message.Message):
    __slots__ = ("items", "user_errors")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[LowStockItem]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, items: _Optional[_Iterable[_Union[LowStockItem, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...
