import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DeadLetter(_message.Message):
    __slots__ = ("id", "consumer", "type", "key", "attempts", "error", "parked_at", "replays")
    ID_FIELD_NUMBER: _ClassVar[int]
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    PARKED_AT_FIELD_NUMBER: _ClassVar[int]
    REPLAYS_FIELD_NUMBER: _ClassVar[int]
    id: str
    consumer: str
    type: str
    key: str
    attempts: int
    error: str
    parked_at: _timestamp_pb2.Timestamp
    replays: _containers.RepeatedCompositeFieldContainer[Replay]
    def __init__(self, id: _Optional[str] = ..., consumer: _Optional[str] = ..., type: _Optional[str] = ..., key: _Optional[str] = ..., attempts: _Optional[int] = ..., error: _Optional[str] = ..., parked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replays: _Optional[_Iterable[_Union[Replay, _Mapping]]] = ...) -> None: ...

class Replay(_message.Message):
    __slots__ = ("actor_id", "reason", "created_at")
    ACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    actor_id: str
    reason: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, actor_id: _Optional[str] = ..., reason: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("first", "before", "before_id")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    BEFORE_ID_FIELD_NUMBER: _ClassVar[int]
    first: int
    before: _timestamp_pb2.Timestamp
    before_id: str
    def __init__(self, first: _Optional[int] = ..., before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., before_id: _Optional[str] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("letters",)
    LETTERS_FIELD_NUMBER: _ClassVar[int]
    letters: _containers.RepeatedCompositeFieldContainer[DeadLetter]
    def __init__(self, letters: _Optional[_Iterable[_Union[DeadLetter, _Mapping]]] = ...) -> None: ...

class ReplayDeadLetterRequest(_message.Message):
    __slots__ = ("id", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    reason: str
    def __init__(self, id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ReplayDeadLetterResponse(_message.Message):
    __slots__ = ("letter",)
    LETTER_FIELD_NUMBER: _ClassVar[int]
    letter: DeadLetter
    def __init__(self, letter: _Optional[_Union[DeadLetter, _Mapping]] = ...) -> None: ...

class CheckInvariantsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Invariant(_message.Message):
    __slots__ = ("id", "breaches", "examples")
    ID_FIELD_NUMBER: _ClassVar[int]
    BREACHES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    id: str
    breaches: int
    examples: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., breaches: _Optional[int] = ..., examples: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckInvariantsResponse(_message.Message):
    __slots__ = ("invariants",)
    INVARIANTS_FIELD_NUMBER: _ClassVar[int]
    invariants: _containers.RepeatedCompositeFieldContainer[Invariant]
    def __init__(self, invariants: _Optional[_Iterable[_Union[Invariant, _Mapping]]] = ...) -> None: ...
