"""A saga log in memory, with the fencing of the real one, and a clock that is moved by hand."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from subgraphs.order.saga.log import SagaRow, SagaState

CLAIMABLE = {SagaState.RUNNING, SagaState.COMPENSATING, SagaState.PARKED}


@dataclass
class MemorySagaLog:
    rows: dict[str, SagaRow] = field(default_factory=dict[str, SagaRow])
    saves: int = 0
    later: timedelta = timedelta()
    """How far the log's clock is ahead."""

    @property
    def sagas(self) -> "MemorySagaLog":
        return self

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["MemorySagaLog"]:
        before = dict(self.rows)
        try:
            yield self
        except BaseException:
            self.rows = before
            raise

    async def add(self, definition: str, rows: Sequence[SagaRow]) -> None:
        self.rows.update({row.id: row for row in rows})

    async def claim(self, definition: str, *, limit: int, lease: float) -> list[SagaRow]:
        now = datetime.now(UTC) + self.later
        due = [row for row in self.rows.values() if row.state in CLAIMABLE and row.due_at <= now][:limit]
        claimed = [replace(row, epoch=row.epoch + 1, due_at=now + timedelta(seconds=lease)) for row in due]
        self.rows.update({row.id: row for row in claimed})
        return claimed

    async def hold(self, claims: Sequence[tuple[str, int]], order_ids: Sequence[str] = ()) -> set[tuple[str, int]]:
        return {(saga_id, epoch) for saga_id, epoch in claims if self.rows[saga_id].epoch == epoch}

    async def release(self, claims: Sequence[tuple[str, int]]) -> None:
        held = await self.hold(claims)
        now = datetime.now(UTC) + self.later
        self.rows.update({saga_id: replace(self.rows[saga_id], due_at=now) for saga_id, _ in held})

    async def save(self, rows: Sequence[SagaRow]) -> None:
        self.saves += bool(rows)
        self.rows.update({row.id: row for row in rows if self.rows[row.id].epoch == row.epoch})
