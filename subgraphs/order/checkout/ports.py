"""What checkout needs of its neighbours, in its own words."""

import enum
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chassis.dead_letters import Replay
from chassis.invariants import Finding
from chassis.money import Money
from subgraphs.order.app.ports import Work
from subgraphs.order.domain.payment import PaymentResult, WebhookEvent
from subgraphs.order.saga.log import SagaLog, SagaRow, SagaState


class StockState(enum.StrEnum):
    RESERVED = "RESERVED"
    SECURED = "SECURED"
    SOLD = "SOLD"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    SHORT = "SHORT"
    """Nothing was taken: fewer are left than wanted."""
    RESTOCKED = "RESTOCKED"
    UNKNOWN = "UNKNOWN"
    """No such reservation."""


@dataclass(frozen=True, kw_only=True)
class Shortage:
    sku: str
    available: int
    unknown: bool


@dataclass(frozen=True, kw_only=True)
class StockAnswer:
    state: StockState
    shortages: tuple[Shortage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reservation:
    id: str
    order_id: str
    lines: tuple[tuple[str, int], ...]
    """(SKU, quantity)."""


class Stock(Protocol):
    """Each takes a set and answers in its order; all are repeatable by reservation id. Raises NotReached."""

    async def reserve(self, reservations: Sequence[Reservation]) -> list[StockAnswer]: ...

    async def secure(self, ids: Sequence[str]) -> list[StockAnswer]: ...

    async def commit(self, ids: Sequence[str]) -> list[StockAnswer]: ...

    async def release(self, ids: Sequence[str]) -> list[StockAnswer]: ...

    async def restock(self, ids: Sequence[str]) -> list[StockAnswer]: ...

    async def receive(self, *, key: str, lines: Sequence[tuple[str, int]]) -> None:
        """Counts (SKU, quantity) in, once for each key."""
        ...


class Accounts(Protocol):
    async def active(self, user_ids: Sequence[str]) -> set[str]:
        """Those that exist and are not blocked. Raises NotReached."""
        ...


class ProviderStatus(enum.StrEnum):
    """Where a payment stands at the provider."""

    REQUIRES_ACTION = "REQUIRES_ACTION"
    AUTHORIZED = "AUTHORIZED"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"
    DECLINED = "DECLINED"
    PROCESSING = "PROCESSING"


@dataclass(frozen=True, kw_only=True)
class ProviderPayment:
    reference: str
    status: ProviderStatus
    amount: Money | None = None
    """What it holds while AUTHORIZED, what it took once CAPTURED; else None."""
    action_url: str | None = None
    decline_reason: str | None = None


class Payments(Protocol):
    """The provider. Every call has one of four outcomes; none raises but NotReached, when nothing was done.

    A success tells the amount that moved as the provider reports it, which need not be the one asked for: the caller
    compares them.
    """

    @property
    def provider(self) -> str: ...

    async def authorize(self, *, key: str, amount: Money, token: str, order_id: str) -> PaymentResult: ...

    async def find(self, *, key: str, reference: str | None) -> ProviderPayment | None:
        """What became of the authorisation made under `key`; None when the provider never saw it.

        Raises:
            NotReached: it cannot be told now.
        """
        ...

    async def capture(self, *, key: str, reference: str, amount: Money) -> PaymentResult: ...

    async def void(self, *, key: str, reference: str) -> PaymentResult: ...

    async def refund(self, *, key: str, reference: str, amount: Money) -> PaymentResult: ...

    async def find_refund(self, *, key: str, reference: str) -> PaymentResult | None: ...


@dataclass(frozen=True, kw_only=True)
class OperatorAction:
    """What an operator did to a saga, and what it was like before."""

    actor_id: str
    action: str
    reason: str
    state: str
    step: str
    created_at: datetime | None = None


Place = tuple[datetime, str]
"""In a list sorted by time, then id."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """An event that no retry could digest: of the payment provider, or of Kafka for one of its consumers."""

    id: str
    provider: str | None = None
    consumer: str | None = None
    type: str
    object_id: str | None
    """The provider's, or our aggregate's."""
    attempts: int
    outcome: str
    received_at: datetime
    replays: Sequence[Replay] = ()

    @property
    def place(self) -> Place:
        return self.received_at, self.id


class ConsumerLetters(Protocol):
    """Another service's dead letters of Kafka. Asked on behalf of the present caller. Raises NotReached."""

    @property
    def service(self) -> str: ...

    def has(self, letter_id: str) -> bool:
        """Whether an id is one of theirs."""
        ...

    async def page(self, *, first: int, before: Place | None) -> list[DeadLetter]: ...

    async def replay(self, letter_id: str, *, reason: str) -> DeadLetter | None: ...


class ServiceInvariants(Protocol):
    """What a service finds in its own books."""

    async def check(self) -> Mapping[str, Finding]:
        """By invariant. Raises NotReached."""
        ...


@dataclass(frozen=True, kw_only=True)
class SagaFilter:
    state: str = ""
    """Empty: all."""
    definition: str = ""
    """Empty: all."""
    older_than_seconds: int = 0
    """Begun at least so long ago."""


@dataclass(frozen=True, kw_only=True)
class SagaSummary:
    """A saga as an operator sees it."""

    id: str
    definition: str
    order_id: str
    state: str
    step: str
    attempts: int
    reason: str | None
    last_error: str | None
    due_at: datetime
    created_at: datetime
    updated_at: datetime
    age_seconds: int
    actions: Sequence[OperatorAction] = ()


class CheckoutSagaLog(SagaLog, Protocol):
    """What the use cases around checkout ask of the log beside the engine's needs."""

    async def wake(self, order_ids: Sequence[str]) -> int: ...

    async def amend_parked(self, order_id: str, definition: str, change: dict[str, Any]) -> bool:
        """Changes what a parked saga remembers and makes it due; false when it is not parked."""
        ...

    async def states(self, order_ids: Sequence[str], definition: str) -> dict[str, SagaState]: ...

    async def page(self, wanted: SagaFilter, *, first: int, after: str) -> list[SagaSummary]:
        """Newest first; one more than `first` when there are more."""
        ...

    async def summaries(self, ids: Sequence[str]) -> list[SagaSummary]:
        """In order; those that exist."""
        ...

    async def lock(self, saga_id: str) -> tuple[str, SagaRow] | None:
        """The definition's name and the saga, for update."""
        ...

    async def audit(self, row: SagaRow, action: OperatorAction) -> None: ...

    async def take_over(self, row: SagaRow, *, held: bool) -> None:
        """Writes an operator's decision over whatever held the saga; `held`: for us, else for whoever is first."""
        ...

    async def payload(self, order_id: str, definition: str) -> dict[str, Any]:
        """What the order's saga remembers."""
        ...


@dataclass(frozen=True, kw_only=True)
class ProcessedEvent:
    """A provider event that was looked into."""

    event_id: str
    type: str
    order_id: str | None
    """Of the payment it is about, when we know it."""
    done: bool
    """It is not looked into again."""


class WebhookEvents(Protocol):
    async def add(self, events: Sequence[tuple[WebhookEvent, bytes]]) -> bool:
        """With their bodies, each once: the provider may send it many times. Whether any is to be processed: one that
        has nobody to wake is done with as it is stored."""
        ...

    async def process(self, *, limit: int, most_attempts: int) -> list[ProcessedEvent]:
        """Due ones; the next try of those that are about nothing we know is put off, until they are given up."""
        ...

    async def dead(self, *, first: int, before: Place | None) -> list[DeadLetter]:
        """Given up, newest first, after a place in the list."""
        ...

    async def revive(self, letter_id: str, *, actor_id: str, reason: str) -> DeadLetter | None:
        """Has it processed again, with an audit entry; None when there is none."""
        ...


class CheckoutWork(Work, Protocol):
    @property
    def sagas(self) -> CheckoutSagaLog: ...
    @property
    def webhooks(self) -> WebhookEvents: ...


class CheckoutStore(Protocol):
    def work(self) -> AbstractAsyncContextManager[CheckoutWork]: ...

    def reading(self) -> AbstractAsyncContextManager[CheckoutWork]: ...
