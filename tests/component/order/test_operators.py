"""What operators do about sagas that need them, and about events nobody understood."""

import uuid
from typing import Any

import orjson
import pytest
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import PageRequest
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import RemoteError
from chassis.identity import Caller, service_caller
from tests.component.order.test_after_the_pivot import signed
from tests.fixtures.order import Guest, RunningOrder

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
MANAGER = Caller(user_id="usr_operator", roles=frozenset({"order_manager"}))


def codes(answer: Any) -> list[str]:
    return [UserErrorCode.Name(getattr(one, one.WhichOneof("kind")).code) for one in answer.user_errors]


async def stuck(shop: RunningOrder, step: str, token: str) -> tuple[Guest, pb.Order, str, str]:
    """An order whose checkout was flagged at a step, as if all its retries had been used up."""
    sku = await shop.product(units=5)
    guest = await shop.guest((sku, 1))
    order = (await shop.complete(guest, token)).order
    await shop.quiet()
    await shop.db_execute(
        "UPDATE sagas SET state = 'NEEDS_ATTENTION', step = %s, attempts = 40, last_error = 'no answer'"
        " WHERE order_id = %s",
        [step, order.id],
    )
    (saga,) = await shop.rows("SELECT id FROM sagas WHERE order_id = %s", [order.id])
    return guest, order, sku, saga["id"]


async def operate(shop: RunningOrder, saga_id: str, action: Any, reason: str = "looked into it") -> Any:
    with identity.acting_as(MANAGER):
        return await shop.orders.OperateSaga(
            pb.OperateSagaRequest(saga_id=saga_id, action=action, reason=reason), timeout=20
        )


async def test_a_retried_saga_goes_on_and_the_audit_says_who_and_why(shop: RunningOrder):
    _, order, sku, saga_id = await stuck(shop, "authorize_payment", "tok_3ds+webhook_never")
    await shop.sandbox.authenticate(order.payment_action.url, "approve")
    answer = await operate(shop, saga_id, pb.RETRY, "the provider is back")
    assert not answer.user_errors
    (done,) = answer.saga.actions
    assert (done.actor_id, done.reason, done.state, done.step) == (
        "usr_operator", "the provider is back", "NEEDS_ATTENTION", "authorize_payment",
    )  # fmt: skip
    await shop.until(order.id, lambda order: order.payment_status == pb.PAID)
    await shop.quiet()
    assert await shop.stock(sku) == (4, 0, 0, 1)
    assert codes(await operate(shop, saga_id, pb.RETRY)) == ["WRONG_STATE"]
    assert await shop.breaches() == {}


async def test_a_saga_is_resolved_by_hand_but_never_whether_money_is_held(shop: RunningOrder):
    _, _, _, authorizing = await stuck(shop, "authorize_payment", "tok_3ds+webhook_never")
    assert codes(await operate(shop, authorizing, pb.RESOLVE)) == ["WRONG_STATE"]
    assert codes(await operate(shop, authorizing, pb.CANCEL, " ")) == ["REQUIRED"]
    _, _, _, committing = await stuck(shop, "commit_stock", "tok_approve")
    answer = await operate(shop, committing, pb.RESOLVE)
    assert (answer.saga.state, codes(answer)) == ("DONE", [])
    await operate(shop, authorizing, pb.CANCEL)
    await shop.quiet()


async def test_a_cancelled_saga_is_undone_before_the_pivot(shop: RunningOrder):
    _, order, sku, saga_id = await stuck(shop, "authorize_payment", "tok_3ds+webhook_never")
    assert not (await operate(shop, saga_id, pb.CANCEL)).user_errors
    await shop.until(order.id, lambda order: order.status == pb.REJECTED)
    await shop.quiet()
    assert await shop.stock(sku) == (5, 0, 0, 0)
    assert [kind for kind, _ in await shop.sandbox.entries(order.id)] == ["voided"]
    assert await shop.breaches() == {}


async def test_a_cancelled_saga_after_the_pivot_cancels_the_order(shop: RunningOrder):
    _, order, sku, saga_id = await stuck(shop, "commit_stock", "tok_approve")
    assert not (await operate(shop, saga_id, pb.CANCEL)).user_errors
    await shop.until(order.id, lambda order: order.payment_status == pb.REFUNDED)
    await shop.quiet()
    assert (await shop.stock(sku))[0] == 5
    rows = await shop.rows("SELECT action FROM operator_actions WHERE order_id = %s", [order.id])
    assert [row["action"] for row in rows] == ["CANCEL"]


async def test_only_order_managers_operate(shop: RunningOrder):
    for caller in (Caller(user_id="usr_x"), Caller(user_id="usr_s", roles=frozenset({"support"}))):
        with identity.acting_as(caller), pytest.raises(RemoteError) as refused:
            await shop.orders.OperateSaga(pb.OperateSagaRequest(saga_id="sag_none", action=pb.RETRY, reason="x"))
        assert refused.value.status == "PERMISSION_DENIED"
    with pytest.raises(RemoteError) as unknown:
        await operate(shop, "sag_none", pb.RETRY)
    assert unknown.value.reason == "UNKNOWN_SAGA"


async def test_a_dead_letter_is_listed_and_replayed(shop: RunningOrder):
    event_id = f"evt_{uuid.uuid4().hex}"
    body = orjson.dumps({"id": event_id, "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_nobody"}}})
    request = pb.ReceiveWebhookRequest(provider="sandbox", body=body, headers=signed(body))
    with identity.acting_as(service_caller("gateway")):
        assert (await shop.orders.ReceiveWebhook(request)).accepted
    given_up = "UPDATE webhook_events SET processed_at = now(), outcome = 'about nothing we know' WHERE event_id = %s"
    await shop.db_execute(given_up, [event_id])
    with identity.acting_as(MANAGER):
        listed = await shop.orders.ListDeadLetters(pb.ListDeadLettersRequest(page=PageRequest(first=1)))
        assert listed.nodes[0].id == event_id
        replayed = await shop.orders.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=event_id))
        assert replayed.dead_letter.id == event_id
        again = await shop.orders.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=event_id))
        assert codes(again) == ["NOT_FOUND"]
