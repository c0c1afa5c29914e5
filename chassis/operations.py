"""emporium.operations.v1.OperationsService, for any service that consumes events or keeps books."""

from typing import Any

from emporium.operations.v1 import operations_pb2 as pb
from emporium.operations.v1.operations_pb2_grpc import (
    OperationsServiceServicer,
    add_OperationsServiceServicer_to_server,
)

from chassis.dead_letters import ParkedEvent, ParkedEvents
from chassis.errors import InvalidInput
from chassis.identity import current
from chassis.invariants import InvariantViews
from chassis.rpc import Registration
from chassis.wire import moment, timestamp

READERS = ("support", "order_manager")
LONGEST_REASON = 500


class OperationsServicer(OperationsServiceServicer):
    def __init__(self, letters: ParkedEvents, invariants: InvariantViews) -> None:
        self._letters = letters
        self._invariants = invariants

    async def ListDeadLetters(self, request: pb.ListDeadLettersRequest, context: Any) -> pb.ListDeadLettersResponse:
        current().require(*READERS)
        before = (moment(request.before), request.before_id) if request.HasField("before") else None
        letters = await self._letters.page(first=max(1, request.first), before=before)
        return pb.ListDeadLettersResponse(letters=[letter_message(letter) for letter in letters])

    async def ReplayDeadLetter(self, request: pb.ReplayDeadLetterRequest, context: Any) -> pb.ReplayDeadLetterResponse:
        caller = current()
        caller.require("order_manager")
        if not 1 <= len(request.reason) <= LONGEST_REASON:
            raise InvalidInput(f"reason has 1 to {LONGEST_REASON} characters")
        letter = await self._letters.replay(
            request.id, actor_id=caller.user_id or caller.service, reason=request.reason
        )
        return pb.ReplayDeadLetterResponse(letter=None if letter is None else letter_message(letter))

    async def CheckInvariants(self, request: pb.CheckInvariantsRequest, context: Any) -> pb.CheckInvariantsResponse:
        current().require(*READERS)
        found = await self._invariants.check()
        return pb.CheckInvariantsResponse(
            invariants=[
                pb.Invariant(id=name, breaches=one.breaches, examples=one.examples) for name, one in found.items()
            ]
        )


def registration(letters: ParkedEvents, invariants: InvariantViews) -> Registration:
    """For `Service.rpc`."""
    servicer = OperationsServicer(letters, invariants)
    return add_OperationsServiceServicer_to_server, servicer, "emporium.operations.v1.OperationsService"


def letter_message(letter: ParkedEvent) -> pb.DeadLetter:
    return pb.DeadLetter(
        id=letter.id,
        consumer=letter.consumer,
        type=letter.type,
        key=letter.key,
        attempts=letter.attempts,
        error=letter.error,
        parked_at=timestamp(letter.parked_at),
        replays=[
            pb.Replay(actor_id=one.actor_id, reason=one.reason, created_at=timestamp(one.created_at))
            for one in letter.replays
        ],
    )
