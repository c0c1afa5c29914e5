"""Checkout over gRPC, on real servers: what the shopper sees, what stock and money say."""

import pytest

from tests.fixtures.order import RunningOrder

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


async def test_a_good_card_pays_the_order(shop: RunningOrder):
    sku = await shop.product(units=5, cents=1000)
    guest = await shop.guest((sku, 2))
    answer = await shop.complete(guest)
    assert not answer.user_errors
    assert (answer.order.status, answer.order.payment_status) == (2, 4)
    assert answer.order.totals.total.minor_units == 2 * 1000 + 490
    await shop.quiet()
    assert await shop.stock(sku) == (3, 0, 0, 2)
    assert await shop.sandbox.entries(answer.order.id) == [("authorized", 2490), ("captured", 2490)]
    assert await shop.breaches() == {}
