"""A shop with its own delivery and tax: what the cart shows is what is charged, frozen, and paid back to the cent."""

import uuid
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub

from chassis import identity
from chassis.identity import Caller
from tests.fixtures.catalog import product_input, variant_input
from tests.fixtures.order import ADDRESS, SERVICE, Guest, RunningOrder, order_service, running_order
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
MANAGER = Caller(user_id="usr_manager", roles=frozenset({"order_manager"}))
PRICING = """
[tax]
rounding = "order"
[[tax.rates]]
name = "VAT"
country = "GB"
percent = 20
[[tax.rates]]
name = "Sales tax"
country = "US"
regions = ["NY", "New York"]
percent = 8.875
[[delivery]]
code = "standard"
name = "Standard"
tariff = "flat"
prices = { USD = "4.90", JPY = "500", KWD = "1.500" }
free_from = { USD = "50.00" }
[[delivery]]
code = "van"
name = "Our van"
tariff = "flat"
countries = ["GB"]
prices = { USD = "2.50" }
[[delivery]]
code = "parcel"
name = "By weight"
tariff = "weight"
bands = [{ up_to_grams = 1000, prices = { EUR = "5.00" } }, { up_to_grams = 3000, prices = { EUR = "9.00" } }]
[[delivery]]
code = "pickup"
name = "Pick up"
tariff = "pickup"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RunningOrder]:
    folder: Path = tmp_path_factory.mktemp("pricing")
    (folder / "pricing.toml").write_text(PRICING)
    async with running_order(servers, folder, pricing_file=str(folder / "pricing.toml")) as running:
        yield running


def codes(answer: Any) -> list[str]:
    return [UserErrorCode.Name(getattr(one, one.WhichOneof("kind")).code) for one in answer.user_errors]


def breakdown(shown: Any) -> list[tuple[str, str, int, int, bool]]:
    return [(one.name, one.rate, one.base.minor_units, one.amount.minor_units, one.included) for one in shown.tax_lines]


async def update(shop: RunningOrder, guest: Guest, **changes: Any) -> cart_pb2.CartResponse:
    with identity.acting_as(guest.caller):
        return await shop.carts.UpdateCart(cart_pb2.UpdateCartRequest(cart_id=guest.cart.id, **changes))


async def with_code(shop: RunningOrder, guest: Guest, **rules: Any) -> Guest:
    code = pb.DiscountCode(code=f"C{uuid.uuid4().hex[:8].upper()}", **rules)
    with identity.acting_as(SERVICE):
        await shop.orders.SaveDiscountCode(pb.SaveDiscountCodeRequest(discount_code=code))
    with identity.acting_as(guest.caller):
        request = cart_pb2.AddDiscountCodeRequest(cart_id=guest.cart.id, code=code.code)
        answer = await shop.carts.AddDiscountCode(request)
    assert not answer.user_errors
    return replace(guest, cart=answer.cart)


async def test_a_cart_is_offered_its_delivery_methods_at_its_prices(shop: RunningOrder):
    small, large = await shop.guest((await shop.product(cents=1_000), 1)), await shop.guest((await shop.product(), 2))

    def offered(cart: cart_pb2.Cart) -> dict[str, int]:
        return {one.code: one.price.minor_units for one in cart.delivery_methods}

    assert offered(small.cart) == {"standard": 490, "van": 250, "pickup": 0}
    assert offered(large.cart) == {"standard": 0, "van": 250, "pickup": 0}
    chosen = await update(shop, small, delivery_method_code="van")
    assert chosen.cart.totals.shipping.minor_units == 250


async def test_delivery_is_charged_by_what_the_variants_weigh(shop: RunningOrder):
    sku = f"sku-{uuid.uuid4().hex[:10]}"
    variant = variant_input(sku, cents=1_000, currency="EUR", weight_grams=750)
    await shop.catalog.upsert(product_input(sku, variants=[variant]))
    prices: list[int | None] = []
    for units in (1, 2, 4, 5):
        cart = (await shop.guest((sku, units), currency="EUR", delivery="pickup")).cart
        offered = {one.code: one.price.minor_units for one in cart.delivery_methods}
        prices.append(offered.get("parcel"))
    assert prices == [500, 900, 900, None]


async def test_a_method_that_does_not_go_to_the_address_is_refused_then_and_at_checkout(shop: RunningOrder):
    guest = await shop.guest((await shop.product(cents=1_000), 1))
    away = type(ADDRESS)()
    away.CopyFrom(ADDRESS)
    away.country_code, away.region = "US", "New York"
    refused = await update(shop, guest, delivery_method_code="van", shipping_address=away)
    assert codes(refused) == ["NOT_FOUND"]
    assert "there are: standard, pickup" in refused.user_errors[0].input.message
    assert refused.cart.shipping_address.country_code == "GB"
    await update(shop, guest, delivery_method_code="van")
    moved = await update(shop, guest, shipping_address=away)
    assert not moved.cart.HasField("delivery_method")
    answer = await shop.complete(replace(guest, cart=moved.cart))
    assert codes(answer) == ["DELIVERY_METHOD_REQUIRED"]


async def test_tax_is_shown_with_the_address_and_frozen_on_the_order(shop: RunningOrder):
    guest = await shop.guest((await shop.product(cents=1_001), 3))
    guest = await with_code(shop, guest, percent_off=10)
    cart = guest.cart
    assert (cart.totals.subtotal.minor_units, cart.totals.discount.minor_units) == (3_003, 300)
    assert breakdown(cart) == [("VAT", "0.2", 3_193, 639, False)]
    assert cart.totals.total.minor_units == 3_003 - 300 + 490 + 639
    order = (await shop.complete(guest)).order
    assert order.payment_status == pb.PAID
    assert breakdown(order) == breakdown(cart)
    (line,) = order.lines
    assert (line.discount.minor_units, line.tax.minor_units) == (300, 541)
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_regions_own_tax_holds_there(shop: RunningOrder):
    guest = await shop.guest((await shop.product(cents=1_000), 1))
    there = type(ADDRESS)()
    there.CopyFrom(ADDRESS)
    there.country_code, there.region = "US", "new york"
    cart = (await update(shop, guest, shipping_address=there)).cart
    assert breakdown(cart) == [("Sales tax", "0.08875", 1_490, 132, False)]
    order = (await shop.complete(replace(guest, cart=cart))).order
    assert breakdown(order) == breakdown(cart)


@pytest.mark.parametrize(("currency", "price", "tax"), [("JPY", 333, 167), ("KWD", 333, 367)])
async def test_tax_is_rounded_to_the_minor_unit_of_the_currency(
    shop: RunningOrder, currency: str, price: int, tax: int
):
    guest = await shop.guest((await shop.product(cents=price, currency=currency), 1), currency=currency)
    assert guest.cart.totals.tax.minor_units == tax
    order = (await shop.complete(guest)).order
    assert (order.payment_status, order.totals.total.minor_units) == (pb.PAID, guest.cart.totals.total.minor_units)
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_changed_tax_is_told_with_the_new_total_before_any_money_is_asked(shop: RunningOrder, tmp_path: Path):
    guest = await shop.guest((await shop.product(units=3, cents=1_000), 1))
    assert guest.cart.totals.total.minor_units == 1_788
    (tmp_path / "pricing.toml").write_text(PRICING.replace("percent = 20", "percent = 25"))
    settings = replace(shop.settings, pricing_file=str(tmp_path / "pricing.toml"))
    async with order_service(settings) as opened:
        later = replace(shop, carts=CartServiceStub(opened), orders=OrderServiceStub(opened))
        refused = await later.complete(guest)
        told = refused.user_errors[0].price_changed
        assert (refused.order.status, told.expected.minor_units, told.actual.minor_units) == (pb.REJECTED, 1_788, 1_863)
        assert list(told.field) == ["expectedTotal"]
        assert await shop.sandbox.entries(refused.order.id) == []
        bought = await later.complete(guest, total=told.actual)
        assert breakdown(bought.order) == [("VAT", "0.25", 1_490, 373, False)]
    # What was frozen does not follow the table.
    assert breakdown(await shop.order(bought.order.id)) == [("VAT", "0.25", 1_490, 373, False)]
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_goods_that_come_back_give_their_price_and_tax_less_their_discount(shop: RunningOrder):
    first, second = await shop.product(units=9, cents=1_001), await shop.product(units=9, cents=334)
    guest = await with_code(shop, await shop.guest((first, 2), (second, 1)), percent_off=33)
    order = (await shop.complete(guest)).order
    await shop.quiet()
    with identity.acting_as(MANAGER):
        request = pb.FulfillOrderRequest(order_id=order.id, idempotency_key=uuid.uuid4().hex)
        assert not (await shop.orders.FulfillOrder(request)).user_errors
    for line in order.lines:
        for _ in range(line.quantity):
            back = pb.ReturnOrderRequest(order_id=order.id, idempotency_key=uuid.uuid4().hex)
            back.lines.add(order_line_id=line.id, quantity=1)
            with identity.acting_as(MANAGER):
                assert not (await shop.orders.ReturnOrder(back, timeout=20)).user_errors
            await shop.quiet()
    paid = sum(one.total.minor_units - one.discount.minor_units + one.tax.minor_units for one in order.lines)
    assert (await shop.order(order.id)).refunded.minor_units == paid
    assert await shop.breaches() == {}


async def test_an_order_of_nothing_to_pay_needs_no_provider(shop: RunningOrder):
    guest = await shop.guest((await shop.product(cents=1_000), 1))
    await update(shop, guest, delivery_method_code="pickup")
    guest = await with_code(shop, guest, percent_off=100)
    assert guest.cart.totals.total.minor_units == 0
    answer = await shop.complete(guest)
    assert (answer.order.status, answer.order.payment_status) == (pb.CONFIRMED, pb.PAID)
    assert await shop.sandbox.entries(answer.order.id) == []
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_code_whose_minimum_is_no_longer_reached_takes_nothing_off_and_is_refused(shop: RunningOrder):
    guest = await shop.guest((await shop.product(cents=1_000), 2))
    minimum = {"minor_units": 2_000, "currency_code": "USD"}
    guest = await with_code(shop, guest, percent_off=10, minimum_subtotal=minimum)
    assert guest.cart.totals.discount.minor_units == 200
    with identity.acting_as(guest.caller):
        fewer = cart_pb2.CartLineUpdate(line_id=guest.cart.lines[0].id, quantity=1)
        request = cart_pb2.UpdateCartLinesRequest(cart_id=guest.cart.id, lines=[fewer])
        cart = (await shop.carts.UpdateCartLines(request)).cart
    assert cart.totals.discount.minor_units == 0
    assert codes(await shop.complete(replace(guest, cart=cart))) == ["DISCOUNT_CODE_MINIMUM_NOT_REACHED"]


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE order_lines SET discount = discount + 1 WHERE order_id = %s",
        "UPDATE orders SET tax_lines = '[]' WHERE id = %s",
        "UPDATE order_lines SET tax = 999 WHERE order_id = %s",
    ],
)
async def test_i10_finds_a_part_that_does_not_add_up(shop: RunningOrder, broken: str):
    guest = await with_code(shop, await shop.guest((await shop.product(cents=1_000), 1)), percent_off=10)
    order = (await shop.complete(guest)).order
    await shop.quiet()
    await shop.db_execute(broken, [order.id])
    assert [row["order_id"] for row in (await shop.breaches())["invariant_i10_total"]] == [order.id]
    await shop.db_execute("UPDATE order_lines SET discount = 100, tax = 180 WHERE order_id = %s", [order.id])
    await shop.db_execute(
        "UPDATE orders SET tax_lines = jsonb_build_array(jsonb_build_object('name', 'VAT', 'rate', 200000,"
        " 'base', 1390, 'amount', 278, 'included', false)) WHERE id = %s",
        [order.id],
    )
    assert await shop.breaches() == {}
