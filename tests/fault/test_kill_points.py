"""The order service dies at every step of checkout, in every phase, and nothing is lost, sold or charged twice.

Each case proves that its fault fired: the process must have ended with the kill point's exit code. By default a slice
drawn by FAULT_SEED is run; `make fault` runs all.
"""

import asyncio
import os

import pytest

from tests.fault.arena import KILLED, Arena
from tests.fault.shopping import answered, assert_nothing_lost, attempt
from tests.fault.sweep import MODES, Kill, sweep
from tests.fixtures.steps import CHECKOUT_STEPS, UNDO_STEPS

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
UNITS = 20
SEED = int(os.getenv("FAULT_SEED", "1"))
MOST = int(os.getenv("FAULT_CASES", "12"))


@pytest.mark.parametrize("kill", [pytest.param(kill, id=kill.id) for kill in sweep(SEED, MOST)])
async def test_a_kill_loses_nothing(field: Arena, kill: Kill):
    mode = MODES[kill.mode]
    sku = await field.shop.product(units=UNITS)
    shoppers = [await attempt(field, sku, mode.token, loses_stock=mode.loses_stock) for _ in range(2)]
    field.order.kill_at(kill.points[0])
    answers = [asyncio.create_task(answered(field, one)) for one in shoppers]
    try:
        for following in (*kill.points[1:], ""):
            assert await field.order.died(30) == KILLED, "the fault never fired"
            field.order.kill_at(following)
            field.order.launch()
        orders = await asyncio.gather(*answers)
    finally:
        field.order.kill_at("")
        for answer in answers:
            answer.cancel()
        if field.order.ended:
            await field.start_order()
    assert [order.status for order in orders] == [mode.status] * 2
    await assert_nothing_lost(field, sku, UNITS, list(orders))


async def test_the_sweep_knows_every_step():
    everything = {point.partition(".")[0] for kill in sweep(1, 0) for point in kill.points}
    assert everything == {*CHECKOUT_STEPS, *(f"undo_{step}" for step in UNDO_STEPS)}
