"""Rows as bytes: what Redis holds, and how a row is taken out of the response it came in."""

from collections.abc import Sequence
from typing import Any, Final

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

NOTHING: Final = b"0"
ONE: Final = b"1"
LIST: Final = b"2"
DECODED: Final = 5
"""A decoded message takes about so many times its encoded bytes (measured: 4.7 for a product)."""


class NotARow(Exception):
    """Neither a message, nor nothing, nor a list of messages of one class."""


def encoded(row: Any) -> bytes:
    """Raises NotARow."""
    if row is None:
        return NOTHING
    if isinstance(row, Message):
        return b"%s%s\n%s" % (ONE, _name(row), row.SerializeToString())
    # Protobuf's repeated containers are sequences too.
    if not isinstance(row, Sequence) or not all(
        isinstance(item, Message) and type(item) is type(row[0]) for item in row
    ):
        raise NotARow(type(row).__name__)
    parts = [LIST, _name(row[0]) if row else b"", b"\n"]
    for item in row:
        body = item.SerializeToString()
        parts += [len(body).to_bytes(4, "big"), body]
    return b"".join(parts)


def decoded(data: bytes) -> Any:
    """The row, in memory of its own. Raises when the bytes are not of `encoded`."""
    kind = data[:1]
    if kind == NOTHING:
        return None
    name, _, body = data[1:].partition(b"\n")
    if kind == LIST and not name:
        return []
    class_ = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name.decode()))
    if kind == ONE:
        return class_.FromString(body)
    rows: list[Any] = []
    while body:
        end = 4 + int.from_bytes(body[:4], "big")
        rows.append(class_.FromString(body[4:end]))
        body = body[end:]
    return rows


def _name(row: Any) -> bytes:
    return row.DESCRIPTOR.full_name.encode()
