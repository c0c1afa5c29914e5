"""Provider events: verified, stored, answered; then processed, as hints to ask the provider what is true.

Because the state always comes from a query, events may arrive twice, late, reordered or never.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from chassis.errors import Unavailable
from chassis.gathering import Gathering
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.payment import WebhookEvent
from subgraphs.order.saga.engine import Engine
from subgraphs.order.saga.kill_points import AFTER_INTENT, AFTER_RECORD, BEFORE_INTENT, Reached, never

log = structlog.get_logger("webhooks")

MOST_ATTEMPTS = 12
BATCH = 100
POLL_SECONDS = 1.0
MOMENT_SECONDS = 0.02

RECEIVE, PROCESS = "receive_webhook", "process_webhook"
WEBHOOK_STEPS = {RECEIVE: (BEFORE_INTENT, AFTER_RECORD), PROCESS: (BEFORE_INTENT, AFTER_INTENT, AFTER_RECORD)}
"""Their kill points: before anything is written, with an event in hand, and when what is written is committed."""


class Verify(Protocol):
    """The event of a genuine, fresh call; None for a forged, old or malformed one."""

    def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> WebhookEvent | None: ...


@dataclass(frozen=True, kw_only=True)
class ReceiveWebhook:
    verify: Verify
    store: CheckoutStore
    reached: Reached = never
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    keep: Gathering[tuple[WebhookEvent, bytes], None] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keep", Gathering(self._keep))

    async def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """False: refused, nothing stored."""
        event = self.verify(provider, body, headers)
        if event is None:
            log.warning("webhook.refused", provider=provider, size=len(body))
            return False
        await self.keep((event, body))
        return True

    async def _keep(self, events: Sequence[tuple[WebhookEvent, bytes]]) -> list[None]:
        self.reached(RECEIVE, BEFORE_INTENT)
        async with self.store.work() as work:
            waiting = await work.webhooks.add(events)
        self.reached(RECEIVE, AFTER_RECORD)
        if waiting:
            self.arrived.set()
        return [None] * len(events)


@dataclass(frozen=True, kw_only=True)
class ProcessWebhooks:
    store: CheckoutStore
    engine: Engine[Checkout, CheckoutWork]
    arrived: asyncio.Event
    reached: Reached = never

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.arrived.clear()
            try:
                while await self.process_due() == BATCH:
                    pass
            except Unavailable as error:
                log.warning("webhook.waiting", error=str(error))
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self.arrived.wait()
                    # Nobody waits for the first to be processed alone.
                    await asyncio.sleep(MOMENT_SECONDS)
            except TimeoutError:
                continue

    async def process_due(self) -> int:
        """One batch; how many it had. An event about something unknown is kept and tried again."""
        async with self.store.work() as work:
            events = await work.webhooks.process(limit=BATCH, most_attempts=MOST_ATTEMPTS)
            if not events:
                return 0
            self.reached(PROCESS, BEFORE_INTENT)
            woken = await work.sagas.wake(sorted({event.order_id for event in events if event.order_id}))
            self.reached(PROCESS, AFTER_INTENT)
        self.reached(PROCESS, AFTER_RECORD)
        for event in events:
            if event.done and event.order_id is None:
                log.warning("webhook.unknown_object", event_id=event.event_id, type=event.type)
        if woken:
            self.engine.wake()
        return len(events)
