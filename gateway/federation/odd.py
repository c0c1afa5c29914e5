"""What generated code calls where a value is not the plain good case.

A plain program is given `Plain`, which raises: nothing is wrong, or it is not the one to answer. A careful program is
given `Careful`, which counts what is wrong and lets null stand there.
"""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from gateway.federation.plan import Asked, Plan

_EXAMPLE = FileDescriptorProto()
LISTS = frozenset({list, tuple, type(_EXAMPLE.message_type), type(_EXAMPLE.dependency)})
"""Classes of lists of rows: Python's and protobuf's repeated containers."""


class OddCase(Exception):
    """Not for this program."""


class Values(Protocol):
    """What both need of a run."""

    plan: Plan
    refused: dict[Asked, Exception]

    def value(self, asked: Asked, source: Any) -> Any: ...


class Plain:
    """Of programs that take nothing but the plain good case."""

    def __init__(self, run: Values) -> None:
        self._run = run

    def made(self, asked: Asked, source: Any) -> Any:
        """A computed value."""
        value = self._run.value(asked, source)
        if isinstance(value, Exception):
            raise value
        return value

    def odd(self, value: object) -> NoReturn:
        """Nothing but the plain case may be here."""
        raise OddCase(type(value).__name__)

    def absent(self, value: object) -> None:
        """Null may be here, anything else is odd."""
        if value is not None:
            raise OddCase(type(value).__name__)

    def leads(self, value: object) -> bool:
        """For a comprehension's condition: below a row that is null or an error there is nothing."""
        if value is None or isinstance(value, Exception):
            return False
        raise OddCase(type(value).__name__)


class Careful:
    """Of programs that take everything; one for each fetch."""

    def __init__(self, run: Values) -> None:
        self.made = run.value
        self.refused = [run.refused.get(asked) for asked in run.plan.guarded]
        """For each guarded field, why the caller may not see it."""
        self.odds = 0
        """How often null stands for what is wrong."""

    def odd(self, value: object) -> None:  # noqa: ARG002 (what it is, is asked later)
        self.odds += 1

    def absent(self, value: object) -> None:
        if value is not None:
            self.odds += 1

    def leads(self, value: object) -> bool:  # noqa: ARG002 (as above)
        return False

    def leaf(self, write: Callable[[Any], Any], value: Any) -> Any:
        try:
            return write(value)
        except Exception:  # noqa: BLE001 (which one, is asked later)
            self.odds += 1
            return None


def without_errors(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A leaf's writer that does not take an error for a value."""

    def written(value: Any) -> Any:
        if isinstance(value, Exception):
            raise OddCase(type(value).__name__)
        return write(value)

    return written


NAMES: dict[str, Any] = {"LISTS": LISTS}
"""As generated code knows them."""
