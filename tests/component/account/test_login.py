"""Logging in: constant answers, limits, and what happens while Redis is away."""

from __future__ import annotations

import jwt
import pytest
from argon2 import PasswordHasher
from emporium.account.v1 import account_pb2 as pb

from chassis.errors import RemoteError
from chassis.identity import ANONYMOUS, acting_as, service_caller
from subgraphs.account.domain.attempt_limit import PER_ACCOUNT_AND_ADDRESS
from tests.component.account.running import PASSWORD, Account, claims, codes, fresh_email, signed_in

pytestmark = pytest.mark.servers


async def test_an_access_token_is_verified_by_the_published_keys(account: Account) -> None:
    user = await account.register(roles=["SUPPORT", "CUSTOMER"])
    tokens = await account.log_in(user.email)
    with acting_as(ANONYMOUS):
        published = await account.stub.GetJwks(pb.GetJwksRequest())

    keys = jwt.PyJWKSet.from_json(published.jwks_json)
    header = jwt.get_unverified_header(tokens.access_token)
    verified = jwt.decode(
        tokens.access_token,
        keys[header["kid"]].key,
        algorithms=["EdDSA"],
        audience="emporium",
        issuer=published.issuer,
        options={"require": ["exp", "iat", "sub", "sid", "jti"]},
    )

    assert verified["sub"] == user.id
    assert verified["roles"] == ["customer", "support"]
    assert verified["exp"] - verified["iat"] == 600
    assert header["alg"] == "EdDSA"
    assert "d" not in published.jwks_json.replace('"use"', "").split('"keys"')[1].split('"d":')


async def test_unknown_email_wrong_password_and_blocked_user_are_answered_alike(account: Account) -> None:
    known, blocked = await account.register(), await account.register()
    with acting_as(service_caller("launcher")):
        await account.stub.UpdateUser(pb.UpdateUserRequest(id=blocked.id, blocked=True))
    asked = [(known.email, "wrong password"), (fresh_email(), PASSWORD), (blocked.email, PASSWORD), ("nonsense", "x")]

    answers, work = [], []
    for email, password in asked:
        account.passwords.steps.clear()
        answers.append(await account.log_in(email, password))
        work.append(list(account.passwords.steps))

    assert all(answer == answers[0] for answer in answers)
    assert codes(answers[0].user_errors) == ["CREDENTIALS_INVALID"]
    assert work == [["verify"]] * len(asked)


async def test_failures_are_limited_for_one_account_from_one_address(account: Account) -> None:
    user, stranger = await account.register(), fresh_email()
    for email in (user.email, stranger):
        for _ in range(PER_ACCOUNT_AND_ADDRESS):
            assert codes((await account.log_in(email, "guess")).user_errors) == ["CREDENTIALS_INVALID"]
        assert codes((await account.log_in(email, "guess")).user_errors) == ["TOO_MANY_ATTEMPTS"]
    # The owner, elsewhere, is not locked out.
    assert (await account.log_in(user.email, ip_address="198.51.100.7")).access_token


async def test_successful_logins_do_not_count(account: Account) -> None:
    user = await account.register()
    for _ in range(PER_ACCOUNT_AND_ADDRESS + 2):
        assert (await account.log_in(user.email)).access_token


async def test_login_and_its_limit_work_while_redis_is_away(account_without_redis: Account) -> None:
    account = account_without_redis
    user = await account.register()
    assert (await account.log_in(user.email)).access_token
    for _ in range(PER_ACCOUNT_AND_ADDRESS):
        assert codes((await account.log_in(user.email, "guess")).user_errors) == ["CREDENTIALS_INVALID"]
    assert codes((await account.log_in(user.email, "guess")).user_errors) == ["TOO_MANY_ATTEMPTS"]


async def test_a_weak_hash_is_replaced_at_login(account: Account) -> None:
    user = await account.register()
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    async with account.db.transaction() as tx:
        await tx.execute("UPDATE users SET password_hash = %s WHERE id = %s", [old, user.id])

    assert (await account.log_in(user.email)).access_token

    (row,) = await account.rows("SELECT password_hash FROM users WHERE id = %s", user.id)
    assert "m=19456,t=2,p=1" in row["password_hash"]
    assert (await account.log_in(user.email)).access_token


async def test_changing_the_password_ends_the_other_sessions(account: Account) -> None:
    user = await account.register()
    here, there = await account.log_in(user.email), await account.log_in(user.email)
    change = pb.ChangePasswordRequest(current_password=PASSWORD, new_password="an entirely new one")

    with signed_in(user, here):
        wrong = await account.stub.ChangePassword(pb.ChangePasswordRequest(current_password="?", new_password=PASSWORD))
        assert codes(wrong.user_errors) == ["CREDENTIALS_INVALID"]
        assert await account.stub.ChangePassword(change) == pb.ChangePasswordResponse()

    assert (await account.refresh(here.refresh_token)).access_token
    assert codes((await account.refresh(there.refresh_token)).user_errors) == ["TOKEN_INVALID"]
    assert await account.revoked() == {claims(there)["sid"]}
    assert codes((await account.log_in(user.email)).user_errors) == ["CREDENTIALS_INVALID"]
    assert (await account.log_in(user.email, "an entirely new one")).access_token


async def test_changing_a_password_needs_a_login(account: Account) -> None:
    with acting_as(ANONYMOUS), pytest.raises(RemoteError) as refused:
        await account.stub.ChangePassword(pb.ChangePasswordRequest(current_password="a", new_password=PASSWORD))
    assert refused.value.status == "UNAUTHENTICATED"
