"""Profiles, address books, roles: who sees and changes what."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from emporium.account.v1 import account_pb2 as pb
from emporium.common.v1.address_pb2 import PostalAddress
from emporium.common.v1.page_pb2 import PageRequest

from chassis.errors import RemoteError
from chassis.identity import ANONYMOUS, Caller, acting_as, service_caller
from subgraphs.account.domain.address import MOST_ADDRESSES
from tests.component.account.running import Account, claims, codes, signed_in

pytestmark = pytest.mark.servers

HOME = PostalAddress(
    full_name="Ada Lovelace", line1="12 St James's Square", city="London", postal_code="SW1Y 4JH", country_code="gb"
)


async def test_customers_see_themselves_and_support_sees_everyone(account: Account) -> None:
    one, two = await account.register(), await account.register()
    agent = await account.register(roles=["SUPPORT"])
    request = pb.BatchGetUsersRequest(ids=[two.id, one.id, "usr_unknown", one.id])
    with signed_in(one):
        seen = (await account.stub.BatchGetUsers(request)).outcomes
    assert [outcome.error.reason or outcome.user.id for outcome in seen] == ["FORBIDDEN", one.id, "FORBIDDEN", one.id]
    with signed_in(agent):
        seen = (await account.stub.BatchGetUsers(request)).outcomes
    assert [outcome.WhichOneof("outcome") and outcome.user.id for outcome in seen] == [two.id, one.id, None, one.id]


async def test_too_many_keys_are_refused(account: Account) -> None:
    with acting_as(service_caller("order")), pytest.raises(RemoteError) as refused:
        await account.stub.BatchGetUsers(pb.BatchGetUsersRequest(ids=["usr_x"] * 1001))
    assert refused.value.reason == "TOO_MANY_KEYS"


async def test_a_profile_keeps_what_was_not_named_and_clears_what_was_emptied(account: Account) -> None:
    user = await account.register()
    with signed_in(user):
        preferences = pb.PreferencesChange(locale="pt-BR", currency_code="EUR", newsletter=True)
        named = pb.UpdateUserRequest(id=user.id, first_name=" Ada ", last_name="L.", preferences=preferences)
        assert (await account.stub.UpdateUser(named)).user.first_name == "Ada"
        less = pb.PreferencesChange(currency_code="")
        cleared = pb.UpdateUserRequest(id=user.id, last_name="", preferences=less)
        updated = (await account.stub.UpdateUser(cleared)).user
    assert (updated.first_name, updated.HasField("last_name"), updated.version) == ("Ada", False, 3)
    assert updated.preferences == pb.Preferences(locale="pt-BR", newsletter=True)


async def test_a_stale_version_and_a_bad_preference_change_nothing(account: Account) -> None:
    user = await account.register()
    with signed_in(user):
        stale = await account.stub.UpdateUser(pb.UpdateUserRequest(id=user.id, first_name="A", expected_version=7))
        bad = pb.UpdateUserRequest(id=user.id, preferences=pb.PreferencesChange(locale="English", currency_code="euro"))
        refused = await account.stub.UpdateUser(bad)
    assert codes(stale.user_errors) == ["STALE_VERSION"]
    assert [list(error.input.field) for error in refused.user_errors] == [
        ["preferences", "locale"],
        ["preferences", "currencyCode"],
    ]


async def test_nobody_changes_another_and_only_admins_block(account: Account) -> None:
    user, other, admin = await account.register(), await account.register(), await account.register(roles=["ADMIN"])
    tokens = await account.log_in(user.email)
    for request in (pb.UpdateUserRequest(id=other.id, first_name="x"), pb.UpdateUserRequest(id=user.id, blocked=True)):
        with signed_in(user), pytest.raises(RemoteError) as refused:
            await account.stub.UpdateUser(request)
        assert refused.value.status == "PERMISSION_DENIED"

    with signed_in(admin):
        assert (await account.stub.UpdateUser(pb.UpdateUserRequest(id=user.id, blocked=True))).user.blocked

    assert await account.revoked() == {claims(tokens)["sid"]}
    assert codes((await account.refresh(tokens.refresh_token)).user_errors) == ["TOKEN_INVALID"]
    assert not (await account.log_in(user.email)).access_token


async def test_the_address_book_has_one_default(account: Account) -> None:
    user = await account.register()
    with signed_in(user):
        first = (await account.stub.SaveAddress(pb.SaveAddressRequest(postal=HOME))).address
        assert first.is_default
        assert first.postal.country_code == "GB"
        second = await account.stub.SaveAddress(pb.SaveAddressRequest(postal=HOME, make_default=True))
        listed = await account.stub.BatchListAddresses(pb.BatchListAddressesRequest(user_ids=[user.id, user.id]))
        assert [(a.id, a.is_default) for a in listed.lists[1].addresses] == [
            (first.id, False),
            (second.address.id, True),
        ]
        deleted = await account.stub.DeleteAddress(pb.DeleteAddressRequest(id=second.address.id))
        assert deleted.deleted_id == second.address.id
        assert (
            not (await account.stub.BatchGetUsers(pb.BatchGetUsersRequest(ids=[user.id])))
            .outcomes[0]
            .user.HasField("default_address_id")
        )


async def test_an_address_is_checked_and_belongs_to_its_owner(account: Account) -> None:
    user, other = await account.register(), await account.register()
    with signed_in(user):
        saved = (await account.stub.SaveAddress(pb.SaveAddressRequest(postal=HOME))).address
        bad = PostalAddress(full_name="A", line1="", city="B", country_code="XX", phone="call me")
        errors = (await account.stub.SaveAddress(pb.SaveAddressRequest(postal=bad))).user_errors
    assert [list(error.input.field) for error in errors] == [
        ["address", "line1"],
        ["address", "postalCode"],
        ["address", "countryCode"],
        ["address", "phone"],
    ]
    with signed_in(other):
        stolen = await account.stub.SaveAddress(pb.SaveAddressRequest(id=saved.id, postal=HOME))
        assert codes(stolen.user_errors) == ["NOT_FOUND"]
        gone = await account.stub.DeleteAddress(pb.DeleteAddressRequest(id=saved.id))
        assert codes(gone.user_errors) == ["NOT_FOUND"]
        with pytest.raises(RemoteError) as refused:
            await account.stub.BatchListAddresses(pb.BatchListAddressesRequest(user_ids=[user.id]))
        assert refused.value.status == "PERMISSION_DENIED"


async def test_an_address_book_is_never_overfilled(account: Account) -> None:
    user = await account.register()
    with signed_in(user):
        request = pb.SaveAddressRequest(postal=HOME)
        answers = await asyncio.gather(*(account.stub.SaveAddress(request) for _ in range(MOST_ADDRESSES + 3)))
    assert sum(codes(answer.user_errors) == ["LIMIT_REACHED"] for answer in answers) == 3


async def test_losing_a_role_ends_the_sessions_that_carry_it(account: Account) -> None:
    await account.register(roles=["ADMIN"])
    agent = await account.register(roles=["SUPPORT"])
    tokens = await account.log_in(agent.email)
    with acting_as(Caller(service="gateway", user_id="usr_admin", roles=frozenset({"admin"}))):
        promoted = pb.SetUserRolesRequest(id=agent.id, roles=["SUPPORT", "ORDER_MANAGER"])
        assert (await account.stub.SetUserRoles(promoted)).user.version == 2
        assert await account.revoked() == set()
        await account.stub.SetUserRoles(pb.SetUserRolesRequest(id=agent.id, roles=["CUSTOMER"]))
    assert await account.revoked() == {claims(tokens)["sid"]}
    with signed_in(agent), pytest.raises(RemoteError) as refused:
        await account.stub.SetUserRoles(pb.SetUserRolesRequest(id=agent.id, roles=["ADMIN"]))
    assert refused.value.status == "PERMISSION_DENIED"


async def test_two_administrators_cannot_remove_each_other_at_once(account: Account) -> None:
    one, two = await account.register(roles=["ADMIN"]), await account.register(roles=["ADMIN"])

    async def demote(by: pb.User, user: pb.User) -> list[str]:
        with signed_in(by):
            request = pb.SetUserRolesRequest(id=user.id, roles=["CUSTOMER"])
            return codes((await account.stub.SetUserRoles(request)).user_errors)

    assert sorted(await asyncio.gather(demote(one, two), demote(two, one))) == [[], ["WRONG_STATE"]]


async def test_support_pages_through_users_by_the_beginning_of_their_email(account: Account) -> None:
    agent = await account.register(roles=["SUPPORT"])
    users = [await account.register(email=f"shop_{n}@example.com") for n in range(5)]
    await account.register(email="shopX9@example.com")
    with signed_in(agent):
        seen, after = [], ""
        while True:
            request = pb.ListUsersRequest(query="SHOP_", page=PageRequest(first=2, after=after))
            page = await account.stub.ListUsers(request)
            assert page.total_count == 5
            seen += [user.id for user in page.nodes]
            after = page.page_info.end_cursor
            if not page.page_info.has_next_page:
                break
        assert seen == [user.id for user in users]
        for bad in (PageRequest(first=0), PageRequest(first=101), PageRequest(first=1, after="!!!")):
            with pytest.raises(RemoteError) as refused:
                await account.stub.ListUsers(pb.ListUsersRequest(page=bad))
            assert refused.value.reason == "INVALID_PAGE"
    with signed_in(users[0]), pytest.raises(RemoteError) as refused:
        await account.stub.ListUsers(pb.ListUsersRequest(page=PageRequest(first=1)))
    assert refused.value.status == "PERMISSION_DENIED"


async def test_erasing_leaves_a_tombstone_without_personal_data(account: Account) -> None:
    user = await account.register(email="erase.me@example.com")
    tokens = await account.log_in(user.email)
    with signed_in(user, tokens):
        await account.stub.SaveAddress(pb.SaveAddressRequest(postal=HOME))
        await account.stub.DeleteUser(pb.DeleteUserRequest(id=user.id))

    tables = "users", "addresses", "sessions", "audit_log", "outbox"
    for table in tables:
        text = str(await account.rows(f"SELECT t::text FROM {table} t"))  # type: ignore[arg-type]
        for personal in ("erase.me", "Lovelace", "192.0.2.1", "test browser"):
            assert personal not in text, table
    with acting_as(service_caller("order")):
        answer = await account.stub.BatchGetUsers(pb.BatchGetUsersRequest(ids=[user.id]))
    assert answer.outcomes[0].WhichOneof("outcome") is None
    assert codes((await account.refresh(tokens.refresh_token)).user_errors) == ["TOKEN_INVALID"]
    assert (await account.register(email=user.email)).id != user.id


async def test_the_audit_log_takes_no_change(account: Account) -> None:
    await account.register()
    for statement in ("UPDATE audit_log SET action = ''", "DELETE FROM audit_log", "TRUNCATE audit_log"):
        with pytest.raises(psycopg.errors.RaiseException):
            await account.rows(statement)


async def test_anonymous_callers_change_nothing(account: Account) -> None:
    user = await account.register()
    with acting_as(ANONYMOUS):
        for call in (
            account.stub.UpdateUser(pb.UpdateUserRequest(id=user.id, first_name="x")),
            account.stub.DeleteUser(pb.DeleteUserRequest(id=user.id)),
            account.stub.SaveAddress(pb.SaveAddressRequest(postal=HOME)),
            account.stub.RevokeSessions(pb.RevokeSessionsRequest()),
        ):
            with pytest.raises(RemoteError) as refused:
                await call
            assert refused.value.status in {"UNAUTHENTICATED", "INVALID_ARGUMENT"}
