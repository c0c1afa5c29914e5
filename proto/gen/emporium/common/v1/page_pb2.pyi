from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class PageRequest(_message.Message):
    __slots__ = ("first", "after")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    first: int
    after: str
    def __init__(self, first: _Optional[int] = ..., after: _Optional[str] = ...) -> None: ...

class PageInfo(_message.Message):
    __slots__ = ("has_next_page", "has_previous_page", "start_cursor", "end_cursor")
    HAS_NEXT_PAGE_FIELD_NUMBER: _ClassVar[int]
    HAS_PREVIOUS_PAGE_FIELD_NUMBER: _ClassVar[int]
    START_CURSOR_FIELD_NUMBER: _ClassVar[int]
    END_CURSOR_FIELD_NUMBER: _ClassVar[int]
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str
    end_cursor: str
    def __init__(self, has_next_page: _Optional[bool] = ..., has_previous_page: _Optional[bool] = ..., start_cursor: _Optional[str] = ..., end_cursor: _Optional[str] = ...) -> None: ...

class ShopContext(_message.Message):
    __slots__ = ("channel", "currency_code", "locale")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    channel: str
    currency_code: str
    locale: str
    def __init__(self, channel: _Optional[str] = ..., currency_code: _Optional[str] = ..., locale: _Optional[str] = ...) -> None: ...
