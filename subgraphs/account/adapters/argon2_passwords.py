"""Argon2id in a small pool of threads: slow on purpose, off the event loop, and bounded."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from subgraphs.account.domain.errors import TooManyLoginsAtOnce

T = TypeVar("T")

MEMORY_KIB = 19 * 1024
TIME_COST = 2
PARALLELISM = 1
NICENESS = 10


class Argon2Passwords:
    """At most `threads` hashes at a time and `waiting` in line; the next is refused at once.

    So a flood of logins costs `threads` cores and 19 MiB each, and never the event loop.
    """

    def __init__(self, *, threads: int = 2, waiting: int = 32, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLELISM)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2", initializer=_yield_to_others)
        self._room = threads + waiting
        self._busy = 0
        self._decoy = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """A salted hash that names its own parameters. Raises TooManyLoginsAtOnce."""
        return await self._in_pool(lambda: self._hasher.hash(password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Without a hash a decoy is checked, so that the work is the same. Raises TooManyLoginsAtOnce."""
        matches = await self._in_pool(lambda: self._matches(password, password_hash or self._decoy))
        return matches and password_hash is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """Waits for the hashes in flight."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_pool(self, work: Callable[[], T]) -> T:
        if self._busy >= self._room:
            raise TooManyLoginsAtOnce
        self._busy += 1
        running = asyncio.get_running_loop().run_in_executor(self._pool, work)
        # Counted until the thread is done, also when the caller has gone.
        running.add_done_callback(lambda _: self._done())
        return await running

    def _done(self) -> None:
        self._busy -= 1


def _yield_to_others() -> None:
    """On Linux a thread has its own priority: hashing takes what the event loop leaves, also on one core."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


@contextlib.asynccontextmanager
async def argon2_passwords(*, threads: int, waiting: int) -> AsyncGenerator[Argon2Passwords]:
    """A running pool."""
    passwords = Argon2Passwords(threads=threads, waiting=waiting)
    try:
        yield passwords
    finally:
        passwords.close()
