"""Two order services on one database: sagas are shared out, news travel, nothing happens twice."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from emporium.order.v1 import order_pb2 as pb
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub

from chassis import identity
from tests.fixtures.order import RunningOrder, order_service

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def twin(shop: RunningOrder) -> AsyncGenerator[RunningOrder]:
    async with order_service(shop.settings) as opened:
        yield RunningOrder(
            carts=CartServiceStub(opened),
            orders=OrderServiceStub(opened),
            db=shop.db,
            catalog=shop.catalog,
            sandbox=shop.sandbox,
            settings=shop.settings,
        )


async def test_checkouts_through_both_are_done_once_each(shop: RunningOrder, twin: RunningOrder):
    sku = await shop.product(units=50)
    guests = [await shop.guest((sku, 1)) for _ in range(12)]
    answers = await asyncio.gather(*(
        service.complete(guest, key=guest.cart.id) for guest in guests for service in (shop, twin)
    ))  # fmt: skip
    assert len({answer.order.id for answer in answers}) == 12
    await shop.quiet(30)
    assert (await shop.stock(sku))[3] == 12
    for order_id in {answer.order.id for answer in answers}:
        assert [kind for kind, _ in await shop.sandbox.entries(order_id)] == ["authorized", "captured"]
    assert await shop.breaches() == {}


async def test_a_watcher_at_one_service_hears_of_moves_made_at_the_other(shop: RunningOrder, twin: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    answer = await shop.complete(guest, "tok_3ds+webhook_never")
    seen: list[pb.OrderUpdate] = []

    async def watch() -> None:
        with identity.acting_as(guest.caller):
            async for update in twin.orders.WatchOrder(pb.WatchOrderRequest(order_id=answer.order.id)):
                seen.append(update)
                if update.event.payment_status == pb.PAID:
                    return

    async with asyncio.timeout(15):
        watching = asyncio.ensure_future(watch())
        while not seen:
            await asyncio.sleep(0.01)
        await shop.sandbox.authenticate(answer.order.payment_action.url, "approve")
        with identity.acting_as(guest.caller):
            await shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=answer.order.id))
        await watching
    # Moves that follow each other closely are told together: each is there, with an order that is as new at least.
    assert [update.event.payment_status for update in seen[-3:]] == [pb.AUTHORIZED, pb.AUTHORIZED, pb.PAID]
    assert [update.event.type for update in seen[-2:]] == ["order.confirmed", "payment.captured"]
    numbers = [update.event.sequence for update in seen[1:]]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert all(update.order.payment_status >= update.event.payment_status for update in seen)


async def test_a_parked_checkout_may_go_on_at_either_service(shop: RunningOrder, twin: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    answer = await shop.complete(guest, "tok_3ds+webhook_never")
    await shop.sandbox.authenticate(answer.order.payment_action.url, "approve")
    with identity.acting_as(guest.caller):
        paid = await twin.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=answer.order.id))
    assert paid.order.status == pb.CONFIRMED
