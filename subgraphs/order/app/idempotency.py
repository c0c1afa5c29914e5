"""Idempotency: a key is bound to what it was first used for."""

import hashlib

import orjson

from subgraphs.order.app.ports import KeyUse
from subgraphs.order.domain.errors import IdempotencyKeyMismatch, InvalidIdempotencyKey

LONGEST_KEY = 200


def checked_key(key: str) -> str:
    """Raises InvalidIdempotencyKey."""
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidIdempotencyKey
    return key


def fingerprint(*arguments: object) -> str:
    """The same for the same arguments; nothing can be read back from it."""
    return hashlib.sha256(orjson.dumps(arguments)).hexdigest()


def same_use(earlier: KeyUse, arguments: str) -> KeyUse:
    """Raises IdempotencyKeyMismatch when the key was used for something else."""
    if earlier.arguments != arguments:
        raise IdempotencyKeyMismatch
    return earlier
