"""What catalog tells operators of itself: dead letters of its consumers, and the invariants of stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emporium.operations.v1 import operations_pb2 as pb

from chassis.dead_letters import PREFIX, Replay
from chassis.errors import RemoteError
from chassis.invariants import Finding
from chassis.wire import moment, timestamp
from subgraphs.order.checkout.ports import DeadLetter, Place
from subgraphs.order.saga.outcome import NotReached

if TYPE_CHECKING:
    # Only the type stubs know the async form.
    from emporium.operations.v1.operations_pb2_grpc import OperationsServiceAsyncStub


class CatalogOperations:
    """Asked on behalf of the present caller."""

    service = "catalog"

    def __init__(self, operations: OperationsServiceAsyncStub) -> None:
        self._operations = operations

    def has(self, letter_id: str) -> bool:
        return letter_id.startswith(f"{PREFIX}_{self.service}_")

    async def page(self, *, first: int, before: Place | None) -> list[DeadLetter]:
        """Raises NotReached."""
        request = pb.ListDeadLettersRequest(first=first)
        if before is not None:
            request.before.CopyFrom(timestamp(before[0]))
            request.before_id = before[1]
        try:
            response = await self._operations.ListDeadLetters(request)
        except RemoteError as error:
            raise not_reached(error) from error
        return [letter_of(letter) for letter in response.letters]

    async def replay(self, letter_id: str, *, reason: str) -> DeadLetter | None:
        response = await self._operations.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=letter_id, reason=reason))
        return letter_of(response.letter) if response.HasField("letter") else None

    async def check(self) -> dict[str, Finding]:
        """Raises NotReached."""
        try:
            response = await self._operations.CheckInvariants(pb.CheckInvariantsRequest())
        except RemoteError as error:
            raise not_reached(error) from error
        return {
            one.id: Finding(breaches=one.breaches if one.HasField("breaches") else None, examples=list(one.examples))
            for one in response.invariants
        }


def not_reached(error: RemoteError) -> Exception:
    return NotReached(str(error)) if error.retryable else error


def letter_of(letter: pb.DeadLetter) -> DeadLetter:
    return DeadLetter(
        id=letter.id,
        consumer=letter.consumer,
        type=letter.type,
        object_id=letter.key or None,
        attempts=letter.attempts,
        outcome=letter.error,
        received_at=moment(letter.parked_at),
        replays=[
            Replay(actor_id=one.actor_id, reason=one.reason, created_at=moment(one.created_at))
            for one in letter.replays
        ],
    )
