"""Rules of discount codes, accounts, parcels and returns, over gRPC on real servers."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.identity import Caller
from tests.fixtures.order import ADDRESS, SERVICE, Guest, RunningOrder

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
MANAGER = Caller(user_id="usr_manager", roles=frozenset({"order_manager"}))


def key() -> str:
    return uuid.uuid4().hex


def codes(answer: Any) -> list[str]:
    return [UserErrorCode.Name(getattr(one, one.WhichOneof("kind")).code) for one in answer.user_errors]


async def code(shop: RunningOrder, **rules: Any) -> str:
    name = f"C{uuid.uuid4().hex[:8].upper()}"
    made = pb.DiscountCode(code=name, **({"percent_off": 10} | rules))
    with identity.acting_as(SERVICE):
        answer = await shop.orders.SaveDiscountCode(pb.SaveDiscountCodeRequest(discount_code=made))
    assert not answer.user_errors
    return name


async def with_codes(shop: RunningOrder, guest: Guest, *names: str) -> Guest:
    cart = guest.cart
    with identity.acting_as(guest.caller):
        for name in names:
            request = cart_pb2.AddDiscountCodeRequest(cart_id=cart.id, code=name)
            answer = await shop.carts.AddDiscountCode(request)
            assert not answer.user_errors, answer.user_errors
            cart = answer.cart
    return Guest(cart=cart, caller=guest.caller)


async def customer(shop: RunningOrder, sku: str) -> Guest:
    ada = Caller(user_id=f"usr_{uuid.uuid4().hex}", roles=frozenset({"customer"}))
    with identity.acting_as(ada):
        lines = [cart_pb2.CartLineInput(sku=sku, quantity=1)]
        cart = (await shop.carts.CreateCart(cart_pb2.CreateCartRequest(lines=lines, email="c@example.org"))).cart
        request = cart_pb2.UpdateCartRequest(cart_id=cart.id, shipping_address=ADDRESS, delivery_method_code="standard")
        return Guest(cart=(await shop.carts.UpdateCart(request)).cart, caller=ada)


async def test_a_codes_last_uses_go_to_as_many_of_many_racers(shop: RunningOrder):
    sku, name = await shop.product(units=50), await code(shop, usage_limit=3)
    guests = [await with_codes(shop, await shop.guest((sku, 1), email=f"{n}@example.org"), name) for n in range(10)]
    answers = await asyncio.gather(*(shop.complete(guest) for guest in guests))
    assert sorted(answer.order.status for answer in answers) == [pb.CONFIRMED] * 3 + [pb.REJECTED] * 7
    assert {one for answer in answers for one in codes(answer)} == {"DISCOUNT_CODE_USED_UP"}
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_one_customer_uses_a_code_as_often_as_it_allows_and_another_still_can(shop: RunningOrder):
    sku, name = await shop.product(units=50), await code(shop, usage_limit_per_customer=2)
    mail = f"{key()}@example.org"
    mine = [await with_codes(shop, await shop.guest((sku, 1), email=mail), name) for _ in range(5)]
    other = await with_codes(shop, await shop.guest((sku, 1), email="x" + mail), name)
    answers = await asyncio.gather(*(shop.complete(guest) for guest in (*mine, other)))
    assert sorted(answer.order.status for answer in answers[:5]) == [pb.CONFIRMED] * 2 + [pb.REJECTED] * 3
    assert answers[5].order.status == pb.CONFIRMED
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_limits_cannot_be_lowered_below_the_uses_a_code_has(shop: RunningOrder):
    sku, name, mail = await shop.product(units=9), await code(shop, usage_limit=9), f"{key()}@example.org"
    for address in (mail, mail, "x" + mail):
        await shop.complete(await with_codes(shop, await shop.guest((sku, 1), email=address), name))

    async def save(**limits: Any) -> Any:
        made = pb.DiscountCode(code=name, percent_off=10, **limits)
        with identity.acting_as(SERVICE):
            return await shop.orders.SaveDiscountCode(pb.SaveDiscountCodeRequest(discount_code=made))

    refused = await save(usage_limit=2, usage_limit_per_customer=1)
    assert [list(one.input.field) for one in refused.user_errors] == [["usageLimit"], ["usageLimitPerCustomer"]]
    assert [one.input.message.partition(":")[0] for one in refused.user_errors] == [
        "it was used 3 times already",
        "one customer used it 2 times already",
    ]
    kept = await save(usage_limit=3, usage_limit_per_customer=2)
    assert (kept.discount_code.usage_limit, kept.discount_code.used_count) == (3, 3)
    assert (await shop.breaches()).get("invariant_i7_code_uses") is None


async def test_a_limit_lowered_while_uses_are_claimed_is_refused_or_holds(shop: RunningOrder):
    """The saving waits for the claim in flight, and then knows it."""
    name = await code(shop, usage_limit=5)
    claim = "UPDATE discount_codes SET used_count = used_count + 1 WHERE code = %s"
    note = "INSERT INTO discount_claims (code, order_id, buyer_id) VALUES (%s, %s, 'byr_1')"
    order_id = (await shop.complete(await shop.guest((await shop.product(), 1)))).order.id
    made = pb.DiscountCode(code=name, percent_off=10, usage_limit=0)
    async with shop.db.transaction() as tx:
        await tx.execute(claim, [name])
        await tx.execute(note, [name, order_id])
        with identity.acting_as(SERVICE):
            request = pb.SaveDiscountCodeRequest(discount_code=made)
            saving = asyncio.ensure_future(shop.orders.SaveDiscountCode(request, timeout=20))
        waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        async with asyncio.timeout(10):
            while not await shop.rows(waits):
                await asyncio.sleep(0.01)
    answer = await saving
    assert codes(answer) == ["INVALID"]
    assert "used once" in answer.user_errors[0].input.message
    assert (await shop.breaches()).get("invariant_i7_code_uses") is None


async def test_an_exclusive_code_stands_alone(shop: RunningOrder):
    sku = await shop.product()
    first, alone = await code(shop), await code(shop, exclusive=True)
    guest = await with_codes(shop, await shop.guest((sku, 1)), first, await code(shop))
    with identity.acting_as(guest.caller):
        request = cart_pb2.AddDiscountCodeRequest(cart_id=guest.cart.id, code=alone)
        assert codes(await shop.carts.AddDiscountCode(request)) == ["DISCOUNT_CODE_INVALID"]
    # It became exclusive after it was added to the cart.
    await shop.db_execute("UPDATE discount_codes SET exclusive = true WHERE code = %s", [first])
    assert codes(await shop.complete(guest)) == ["DISCOUNT_CODE_INVALID"]


async def test_a_code_that_expires_between_quote_and_confirmation_is_refused(shop: RunningOrder):
    sku = await shop.product()
    soon = datetime.now(UTC) + timedelta(hours=1)
    name = await code(shop, expires_at=soon)
    guest = await with_codes(shop, await shop.guest((sku, 1)), name)
    await shop.db_execute("UPDATE discount_codes SET expires_at = now() WHERE code = %s", [name])
    answer = await shop.complete(guest)
    assert codes(answer) == ["DISCOUNT_CODE_EXPIRED"]
    assert await shop.sandbox.entries(answer.order.id) == []
    assert (await shop.stock(sku))[1:] == (0, 0, 0)


async def test_a_code_that_expires_while_the_bank_asks_was_claimed_in_time(shop: RunningOrder):
    name = await code(shop)
    guest = await with_codes(shop, await shop.guest((await shop.product(), 1)), name)
    answer = await shop.complete(guest, "tok_3ds+webhook_never")
    await shop.db_execute("UPDATE discount_codes SET expires_at = now() WHERE code = %s", [name])
    await shop.sandbox.authenticate(answer.order.payment_action.url, "approve")
    with identity.acting_as(guest.caller):
        paid = await shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=answer.order.id))
    assert paid.order.payment_status == pb.PAID


@pytest.mark.parametrize("fate", ["blocked", "deleted"])
async def test_an_account_that_is_gone_buys_nothing(shop: RunningOrder, fate: str):
    sku = await shop.product(units=3)
    ada = await customer(shop, sku)
    getattr(shop.accounts, fate).add(ada.caller.user_id)
    answer = await shop.complete(ada)
    assert (answer.order.status, codes(answer)) == (pb.REJECTED, ["NOT_AVAILABLE"])
    assert await shop.stock(sku) == (3, 0, 0, 0)
    assert await shop.sandbox.entries(answer.order.id) == []


async def test_a_voided_payment_shows_on_the_rejected_order(shop: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    order = (await shop.complete(guest, "tok_3ds+webhook_never")).order
    with identity.acting_as(guest.caller):
        await shop.orders.CancelOrder(pb.CancelOrderRequest(order_id=order.id, idempotency_key=key()))
    rejected = await shop.until(order.id, lambda order: order.status == pb.REJECTED)
    assert rejected.payment_status == pb.VOIDED


# What is shipped, and what comes back


async def paid(shop: RunningOrder) -> tuple[Guest, pb.Order, str]:
    sku = await shop.product(units=9, cents=1001)
    guest = await with_codes(shop, await shop.guest((sku, 3)), await code(shop, percent_off=10))
    order = (await shop.complete(guest)).order
    await shop.quiet()
    return guest, order, sku


async def ship(shop: RunningOrder, order: pb.Order, units: int, tracking: str = "1Z") -> pb.OrderResponse:
    lines = [pb.FulfillmentLine(order_line_id=order.lines[0].id, quantity=units)]
    request = pb.FulfillOrderRequest(order_id=order.id, idempotency_key=key(), tracking_number=tracking, lines=lines)
    with identity.acting_as(MANAGER):
        return await shop.orders.FulfillOrder(request)


async def test_an_order_ships_in_parcels_that_are_followed_and_arrive(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    first = await ship(shop, order, 2, "1Z-A")
    assert first.order.status == pb.CONFIRMED
    assert codes(await ship(shop, order, 2)) == ["WRONG_STATE"]
    with identity.acting_as(guest.caller):
        cancel = pb.CancelOrderRequest(order_id=order.id, idempotency_key=key())
        assert codes(await shop.orders.CancelOrder(cancel)) == ["WRONG_STATE"]
    rest = await ship(shop, order, 1, "1Z-B")
    assert rest.order.status == pb.FULFILLED
    assert [one.tracking_number for one in rest.order.fulfillments] == ["1Z-A", "1Z-B"]
    with identity.acting_as(MANAGER):
        arrived = pb.DeliverFulfillmentRequest(
            order_id=order.id, fulfillment_id=rest.order.fulfillments[0].id, idempotency_key=key()
        )
        done = await shop.orders.DeliverFulfillment(arrived)
        again = await shop.orders.DeliverFulfillment(arrived)
    assert done.order.fulfillments[0].HasField("delivered_at")
    assert again.order.sequence == done.order.sequence
    assert await shop.breaches() == {}


async def test_of_a_cancel_and_a_shipment_at_once_one_wins(shop: RunningOrder):
    for _ in range(4):
        guest, order, _ = await paid(shop)

        async def cancel(guest: Guest = guest, order: pb.Order = order) -> pb.OrderResponse:
            with identity.acting_as(guest.caller):
                request = pb.CancelOrderRequest(order_id=order.id, idempotency_key=key())
                return await shop.orders.CancelOrder(request, timeout=20)

        answers = await asyncio.gather(cancel(), ship(shop, order, 3))
        assert sorted(len(answer.user_errors) for answer in answers) == [0, 1]
    await shop.quiet()
    assert await shop.breaches() == {}


async def give_back(shop: RunningOrder, order: pb.Order, units: int, used: str = "") -> pb.OrderResponse:
    lines = [pb.FulfillmentLine(order_line_id=order.lines[0].id, quantity=units)]
    request = pb.ReturnOrderRequest(order_id=order.id, idempotency_key=used or key(), lines=lines)
    with identity.acting_as(MANAGER):
        return await shop.orders.ReturnOrder(request, timeout=20)


async def test_returned_goods_are_refunded_to_the_cent_and_put_back(shop: RunningOrder):
    _, order, sku = await paid(shop)
    goods = order.totals.total.minor_units - 490
    assert codes(await give_back(shop, order, 1)) == ["WRONG_STATE"]
    await ship(shop, order, 3)
    used = key()
    await give_back(shop, order, 1, used)
    await give_back(shop, order, 1, used)
    await shop.quiet()
    await give_back(shop, order, 2)
    assert codes(await give_back(shop, order, 1)) == ["WRONG_STATE"]
    await shop.quiet()
    refunded = (await shop.order(order.id)).refunded.minor_units
    assert refunded == goods == sum(n for kind, n in await shop.sandbox.entries(order.id) if kind == "refunded")
    assert (await shop.stock(sku))[0] == 9
    assert await shop.breaches() == {}


async def parked(shop: RunningOrder) -> tuple[Guest, pb.Order, str]:
    sku = await shop.product(units=4)
    guest = await shop.guest((sku, 1))
    order = (await shop.complete(guest, "tok_3ds+webhook_never")).order
    await shop.sandbox.authenticate(order.payment_action.url, "approve")
    return guest, order, sku


async def go_on(shop: RunningOrder, guest: Guest, order: pb.Order) -> pb.Order:
    with identity.acting_as(guest.caller):
        await shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id))
    await shop.quiet()
    return await shop.order(order.id)


async def test_a_reservation_past_its_time_by_the_databases_clock_is_lost_whatever_ours_says(shop: RunningOrder):
    guest, order, sku = await parked(shop)
    async with shop.catalog.db.transaction() as tx:
        late = (
            "UPDATE reservations SET expires_at = now() - interval '1 hour' WHERE order_id = %s AND state = 'RESERVED'"
        )
        assert (await tx.execute(late, [order.id])).rowcount == 1, "the fault never fired"
    rejected = await go_on(shop, guest, order)
    assert (rejected.status, rejected.payment_status) == (pb.REJECTED, pb.VOIDED)
    assert await shop.stock(sku) == (4, 0, 0, 0)
    assert await shop.breaches() == {}


async def test_a_checkout_begun_by_the_release_before_is_finished_by_this_one(shop: RunningOrder):
    guest, order, _ = await parked(shop)
    older = "UPDATE sagas SET payload = payload - 'customer_id' - 'lapsed' - 'abandoned' WHERE order_id = %s"
    await shop.db_execute(older, [order.id])
    assert (await go_on(shop, guest, order)).payment_status == pb.PAID


async def test_a_checkout_of_an_unknown_release_is_flagged_for_an_operator(shop: RunningOrder):
    guest, order, _ = await parked(shop)
    await shop.db_execute("UPDATE sagas SET version = 99 WHERE order_id = %s", [order.id])
    await go_on(shop, guest, order)
    (saga,) = await shop.rows("SELECT state, last_error FROM sagas WHERE order_id = %s", [order.id])
    assert saga["state"] == "NEEDS_ATTENTION"
    assert "99" in saga["last_error"]
    await shop.db_execute("UPDATE sagas SET version = 1, state = 'RUNNING' WHERE order_id = %s", [order.id])
    await shop.until(order.id, lambda order: order.payment_status == pb.PAID)


async def test_a_cancel_after_a_partial_refund_gives_back_the_rest(shop: RunningOrder):
    guest, order, _ = await paid(shop)
    with identity.acting_as(MANAGER):
        request = pb.RefundOrderRequest(order_id=order.id, idempotency_key=key())
        request.amount.CopyFrom(order.totals.shipping)
        await shop.orders.RefundOrder(request, timeout=20)
    with identity.acting_as(guest.caller):
        await shop.orders.CancelOrder(pb.CancelOrderRequest(order_id=order.id, idempotency_key=key()), timeout=20)
    await shop.until(order.id, lambda order: order.payment_status == pb.REFUNDED)
    await shop.quiet()
    refunds = [amount for kind, amount in await shop.sandbox.entries(order.id) if kind == "refunded"]
    assert sum(refunds) == order.totals.total.minor_units
    assert await shop.breaches() == {}
