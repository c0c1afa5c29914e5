"""Registering: who gets in, and what a stranger learns."""

from __future__ import annotations

import pytest
from emporium.account.v1 import account_pb2 as pb

from chassis.errors import RemoteError
from chassis.identity import ANONYMOUS, acting_as, service_caller
from tests.component.account.running import PASSWORD, Account, codes, fresh_email, signed_in

pytestmark = pytest.mark.servers


async def test_a_registered_customer_can_be_read_and_logs_in(account: Account) -> None:
    user = await account.register(email="Ada.Lovelace@Example.com")
    assert user.id.startswith("usr_")
    assert list(user.roles) == [pb.CUSTOMER]

    tokens = await account.log_in("ada.lovelace@EXAMPLE.com")

    assert tokens.user.email == "Ada.Lovelace@example.com"
    assert tokens.access_token
    assert tokens.refresh_token


async def test_a_known_email_is_told_to_services_only(account: Account) -> None:
    user = await account.register()
    request = pb.CreateUserRequest(email=user.email.upper(), password=PASSWORD)
    with acting_as(service_caller("launcher")):
        assert codes((await account.stub.CreateUser(request)).user_errors) == ["TAKEN"]
    with acting_as(ANONYMOUS):
        assert await account.stub.CreateUser(request) == pb.CreateUserResponse()


async def test_a_concealed_answer_costs_the_same_for_a_known_email(account: Account) -> None:
    known = await account.register()

    async def work_of(email: str) -> tuple[list[str], int, int]:
        account.passwords.steps.clear()
        before = await _written(account)
        with acting_as(ANONYMOUS):
            request = pb.CreateUserRequest(email=email, password=PASSWORD, conceal=True)
            assert await account.stub.CreateUser(request) == pb.CreateUserResponse()
        after = await _written(account)
        return list(account.passwords.steps), after[0] - before[0], after[1] - before[1]

    assert await work_of(known.email) == await work_of(fresh_email()) == (["hash"], 1, 1)


async def test_what_was_typed_wrong_comes_back_by_field(account: Account) -> None:
    request = pb.CreateUserRequest(email="nobody", password="short", first_name="x" * 101)
    with acting_as(ANONYMOUS):
        response = await account.stub.CreateUser(request)
    told = {error.input.field[0]: codes([error])[0] for error in response.user_errors}
    assert told == {"email": "INVALID", "password": "PASSWORD_TOO_WEAK", "firstName": "TOO_LONG"}


async def test_strangers_and_customers_give_no_roles(account: Account) -> None:
    request = pb.CreateUserRequest(email=fresh_email(), password=PASSWORD, roles=[pb.ADMIN])
    with acting_as(ANONYMOUS), pytest.raises(RemoteError) as refused:
        await account.stub.CreateUser(request)
    assert refused.value.status == "UNAUTHENTICATED"
    customer = await account.register()
    with signed_in(customer), pytest.raises(RemoteError) as refused:
        await account.stub.CreateUser(request)
    assert refused.value.status == "PERMISSION_DENIED"


async def test_a_password_is_stored_as_argon2id_only(account: Account) -> None:
    await account.register()
    (row,) = await account.rows("SELECT password_hash FROM users")
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def _written(account: Account) -> tuple[int, int]:
    (row,) = await account.rows(
        "SELECT (SELECT count(*) FROM audit_log) AS audited, (SELECT count(*) FROM outbox) AS announced"
    )
    return row["audited"], row["announced"]
