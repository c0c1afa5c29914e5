"""The order service dies at every step of every saga, in every phase, and nothing is lost, sold or charged twice.

Each case proves that its fault fired: as many replicas as it names points must have ended with the kill point's exit
code. By default a slice drawn by FAULT_SEED is run; `make fault` runs all.
"""

import asyncio
import os
from collections import Counter

import pytest
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.tasks import ended
from infra.payment_sandbox.amounts import half
from subgraphs.order.saga.kill_points import EXIT_CODE
from tests.fault import errands
from tests.fault.ground import Ground, Grounds
from tests.fault.modes import MODES, Mode
from tests.fault.sweep import Kill, sweep
from tests.fixtures.order import SERVICE

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
UNITS = 20
SHOPPERS = 2
FIRE_SECONDS = 30
SEED = int(os.getenv("FAULT_SEED", "1"))
MOST = int(os.getenv("FAULT_CASES", "14"))
HISTORY = (
    "SELECT order_id, array_agg(type ORDER BY sequence) AS types FROM order_events GROUP BY 1 HAVING order_id = ANY(%s)"
)


@pytest.mark.parametrize("kill", [pytest.param(kill, id=kill.id) for kill in sweep(SEED, MOST)])
async def test_a_kill_loses_nothing(grounds: Grounds, kill: Kill):
    ground = await grounds.ready()
    try:
        with identity.acting_as(SERVICE):
            await survived(ground, kill)
    except BaseException:
        await grounds.spoiled()
        raise


async def survived(ground: Ground, kill: Kill) -> None:
    mode = MODES[kill.mode]
    sku, code = await asyncio.gather(ground.shop.product(units=UNITS), errands.saved_code(ground.shop, SHOPPERS))
    shoppers = await asyncio.gather(*(errands.shopper(ground.shop, mode, sku, code) for _ in range(SHOPPERS)))
    await ground.quiet()
    ground.kill_at(kill.points)
    runs = [asyncio.create_task(errands.run(ground.shop, one)) for one in shoppers]
    try:
        deaths = await ground.replicas.died(len(kill.points), FIRE_SECONDS)
        assert deaths == [EXIT_CODE] * len(kill.points), "the fault never fired"
        answers = await asyncio.gather(*runs)
    finally:
        await ended(*runs)
    await ground.quiet()
    await ground.replicas.serve()
    assert (ground.replicas.deaths, ground.replicas.faults) == (deaths, []), "a replica died of something else"
    ids = [order.id for order in answers]
    await outcome(ground, mode, sku, code, ids)
    await announced(ground, mode, ids, twice=kill.relay_dies)


async def outcome(ground: Ground, mode: Mode, sku: str, code: str, ids: list[str]) -> None:
    """The orders, their money, the stock and the code are as the mode says, and I1 to I12 hold in all three books."""
    read = await ground.shop.orders.BatchGetOrders(pb.BatchGetOrdersRequest(ids=ids))
    orders = [one.order for one in read.outcomes]
    assert [(order.status, order.payment_status) for order in orders] == [(mode.status, mode.payment_status)] * SHOPPERS
    for row in await ground.shop.rows(HISTORY, [ids]):
        assert in_order(row["types"], mode) == in_order(mode.history, mode)
    asked = await ground.shop.rows("SELECT FROM sagas WHERE order_id = ANY(%s) AND state = 'NEEDS_ATTENTION'", [ids])
    assert len(asked) == SHOPPERS * mode.attention
    assert await ground.breaches() == {}
    for order in orders:
        assert_money(ground, order, mode)
    gone, secured, sold = (SHOPPERS * units for units in (mode.sold + mode.secured, mode.secured, mode.sold))
    assert await ground.shop.stock(sku) == (UNITS - gone + SHOPPERS * mode.received, 0, secured, sold)
    used = await ground.shop.rows("SELECT used_count FROM discount_codes WHERE code = %s", [code])
    assert used[0]["used_count"] == SHOPPERS * mode.kept_code


def in_order(types: list[str] | tuple[str, ...], mode: Mode) -> object:
    return list(types) if mode.in_order else Counter(types)


def assert_money(ground: Ground, order: pb.Order, mode: Mode) -> None:
    """What the provider's ledger says, cent-exact."""
    total = order.totals.total.minor_units
    held = half(total, "usd") if "authorized" in mode.halved else total
    taken = half(total, "usd") if "captured" in mode.halved else total
    voided = held if "authorized" in mode.money else 0
    moved = {"authorized": held, "captured": taken, "voided": voided, "refunded": order.refunded.minor_units}
    assert ground.books.money(order.id) == [(kind, moved.get(kind, total)) for kind in mode.money]


async def announced(ground: Ground, mode: Mode, ids: list[str], *, twice: bool) -> None:
    """Every event of the orders reached the subscribers, an order's in its order; again only as what it was."""
    repeats = 0
    for events in (await ground.announced(dict.fromkeys(ids, len(mode.history)))).values():
        first = list({one.event_id: one for one in events}.values())
        assert [one.sequence for one in first] == list(range(1, len(mode.history) + 1))
        assert in_order([one.type for one in first], mode) == in_order(mode.history, mode)
        repeats += len(events) - len(first)
    assert repeats or not twice, "the killed relay's events came once: the broker did not have them"
