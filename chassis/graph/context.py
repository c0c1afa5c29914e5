"""What a resolver is given, and what look-ups answer."""

from collections.abc import Iterable
from typing import Any, Protocol

from emporium.common.v1.outcome_pb2 import EntityError
from emporium.common.v1.page_pb2 import ShopContext
from google.protobuf.message import Message

from chassis.errors import BASES, EmporiumError
from chassis.identity import Caller

_CODE_BY_REASON = {base.reason: base.code for base in BASES}


class EntityFault(EmporiumError):
    """This one could not be answered."""

    @classmethod
    def of(cls, error: EntityError) -> "EntityFault":
        fault = cls(error.message)
        fault.reason = error.reason
        fault.code = _CODE_BY_REASON.get(error.reason, error.reason)
        return fault


class Context(Protocol):
    """One operation of one caller. A slice extends it by the stubs it calls:

    class CatalogContext(Context, Protocol):
        catalog: CatalogServiceAsyncStub
    """

    @property
    def caller(self) -> Caller:
        """Who asks: user id, roles, hash of the cart token, request id."""
        ...

    @property
    def shop(self) -> ShopContext:
        """Channel, currency and locale: from `@inContext`, else the defaults. Ready to be put in a request."""
        ...

    def requested(self, *paths: str) -> bool:
        """Is any of these response fields selected below the field being resolved? `ctx.requested("totalCount")`,
        `ctx.requested("edges.node.variants")`; names are GraphQL names, aliases do not matter."""
        ...

    def degrade(self, why: str) -> None:
        """Tells the client in `extensions.degraded` that the answer is second best."""
        ...


class Outcomes(Protocol):
    """A response of a BatchGet RPC."""

    @property
    def outcomes(self) -> Iterable[Any]: ...


def outcomes(response: Outcomes) -> list[Any]:
    """The rows of a BatchGet response in key order: the message, None where not found, an EntityFault where refused."""
    return [_row(outcome) for outcome in response.outcomes]


def _row(outcome: Message) -> Message | EntityFault | None:
    which = outcome.WhichOneof("outcome")
    if which is None:
        return None
    value = getattr(outcome, which)
    return EntityFault.of(value) if which == "error" else value
