"""Processes frozen, connections cut, neighbours that hang, shoppers who leave: checkout ends all the same, once."""

import asyncio
import contextlib
import os
import signal

import psycopg
import pytest
from emporium.order.v1 import order_pb2 as pb
from psycopg import sql

from chassis import identity
from chassis.errors import Unavailable
from subgraphs.order.saga.kill_points import AFTER_INTENT
from tests.fault.arena import KILLED, LEASE_SECONDS, Arena
from tests.fault.shopping import answered, assert_nothing_lost, attempt
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
UNITS = 20
CUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


async def started(field: Arena, sku: str, token: str, count: int = 3) -> list[asyncio.Task[pb.Order]]:
    shoppers = [await attempt(field, sku, token) for _ in range(count)]
    return [asyncio.create_task(answered(field, one)) for one in shoppers]


async def until_at(field: Arena, step: str) -> None:
    """Until a checkout stands at the step."""
    async with asyncio.timeout(20):
        while not await field.shop.rows("SELECT FROM sagas WHERE step = %s AND state = 'RUNNING'", [step]):
            await asyncio.sleep(0.01)


async def test_an_engine_frozen_beyond_its_lease_is_fenced_off(field: Arena):
    """Another engine takes over while it is paused; awake again, it must not write."""
    sku = await field.shop.product(units=UNITS)
    answers = await started(field, sku, "tok_slow")
    await until_at(field, "authorize_payment")
    field.order.signal(signal.SIGSTOP)
    rows = await field.shop.rows("SELECT max(epoch) AS epoch FROM sagas WHERE step = 'authorize_payment'")
    second = field.order.beside()
    try:
        async with asyncio.timeout(30):
            taken = "SELECT FROM sagas WHERE epoch > %s"
            while not await field.shop.rows(taken, [rows[0]["epoch"]]):
                await asyncio.sleep(LEASE_SECONDS / 10)
        field.order.signal(signal.SIGCONT)
        orders = await asyncio.gather(*answers)
        await assert_nothing_lost(field, sku, UNITS, list(orders))
    finally:
        field.order.signal(signal.SIGCONT)
        second.terminate()
        second.wait(15)
    assert {order.status for order in orders} == {pb.CONFIRMED}


async def test_a_database_that_goes_away_in_the_middle_of_a_step(field: Arena, servers: SharedServers):
    """As at its restart: every connection is cut and new ones are refused for a while."""
    sku = await field.shop.product(units=UNITS)
    answers = await started(field, sku, "tok_slow")
    await until_at(field, "authorize_payment")
    name = field.order_url.rpartition("/")[2]
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(servers.admin_database_url, autocommit=True) as admin:
        admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        try:
            cut = admin.execute(CUT, [name]).fetchone()
            assert cut is not None
            assert cut[0] > 0, "the fault never fired"
            await asyncio.sleep(LEASE_SECONDS)
        finally:
            admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
    orders = await asyncio.gather(*answers)
    assert {order.status for order in orders} == {pb.CONFIRMED}
    with contextlib.suppress(Unavailable):
        # Our own broken connections: one call pays, the others get fresh ones.
        await field.shop.rows("SELECT 1")
    await assert_nothing_lost(field, sku, UNITS, list(orders))


async def test_a_catalogue_that_hangs_leaves_no_half_checkout(field: Arena):
    sku = await field.shop.product(units=UNITS)
    shoppers = [await attempt(field, sku, "tok_approve") for _ in range(2)]
    os.kill(field.catalog.pid, signal.SIGSTOP)
    try:
        answers = [asyncio.create_task(answered(field, one)) for one in shoppers]
        await until_at(field, "price")
        await asyncio.sleep(LEASE_SECONDS)
        assert not any(answer.done() for answer in answers), "the fault never fired"
    finally:
        os.kill(field.catalog.pid, signal.SIGCONT)
    orders = await asyncio.gather(*answers)
    assert {order.status for order in orders} <= {pb.CONFIRMED, pb.REJECTED}
    await assert_nothing_lost(field, sku, UNITS, list(orders))


async def test_a_shopper_who_leaves_gets_the_order_all_the_same(field: Arena):
    sku = await field.shop.product(units=UNITS)
    one = await attempt(field, sku, "tok_slow")
    call = asyncio.create_task(field.shop.complete(one.guest, one.token, key=one.key))
    await until_at(field, "authorize_payment")
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    async with asyncio.timeout(20):
        while not (
            rows := await field.shop.rows(
                "SELECT id FROM orders WHERE cart_id = %s AND payment_status = 'PAID'", [one.guest.cart.id]
            )
        ):
            await asyncio.sleep(0.05)
    with identity.acting_as(one.guest.caller):
        order = await field.shop.order(rows[0]["id"])
    await assert_nothing_lost(field, sku, UNITS, [order])


async def test_a_cancellation_is_killed_and_taken_up(field: Arena):
    sku = await field.shop.product(units=UNITS)
    one = await attempt(field, sku, "tok_approve")
    order = await answered(field, one)
    await field.shop.quiet()
    field.order.kill_at(f"return_payment.{AFTER_INTENT}")
    request = pb.CancelOrderRequest(order_id=order.id, idempotency_key=one.key)
    with identity.acting_as(one.guest.caller):
        call = asyncio.ensure_future(field.shop.orders.CancelOrder(request, timeout=10))
    assert await field.order.died(20) == KILLED
    field.order.kill_at("")
    await asyncio.gather(call, return_exceptions=True)
    await field.start_order()
    await field.shop.until(order.id, lambda order: order.payment_status == pb.REFUNDED)
    await field.shop.quiet()
    assert (await field.shop.stock(sku))[0] == UNITS
    assert [kind for kind, _ in await field.shop.sandbox.entries(order.id)] == ["authorized", "captured", "refunded"]
    assert await field.breaches() == {}
