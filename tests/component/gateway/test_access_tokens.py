"""Access tokens: verified at the gateway, refused clearly."""

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.fixtures.gateway import Issuer, Running, running_gateway

ME = "{ me { id email } }"


async def test_a_valid_token_says_who_calls(gateway: Running) -> None:
    answer = await gateway.post(ME, token=gateway.issuer.token("usr_1"))
    assert answer.json()["data"] == {"me": {"id": "usr_1", "email": "u1@example.com"}}


async def test_without_a_token_a_guarded_field_is_null_with_its_error(gateway: Running) -> None:
    answer = await gateway.post("{ me { id } products(first: 1) { nodes { id } } }")
    assert answer.status_code == 200
    assert answer.json()["data"] == {"me": None, "products": {"nodes": [{"id": "prd_0"}]}}
    (error,) = answer.json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["me"], "UNAUTHENTICATED")


def forged(issuer: Issuer) -> str:
    return Issuer(Ed25519PrivateKey.generate()).token()


def unsigned(issuer: Issuer) -> str:
    return jwt.encode({"sub": "usr_1", "sid": "s", "exp": time.time() + 60}, None, algorithm="none")  # type: ignore[arg-type]


def by_public_key(issuer: Issuer) -> str:
    """The classic confusion: HMAC with the public key as its secret."""
    return jwt.encode({"sub": "usr_1", "sid": "s"}, issuer.jwks()[:64], algorithm="HS256", headers={"kid": "key_1"})


@pytest.mark.parametrize(
    "make", [forged, unsigned, by_public_key, lambda _: "x", lambda _: "a.b.c", lambda _: "x" * 9_000]
)
async def test_a_forged_token_is_refused(gateway: Running, make: object) -> None:
    answer = await gateway.post(ME, token=make(gateway.issuer))  # type: ignore[operator]
    assert answer.status_code == 401
    extensions = answer.json()["errors"][0]["extensions"]
    assert extensions == {"code": "UNAUTHENTICATED", "reason": "TOKEN_INVALID"}
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1}, "TOKEN_EXPIRED"),
        ({"aud": "other"}, "TOKEN_INVALID"),
        ({"iss": "other"}, "TOKEN_INVALID"),
        ({"kid": "key_9"}, "TOKEN_INVALID"),
        ({"sid": None}, "TOKEN_INVALID"),
    ],
)
async def test_a_token_with_wrong_claims_is_refused(gateway: Running, claims: dict[str, object], reason: str) -> None:
    token = gateway.issuer.token("usr_1", **claims)
    answer = await gateway.post(ME, token=token)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["reason"]) == (401, reason)


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "token"])
async def test_another_authorization_header_is_refused(gateway: Running, header: str) -> None:
    answer = await gateway.post(ME, headers={"Authorization": header})
    assert answer.status_code == 401


async def test_a_revoked_session_is_refused_within_two_seconds() -> None:
    async with running_gateway() as gateway:
        token = gateway.issuer.token("usr_1")
        assert (await gateway.post(ME, token=token)).status_code == 200
        gateway.issuer.revoked.append("ses_1")
        started = time.monotonic()
        while (answer := await gateway.post(ME, token=token)).status_code == 200:
            assert time.monotonic() - started < 2.5
        assert answer.json()["errors"][0]["extensions"]["reason"] == "SESSION_REVOKED"


async def test_the_demo_login_needs_development_mode_and_its_file(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "demo.json"
    file.write_text(
        '{"shopper": {"email": "a@example.com", "password": "right"}, "admin": {"email": "b", "password": "x"}}'
    )
    async with running_gateway(demo_file=str(file)) as gateway:
        answer = await gateway.http.post("/dev/demo-login", json={"role": "shopper"})
        assert answer.json()["email"] == "a@example.com"
        assert (await gateway.post(ME, token=answer.json()["accessToken"])).json()["data"]["me"]["id"] == "usr_1"
        assert (await gateway.http.post("/dev/demo-login", json={"role": "admin"})).status_code == 409
        for role in ("nobody", ["shopper"], 7):
            assert (await gateway.http.post("/dev/demo-login", json={"role": role})).status_code == 404
        rebound = {"Host": "shop.attacker.example:8000", "Origin": "http://shop.attacker.example:8000"}
        answer = await gateway.http.post("/dev/demo-login", json={"role": "shopper"}, headers=rebound)
        assert answer.status_code == 403
        assert "ALLOWED_ORIGINS" in answer.text
        assert (await gateway.http.post("/dev/demo-login", headers={"Host": "localhost:8000"})).status_code == 200
    async with running_gateway() as gateway:
        assert (await gateway.http.post("/dev/demo-login", json={})).status_code == 404
