"""Refresh tokens: each works once, a lost answer costs nothing, a stolen one ends the session."""

from __future__ import annotations

import asyncio

import pytest
from emporium.account.v1 import account_pb2 as pb

from chassis.identity import ANONYMOUS, acting_as
from subgraphs.account.app.forget_sessions import ForgetSessions
from tests.component.account.running import Account, claims, codes, signed_in

pytestmark = pytest.mark.servers


async def test_each_refresh_gives_new_tokens_of_the_same_session(account: Account) -> None:
    user = await account.register()
    first = await account.log_in(user.email)
    second = await account.refresh(first.refresh_token)
    third = await account.refresh(second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert claims(first)["sid"] == claims(third)["sid"]
    assert claims(first)["jti"] != claims(third)["jti"]


async def test_a_lost_answer_is_given_again_within_ten_seconds(account: Account) -> None:
    first = await account.log_in((await account.register()).email)
    second = await account.refresh(first.refresh_token)
    account.clock.forward(seconds=9)
    again = await account.refresh(first.refresh_token)
    assert again.refresh_token == second.refresh_token
    assert (await account.refresh(second.refresh_token)).access_token


async def test_a_token_used_again_later_ends_the_session(account: Account) -> None:
    user = await account.register()
    first = await account.log_in(user.email)
    second = await account.refresh(first.refresh_token)
    account.clock.forward(seconds=11)

    assert codes((await account.refresh(first.refresh_token)).user_errors) == ["TOKEN_INVALID"]

    assert codes((await account.refresh(second.refresh_token)).user_errors) == ["TOKEN_INVALID"]
    session = claims(first)["sid"]
    assert await account.revoked() == {session}
    audited = await account.rows("SELECT action FROM audit_log WHERE subject_id = %s ORDER BY id", session)
    assert [row["action"] for row in audited] == ["session.started", "refresh_token.reused", "session.revoked"]
    announced = await account.rows("SELECT type FROM outbox WHERE aggregate_id = %s", session)
    assert [row["type"] for row in announced] == ["emporium.events.v1.SessionRevoked"]


async def test_a_token_older_than_the_previous_ends_the_session_at_once(account: Account) -> None:
    first = await account.log_in((await account.register()).email)
    second = await account.refresh(first.refresh_token)
    third = await account.refresh(second.refresh_token)
    assert codes((await account.refresh(first.refresh_token)).user_errors) == ["TOKEN_INVALID"]
    assert codes((await account.refresh(third.refresh_token)).user_errors) == ["TOKEN_INVALID"]


async def test_refreshes_at_the_same_time_get_the_same_successor(account: Account) -> None:
    first = await account.log_in((await account.register()).email)
    answers = await asyncio.gather(*(account.refresh(first.refresh_token) for _ in range(8)))
    assert len({answer.refresh_token for answer in answers}) == 1
    (row,) = await account.rows("SELECT generation FROM refresh_families")
    assert row["generation"] == 2


async def test_a_forged_token_is_refused_and_ends_nothing(account: Account) -> None:
    tokens = await account.log_in((await account.register()).email)
    family = tokens.refresh_token.rsplit(".", 2)[0]
    for forged in ("", "nonsense", f"{family}.1.{'A' * 43}", tokens.refresh_token[:-1] + "!"):
        assert codes((await account.refresh(forged)).user_errors) == ["TOKEN_INVALID"]
    assert (await account.refresh(tokens.refresh_token)).access_token


async def test_a_refresh_token_dies_when_it_is_not_used(account: Account) -> None:
    tokens = await account.log_in((await account.register()).email)
    account.clock.forward(days=29)
    following = await account.refresh(tokens.refresh_token)
    account.clock.forward(days=31)
    assert codes((await account.refresh(following.refresh_token)).user_errors) == ["TOKEN_INVALID"]


async def test_tokens_are_stored_hashed(account: Account) -> None:
    tokens = await account.log_in((await account.register()).email)
    (row,) = await account.rows("SELECT f::text AS everything FROM refresh_families f")
    assert tokens.refresh_token.rsplit(".", 1)[1] not in row["everything"]


async def test_logging_out_ends_this_session_only_and_may_be_repeated(account: Account) -> None:
    user = await account.register()
    here, there = await account.log_in(user.email), await account.log_in(user.email)
    with acting_as(ANONYMOUS):
        for token in (here.refresh_token, here.refresh_token, "nonsense"):
            await account.stub.RevokeToken(pb.RevokeTokenRequest(refresh_token=token))
    assert codes((await account.refresh(here.refresh_token)).user_errors) == ["TOKEN_INVALID"]
    assert (await account.refresh(there.refresh_token)).access_token
    assert await account.revoked() == {claims(here)["sid"]}


async def test_sessions_are_listed_and_ended_by_name_or_all(account: Account) -> None:
    user, other = await account.register(), await account.register()
    here, there = await account.log_in(user.email), await account.log_in(user.email)
    foreign = await account.log_in(other.email)
    with signed_in(user, here):
        listed = await account.stub.BatchListSessions(pb.BatchListSessionsRequest(user_ids=[user.id]))
        assert {(s.id, s.current) for s in listed.lists[0].sessions} == {
            (claims(here)["sid"], True),
            (claims(there)["sid"], False),
        }
        named = pb.RevokeSessionsRequest(session_ids=[claims(there)["sid"], claims(foreign)["sid"], "ses_unknown"])
        assert (await account.stub.RevokeSessions(named)).revoked_count == 1
        assert (await account.stub.RevokeSessions(pb.RevokeSessionsRequest())).revoked_count == 1
    assert (await account.refresh(foreign.refresh_token)).access_token


async def test_the_cursor_of_revoked_sessions_misses_none_that_commits_late(account: Account) -> None:
    slow_user, quick_user = await account.register(), await account.register()
    slow, quick = await account.log_in(slow_user.email), await account.log_in(quick_user.email)
    async with account.parts.store.transaction() as accounts:
        await accounts.sessions.revoke(slow_user.id, reason="test")
        with signed_in(quick_user, quick):
            await account.stub.RevokeSessions(pb.RevokeSessionsRequest())
        async with account.parts.store.reading() as reading:
            first = await reading.sessions.revoked_since("")
    async with account.parts.store.reading() as reading:
        second = await reading.sessions.revoked_since(first.cursor)
        third = await reading.sessions.revoked_since(second.cursor)
    assert set(first.session_ids) == {claims(quick)["sid"]}
    assert claims(slow)["sid"] in second.session_ids
    # Told twice while any transaction is open anywhere in the cluster: harmless.
    assert set(third.session_ids) <= {claims(slow)["sid"], claims(quick)["sid"]}


async def test_revoked_sessions_are_told_over_the_wire_with_and_without_redis(
    account: Account, account_without_redis: Account
) -> None:
    for each in (account, account_without_redis):
        user = await each.register()
        tokens = await each.log_in(user.email)
        with signed_in(user, tokens):
            await each.stub.RevokeSessions(pb.RevokeSessionsRequest())
            told = await each.stub.ListRevokedSessions(pb.ListRevokedSessionsRequest(after=f"nonsense {user.id}"))
        assert list(told.session_ids) == [claims(tokens)["sid"]]
        assert told.cursor.isdigit()


async def test_sessions_that_ended_long_ago_are_forgotten(account: Account) -> None:
    user = await account.register()
    ended, live = await account.log_in(user.email), await account.log_in(user.email)
    with acting_as(ANONYMOUS):
        await account.stub.RevokeToken(pb.RevokeTokenRequest(refresh_token=ended.refresh_token))
    account.clock.forward(days=31)
    with_later_login = await account.log_in(user.email)

    assert await ForgetSessions(store=account.parts.store, now=account.clock)() == 1

    kept = {row["id"] for row in await account.rows("SELECT id FROM sessions")}
    assert kept == {claims(live)["sid"], claims(with_later_login)["sid"]}
    assert len(await account.rows("SELECT FROM refresh_families")) == 2
