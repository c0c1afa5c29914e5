"""What operators do about sagas that need them, and about events nobody understood."""

import uuid
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import pytest_asyncio
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import PageRequest
from emporium.order.v1 import order_pb2 as pb
from emporium.order.v1.order_pb2_grpc import OrderServiceStub

from chassis import identity
from chassis.errors import RemoteError
from chassis.identity import Caller, service_caller
from tests.component.order.test_after_the_pivot import signed
from tests.fixtures.order import Guest, RunningOrder, order_service
from tests.fixtures.processes import free_port

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


async def given_up(shop: RunningOrder) -> str:
    """An event of the provider about nothing we know, as if all its retries had been used up."""
    event_id = f"evt_{uuid.uuid4().hex}"
    body = orjson.dumps({"id": event_id, "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_nobody"}}})
    request = pb.ReceiveWebhookRequest(provider="sandbox", body=body, headers=signed(body))
    with identity.acting_as(service_caller("gateway")):
        assert (await shop.orders.ReceiveWebhook(request)).accepted
    dead = "UPDATE webhook_events SET processed_at = now(), outcome = 'about nothing we know' WHERE event_id = %s"
    await shop.db_execute(dead, [event_id])
    return event_id


async def parked(shop: RunningOrder, key: str) -> None:
    """An event that catalog's consumer could not digest."""
    async with shop.catalog.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO dead_letters (consumer, event_id, topic, key, type, payload, error, attempts)"
            " VALUES ('catalog-search-index', %s, 't', %s, 'ProductChanged', '', 'ValueError: x', 4)",
            [key, key],
        )


async def dead_letters(shop: RunningOrder, first: int = 100, after: str = "") -> pb.ListDeadLettersResponse:
    with identity.acting_as(MANAGER):
        request = pb.ListDeadLettersRequest(page=PageRequest(first=first, after=after))
        return await shop.orders.ListDeadLetters(request)


async def replay(shop: RunningOrder, letter_id: str, reason: str = "mended") -> pb.ReplayDeadLetterResponse:
    with identity.acting_as(MANAGER):
        return await shop.orders.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=letter_id, reason=reason))


async def test_dead_letters_of_the_provider_and_of_kafka_are_one_list(shop: RunningOrder):
    event_id = await given_up(shop)
    await parked(shop, "prd_1")
    other = await given_up(shop)
    shown = (await dead_letters(shop, 3)).nodes
    assert [one.object_id for one in shown] == ["pi_nobody", "prd_1", "pi_nobody"]
    assert [one.consumer for one in shown] == ["", "catalog-search-index", ""]
    assert [shown[0].id, shown[2].id] == [other, event_id]
    paged: list[str] = []
    after = ""
    while True:
        page = await dead_letters(shop, 1, after)
        paged += [one.id for one in page.nodes]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    assert paged == [one.id for one in (await dead_letters(shop)).nodes]
    for bad in ("x", "1_zz", "99999999999999999999_00"):
        with pytest.raises(RemoteError) as refused:
            await dead_letters(shop, 1, bad)
        assert refused.value.reason == "INVALID_PAGE"


async def test_a_replayed_event_of_the_provider_leaves_the_list_and_an_audit_entry(shop: RunningOrder):
    event_id = await given_up(shop)
    assert codes(await replay(shop, event_id, " ")) == ["REQUIRED"]
    assert (await replay(shop, event_id)).dead_letter.id == event_id
    assert event_id not in {one.id for one in (await dead_letters(shop)).nodes}
    assert codes(await replay(shop, event_id)) == ["NOT_FOUND"]
    (entry,) = await shop.rows("SELECT actor_id, reason FROM dead_letter_replays WHERE letter_id = %s", [event_id])
    assert entry == {"actor_id": "usr_operator", "reason": "mended"}
    await shop.db_execute(
        "UPDATE webhook_events SET processed_at = now(), outcome = 'about nothing we know' WHERE event_id = %s",
        [event_id],
    )
    (again,) = [one for one in (await dead_letters(shop)).nodes if one.id == event_id]
    assert [(one.actor_id, one.reason) for one in again.replays] == [("usr_operator", "mended")]


async def test_a_replayed_event_of_kafka_waits_for_its_consumer_with_an_audit_entry(shop: RunningOrder):
    await parked(shop, "prd_2")
    (letter,) = [one for one in (await dead_letters(shop)).nodes if one.object_id == "prd_2"]
    assert (await replay(shop, letter.id)).dead_letter.replays[0].actor_id == "usr_operator"
    assert codes(await replay(shop, letter.id)) == ["NOT_FOUND"]
    rows = await shop.catalog.rows("SELECT due_at IS NOT NULL AS due FROM dead_letters WHERE key = 'prd_2'")
    assert rows == [{"due": True}]


async def test_only_staff_reads_dead_letters_and_invariants_and_only_order_managers_replay(shop: RunningOrder):
    support = Caller(user_id="usr_s", roles=frozenset({"support"}))
    with identity.acting_as(support):
        assert (await shop.orders.ListDeadLetters(pb.ListDeadLettersRequest(page=PageRequest(first=1)))).nodes
        for letter_id in ("evt_x", "dlt_catalog_1"):
            with pytest.raises(RemoteError) as refused:
                await shop.orders.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=letter_id, reason="x"))
            assert refused.value.status == "PERMISSION_DENIED"
    with identity.acting_as(Caller(user_id="usr_x", roles=frozenset({"customer"}))):
        for call in (
            shop.orders.ListDeadLetters(pb.ListDeadLettersRequest(page=PageRequest(first=1))),
            shop.orders.CheckInvariants(pb.CheckInvariantsRequest()),
        ):
            with pytest.raises(RemoteError) as refused:
                await call
            assert refused.value.status == "PERMISSION_DENIED"


async def sagas(shop: RunningOrder, **wanted: Any) -> list[pb.Saga]:
    with identity.acting_as(MANAGER):
        page = PageRequest(first=100)
        return list((await shop.orders.ListSagas(pb.ListSagasRequest(page=page, **wanted))).nodes)


async def test_sagas_are_found_by_state_definition_and_age(shop: RunningOrder):
    _, order, _, saga_id = await stuck(shop, "commit_stock", "tok_approve")
    await shop.db_execute("UPDATE sagas SET created_at = now() - interval '2 hours' WHERE id = %s", [saga_id])
    (old,) = await sagas(shop, state="NEEDS_ATTENTION", definition="checkout", older_than_seconds=3_600)
    assert (old.id, old.step, old.attempts, old.last_error) == (saga_id, "commit_stock", 40, "no answer")
    assert 7_200 <= old.age_seconds < 7_500
    assert await sagas(shop, definition="refund", older_than_seconds=3_600) == []
    assert await sagas(shop, state="DONE", older_than_seconds=3_600) == []
    assert saga_id in {one.id for one in await sagas(shop, state="NEEDS_ATTENTION")}
    await operate(shop, saga_id, pb.RETRY)
    await shop.until(order.id, lambda order: order.payment_status == pb.PAID)
    await shop.quiet()


@pytest.mark.parametrize("wanted", [{"state": "SLEEPY"}, {"definition": "lunch"}, {"older_than_seconds": -1}])
async def test_a_filter_nothing_can_pass_is_told(shop: RunningOrder, wanted: dict[str, Any]):
    with pytest.raises(RemoteError) as refused:
        await sagas(shop, **wanted)
    assert refused.value.status == "INVALID_ARGUMENT"


async def test_sagas_are_paged(shop: RunningOrder):
    every = [one.id for one in await sagas(shop)]
    with identity.acting_as(MANAGER):
        first = await shop.orders.ListSagas(pb.ListSagasRequest(page=PageRequest(first=2)))
        request = pb.ListSagasRequest(page=PageRequest(first=100, after=first.page_info.end_cursor))
        rest = await shop.orders.ListSagas(request)
    assert [one.id for one in (*first.nodes, *rest.nodes)] == every
    assert list(first.cursors) == every[:2]


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(shop: RunningOrder) -> AsyncGenerator[RunningOrder]:
    """Another service on the same books: it has not looked at them yet."""
    async with order_service(shop.settings) as opened:
        yield replace(shop, orders=OrderServiceStub(opened))


async def invariants(shop: RunningOrder) -> dict[str, pb.Invariant]:
    with identity.acting_as(MANAGER):
        answer = await shop.orders.CheckInvariants(pb.CheckInvariantsRequest(), timeout=30)
    return {one.id: one for one in answer.invariants}


async def test_invariants_are_told_with_their_breaches(shop: RunningOrder, fresh: RunningOrder):
    _, order, _, saga_id = await stuck(shop, "commit_stock", "tok_approve")
    await shop.db_execute("UPDATE orders SET sequence = sequence + 1 WHERE id = %s", [order.id])
    await shop.db_execute(
        "UPDATE sagas SET state = 'RUNNING', definition = 'x', due_at = now() - interval '1 hour' WHERE id = %s",
        [saga_id],
    )
    found = await invariants(fresh)
    assert list(found) == [f"I{n}" for n in range(1, 13)]
    assert {one.id: one.breaches for one in found.values() if one.breaches} == {"I11": 1, "I12": 1}
    assert order.id in found["I11"].examples[0]
    assert all(one.HasField("breaches") for one in found.values())
    await shop.db_execute("UPDATE orders SET sequence = sequence - 1 WHERE id = %s", [order.id])
    # For a while everybody gets the same answer: the books are not counted again.
    assert (await invariants(fresh))["I11"].breaches == 1
    await shop.db_execute("UPDATE sagas SET state = 'DONE', definition = 'checkout' WHERE id = %s", [saga_id])


async def test_without_the_catalogue_its_dead_letters_and_invariants_are_missing_and_said_to_be(shop: RunningOrder):
    event_id = await given_up(shop)
    settings = replace(shop.settings, catalog_address=f"127.0.0.1:{free_port()}")
    async with order_service(settings) as opened:
        alone = replace(shop, orders=OrderServiceStub(opened))
        found = await dead_letters(alone, 1)
        assert (found.nodes[0].id, list(found.missing)) == (event_id, ["catalog"])
        known = await invariants(alone)
    assert {one.id for one in known.values() if not one.HasField("breaches")} == {"I1", "I6"}
