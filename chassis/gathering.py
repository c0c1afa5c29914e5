"""Natural batches: calls that come while one is in flight are made together by the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context, copy_context
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
R = TypeVar("R")
log = structlog.get_logger("gathering")


class Gathering(Generic[T, R]):
    """Calls `act` with all that was asked meanwhile, in the order it was asked.

    `act` answers in the same order; an exception among the answers is its asker's alone. When `act` itself fails, each
    is asked again by itself, so that one cannot spoil the others' call. A call for one runs in its asker's context; a
    shared one in an empty context, for it is nobody's.
    """

    def __init__(
        self,
        act: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        most: int = 128,
        in_flight: int = 2,
        patience: float = 0.0,
        follow: Callable[[Sequence[R]], Awaitable[None]] | None = None,
    ) -> None:
        """`most` in one call; `in_flight` calls at a time, each until `follow` returns, which is given the answers.

        `patience` is for how many seconds the first of a call waits for others to come: for what nobody waits for.
        """
        self._act = act
        self._follow = follow
        self._most = most
        self._free = in_flight
        self._patience = patience
        self._open = False
        """Whether a call waits for others to come."""
        self._waiting: list[tuple[T, asyncio.Future[R], Context]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, one: T) -> R:
        """Its answer. Raises what `act` raised or answered for it."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, future, copy_context()))
        if self._free and not self._open:
            self._free -= 1
            task = asyncio.create_task(self._work(), context=Context())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._linger()
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                answered = await self._together([entry for entry in batch if not entry[1].done()])
                if self._follow is not None and answered:
                    try:
                        await self._follow(answered)
                    except Exception:
                        # Whoever waits has no part in it.
                        log.exception("gathering.not_followed")
        finally:
            self._free += 1

    async def _linger(self) -> None:
        if self._patience:
            self._open = True
            try:
                await asyncio.sleep(self._patience)
            finally:
                self._open = False

    async def _together(self, batch: list[tuple[T, asyncio.Future[R], Context]]) -> list[R]:
        """The answers that were given."""
        if not batch:
            return []
        asked = [one for one, _, _ in batch]
        try:
            if len(batch) == 1:
                answers = await asyncio.create_task(_awaited(self._act(asked)), context=batch[0][2])
            else:
                answers = await self._act(asked)
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            if len(batch) > 1:
                return [answer for entry in batch for answer in await self._together([entry])]
            answers = [error]
        for (_, future, _), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        return [answer for answer in answers if not isinstance(answer, Exception)]


async def _awaited(answers: Awaitable[R]) -> R:
    return await answers
