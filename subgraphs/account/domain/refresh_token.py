"""Refresh tokens: opaque to clients, derived rather than remembered.

The token of a generation is an HMAC of family and generation under the service's key. So the successor can be made
twice (a lost answer costs nothing), an old token is recognised as genuine without keeping every old hash, and a
guessed one never reaches the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

_PATTERN = re.compile(r"emr\.(?P<family>fam_[0-9a-f]{32})\.(?P<generation>[0-9]{1,9})\.(?P<proof>[A-Za-z0-9_-]{43})")
_PURPOSE = b"emporium refresh token v1"


@dataclass(frozen=True, kw_only=True)
class RefreshToken:
    """A genuine refresh token; `text` is what the client holds."""

    family_id: str
    generation: int
    text: str

    @property
    def hash(self) -> bytes:
        """What is stored of it: SHA-256 of the text (the token has 256 bits of its own, so no salt is needed)."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True)
class RefreshTokens:
    """Makes and recognises refresh tokens under one secret."""

    secret: bytes

    def of(self, family_id: str, generation: int) -> RefreshToken:
        """The one token of this generation: the same at every call."""
        proof = urlsafe_b64encode(self._proof(family_id, generation)).rstrip(b"=").decode()
        return RefreshToken(family_id=family_id, generation=generation, text=f"emr.{family_id}.{generation}.{proof}")

    def recognise(self, text: str) -> RefreshToken | None:
        """The token, if this service made it; None for anything else."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            return None
        genuine = self.of(match["family"], int(match["generation"]))
        return genuine if hmac.compare_digest(genuine.text, text) else None

    def _proof(self, family_id: str, generation: int) -> bytes:
        key = hmac.digest(self.secret, _PURPOSE, "sha256")
        return hmac.digest(key, f"{family_id}.{generation}".encode(), "sha256")

    def __repr__(self) -> str:
        return "RefreshTokens(secret=***)"
