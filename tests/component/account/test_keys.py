"""The key ring: rotation keeps tokens valid, and a wrong secret is told."""

from __future__ import annotations

import json
from dataclasses import replace

import jwt
import pytest

from chassis.settings import Secret
from subgraphs.account.adapters.ed25519_tokens import WrongKeySecret
from subgraphs.account.app.publish_keys import PublishKeys
from subgraphs.account.bootstrap import account_parts, rotate_keys
from tests.component.account.running import Account

pytestmark = pytest.mark.servers


async def test_rotation_keeps_old_tokens_valid_and_signs_with_a_key_known_before(account: Account) -> None:
    email = (await account.register()).email
    publish = PublishKeys(store=account.parts.store, forge=account.parts.forge, now=account.clock)
    before = await publish()
    old = await account.log_in(email)

    await rotate_keys(account.settings)
    await account.tokens.reload(account.parts.store)
    new = await account.log_in(email)

    assert _kid(old.access_token) != _kid(new.access_token)
    assert _kid(new.access_token) in _kids(before)
    assert {_kid(old.access_token), _kid(new.access_token)} < _kids(await publish())
    account.clock.forward(minutes=16)
    assert _kid(old.access_token) not in _kids(await publish())


async def test_private_keys_are_sealed(account: Account) -> None:
    rows = await account.rows("SELECT state, sealed_private_key FROM signing_keys ORDER BY state")
    assert [row["state"] for row in rows] == ["active", "next"]
    assert all(len(row["sealed_private_key"]) == 12 + 32 + 16 for row in rows)


async def test_a_wrong_secret_is_told_at_start(account: Account) -> None:
    wrong = replace(account.settings, token_key_encryption_secret=Secret("x" * 40))
    with pytest.raises(WrongKeySecret, match="TOKEN_KEY_ENCRYPTION_SECRET"):
        async with account_parts(wrong, account.db):
            pass


def _kid(token: str) -> str:
    return jwt.get_unverified_header(token)["kid"]


def _kids(jwks: str) -> set[str]:
    return {key["kid"] for key in json.loads(jwks)["keys"]}
