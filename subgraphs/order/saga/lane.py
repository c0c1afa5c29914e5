"""One direction of one step: what waits and what is in flight.

While a batch is in flight the next gathers: batches grow with load and are single when the shop is quiet.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog

from subgraphs.order.saga.definition import Action, Step
from subgraphs.order.saga.kill_points import AFTER_INTENT, AFTER_REMOTE, Reached
from subgraphs.order.saga.outcome import Done, NotReached, Outcome, Retry
from subgraphs.order.saga.transition import Claimed

log = structlog.get_logger("saga")

S = TypeVar("S")
Finished = Sequence[tuple[Claimed[S], Outcome[S]]]


class Lane(Generic[S]):
    """Calls the step for those that wait, in natural batches, and hands what came of it to `finished`."""

    def __init__(
        self,
        step: Step[S, Any],
        position: int,
        *,
        undoing: bool,
        batch: int,
        reached: Reached,
        finished: Callable[["Lane[S]", Finished[S]], None],
    ) -> None:
        action = step.undo if undoing else step.do
        assert action is not None  # noqa: S101  (the engine makes lanes of existing actions only)
        self.action: Action[S, Any] = action
        self.step = step
        self.position = position
        self.undoing = undoing
        self.name = f"undo_{step.name}" if undoing else step.name
        self._batch = batch
        self._reached = reached
        self._finished = finished
        self._waiting: list[Claimed[S]] = []
        self._arrived = asyncio.Event()
        self._alone = asyncio.Semaphore(batch)
        self._in_flight: set[asyncio.Task[None]] = set()

    @property
    def lingering(self) -> int:
        """How many wait here for others to come."""
        return len(self._waiting) if self.action.patience else 0

    def put(self, claimed: Claimed[S]) -> None:
        self._waiting.append(claimed)
        self._arrived.set()

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            if self.action.patience:
                await asyncio.sleep(self.action.patience)
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            if not self._waiting:
                self._arrived.clear()
            await self._call(self._fresh(batch))

    def _fresh(self, batch: list[Claimed[S]]) -> list[Claimed[S]]:
        """Without those whose lease ended while they waited: another engine may have them now."""
        now = asyncio.get_running_loop().time()
        return [claimed for claimed in batch if claimed.until > now]

    async def _call(self, batch: list[Claimed[S]]) -> None:
        if not batch:
            return
        self._reached(self.name, AFTER_INTENT)
        if self.action.each is not None:
            for claimed in batch:
                await self._alone.acquire()
                task = asyncio.create_task(self._call_one(claimed))
                self._in_flight.add(task)
                task.add_done_callback(self._in_flight.discard)
            return
        outcomes = await self._call_together(batch)
        self._finish(list(zip(batch, outcomes, strict=True)))

    async def _call_one(self, claimed: Claimed[S]) -> None:
        assert self.action.each is not None  # noqa: S101
        try:
            async with asyncio.timeout(self.step.deadline):
                outcome = await self.action.each(claimed.state)
        except TimeoutError:
            outcome = Retry(state=claimed.state, error="timeout", unknown=True)
        except NotReached as error:
            outcome = Retry(state=claimed.state, error=str(error))
        except Exception as error:
            log.exception("saga.step_failed", step=self.name, saga_id=claimed.row.id)
            outcome = Retry(state=claimed.state, error=repr(error), unknown=True)
        finally:
            self._alone.release()
        self._finish([(claimed, outcome)])

    async def _call_together(self, batch: Sequence[Claimed[S]]) -> list[Outcome[S]]:
        """One call for all; a call that fails as a whole is repeated in halves until the poison saga is alone."""
        states = [claimed.state for claimed in batch]
        if self.action.together is None:
            return [Done(state=state) for state in states]
        try:
            async with asyncio.timeout(self.step.deadline):
                outcomes = list(await self.action.together(states))
        except TimeoutError:
            return [Retry(state=state, error="timeout", unknown=True) for state in states]
        except NotReached as error:
            return [Retry(state=state, error=str(error)) for state in states]
        except Exception as error:
            if len(batch) == 1:
                log.exception("saga.step_failed", step=self.name, saga_id=batch[0].row.id)
                return [Retry(state=states[0], error=repr(error), unknown=True)]
            log.warning("saga.batch_halved", step=self.name, size=len(batch), error=repr(error))
            half = len(batch) // 2
            return [*await self._call_together(batch[:half]), *await self._call_together(batch[half:])]
        return outcomes

    def _finish(self, results: Finished[S]) -> None:
        self._reached(self.name, AFTER_REMOTE)
        self._finished(self, results)
