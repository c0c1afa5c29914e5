"""What generated code calls where a value is not the plain good case: it raises, and the exact walk takes over."""

from collections.abc import Callable
from typing import Any, NoReturn

from google.protobuf.descriptor_pb2 import FileDescriptorProto

_EXAMPLE = FileDescriptorProto()
LISTS = frozenset({list, tuple, type(_EXAMPLE.message_type), type(_EXAMPLE.dependency)})
"""Classes of lists of rows: Python's and protobuf's repeated containers."""


class OddCase(Exception):
    """Not for generated code."""


def odd(value: object) -> NoReturn:
    """Nothing but the plain case may be here."""
    raise OddCase(type(value).__name__)


def absent(value: object) -> None:
    """Null may be here, anything else is odd."""
    if value is not None:
        raise OddCase(type(value).__name__)


def leads_nowhere(value: object) -> bool:
    """A row that is null or an error has nothing below: False, for a comprehension's condition."""
    if value is None or isinstance(value, Exception):
        return False
    raise OddCase(type(value).__name__)


def without_errors(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A leaf's writer that does not take an error for a value."""

    def written(value: Any) -> Any:
        return odd(value) if isinstance(value, Exception) else write(value)

    return written


NAMES: dict[str, Any] = {"odd": odd, "absent": absent, "leads": leads_nowhere, "LISTS": LISTS}
"""As generated code knows them."""
