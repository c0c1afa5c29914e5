"""Carts over gRPC: owners, quantities, prices, codes, merging, bad input."""

import uuid
from typing import Any

import pytest
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import ShopContext
from emporium.order.v1 import cart_pb2 as pb
from emporium.order.v1 import order_pb2

from chassis import identity
from chassis.errors import RemoteError
from chassis.identity import Caller
from subgraphs.order.app.create_cart import token_hash
from tests.fixtures.catalog import product_input, variant_input
from tests.fixtures.order import ADDRESS, SERVICE, RunningOrder

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


def codes(answer: Any) -> list[str]:
    return [UserErrorCode.Name(getattr(one, one.WhichOneof("kind")).code) for one in answer.user_errors]


def customer() -> Caller:
    return Caller(user_id=f"usr_{uuid.uuid4().hex}", roles=frozenset({"customer"}))


async def add(shop: RunningOrder, caller: Caller, cart_id: str, *lines: tuple[str, int]) -> pb.CartResponse:
    inputs = [pb.CartLineInput(sku=sku, quantity=quantity) for sku, quantity in lines]
    with identity.acting_as(caller):
        return await shop.carts.AddCartLines(pb.AddCartLinesRequest(cart_id=cart_id, lines=inputs))


async def saved_code(shop: RunningOrder, **rules: Any) -> str:
    code = order_pb2.DiscountCode(code=f"C{uuid.uuid4().hex[:8].upper()}", **rules)
    with identity.acting_as(SERVICE):
        answer = await shop.orders.SaveDiscountCode(order_pb2.SaveDiscountCodeRequest(discount_code=code))
    assert not answer.user_errors
    return code.code


async def test_a_guest_owns_a_cart_by_its_secret_alone(shop: RunningOrder):
    with identity.acting_as(Caller()):
        created = await shop.carts.CreateCart(pb.CreateCartRequest())
    (row,) = await shop.rows("SELECT token_hash FROM carts WHERE id = %s", [created.cart.id])
    assert row["token_hash"] == token_hash(created.token) != created.token
    request = pb.BatchGetCartsRequest(ids=[created.cart.id, "crt_unknown"])
    for caller, seen in (
        (Caller(cart_token_hash=token_hash(created.token)), True),
        (Caller(), False),
        (customer(), False),
    ):
        with identity.acting_as(caller):
            outcomes = (await shop.carts.BatchGetCarts(request)).outcomes
        assert [outcome.HasField("cart") for outcome in outcomes] == [seen, False]


async def test_duplicate_lines_join(shop: RunningOrder):
    sku = await shop.product(units=50)
    guest = await shop.guest((sku, 1))
    answer = await add(shop, guest.caller, guest.cart.id, (sku, 2), (sku, 3))
    assert [(line.sku, line.quantity) for line in answer.cart.lines] == [(sku, 6)]
    assert answer.cart.total_quantity == 6


@pytest.mark.parametrize(
    ("quantity", "code"), [(0, "INVALID_QUANTITY"), (-1, "INVALID_QUANTITY"), (2**31 - 1, "INVALID_QUANTITY")]
)
async def test_senseless_quantities_are_refused(shop: RunningOrder, quantity: int, code: str):
    sku = await shop.product()
    guest = await shop.guest((sku, 1))
    answer = await add(shop, guest.caller, guest.cart.id, (sku, quantity))
    assert codes(answer) == [code]
    assert list(answer.user_errors[0].input.field) == ["lines", "0", "quantity"]
    assert answer.cart.lines[0].quantity == 1


async def test_what_cannot_be_bought_is_told_and_nothing_is_added(shop: RunningOrder):
    good, gone, euros = await shop.product(), await shop.product(units=0), await shop.product(currency="EUR")
    hidden = await shop.product()
    await shop.catalog.upsert(product_input(hidden, variants=[variant_input(hidden, units=None)], published=False))
    guest = await shop.guest((good, 1))
    answer = await add(shop, guest.caller, guest.cart.id, (good, 1), ("none", 1), (gone, 1), (euros, 1), (hidden, 1))
    assert codes(answer)[:3] == ["UNKNOWN_SKU", "INSUFFICIENT_STOCK", "WRONG_CURRENCY"]
    assert codes(answer)[3] in {"NOT_AVAILABLE", "UNKNOWN_SKU"}
    assert [line.quantity for line in answer.cart.lines] == [1]


async def test_more_than_the_stock_is_capped_with_a_warning(shop: RunningOrder):
    sku = await shop.product(units=3)
    guest = await shop.guest((sku, 1))
    answer = await add(shop, guest.caller, guest.cart.id, (sku, 5))
    assert [warning.code for warning in answer.warnings] == ["CAPPED_AT_STOCK"]
    assert answer.cart.lines[0].quantity == 3


async def test_lines_change_and_go(shop: RunningOrder):
    one, two = await shop.product(), await shop.product()
    guest = await shop.guest((one, 1), (two, 1))
    first, second = guest.cart.lines
    with identity.acting_as(guest.caller):
        updates = [pb.CartLineUpdate(line_id=first.id, quantity=4)]
        answer = await shop.carts.UpdateCartLines(pb.UpdateCartLinesRequest(cart_id=guest.cart.id, lines=updates))
        assert [line.quantity for line in answer.cart.lines] == [4, 1]
        request = pb.RemoveCartLinesRequest(cart_id=guest.cart.id, line_ids=[second.id, "cln_none"])
        assert codes(await shop.carts.RemoveCartLines(request)) == ["NOT_FOUND"]
        request = pb.RemoveCartLinesRequest(cart_id=guest.cart.id, line_ids=[second.id])
        answer = await shop.carts.RemoveCartLines(request)
    assert [line.sku for line in answer.cart.lines] == [one]


async def test_prices_are_the_catalogues_at_every_look(shop: RunningOrder):
    sku = await shop.product(cents=1000)
    guest = await shop.guest((sku, 2))
    await shop.catalog.upsert(product_input(sku, variants=[variant_input(sku, cents=1300, units=None)]))
    with identity.acting_as(guest.caller):
        (outcome,) = (await shop.carts.BatchGetCarts(pb.BatchGetCartsRequest(ids=[guest.cart.id]))).outcomes
    assert outcome.cart.lines[0].total.minor_units == 2600
    assert outcome.cart.totals.total.minor_units == 2600 + 490


async def test_bad_details_are_told_by_field(shop: RunningOrder):
    guest = await shop.guest((await shop.product(), 1))
    address = type(ADDRESS)(full_name="", line1="x" * 201, city="c", postal_code="p", country_code="Germany")
    request = pb.UpdateCartRequest(
        cart_id=guest.cart.id, email="no address", shipping_address=address, delivery_method_code="pigeon"
    )
    with identity.acting_as(guest.caller):
        answer = await shop.carts.UpdateCart(request)
    fields = {tuple(error.input.field): UserErrorCode.Name(error.input.code) for error in answer.user_errors}
    assert fields == {
        ("shippingAddress", "fullName"): "REQUIRED",
        ("shippingAddress", "line1"): "TOO_LONG",
        ("shippingAddress", "countryCode"): "INVALID",
        ("email",): "INVALID",
        ("deliveryMethodCode",): "NOT_FOUND",
    }
    assert answer.cart.email == "ada@example.org"


async def test_a_stranger_cannot_change_a_cart(shop: RunningOrder):
    sku = await shop.product()
    guest = await shop.guest((sku, 1))
    with pytest.raises(RemoteError) as refused:
        await add(shop, customer(), guest.cart.id, (sku, 1))
    assert refused.value.reason == "UNKNOWN_CART"


async def test_a_code_takes_its_part_off(shop: RunningOrder):
    sku = await shop.product(cents=1005)
    guest = await shop.guest((sku, 1))
    code = await saved_code(shop, percent_off=10)
    with identity.acting_as(guest.caller):
        answer = await shop.carts.AddDiscountCode(pb.AddDiscountCodeRequest(cart_id=guest.cart.id, code=code.lower()))
        assert not answer.user_errors
        assert answer.cart.totals.discount.minor_units == 101  # 100.5, half up
        answer = await shop.carts.RemoveDiscountCode(pb.RemoveDiscountCodeRequest(cart_id=guest.cart.id, code=code))
    assert answer.cart.totals.discount.minor_units == 0


async def test_codes_that_do_not_apply_say_why(shop: RunningOrder):
    guest = await shop.guest((await shop.product(cents=1000), 1))
    money = guest.cart.totals.total.__class__
    expired = await saved_code(shop, percent_off=10)
    await shop.db_execute("UPDATE discount_codes SET expires_at = now() WHERE code = %s", [expired])
    rules = {
        expired: "DISCOUNT_CODE_EXPIRED",
        await saved_code(shop, percent_off=5, usage_limit=0): "DISCOUNT_CODE_USED_UP",
        await saved_code(
            shop, percent_off=5, minimum_subtotal=money(minor_units=5000, currency_code="USD")
        ): "DISCOUNT_CODE_MINIMUM_NOT_REACHED",
        await saved_code(shop, amount_off=money(minor_units=100, currency_code="EUR")): "WRONG_CURRENCY",
        "NOSUCH": "DISCOUNT_CODE_INVALID",
    }
    for code, expected in rules.items():
        with identity.acting_as(guest.caller):
            answer = await shop.carts.AddDiscountCode(pb.AddDiscountCodeRequest(cart_id=guest.cart.id, code=code))
        assert codes(answer) == [expected]


async def test_only_order_managers_make_codes(shop: RunningOrder):
    request = order_pb2.SaveDiscountCodeRequest(discount_code=order_pb2.DiscountCode(code="X1", percent_off=5))
    with identity.acting_as(customer()), pytest.raises(RemoteError) as refused:
        await shop.orders.SaveDiscountCode(request)
    assert refused.value.status == "PERMISSION_DENIED"
    with identity.acting_as(SERVICE):
        code = order_pb2.DiscountCode(code="a b", percent_off=101, usage_limit=-1)
        answer = await shop.orders.SaveDiscountCode(order_pb2.SaveDiscountCodeRequest(discount_code=code))
    assert [list(error.input.field) for error in answer.user_errors] == [["code"], ["percentOff"], ["usageLimit"]]


async def test_the_last_use_of_a_code_goes_to_one_and_comes_back_when_undone(shop: RunningOrder):
    code = await saved_code(shop, percent_off=50, usage_limit=1)
    guests = [await shop.guest((await shop.product(cents=1000), 1)) for _ in range(2)]
    totals = []
    for guest in guests:
        with identity.acting_as(guest.caller):
            answer = await shop.carts.AddDiscountCode(pb.AddDiscountCodeRequest(cart_id=guest.cart.id, code=code))
        totals.append(answer.cart.totals.total)
    declined = await shop.complete(guests[0], "tok_decline", total=totals[0])
    assert declined.order.status == order_pb2.REJECTED
    (row,) = await shop.rows("SELECT used_count FROM discount_codes WHERE code = %s", [code])
    assert row["used_count"] == 0
    first = await shop.complete(guests[1], total=totals[1])
    assert first.order.status == order_pb2.CONFIRMED
    assert first.order.totals.discount.minor_units == 500
    second = await shop.complete(guests[0], total=totals[0])
    assert codes(second) == ["DISCOUNT_CODE_USED_UP"]
    await shop.quiet()
    assert await shop.breaches() == {}


async def test_a_customer_has_one_open_cart(shop: RunningOrder):
    sku, ada = await shop.product(), customer()
    with identity.acting_as(ada):
        first = await shop.carts.CreateCart(pb.CreateCartRequest(lines=[pb.CartLineInput(sku=sku, quantity=1)]))
        second = await shop.carts.CreateCart(pb.CreateCartRequest(lines=[pb.CartLineInput(sku=sku, quantity=1)]))
        request = pb.BatchGetCartsOfCustomersRequest(customer_ids=[ada.user_id, "usr_other"])
        mine, other = (await shop.carts.BatchGetCartsOfCustomers(request)).outcomes
    assert first.cart.id == second.cart.id == mine.cart.id
    assert not first.HasField("token")
    assert mine.cart.lines[0].quantity == 2
    assert not other.HasField("cart")


async def test_a_guests_cart_becomes_the_customers_on_login(shop: RunningOrder):
    sku, ada = await shop.product(), customer()
    guest = await shop.guest((sku, 2))
    both = Caller(user_id=ada.user_id, roles=ada.roles, cart_token_hash=guest.caller.cart_token_hash)
    with identity.acting_as(both):
        merged = await shop.carts.MergeCart(pb.MergeCartRequest(cart_id=guest.cart.id))
    assert (merged.cart.id, merged.cart.customer_id, merged.cart.buyer_id) == (
        guest.cart.id, ada.user_id, guest.cart.buyer_id,
    )  # fmt: skip
    with identity.acting_as(guest.caller):
        (outcome,) = (await shop.carts.BatchGetCarts(pb.BatchGetCartsRequest(ids=[guest.cart.id]))).outcomes
    assert not outcome.HasField("cart")


async def test_a_guests_lines_join_the_customers_cart(shop: RunningOrder):
    one, two, ada = await shop.product(), await shop.product(), customer()
    guest = await shop.guest((one, 2), (two, 1))
    both = Caller(user_id=ada.user_id, roles=ada.roles, cart_token_hash=guest.caller.cart_token_hash)
    with identity.acting_as(both):
        own = await shop.carts.CreateCart(pb.CreateCartRequest(lines=[pb.CartLineInput(sku=one, quantity=1)]))
        merged = await shop.carts.MergeCart(pb.MergeCartRequest(cart_id=guest.cart.id))
    assert merged.cart.id == own.cart.id
    assert {(line.sku, line.quantity) for line in merged.cart.lines} == {(one, 3), (two, 1)}
    assert merged.cart.email == "ada@example.org"


async def test_a_completed_cart_cannot_be_changed(shop: RunningOrder):
    sku = await shop.product()
    guest = await shop.guest((sku, 1))
    done = await shop.complete(guest)
    answer = await add(shop, guest.caller, guest.cart.id, (sku, 1))
    assert codes(answer) == ["CART_COMPLETED"]
    assert answer.cart.order_id == done.order.id


async def test_one_call_to_the_catalogue_prices_a_batch_of_carts(shop: RunningOrder):
    guests = [await shop.guest((await shop.product(), 1)) for _ in range(3)]
    with identity.acting_as(SERVICE):
        ids = [guest.cart.id for guest in guests]
        outcomes = (await shop.carts.BatchGetCarts(pb.BatchGetCartsRequest(ids=ids))).outcomes
    assert [outcome.cart.id for outcome in outcomes] == ids


async def test_delivery_is_priced_by_currency(shop: RunningOrder):
    with identity.acting_as(Caller()):
        for currency, price in (("USD", 490), ("JPY", 500)):
            context = ShopContext(channel="web", currency_code=currency)
            request = pb.ListDeliveryMethodsRequest(context=context)
            methods = (await shop.carts.ListDeliveryMethods(request)).methods
            assert (methods[0].code, methods[0].price.minor_units) == ("standard", price)
