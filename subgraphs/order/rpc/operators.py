"""Sagas and dead letters, as operators see them, as the contract's messages."""

from emporium.order.v1 import order_pb2

from chassis.wire import timestamp
from subgraphs.order.checkout.ports import DeadLetter, OperatorAction, SagaSummary


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
        type=letter.type,
        object_id=letter.object_id,
        attempts=letter.attempts,
        outcome=letter.outcome,
        received_at=timestamp(letter.received_at),
    )
