"""Access tokens signed with Ed25519, by keys whose private halves are sealed with AES-256-GCM."""

from __future__ import annotations

import asyncio
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import jwt
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.settings import Secret, SettingsError
from subgraphs.account.app.ports import AccessToken, AccountStore
from subgraphs.account.domain.errors import NoSigningKey
from subgraphs.account.domain.session import ACCESS_TOKEN_LIFETIME
from subgraphs.account.domain.signing_key import KeyState, SigningKey
from subgraphs.account.domain.user import User

log = structlog.get_logger("keys")

ALGORITHM = "EdDSA"
RELOAD_SECONDS = 30.0
NONCE_BYTES = 12


class WrongKeySecret(SettingsError):
    """TOKEN_KEY_ENCRYPTION_SECRET does not open the signing keys in the database: set the one they were made with."""


def derived_key(secret: Secret, purpose: str) -> bytes:
    """256 bits for one purpose out of the one secret."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"emporium.account/{purpose}".encode())
    return derivation.derive(secret.reveal().encode())


@dataclass(frozen=True)
class Ed25519Forge:
    """`KeyForge`: makes key pairs, and opens the private halves it sealed."""

    sealing_key: bytes

    def forge(self, now: datetime) -> SigningKey:
        """A fresh pair, not yet signing."""
        private = Ed25519PrivateKey.generate()
        kid, nonce = new_id("key"), os.urandom(NONCE_BYTES)
        sealed = nonce + AESGCM(self.sealing_key).encrypt(nonce, private.private_bytes_raw(), kid.encode())
        return SigningKey(
            kid=kid,
            state=KeyState.NEXT,
            public_key=private.public_key().public_bytes_raw(),
            sealed_private_key=sealed,
            created_at=now,
        )

    def open(self, key: SigningKey) -> Ed25519PrivateKey:
        """The private half. Raises WrongKeySecret."""
        nonce, ciphertext = key.sealed_private_key[:NONCE_BYTES], key.sealed_private_key[NONCE_BYTES:]
        try:
            raw = AESGCM(self.sealing_key).decrypt(nonce, ciphertext, key.kid.encode())
        except InvalidTag:
            raise WrongKeySecret(WrongKeySecret.__doc__) from None
        return Ed25519PrivateKey.from_private_bytes(raw)

    def public_jwk(self, key: SigningKey) -> Mapping[str, str]:
        """RFC 8037."""
        x = urlsafe_b64encode(key.public_key).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": key.kid, "x": x}

    def __repr__(self) -> str:
        return "Ed25519Forge(sealing_key=***)"


class Ed25519AccessTokens:
    """`AccessTokens`, signed with the active key of the ring, which is read again every RELOAD_SECONDS."""

    def __init__(self, forge: Ed25519Forge, *, issuer: str, audience: str) -> None:
        self._forge = forge
        self._issuer = issuer
        self._audience = audience
        self._kid = ""
        self._private: Ed25519PrivateKey | None = None

    def issue(self, user: User, session_id: str, now: datetime) -> AccessToken:
        """Raises NoSigningKey before the first reload."""
        if self._private is None:
            raise NoSigningKey
        expires_at = now + ACCESS_TOKEN_LIFETIME
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user.id,
            "sid": session_id,
            "jti": new_id("jti"),
            "roles": sorted(user.roles),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        text = jwt.encode(claims, self._private, algorithm=ALGORITHM, headers={"kid": self._kid})
        return AccessToken(text=text, expires_at=expires_at)

    async def reload(self, store: AccountStore) -> None:
        """Signs with the stored ring's active key from now on. Raises WrongKeySecret."""
        async with store.reading() as accounts:
            active = (await accounts.keys.ring()).active
        if active is not None and active.kid != self._kid:
            self._private, self._kid = self._forge.open(active), active.kid
            log.info("signing_key.loaded", kid=active.kid)

    async def keep_fresh(self, store: AccountStore) -> None:
        """Notices rotations until cancelled; an unreachable database leaves the present key in use."""
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            try:
                await self.reload(store)
            except Unavailable as error:
                log.warning("signing_key.not_reloaded", error=str(error))
