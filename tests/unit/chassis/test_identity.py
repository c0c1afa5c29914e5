import pytest

from chassis.errors import Forbidden, Unauthenticated
from chassis.identity import (
    ANONYMOUS,
    Caller,
    InternalTokenRefused,
    TokenMinter,
    TokenVerifier,
    acting_as,
    current,
    service_caller,
)
from chassis.settings import Secret

SECRET = Secret("k" * 32)
SHOPPER = Caller(
    user_id="usr_1", session_id="ses_1", roles=frozenset({"customer"}), cart_token_hash="ab", request_id="r1"
)


def test_a_token_carries_the_caller_to_its_audience() -> None:
    token = TokenMinter(SECRET, "gateway").mint("order", SHOPPER)
    caller = TokenVerifier(SECRET, "order").verify(token)
    assert (caller.user_id, caller.session_id, caller.roles, caller.cart_token_hash) == (
        "usr_1",
        "ses_1",
        frozenset({"customer"}),
        "ab",
    )
    assert caller.service == "gateway"


def test_a_token_for_another_process_is_refused() -> None:
    token = TokenMinter(SECRET, "gateway").mint("order", SHOPPER)
    with pytest.raises(InternalTokenRefused):
        TokenVerifier(SECRET, "account").verify(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", TokenMinter(Secret("z" * 32), "gateway").mint("order", SHOPPER)])
def test_a_forged_token_is_refused(token: str) -> None:
    with pytest.raises(InternalTokenRefused):
        TokenVerifier(SECRET, "order").verify(token)


def test_one_token_serves_all_requests_of_a_caller() -> None:
    minter = TokenMinter(SECRET, "gateway")
    first = minter.mint("order", SHOPPER)
    assert minter.mint("order", Caller(**{**vars(SHOPPER), "request_id": "r2"})) == first


def test_roles_open_doors_and_their_absence_is_told_apart() -> None:
    service_caller("order").require("admin")
    Caller(user_id="usr_2", roles=frozenset({"admin"})).require("order_manager")
    with pytest.raises(Forbidden):
        SHOPPER.require("order_manager")
    with pytest.raises(Unauthenticated):
        ANONYMOUS.require("order_manager")


def test_a_user_sees_themself_and_staff_sees_others() -> None:
    SHOPPER.require_self("usr_1", "support")
    Caller(user_id="usr_9", roles=frozenset({"support"})).require_self("usr_1", "support")
    with pytest.raises(Forbidden):
        SHOPPER.require_self("usr_2", "support")
    with pytest.raises(Unauthenticated):
        ANONYMOUS.require_self("", "support")


def test_the_current_caller_ends_with_its_scope() -> None:
    with acting_as(SHOPPER):
        assert current() is SHOPPER
    assert current() is ANONYMOUS
