"""How a plain field is read from a protobuf message."""

from typing import Any

from google.protobuf.message import Message

TIMESTAMP = "google.protobuf.Timestamp"


def is_choice(descriptor: Any) -> bool:
    """Is the message nothing but one oneof? Then GraphQL sees the member that is set: an interface or a union."""
    return len(descriptor.oneofs) == 1 and len(descriptor.oneofs[0].fields) == len(descriptor.fields) > 0


def unwrap(message: Message) -> Message | None:
    """The member that is set of a message that is nothing but a oneof."""
    name = message.WhichOneof(message.DESCRIPTOR.oneofs[0].name)
    return getattr(message, name) if name else None


def read(source: Any, name: str) -> Any:
    """The attribute `name`: None when it has presence and is unset, or is an enum's 0 (unspecified); messages that are
    only a oneof are looked through. Anything else than a message is read by getattr."""
    if not isinstance(source, Message):
        return getattr(source, name)
    field = source.DESCRIPTOR.fields_by_name[name]
    value = getattr(source, name)
    looked_through = field.message_type is not None and is_choice(field.message_type)
    if field.is_repeated:
        return [unwrap(item) for item in value] if looked_through else value
    if field.has_presence and not source.HasField(name):
        return None
    if field.enum_type is not None:
        return value or None
    return unwrap(value) if looked_through else value
