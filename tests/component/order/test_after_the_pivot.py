"""What happens to a confirmed order: shipping, cancelling, refunds, history, watching, webhooks."""

import asyncio
import hashlib
import hmac
import time
import uuid

import orjson
import pytest
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import PageRequest
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import RemoteError
from chassis.identity import Caller, service_caller
from tests.fixtures.order import ADDRESS, Guest, RunningOrder
from tests.fixtures.payment_sandbox import WEBHOOK_SECRET

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
MANAGER = Caller(user_id="usr_manager", roles=frozenset({"order_manager"}))


def codes(answer: pb.OrderResponse) -> list[str]:
    return [UserErrorCode.Name(getattr(one, one.WhichOneof("kind")).code) for one in answer.user_errors]


def key() -> str:
    return uuid.uuid4().hex


async def paid(shop: RunningOrder, token: str = "tok_approve", units: int = 5) -> tuple[Guest, pb.Order, str]:
    sku = await shop.product(units=units, cents=1000)
    guest = await shop.guest((sku, 2))
    answer = await shop.complete(guest, token)
    order = await shop.until(answer.order.id, lambda order: order.payment_status == pb.PAID)
    await shop.quiet()
    return guest, order, sku


async def refund(shop: RunningOrder, order: pb.Order, cents: int | None, **more: str) -> pb.OrderResponse:
    amount = None if cents is None else Money(minor_units=cents, currency_code=more.get("currency", "USD"))
    request = pb.RefundOrderRequest(order_id=order.id, idempotency_key=more.get("key") or key(), amount=amount)
    with identity.acting_as(MANAGER):
        return await shop.orders.RefundOrder(request, timeout=20)


async def cancel(shop: RunningOrder, caller: Caller, order_id: str, used: str = "") -> pb.OrderResponse:
    request = pb.CancelOrderRequest(order_id=order_id, idempotency_key=used or key(), reason="changed my mind")
    with identity.acting_as(caller):
        return await shop.orders.CancelOrder(request, timeout=20)


async def test_a_cancelled_order_gives_back_money_and_stock(shop: RunningOrder):
    guest, order, sku = await paid(shop)
    answer = await cancel(shop, guest.caller, order.id)
    assert (answer.order.status, answer.order.payment_status) == (pb.CANCELLED, pb.REFUNDED)
    await shop.quiet()
    assert (await shop.stock(sku))[0] == 5
    assert await shop.sandbox.entries(order.id) == [("authorized", 2490), ("captured", 2490), ("refunded", 2490)]
    assert codes(await cancel(shop, guest.caller, order.id)) == ["WRONG_STATE"]
    assert await shop.breaches() == {}


async def test_a_repeated_cancel_gives_back_once(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    used = key()
    answers = await asyncio.gather(*(cancel(shop, guest.caller, order.id, used) for _ in range(3)))
    assert {answer.order.status for answer in answers} == {pb.CANCELLED}
    await shop.quiet()
    assert [kind for kind, _ in await shop.sandbox.entries(order.id)] == ["authorized", "captured", "refunded"]


async def test_a_cancel_that_meets_the_capture_waits_for_it(shop: RunningOrder):
    sku = await shop.product(units=5, cents=1000)
    guest = await shop.guest((sku, 1))
    checkout = asyncio.create_task(shop.complete(guest, "tok_capture_then_timeout"))
    async with asyncio.timeout(10):
        while not (
            rows := await shop.rows(
                "SELECT id FROM orders WHERE cart_id = %s AND status = 'CONFIRMED'", [guest.cart.id]
            )
        ):
            await asyncio.sleep(0.02)
    await cancel(shop, guest.caller, rows[0]["id"])
    await checkout
    order = await shop.until(rows[0]["id"], lambda order: order.payment_status in (pb.REFUNDED, pb.VOIDED))
    await shop.quiet()
    assert (await shop.order(order.id)).status == pb.CANCELLED
    assert await shop.stock(sku) == (5, 0, 0, 0)
    assert [kind for kind, _ in await shop.sandbox.entries(order.id)] == ["authorized", "captured", "refunded"]
    assert await shop.breaches() == {}


async def test_partial_refunds_add_up_and_never_exceed(shop: RunningOrder):
    _, order, _ = await paid(shop)
    first = await refund(shop, order, 1000)
    assert (first.order.payment_status, first.order.refunded.minor_units) == (pb.PARTIALLY_REFUNDED, 1000)
    assert codes(await refund(shop, order, 1491)) == ["AMOUNT_TOO_HIGH"]
    rest = await refund(shop, order, None)
    assert (rest.order.payment_status, rest.order.refunded.minor_units) == (pb.REFUNDED, 2490)
    assert codes(await refund(shop, order, 1)) == ["WRONG_STATE"]
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_repeated_refund_pays_back_once_and_two_equal_ones_twice(shop: RunningOrder):
    _, order, _ = await paid(shop)
    used = key()
    answers = await asyncio.gather(*(refund(shop, order, 500, key=used) for _ in range(3)), refund(shop, order, 500))
    assert not any(answer.user_errors for answer in answers)
    await shop.quiet()
    assert (await shop.order(order.id)).refunded.minor_units == 1000
    assert [amount for kind, amount in await shop.sandbox.entries(order.id) if kind == "refunded"] == [500, 500]
    with pytest.raises(RemoteError) as refused:
        await refund(shop, order, 600, key=used)
    assert refused.value.reason == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


async def test_bad_refunds_are_told(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    assert codes(await refund(shop, order, 100, currency="EUR")) == ["WRONG_CURRENCY"]
    assert codes(await refund(shop, order, 0)) == ["INVALID"]
    assert codes(await refund(shop, order, -5)) == ["INVALID"]
    with identity.acting_as(guest.caller), pytest.raises(RemoteError) as refused:
        await shop.orders.RefundOrder(pb.RefundOrderRequest(order_id=order.id, idempotency_key=key()))
    assert refused.value.status == "UNAUTHENTICATED"


async def test_a_refund_whose_answer_is_lost_is_paid_once(shop: RunningOrder):
    _, order, _ = await paid(shop, "tok_refund_then_timeout")
    await refund(shop, order, 700)
    done = await shop.until(order.id, lambda order: order.refunded.minor_units == 700)
    await shop.quiet()
    assert [amount for kind, amount in await shop.sandbox.entries(done.id) if kind == "refunded"] == [700]
    assert await shop.breaches() == {}


async def test_a_refund_the_provider_refuses_is_told(shop: RunningOrder):
    _, order, _ = await paid(shop, "tok_refund_refused")
    answer = await refund(shop, order, 700)
    assert codes(answer) == ["PAYMENT_FAILED"]
    assert answer.order.refunded.minor_units == 0
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_shipped_order_cannot_be_cancelled(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    request = pb.FulfillOrderRequest(order_id=order.id, idempotency_key=key(), tracking_number="1Z999")
    with identity.acting_as(MANAGER):
        first = await shop.orders.FulfillOrder(request)
        second = await shop.orders.FulfillOrder(request)
        third = await shop.orders.FulfillOrder(pb.FulfillOrderRequest(order_id=order.id, idempotency_key=key()))
    assert first.order.status == second.order.status == pb.FULFILLED
    assert first.order.sequence == second.order.sequence
    assert codes(third) == ["WRONG_STATE"]
    assert codes(await cancel(shop, guest.caller, order.id)) == ["WRONG_STATE"]


async def test_the_history_tells_every_move(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    with identity.acting_as(guest.caller):
        request = pb.BatchListOrderEventsRequest(order_ids=[order.id, "ord_none"])
        mine, none = (await shop.orders.BatchListOrderEvents(request)).lists
        transactions = await shop.orders.BatchListTransactions(pb.BatchListTransactionsRequest(order_ids=[order.id]))
    assert [(event.sequence, event.type) for event in mine.events] == [
        (1, "order.placed"), (2, "payment.authorized"), (3, "order.confirmed"), (4, "payment.captured"),
    ]  # fmt: skip
    assert not none.events
    assert [(one.kind, one.outcome) for one in transactions.lists[0].transactions] == [(1, 1), (2, 1)]
    outbox = await shop.rows("SELECT sequence FROM outbox WHERE aggregate_id = %s ORDER BY sequence", [order.id])
    assert [row["sequence"] for row in outbox] == [1, 2, 3, 4]


async def test_a_watcher_gets_the_state_then_the_gap_then_what_comes(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    seen: list[tuple[int, str]] = []

    async def watch() -> None:
        with identity.acting_as(guest.caller):
            request = pb.WatchOrderRequest(order_id=order.id, after_sequence=2)
            async for update in shop.orders.WatchOrder(request):
                seen.append((update.order.sequence, update.event.type))

    async with asyncio.timeout(15):
        watching = asyncio.create_task(watch())
        while len(seen) < 3:
            await asyncio.sleep(0.01)
        assert [kind for _, kind in seen] == ["", "order.confirmed", "payment.captured"]
        await cancel(shop, guest.caller, order.id)
        await watching  # ends by itself: the order can change no more
    assert [kind for _, kind in seen[3:]] == ["order.cancelled", "payment.refunded"]


async def test_a_stranger_sees_no_order(shop: RunningOrder):
    _, order, _ = await paid(shop)
    for stranger in (Caller(), Caller(user_id="usr_x"), Caller(cart_token_hash="1" * 64)):
        with identity.acting_as(stranger):
            (outcome,) = (await shop.orders.BatchGetOrders(pb.BatchGetOrdersRequest(ids=[order.id]))).outcomes
            assert not outcome.HasField("order")
            with pytest.raises(RemoteError):
                async for _ in shop.orders.WatchOrder(pb.WatchOrderRequest(order_id=order.id)):
                    pass


async def test_a_guest_finds_an_order_by_number_and_email(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    with identity.acting_as(guest.caller):
        request = pb.FindGuestOrderRequest(number=order.number, email="ada@example.org")
        assert (await shop.orders.FindGuestOrder(request)).order == await shop.order(order.id)
    with identity.acting_as(Caller()):
        for number, email, found in (
            (order.number, "ADA@example.org ", True), (order.number, "eve@example.org", False), ("E-1", "", False),
        ):  # fmt: skip
            answer = await shop.orders.FindGuestOrder(pb.FindGuestOrderRequest(number=number, email=email))
            assert answer.HasField("order") == found
            # What is printed on every parcel opens neither the address nor the history.
            assert not answer.order.HasField("shipping_address")
        shown = pb.BatchListOrderEventsRequest(order_ids=[order.id])
        assert not (await shop.orders.BatchListOrderEvents(shown)).lists[0].events
        with pytest.raises(RemoteError) as refused:
            for n in range(12):
                await shop.orders.FindGuestOrder(pb.FindGuestOrderRequest(number=order.number, email=f"{n}@x.org"))
    assert refused.value.reason == "TOO_MANY_LOOKUPS"


async def test_the_orders_of_customers_come_in_pages(shop: RunningOrder):
    ada = Caller(user_id=f"usr_{uuid.uuid4().hex}", roles=frozenset({"customer"}))
    made: list[str] = []
    for _ in range(3):
        sku = await shop.product()
        with identity.acting_as(ada):
            lines = [cart_pb2.CartLineInput(sku=sku, quantity=1)]
            cart = (await shop.carts.CreateCart(cart_pb2.CreateCartRequest(lines=lines, email="a@example.org"))).cart
            request = cart_pb2.UpdateCartRequest(
                cart_id=cart.id, shipping_address=ADDRESS, delivery_method_code="standard"
            )
            cart = (await shop.carts.UpdateCart(request)).cart
        made.append((await shop.complete(Guest(cart=cart, caller=ada))).order.id)
    with identity.acting_as(ada):
        request = pb.BatchListOrdersOfCustomersRequest(customer_ids=[ada.user_id, "usr_b"], page=PageRequest(first=2))
        mine, other = (await shop.orders.BatchListOrdersOfCustomers(request)).pages
        assert [order.id for order in mine.nodes] == made[:0:-1]
        assert (mine.total_count, mine.page_info.has_next_page, len(other.nodes)) == (3, True, 0)
        request.page.after = mine.page_info.end_cursor
        rest, _ = (await shop.orders.BatchListOrdersOfCustomers(request)).pages
        assert [order.id for order in rest.nodes] == made[:1]
        request.page.first = 101
        with pytest.raises(RemoteError) as refused:
            await shop.orders.BatchListOrdersOfCustomers(request)
    assert refused.value.reason == "INVALID_PAGE"


async def test_staff_list_orders_and_sagas(shop: RunningOrder):
    await paid(shop)
    with identity.acting_as(MANAGER):
        page = await shop.orders.ListOrders(pb.ListOrdersRequest(page=PageRequest(first=1), status=pb.CONFIRMED))
        assert len(page.nodes) == 1
        sagas = await shop.orders.ListSagas(pb.ListSagasRequest(state="DONE", page=PageRequest(first=1)))
        assert sagas.nodes[0].state == "DONE"
    with identity.acting_as(Caller(user_id="usr_x")), pytest.raises(RemoteError) as refused:
        await shop.orders.ListSagas(pb.ListSagasRequest())
    assert refused.value.status == "PERMISSION_DENIED"


# Webhooks


def signed(body: bytes, *, secret: str = WEBHOOK_SECRET, at: float | None = None) -> dict[str, str]:
    sent = str(int(at or time.time()))
    digest = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={sent},v1={digest}"}


async def hook(shop: RunningOrder, body: bytes, headers: dict[str, str], provider: str = "sandbox") -> bool:
    request = pb.ReceiveWebhookRequest(provider=provider, body=body, headers=headers)
    with identity.acting_as(service_caller("gateway")):
        return (await shop.orders.ReceiveWebhook(request)).accepted


async def test_forged_old_and_malformed_events_are_refused(shop: RunningOrder):
    event = {"id": f"evt_{key()}", "type": "payment_intent.succeeded", "data": {"object": {"id": "pi_none"}}}
    body = orjson.dumps(event)
    assert not await hook(shop, body, signed(body, secret="wrong"))
    assert not await hook(shop, body, signed(body, at=time.time() - 600))
    assert not await hook(shop, body + b" ", signed(body))
    assert not await hook(shop, body, {})
    assert not await hook(shop, b"[]", signed(b"[]"))
    assert not await hook(shop, body, signed(body), provider="other")
    assert await shop.rows("SELECT FROM webhook_events WHERE event_id = %s", [event["id"]]) == []


async def test_an_event_is_stored_once_and_kept_while_its_object_is_unknown(shop: RunningOrder):
    event = {"id": f"evt_{key()}", "type": "payment_intent.succeeded", "data": {"object": {"id": f"pi_{key()}"}}}
    body = orjson.dumps(event)
    assert all(await asyncio.gather(*(hook(shop, body, signed(body)) for _ in range(10))))
    rows = await shop.rows("SELECT body, processed_at FROM webhook_events WHERE event_id = %s", [event["id"]])
    assert [(bytes(row["body"]), row["processed_at"]) for row in rows] == [(body, None)]


async def test_an_event_that_has_nobody_to_wake_is_done_with_as_it_is_stored(shop: RunningOrder):
    _, order, _ = await paid(shop, "tok_approve+webhook_never")
    of_order = "SELECT reference FROM payment_attempts WHERE order_id = %s AND kind = 'CAPTURE'"
    reference = (await shop.rows(of_order, [order.id]))[0]["reference"]
    event = {"id": f"evt_{key()}", "type": "payment_intent.succeeded", "data": {"object": {"id": reference}}}
    body = orjson.dumps(event)
    assert await hook(shop, body, signed(body))
    stored = "SELECT outcome, processed_at = received_at AS at_once FROM webhook_events WHERE event_id = %s"
    assert await shop.rows(stored, [event["id"]]) == [{"outcome": "woke nobody", "at_once": True}]
