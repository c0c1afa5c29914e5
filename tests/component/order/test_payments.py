"""Orders paid through each of the two adapters, and what becomes of amounts that nobody asked for."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import pytest_asyncio
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.identity import Caller
from subgraphs.order.settings import PaymentProvider
from tests.component.order.test_after_the_pivot import MANAGER, cancel, codes, paid, refund
from tests.fixtures.order import Guest, RunningOrder, running_order
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
OPERATOR = Caller(user_id="usr_operator", roles=frozenset({"order_manager"}))
SAGAS = "SELECT id, definition, state, step, last_error FROM sagas WHERE order_id = %s ORDER BY created_at"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=PaymentProvider)
async def shop(
    request: pytest.FixtureRequest, servers: SharedServers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[RunningOrder]:
    folder = tmp_path_factory.mktemp(request.param)
    # An order that waits for an operator is not waited for long.
    async with running_order(servers, folder, payment_provider=request.param, checkout_wait_seconds=2.0) as running:
        yield running


async def operate(shop: RunningOrder, saga_id: str, action: Any) -> Any:
    with identity.acting_as(OPERATOR):
        request = pb.OperateSagaRequest(saga_id=saga_id, action=action, reason="looked into it")
        return await shop.orders.OperateSaga(request, timeout=20)


async def flagged(shop: RunningOrder, order_id: str, definition: str) -> tuple[str, str]:
    """Waits for the saga to need an operator; its id and why."""
    async with asyncio.timeout(15):
        while True:
            for saga in await shop.rows(SAGAS, [order_id]):
                if saga["definition"] == definition and saga["state"] == "NEEDS_ATTENTION":
                    return saga["id"], saga["last_error"]
            await asyncio.sleep(0.05)


async def moves(shop: RunningOrder, order_id: str) -> list[tuple[str, int]]:
    return await shop.sandbox.entries(order_id)


def message(answer: pb.CheckoutResponse) -> str:
    error = answer.user_errors[0]
    return getattr(error, error.WhichOneof("kind") or "").message


async def test_an_order_is_paid_and_cancelled(shop: RunningOrder):
    guest, order, sku = await paid(shop)
    with identity.acting_as(guest.caller):
        transactions = await shop.orders.BatchListTransactions(pb.BatchListTransactionsRequest(order_ids=[order.id]))
    assert {one.provider for one in transactions.lists[0].transactions} == {shop.settings.payment_provider}
    answer = await cancel(shop, guest.caller, order.id)
    assert (answer.order.status, answer.order.payment_status) == (pb.CANCELLED, pb.REFUNDED)
    await shop.quiet()
    assert await moves(shop, order.id) == [("authorized", 2490), ("captured", 2490), ("refunded", 2490)]
    assert await shop.stock(sku) == (5, 0, 0, 0)
    assert await shop.breaches() == {}


async def test_a_declined_card_is_told(shop: RunningOrder):
    answer = await shop.complete(await shop.guest((await shop.product(), 1)), "tok_insufficient_funds")
    assert codes(answer) == ["PAYMENT_DECLINED"]
    assert "insufficient funds" in message(answer)


@pytest.mark.parametrize("token", ["tok_charge_then_timeout", "tok_500_after_charge", "tok_capture_then_timeout"])
async def test_an_answer_that_is_lost_charges_once(shop: RunningOrder, token: str):
    _, order, _ = await paid(shop, token)
    assert await moves(shop, order.id) == [("authorized", 2490), ("captured", 2490)]
    assert await shop.breaches() == {}


@pytest.mark.parametrize("token", ["tok_3ds", "tok_3ds+webhook_duplicate"])
async def test_an_approved_action_goes_on_by_the_providers_event(shop: RunningOrder, token: str):
    answer = await shop.complete(await shop.guest((await shop.product(), 1)), token)
    assert answer.order.payment_status == pb.ACTION_REQUIRED
    await shop.sandbox.authenticate(answer.order.payment_action.url, "approve")
    await shop.until(answer.order.id, lambda order: order.payment_status == pb.PAID)
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_an_authorisation_that_expired_closes_the_order(shop: RunningOrder):
    answer = await shop.complete(await shop.guest((await shop.product(), 1)), "tok_expired_authorization")
    assert (answer.order.status, answer.order.payment_status) == (pb.CLOSED, pb.VOIDED)
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_part_is_refunded_and_a_lost_answer_is_paid_once(shop: RunningOrder):
    _, order, _ = await paid(shop, "tok_refund_then_timeout")
    await refund(shop, order, 700)
    await shop.until(order.id, lambda order: order.refunded.minor_units == 700)
    await shop.quiet()
    assert (await moves(shop, order.id))[2:] == [("refunded", 700)]
    assert await shop.breaches() == {}


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
async def test_a_currency_of_no_or_three_decimals_is_paid_exactly(shop: RunningOrder, currency: str):
    sku = await shop.product(cents=1980, currency=currency)
    answer = await shop.complete(await shop.guest((sku, 1), currency=currency))
    assert answer.order.payment_status == pb.PAID
    await shop.quiet()
    total = answer.order.totals.total.minor_units
    assert await moves(shop, answer.order.id) == [("authorized", total), ("captured", total)]


async def test_what_the_provider_cannot_charge_exactly_is_told(shop: RunningOrder):
    sku = await shop.product(units=5, cents=1985, currency="KWD")
    answer = await shop.complete(await shop.guest((sku, 1), currency="KWD"))
    assert codes(answer) == ["PAYMENT_DECLINED"]
    assert "exactly" in message(answer)
    await shop.quiet()
    assert await moves(shop, answer.order.id) == []
    assert await shop.stock(sku) == (5, 0, 0, 0)


# Another amount than was asked for


async def test_less_held_than_the_total_is_let_go_and_told(shop: RunningOrder):
    sku = await shop.product(units=5, cents=1000)
    answer = await shop.complete(await shop.guest((sku, 2)), "tok_authorize_less")
    assert codes(answer) == ["PAYMENT_FAILED"]
    assert "held 12.45 USD instead of 24.90 USD" in message(answer)
    assert (answer.order.status, answer.order.payment_status) == (pb.REJECTED, pb.VOIDED)
    await shop.quiet()
    assert await moves(shop, answer.order.id) == [("authorized", 1245), ("voided", 1245)]
    assert await shop.stock(sku) == (5, 0, 0, 0)
    assert await shop.breaches() == {}


async def partly_paid(shop: RunningOrder) -> tuple[Guest, pb.Order, str, str]:
    """A guest's order, of which the provider took a half; the SKU, and the saga that waits for an operator."""
    sku = await shop.product(units=5, cents=1000)
    guest = await shop.guest((sku, 2))
    order = (await shop.complete(guest, "tok_capture_less")).order
    saga_id, why = await flagged(shop, order.id, "checkout")
    assert why == "the provider took 12.45 USD instead of 24.90 USD"
    return guest, await shop.order(order.id), sku, saga_id


async def test_less_taken_than_the_total_is_written_down_and_asks_an_operator(shop: RunningOrder):
    guest, order, sku, saga_id = await partly_paid(shop)
    assert (order.status, order.payment_status, order.captured.minor_units) == (pb.CONFIRMED, pb.PARTIALLY_PAID, 1245)
    with identity.acting_as(guest.caller):
        transactions = await shop.orders.BatchListTransactions(pb.BatchListTransactionsRequest(order_ids=[order.id]))
    assert [one.amount.minor_units for one in transactions.lists[0].transactions] == [2490, 1245]
    with identity.acting_as(MANAGER):
        request = pb.FulfillOrderRequest(order_id=order.id, idempotency_key=uuid.uuid4().hex)
        assert codes(await shop.orders.FulfillOrder(request)) == ["WRONG_STATE"]
    assert await shop.breaches() == {}
    await operate(shop, saga_id, pb.RETRY)
    assert (await flagged(shop, order.id, "checkout"))[0] == saga_id
    await operate(shop, saga_id, pb.RESOLVE)
    await shop.quiet()
    assert await shop.stock(sku) == (3, 0, 0, 2)
    assert (await shop.order(order.id)).captured.minor_units == 1245
    assert await moves(shop, order.id) == [("authorized", 2490), ("captured", 1245)]
    assert await shop.breaches() == {}


async def test_a_partly_paid_order_that_is_cancelled_gets_back_exactly_that(shop: RunningOrder):
    guest, order, sku, saga_id = await partly_paid(shop)
    await cancel(shop, guest.caller, order.id)
    await shop.until(order.id, lambda order: order.payment_status == pb.REFUNDED)
    await shop.quiet()
    assert await moves(shop, order.id) == [("authorized", 2490), ("captured", 1245), ("refunded", 1245)]
    assert await shop.stock(sku) == (5, 0, 0, 0)
    await operate(shop, saga_id, pb.RETRY)
    async with asyncio.timeout(15):
        while {saga["state"] for saga in await shop.rows(SAGAS, [order.id])} != {"DONE"}:
            await asyncio.sleep(0.05)
    assert len(await moves(shop, order.id)) == 3
    assert await shop.breaches() == {}


async def test_less_paid_back_than_asked_is_written_down_and_asks_an_operator(shop: RunningOrder):
    _, order, _ = await paid(shop, "tok_refund_less")
    await refund(shop, order, 1000)
    saga_id, why = await flagged(shop, order.id, "refund")
    assert why == "the provider paid back 5.00 USD instead of 10.00 USD"
    assert (await shop.order(order.id)).refunded.minor_units == 500
    assert await shop.breaches() == {}
    await operate(shop, saga_id, pb.RESOLVE)
    await shop.quiet()
    assert (await shop.order(order.id)).refunded.minor_units == 500
    assert (await moves(shop, order.id))[2:] == [("refunded", 500)]
    assert await shop.breaches() == {}


async def test_a_cancellation_that_paid_back_less_is_flagged_and_never_paid_twice(shop: RunningOrder):
    guest, order, _ = await paid(shop, "tok_refund_less")
    await cancel(shop, guest.caller, order.id)
    saga_id, why = await flagged(shop, order.id, "cancellation")
    assert why == "the provider paid back 12.45 USD instead of 24.90 USD"
    assert (await shop.order(order.id)).payment_status == pb.PARTIALLY_REFUNDED
    assert await shop.breaches() == {}
    await operate(shop, saga_id, pb.RETRY)
    await shop.quiet()
    assert (await moves(shop, order.id))[2:] == [("refunded", 1245)]
    assert set(await shop.breaches()) == {"invariant_i5_no_money_on_dead_orders"}
