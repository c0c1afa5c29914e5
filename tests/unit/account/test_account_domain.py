"""The rules of accounts, without any server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.account.domain.address import PostalAddress, address_problems
from subgraphs.account.domain.attempt_limit import AttemptLimit, SlidingWindows, login_limits
from subgraphs.account.domain.email import EmailAddress, parse_email
from subgraphs.account.domain.password import password_problem
from subgraphs.account.domain.problem import Problem
from subgraphs.account.domain.refresh_token import RefreshTokens
from subgraphs.account.domain.session import RefreshFamily, Verdict, judge
from subgraphs.account.domain.signing_key import KeyRing, KeyState, SigningKey

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
FAMILY_ID = "fam_" + "0" * 32


@pytest.mark.parametrize(
    ("text", "stored", "key"),
    [
        (" Ada@Example.COM ", "Ada@example.com", "ada@example.com"),
        ("o'brien+shop@example.co.uk", "o'brien+shop@example.co.uk", "o'brien+shop@example.co.uk"),
        ("grüße@bücher.example", "grüße@xn--bcher-kva.example", "grüsse@xn--bcher-kva.example"),
    ],
)
def test_an_email_is_normalised(text: str, stored: str, key: str) -> None:
    assert parse_email(text) == EmailAddress(text=stored, key=key)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "ada", "ada@", "@example.com", "ada@localhost", "a b@example.com", "ada@exa mple.com",
        "ada@example..com", ".ada@example.com", "a..b@example.com", "ada@-example.com", "ada@example.1",
        "ada@127.0.0.1", "ada\n@example.com", "x" * 65 + "@example.com", "ada@" + "x" * 64 + ".com",
        "ada@" + "x." * 130 + "com", "<ada@example.com>", "a@b@c.com ,d@e.com",
    ],
)  # fmt: skip
def test_what_is_no_email_is_refused(text: str) -> None:
    assert isinstance(parse_email(text, "email"), Problem)


@given(st.text(max_size=300))
def test_any_text_is_parsed_or_refused_and_parsing_again_changes_nothing(text: str) -> None:
    parsed = parse_email(text)
    if isinstance(parsed, EmailAddress):
        assert parse_email(parsed.text) == parsed


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "REQUIRED"),
        ("1234567", "PASSWORD_TOO_WEAK"),
        ("aaaaaaaaaaaa", "PASSWORD_TOO_WEAK"),
        ("ADA@example.com", "PASSWORD_TOO_WEAK"),
        ("x" * 129, "TOO_LONG"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    problem = password_problem(password, "ada@example.com", "password")
    assert problem is not None
    assert problem.code == code


@pytest.mark.parametrize("password", ["12345679", "пароль-с-пробелом и ещё", "xy" * 64])
def test_any_script_and_up_to_128_characters_make_a_password(password: str) -> None:
    assert password_problem(password, "ada@example.com") is None


def test_a_token_of_a_generation_is_always_the_same_and_is_recognised() -> None:
    tokens = RefreshTokens(b"secret")
    token = tokens.of(FAMILY_ID, 3)
    assert tokens.recognise(token.text) == token == tokens.of(FAMILY_ID, 3)
    assert tokens.of(FAMILY_ID, 4).text != token.text
    assert RefreshTokens(b"another").recognise(token.text) is None


@given(st.text(max_size=120))
def test_no_text_is_taken_for_a_token(text: str) -> None:
    assert RefreshTokens(b"secret").recognise(text) is None


def test_the_secret_is_not_shown() -> None:
    assert "hidden" not in repr(RefreshTokens(b"hidden"))


@pytest.mark.parametrize(
    ("generation", "seconds", "verdict"),
    [
        (5, 3600, Verdict.ROTATE),
        (4, 10, Verdict.REPEAT_ANSWER),
        (4, 11, Verdict.REUSED),
        (3, 1, Verdict.REUSED),
        (6, 1, Verdict.REUSED),
    ],
)
def test_a_refresh_token_is_judged_by_its_generation_and_age(generation: int, seconds: int, verdict: Verdict) -> None:
    tokens = RefreshTokens(b"secret")
    presented = tokens.of(FAMILY_ID, generation)
    at = NOW + timedelta(seconds=seconds)
    assert judge(_family(tokens), generation=generation, token_hash=presented.hash, now=at) is verdict


def test_a_family_that_ended_or_has_another_token_gives_nothing() -> None:
    tokens = RefreshTokens(b"secret")
    token, family = tokens.of(FAMILY_ID, 5), _family(tokens)
    late = family.expires_at
    assert judge(family, generation=5, token_hash=token.hash, now=late) is Verdict.ENDED
    assert judge(family, generation=5, token_hash=b"else", now=NOW) is Verdict.ENDED


def test_limits_slide_and_forgive() -> None:
    windows, limits = SlidingWindows(), [AttemptLimit(key="a", attempts=2, window_seconds=10)]
    assert [windows.allow(limits, now) for now in (0, 5, 9, 10.5, 11, 15.5)] == [True, True, False, True, False, True]
    windows.forgive(limits)
    assert windows.allow(limits, 16)


def test_a_used_up_limit_counts_nothing_elsewhere() -> None:
    windows = SlidingWindows()
    narrow, wide = AttemptLimit(key="n", attempts=1), AttemptLimit(key="w", attempts=2)
    assert windows.allow([narrow, wide], 0)
    assert not windows.allow([narrow, wide], 1)
    assert windows.allow([wide], 2)


def test_counting_is_bounded() -> None:
    windows = SlidingWindows(capacity=10)
    for number in range(100):
        windows.allow([AttemptLimit(key=str(number), attempts=1)], number)
    assert len(windows._attempts) == 10  # pyright: ignore[reportPrivateUsage]


def test_limit_keys_hold_no_personal_data() -> None:
    text = repr(login_limits("ada@example.com", "192.0.2.1"))
    assert "ada" not in text
    assert "192.0.2.1" not in text


def test_the_ring_is_filled_and_then_turns() -> None:
    first = KeyRing(()).rotated([_key("a"), _key("b")], NOW)
    assert _states(first) == {"a": "active", "b": "next"}
    second = first.rotated([_key("c"), _key("unused")], NOW)
    assert _states(second) == {"a": "retired", "b": "active", "c": "next"}
    later = second.rotated([_key("d"), _key("unused")], NOW + timedelta(hours=1))
    assert _states(later) == {"b": "retired", "c": "active", "d": "next"}


def test_an_address_is_checked_by_its_country() -> None:
    home = PostalAddress(full_name="A", line1="1 Main St", city="Hong Kong", country_code=" hk ").cleaned()
    assert address_problems(home) == []
    assert home.country_code == "HK"
    nowhere = PostalAddress(full_name="A", line1="x" * 121, city="B", country_code="ZZ", postal_code="1").cleaned()
    assert [problem.field[-1] for problem in address_problems(nowhere)] == ["line1", "countryCode"]


def _family(tokens: RefreshTokens) -> RefreshFamily:
    return RefreshFamily(
        id=FAMILY_ID,
        session_id="ses_1",
        user_id="usr_1",
        generation=5,
        token_hash=tokens.of(FAMILY_ID, 5).hash,
        rotated_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )


def _key(kid: str) -> SigningKey:
    return SigningKey(kid=kid, state=KeyState.NEXT, public_key=b"", sealed_private_key=b"", created_at=NOW)


def _states(ring: KeyRing) -> dict[str, str]:
    return {key.kid: key.state.value for key in ring.keys}
