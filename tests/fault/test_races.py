"""Shoppers who race, and the ACIDRain attacks: inventory, voucher and cart, each a burst of concurrent calls.

The attacks are those of Warszawski and Bailis, "ACIDRain: Concurrency-Related Attacks on Database-Backed Web
Applications": overselling, using a voucher too often, and changing a cart while it is paid for.
"""

import asyncio
import uuid

import pytest
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from tests.fault.arena import Arena
from tests.fixtures.order import SERVICE, Guest

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


async def test_fifty_shoppers_race_for_ten_units_and_exactly_ten_get_one(field: Arena):
    sku = await field.shop.product(units=10)
    guests = [await field.shop.guest((sku, 1)) for _ in range(50)]
    first = await asyncio.gather(*(field.shop.complete(guest) for guest in guests))
    await field.shop.quiet(60)
    orders = [await field.shop.order(answer.order.id) for answer in first]
    assert sum(order.status == pb.CONFIRMED for order in orders) == 10
    assert sum(order.status == pb.REJECTED for order in orders) == 40
    assert await field.shop.stock(sku) == (0, 0, 0, 10)
    assert await field.breaches() == {}


async def test_the_inventory_attack_never_sells_more_than_there_is(field: Arena):
    """Many carts of several units each, in both orders of SKUs, sent at once again and again."""
    one, two = await field.shop.product(units=7), await field.shop.product(units=7)
    guests = [await field.shop.guest(*((one, 2), (two, 3)) if n % 2 else ((two, 2), (one, 3))) for n in range(12)]
    await asyncio.gather(*(field.shop.complete(guest, key="same") for guest in guests for _ in range(3)))
    await field.shop.quiet(60)
    for sku in (one, two):
        available, reserved, secured, sold = await field.shop.stock(sku)
        assert (available + sold, reserved, secured) == (7, 0, 0)
    assert await field.breaches() == {}


async def test_the_voucher_attack_uses_a_code_once(field: Arena):
    sku = await field.shop.product(units=50)
    name = f"V{uuid.uuid4().hex[:8].upper()}"
    with identity.acting_as(SERVICE):
        code = pb.DiscountCode(code=name, percent_off=50, usage_limit=1)
        await field.shop.orders.SaveDiscountCode(pb.SaveDiscountCodeRequest(discount_code=code))
    guests: list[Guest] = []
    for _ in range(12):
        guest = await field.shop.guest((sku, 1))
        with identity.acting_as(guest.caller):
            request = cart_pb2.AddDiscountCodeRequest(cart_id=guest.cart.id, code=name)
            guests.append(Guest(cart=(await field.shop.carts.AddDiscountCode(request)).cart, caller=guest.caller))
    answers = await asyncio.gather(*(field.shop.complete(guest) for guest in guests))
    await field.shop.quiet(60)
    orders = [await field.shop.order(answer.order.id) for answer in answers]
    assert sum(order.status == pb.CONFIRMED for order in orders) == 1
    assert await field.breaches() == {}


async def test_the_cart_attack_pays_for_every_unit_that_is_sold(field: Arena):
    """Units are added while the cart is paid for: they are in the paid order, or refused."""
    cheap, dear = await field.shop.product(units=50, cents=100), await field.shop.product(units=50, cents=90_000)
    for _ in range(5):
        guest = await field.shop.guest((cheap, 1))

        async def add(guest: Guest = guest) -> None:
            request = cart_pb2.AddCartLinesRequest(
                cart_id=guest.cart.id, lines=[cart_pb2.CartLineInput(sku=dear, quantity=1)]
            )
            with identity.acting_as(guest.caller):
                await field.shop.carts.AddCartLines(request)

        results = await asyncio.gather(field.shop.complete(guest), *(add() for _ in range(4)), return_exceptions=True)
        assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, EmporiumError)]
    await field.shop.quiet(60)
    sold = (await field.shop.stock(dear))[3]
    paid = await field.shop.rows(
        "SELECT coalesce(sum(l.quantity), 0)::int AS units FROM order_lines l JOIN orders o ON o.id = l.order_id"
        " WHERE l.sku = %s AND o.payment_status = 'PAID'",
        [dear],
    )
    assert paid[0]["units"] == sold
    assert await field.breaches() == {}
