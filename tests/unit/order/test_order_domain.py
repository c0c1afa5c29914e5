"""The order's rules, its prices, its discount codes: no server."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.settings import Mode, Secret, SettingsError, load
from subgraphs.order.checkout import state
from subgraphs.order.domain.address import Address, email_problem
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.errors import OrderMoveRefused
from subgraphs.order.domain.order import Order, OrderStatus, PaymentStatus
from subgraphs.order.domain.payment import declined, token_problems
from subgraphs.order.domain.pricing import Totals
from subgraphs.order.settings import OrderSettings

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ADDRESS = Address(full_name="Ada", line1="1 Street", city="London", postal_code="X", country_code="GB")


def order(total: int = 1000) -> Order:
    made = Order(
        id="ord_1", number="E-1", buyer_id="byr_1", customer_id=None, cart_id="crt_1", token_hash=None, email="a@b.c",
        channel="web", currency="USD", totals=Totals(subtotal=total), address=ADDRESS, delivery_code="standard",
        delivery_name="Standard", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    made.place(NOW)
    return made


def paid(total: int = 1000) -> Order:
    made = order(total)
    made.authorize(NOW)
    made.confirm(NOW)
    made.capture(total, NOW)
    return made


def test_every_move_is_one_event_without_gaps():
    made = paid()
    made.refund(400, NOW)
    made.cancel("late", NOW)
    assert [event.sequence for event in made.new_events] == list(range(1, 7))
    assert made.sequence == 6


def test_an_order_cannot_be_confirmed_before_its_payment_is_authorised():
    with pytest.raises(OrderMoveRefused):
        order().confirm(NOW)


@pytest.mark.parametrize(
    "move",
    [lambda made: made.authorize(NOW), lambda made: made.confirm(NOW), lambda made: made.capture(1000, NOW)],
    ids=["authorize", "confirm", "capture"],
)
def test_moves_happen_once(move: Callable[[Order], None]):
    with pytest.raises(OrderMoveRefused):
        move(paid())


def test_a_rejection_after_the_authorisation_shows_the_payment_voided():
    made = order()
    made.authorize(NOW)
    made.reject("INSUFFICIENT_STOCK", "gone", NOW)
    assert (made.status, made.payment_status, made.final) == (OrderStatus.REJECTED, PaymentStatus.VOIDED, True)


def test_nothing_is_rejected_after_the_pivot():
    with pytest.raises(OrderMoveRefused):
        paid().reject("X", "x", NOW)


@given(st.lists(st.integers(1, 500), max_size=8))
def test_refunds_never_exceed_what_was_captured(amounts: list[int]):
    made = paid(1000)
    for amount in amounts:
        left = made.owed
        if amount <= left:
            made.refund(amount, NOW)
            assert made.owed == left - amount
        else:
            with pytest.raises(OrderMoveRefused):
                made.refund(amount, NOW)
    assert 0 <= made.refunded <= made.captured == 1000
    assert (made.payment_status is PaymentStatus.REFUNDED) == (made.refunded == 1000)


def test_a_code_tells_why_it_does_not_apply():
    code = DiscountCode(
        id="", code="C", amount_off_minor=5, currency="USD", minimum_minor=100, usage_limit=1, expires_at=NOW
    )
    early = NOW - timedelta(seconds=1)
    assert code.problem(subtotal=100, currency="USD", now=early) is None
    found = [
        code.problem(subtotal=100, currency="USD", now=NOW),
        code.problem(subtotal=99, currency="USD", now=early),
        code.problem(subtotal=100, currency="EUR", now=early),
    ]
    assert [problem and problem.code for problem in found] == [
        "DISCOUNT_CODE_EXPIRED", "DISCOUNT_CODE_MINIMUM_NOT_REACHED", "WRONG_CURRENCY",
    ]  # fmt: skip


@pytest.mark.parametrize("email", ["", "a", "a@b", "@b.c", "a b@c.d", "a@b.c\n", "x" * 251 + "@b.c"])
def test_what_is_no_email_address_is_told(email: str):
    assert email_problem(email, "email") is not None


def test_a_checkout_is_remembered_as_it_was():
    checkout = state.Checkout(
        order_id="ord_1", buyer_id="byr_1", cart_id="crt_1", channel="web", currency="USD", locale="en",
        lines=(("oln_1", "SKU", 2),), codes=("C",), delivery_code="standard", country="GB", expected_total=5,
        payment_token="tok", reservation_id="rsv_1", authorization_id="pay_1", capture_id="pay_2", void_id="pay_3",
    )  # fmt: skip
    stored = state.dump(checkout)
    assert state.load({**stored, "lines": [list(line) for line in stored["lines"]]}, 1) == checkout
    with pytest.raises(ValueError, match="version 2"):
        state.load(stored, 2)


def test_addresses_survive_their_storage():
    assert Address.from_dict(asdict(ADDRESS)) == ADDRESS


def test_kill_points_are_refused_outside_development():
    environ = {
        "INTERNAL_TOKEN_SECRET": "x" * 32, "DATABASE_URL": "postgresql://", "PAYMENT_API_KEY": "k",
        "PAYMENT_WEBHOOK_SECRET": "s", "EMPORIUM_KILL_POINT": "price.after_intent",
    }  # fmt: skip
    with pytest.raises(SettingsError, match="development"):
        load(OrderSettings, environ)
    assert load(OrderSettings, environ | {"MODE": "development"}).mode is Mode.DEVELOPMENT
    with pytest.raises(SettingsError, match=r"step\.phase"):
        load(OrderSettings, environ | {"MODE": "development", "EMPORIUM_KILL_POINT": "nonsense"})
    assert "k" not in repr(Secret("k"))


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("tok_approve", None),
        ("pm_1234567890123456", None),
        ("", "REQUIRED"),
        ("  ", "REQUIRED"),
        ("4242424242424242", "INVALID"),
        ("4242 4242 4242 4242", "INVALID"),
        (" 3782-822463-10005", "INVALID"),
        ("t" * 201, "TOO_LONG"),
    ],
)
def test_a_payment_token_is_short_and_never_a_cards_number(token: str, code: str | None) -> None:
    problems = token_problems(token)
    assert [problem.code for problem in problems] == ([code] if code else [])
    assert not token.strip() or all(token.strip() not in problem.message for problem in problems)


def test_a_token_that_the_provider_does_not_know_is_no_riddle() -> None:
    assert declined("resource_missing").field == ("paymentToken",)
    assert "get a new one" in declined("resource_missing").message
    assert declined("insufficient_funds").message == "the payment was declined: insufficient funds"
