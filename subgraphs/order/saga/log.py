"""What the engine needs of its store."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class SagaState(enum.StrEnum):
    RUNNING = "RUNNING"
    PARKED = "PARKED"
    COMPENSATING = "COMPENSATING"
    DONE = "DONE"
    COMPENSATED = "COMPENSATED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


@dataclass(frozen=True, kw_only=True)
class SagaRow:
    """One saga as it is stored. Every write names the epoch under which it was claimed."""

    id: str
    order_id: str
    buyer_id: str
    state: SagaState
    step: str
    epoch: int
    attempts: int
    version: int
    payload: dict[str, Any]
    reason: str | None = None
    """Why it is being undone."""
    last_error: str | None = None
    due_at: datetime
    """When an engine may claim it: the end of a lease, of a backoff or of a parking."""
    renewed: bool = True
    """Whether `due_at` is to be written. An index hangs on it, so a lease that has hardly begun stays as it is."""


class SagaLog(Protocol):
    """Inside a transaction."""

    async def add(self, definition: str, rows: Sequence[SagaRow]) -> None: ...

    async def claim(self, definition: str, *, limit: int, lease: float) -> list[SagaRow]:
        """Due sagas nobody holds, oldest first, each under a new epoch."""
        ...

    async def hold(self, claims: Sequence[tuple[str, int]], order_ids: Sequence[str] = ()) -> set[tuple[str, int]]:
        """Locks those of the (saga, epoch) that are still ours, and in the same round trip the orders that are to be
        changed with them."""
        ...

    async def save(self, rows: Sequence[SagaRow]) -> None: ...

    async def release(self, claims: Sequence[tuple[str, int]]) -> None:
        """Ends the leases of those of the (saga, epoch) that are still ours, so that nobody need wait for their end."""
        ...


class SagaWork(Protocol):
    """An open transaction, as far as the engine looks into it."""

    @property
    def sagas(self) -> SagaLog: ...
