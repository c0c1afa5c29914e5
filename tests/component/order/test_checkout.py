"""Checkout over gRPC, on real servers: what the shopper sees, what stock and money say."""

import asyncio

import pytest
from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1.money_pb2 import Money
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import RemoteError
from chassis.identity import Caller
from tests.fixtures.catalog import product_input, variant_input
from tests.fixtures.order import SERVICE, Guest, RunningOrder

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


def codes(answer: pb.CheckoutResponse) -> list[str]:
    from emporium.common.v1.outcome_pb2 import UserErrorCode

    return [UserErrorCode.Name(getattr(one, one.WhichOneof("kind")).code) for one in answer.user_errors]


async def test_a_good_card_pays_the_order(shop: RunningOrder):
    sku = await shop.product(units=5, cents=1000)
    answer = await shop.complete(await shop.guest((sku, 2)))
    assert not answer.user_errors
    assert (answer.order.status, answer.order.payment_status) == (pb.CONFIRMED, pb.PAID)
    assert answer.order.totals.total.minor_units == 2 * 1000 + 490
    assert answer.order.captured.minor_units == 2490
    await shop.quiet()
    assert await shop.stock(sku) == (3, 0, 0, 2)
    assert await shop.sandbox.entries(answer.order.id) == [("authorized", 2490), ("captured", 2490)]
    assert await shop.breaches() == {}


async def test_a_declined_card_returns_the_stock_and_leaves_the_cart_open(shop: RunningOrder):
    sku = await shop.product(units=5)
    guest = await shop.guest((sku, 2))
    answer = await shop.complete(guest, "pm_card_chargeDeclined")
    assert codes(answer) == ["PAYMENT_DECLINED"]
    assert answer.order.status == pb.REJECTED
    assert await shop.stock(sku) == (5, 0, 0, 0)
    assert await shop.sandbox.entries(answer.order.id) == [("declined", answer.order.totals.total.minor_units)]
    again = await shop.complete(guest)
    assert again.order.status == pb.CONFIRMED
    assert again.order.id != answer.order.id
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_repeated_key_gives_the_same_order(shop: RunningOrder):
    sku = await shop.product(units=5)
    guest = await shop.guest((sku, 1))
    answers = await asyncio.gather(*(shop.complete(guest, key="same") for _ in range(5)))
    later = await shop.complete(guest, key="same")
    assert {answer.order.id for answer in [*answers, later]} == {later.order.id}
    assert all(answer.order.status == pb.CONFIRMED and not answer.user_errors for answer in answers)
    await shop.quiet()
    assert (await shop.stock(sku))[3] == 1


async def test_a_repeated_key_of_a_rejected_attempt_gives_the_same_rejection(shop: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    first = await shop.complete(guest, "tok_decline", key="again")
    second = await shop.complete(guest, "tok_decline", key="again")
    assert second.order.id == first.order.id
    assert codes(second) == ["PAYMENT_DECLINED"]


async def test_a_key_with_other_arguments_is_refused(shop: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    await shop.complete(guest, key="mine")
    with pytest.raises(RemoteError) as refused:
        await shop.complete(guest, "tok_decline", key="mine")
    assert refused.value.reason == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


async def test_two_tabs_of_one_cart_make_one_order(shop: RunningOrder):
    sku = await shop.product(units=5)
    guest = await shop.guest((sku, 1))
    answers = await asyncio.gather(*(shop.complete(guest, key=f"tab{n}") for n in range(4)))
    assert len({answer.order.id for answer in answers}) == 1
    assert sorted(len(answer.user_errors) for answer in answers) == [0, 1, 1, 1]
    await shop.quiet()
    assert (await shop.stock(sku))[3] == 1
    assert await shop.breaches() == {}


async def test_the_last_item_goes_to_one_of_many_racers(shop: RunningOrder):
    sku = await shop.product(units=3)
    guests = [await shop.guest((sku, 1)) for _ in range(12)]
    answers = await asyncio.gather(*(shop.complete(guest) for guest in guests))
    assert sorted(answer.order.status for answer in answers) == [pb.CONFIRMED] * 3 + [pb.REJECTED] * 9
    assert {code for answer in answers for code in codes(answer)} == {"INSUFFICIENT_STOCK"}
    await shop.quiet()
    assert await shop.stock(sku) == (0, 0, 0, 3)


async def test_a_changed_price_is_refused_before_any_authorisation(shop: RunningOrder):
    sku = await shop.product(cents=1000)
    guest = await shop.guest((sku, 1))
    await shop.catalog.upsert(product_input(sku, variants=[variant_input(sku, cents=1200, units=None)]))
    answer = await shop.complete(guest)
    assert codes(answer) == ["PRICE_CHANGED"]
    changed = answer.user_errors[0].price_changed
    assert (changed.expected.minor_units, changed.actual.minor_units) == (1490, 1690)
    assert await shop.sandbox.entries(answer.order.id) == []
    assert (await shop.stock(sku))[1:] == (0, 0, 0)


async def test_an_unpublished_product_is_refused(shop: RunningOrder):
    sku = await shop.product()
    guest = await shop.guest((sku, 1))
    await shop.catalog.upsert(product_input(sku, variants=[variant_input(sku, units=None)], published=False))
    assert codes(await shop.complete(guest)) in (["NOT_AVAILABLE"], ["UNKNOWN_SKU"])


async def test_an_incomplete_cart_is_told_what_it_lacks(shop: RunningOrder):
    with identity.acting_as(Caller()):
        created = await shop.carts.CreateCart(cart_pb2.CreateCartRequest())
    from subgraphs.order.app.create_cart import token_hash

    guest = Guest(cart=created.cart, caller=Caller(cart_token_hash=token_hash(created.token)))
    answer = await shop.complete(guest, "", total=Money(minor_units=-1, currency_code="EUR"))
    assert codes(answer) == [
        "CART_EMPTY", "EMAIL_REQUIRED", "ADDRESS_REQUIRED", "DELIVERY_METHOD_REQUIRED", "WRONG_CURRENCY", "REQUIRED",
    ]  # fmt: skip
    assert not answer.HasField("order")


async def test_a_stranger_cannot_check_out_my_cart(shop: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    for caller in (Caller(), Caller(user_id="usr_x"), Caller(cart_token_hash="0" * 64)):
        with pytest.raises(RemoteError) as refused:
            await shop.complete(Guest(cart=guest.cart, caller=caller))
        assert refused.value.reason == "UNKNOWN_CART"


async def test_a_yen_order_has_no_cents(shop: RunningOrder):
    sku = await shop.product(cents=1980, currency="JPY")
    answer = await shop.complete(await shop.guest((sku, 1), currency="JPY"))
    assert (answer.order.totals.total.minor_units, answer.order.totals.total.currency_code) == (2480, "JPY")
    assert answer.order.payment_status == pb.PAID


# The provider misbehaves


@pytest.mark.parametrize(
    "token",
    ["tok_charge_then_timeout", "tok_500_after_charge", "tok_timeout_before_charge", "tok_slow",
     "tok_capture_then_timeout", "tok_500_after_capture"],
)  # fmt: skip
async def test_an_answer_that_is_lost_or_late_charges_once(shop: RunningOrder, token: str):
    sku = await shop.product(units=4)
    answer = await shop.complete(await shop.guest((sku, 1)), token)
    order = await shop.until(answer.order.id, lambda order: order.payment_status == pb.PAID)
    total = order.totals.total.minor_units
    await shop.quiet()
    assert await shop.sandbox.entries(order.id) == [("authorized", total), ("captured", total)]
    assert await shop.stock(sku) == (3, 0, 0, 1)
    assert await shop.breaches() == {}


async def test_an_authorisation_that_expired_before_capture_closes_the_order(shop: RunningOrder):
    sku = await shop.product(units=4)
    answer = await shop.complete(await shop.guest((sku, 1)), "tok_expired_authorization")
    assert codes(answer) == ["PAYMENT_FAILED"]
    assert (answer.order.status, answer.order.payment_status) == (pb.CLOSED, pb.VOIDED)
    await shop.quiet()
    total = answer.order.totals.total.minor_units
    assert await shop.sandbox.entries(answer.order.id) == [("authorized", total), ("expired", total)]
    assert await shop.stock(sku) == (4, 0, 0, 0)
    assert await shop.breaches() == {}


# 3-D Secure


async def parked(shop: RunningOrder, delivery: str = "+webhook_never") -> tuple[Guest, pb.Order, str]:
    sku = await shop.product(units=4)
    guest = await shop.guest((sku, 1))
    answer = await shop.complete(guest, f"tok_3ds{delivery}")
    assert not answer.user_errors
    assert (answer.order.status, answer.order.payment_status) == (pb.PENDING, pb.ACTION_REQUIRED)
    assert answer.order.payment_action.url.startswith(shop.sandbox.url)
    assert (await shop.stock(sku))[1] == 1
    return guest, answer.order, sku


async def test_an_approved_action_goes_on_when_the_shopper_comes_back(shop: RunningOrder):
    guest, order, sku = await parked(shop)
    await shop.sandbox.authenticate(order.payment_action.url, "approve")
    with identity.acting_as(guest.caller):
        answer = await shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id))
    assert (answer.order.status, answer.order.payment_status) == (pb.CONFIRMED, pb.PAID)
    await shop.quiet()
    assert await shop.stock(sku) == (3, 0, 0, 1)


@pytest.mark.parametrize(
    "delivery", ["", "+webhook_duplicate", "+webhook_early", "+webhook_reordered", "+webhook_late"]
)
async def test_an_approved_action_goes_on_by_the_providers_event(shop: RunningOrder, delivery: str):
    _, order, _ = await parked(shop, delivery)
    await shop.sandbox.authenticate(order.payment_action.url, "approve")
    paid = await shop.until(order.id, lambda order: order.payment_status == pb.PAID)
    await shop.quiet()
    total = paid.totals.total.minor_units
    assert await shop.sandbox.entries(order.id) == [("authorized", total), ("captured", total)]
    assert await shop.breaches() == {}


async def test_an_event_that_comes_while_the_provider_is_asked_is_not_lost(shop: RunningOrder):
    """The bank's answer may be just too late for the question in flight, whose answer then parks the checkout again."""
    _, order, _ = await parked(shop, "")
    asking = (
        "UPDATE sagas SET state = 'RUNNING', epoch = epoch + 1, due_at = now() + interval '60s' WHERE order_id = %s"
    )
    await shop.db_execute(asking, [order.id])
    await shop.sandbox.authenticate(order.payment_action.url, "approve")
    await kept(shop, "payment_intent.amount_capturable_updated")
    parked_again = "UPDATE sagas SET state = 'PARKED', due_at = now() + interval '15 min' WHERE order_id = %s"
    await shop.db_execute(parked_again, [order.id])
    await shop.until(order.id, lambda order: order.payment_status == pb.PAID)
    await shop.quiet()
    assert await shop.breaches() == {}


async def kept(shop: RunningOrder, kind: str) -> None:
    """Waits until an event of the provider was looked at and put off."""
    waiting = "SELECT FROM webhook_events WHERE type = %s AND processed_at IS NULL AND attempts > 0"
    async with asyncio.timeout(30):
        while not await shop.rows(waiting, [kind]):
            await asyncio.sleep(0.02)


async def test_a_refused_action_rejects_the_order(shop: RunningOrder):
    _, order, sku = await parked(shop, "")
    await shop.sandbox.authenticate(order.payment_action.url, "refuse")
    rejected = await shop.until(order.id, lambda order: order.status == pb.REJECTED)
    assert rejected.reason == "PAYMENT_DECLINED"
    assert await shop.stock(sku) == (4, 0, 0, 0)


async def test_an_abandoned_action_is_given_up_in_time(shop: RunningOrder):
    _, order, sku = await parked(shop)
    # The window has passed.
    past = "jsonb_set(payload, '{action_expires_at}', to_jsonb((now() - interval '1 second')::text))"
    await shop.db_execute(f"UPDATE sagas SET due_at = now(), payload = {past} WHERE order_id = %s", [order.id])
    rejected = await shop.until(order.id, lambda order: order.status == pb.REJECTED)
    assert rejected.reason == "PAYMENT_FAILED"
    assert await shop.stock(sku) == (4, 0, 0, 0)
    assert [kind for kind, _ in await shop.sandbox.entries(order.id)] == ["voided"]
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_an_order_that_waits_at_the_bank_can_be_cancelled(shop: RunningOrder):
    guest, order, sku = await parked(shop)
    with identity.acting_as(guest.caller):
        answer = await shop.orders.CancelOrder(pb.CancelOrderRequest(order_id=order.id, idempotency_key="away"))
    assert not answer.user_errors
    rejected = await shop.until(order.id, lambda order: order.status == pb.REJECTED)
    assert rejected.reason == "PAYMENT_FAILED"
    assert await shop.stock(sku) == (4, 0, 0, 0)
    assert [kind for kind, _ in await shop.sandbox.entries(order.id)] == ["voided"]
    with identity.acting_as(guest.caller):
        (outcome,) = (await shop.carts.BatchGetCarts(cart_pb2.BatchGetCartsRequest(ids=[guest.cart.id]))).outcomes
    assert not outcome.cart.HasField("order_id")


async def test_a_reservation_that_expired_meanwhile_voids_the_payment(shop: RunningOrder):
    guest, order, sku = await parked(shop)
    with identity.acting_as(SERVICE):
        rows = await shop.rows("SELECT payload FROM sagas WHERE order_id = %s", [order.id])
        ids = [rows[0]["payload"]["reservation_id"]]
        await shop.catalog.inventory.ReleaseStock(catalog_pb2.ReservationsRequest(reservation_ids=ids))
    await shop.sandbox.authenticate(order.payment_action.url, "approve")
    with identity.acting_as(guest.caller):
        await shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id))
    rejected = await shop.until(order.id, lambda order: order.status == pb.REJECTED)
    assert (rejected.reason, rejected.payment_status) == ("INSUFFICIENT_STOCK", pb.VOIDED)
    assert [kind for kind, _ in await shop.sandbox.entries(order.id)] == ["authorized", "voided"]
    assert await shop.stock(sku) == (4, 0, 0, 0)
    await shop.quiet()
    assert await shop.breaches() == {}


# Many at once


async def test_a_burst_is_stepped_in_sets(shop: RunningOrder):
    sku = await shop.product(units=999)
    guests = [await shop.guest((sku, 1)) for _ in range(40)]
    answers = await asyncio.gather(*(shop.complete(guest) for guest in guests))
    await shop.quiet(30)
    orders = [await shop.order(answer.order.id) for answer in answers]
    assert {order.payment_status for order in orders} == {pb.PAID}
    assert await shop.stock(sku) == (959, 0, 0, 40)
    assert await shop.breaches() == {}
