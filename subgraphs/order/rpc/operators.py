"""Sagas, dead letters and invariants, as operators see them, as the contract's messages."""

from collections.abc import Sequence

from emporium.order.v1 import order_pb2

from chassis.wire import timestamp
from subgraphs.order.app.ports import Page
from subgraphs.order.checkout.check_invariants import Invariant
from subgraphs.order.checkout.dead_letters import LetterPage, cursor_of
from subgraphs.order.checkout.ports import DeadLetter, OperatorAction, SagaSummary
from subgraphs.order.rpc.mapping import page_info


def saga_message(saga: SagaSummary) -> order_pb2.Saga:
    return order_pb2.Saga(
        id=saga.id,
        definition=saga.definition,
        order_id=saga.order_id,
        state=saga.state,
        step=saga.step,
        attempts=saga.attempts,
        reason=saga.reason,
        last_error=saga.last_error,
        due_at=timestamp(saga.due_at),
        created_at=timestamp(saga.created_at),
        updated_at=timestamp(saga.updated_at),
        actions=[action_message(action) for action in saga.actions],
        age_seconds=saga.age_seconds,
    )


def action_message(action: OperatorAction) -> order_pb2.OperatorAction:
    return order_pb2.OperatorAction(
        actor_id=action.actor_id,
        action=action.action,
        reason=action.reason,
        state=action.state,
        step=action.step,
        created_at=None if action.created_at is None else timestamp(action.created_at),
    )


def letter_message(letter: DeadLetter) -> order_pb2.DeadLetter:
    return order_pb2.DeadLetter(
        id=letter.id,
        provider=letter.provider,
        consumer=letter.consumer,
        type=letter.type,
        object_id=letter.object_id,
        attempts=letter.attempts,
        outcome=letter.outcome,
        received_at=timestamp(letter.received_at),
        replays=[
            order_pb2.DeadLetterReplay(actor_id=one.actor_id, reason=one.reason, created_at=timestamp(one.created_at))
            for one in letter.replays
        ],
    )


def letters_message(found: LetterPage, asked: Page) -> order_pb2.ListDeadLettersResponse:
    cursors = [cursor_of(letter) for letter in found.letters]
    return order_pb2.ListDeadLettersResponse(
        nodes=[letter_message(letter) for letter in found.letters],
        page_info=page_info(cursors, asked, has_next=found.has_next),
        cursors=cursors,
        missing=found.missing,
    )


def sagas_message(sagas: Sequence[SagaSummary], asked: Page, *, has_next: bool) -> order_pb2.ListSagasResponse:
    cursors = [saga.id for saga in sagas]
    return order_pb2.ListSagasResponse(
        nodes=[saga_message(saga) for saga in sagas],
        page_info=page_info(cursors, asked, has_next=has_next),
        cursors=cursors,
    )


def invariants_message(checked: Sequence[Invariant]) -> order_pb2.CheckInvariantsResponse:
    return order_pb2.CheckInvariantsResponse(
        invariants=[
            order_pb2.Invariant(id=one.id, name=one.name, breaches=one.finding.breaches, examples=one.finding.examples)
            for one in checked
        ]
    )
