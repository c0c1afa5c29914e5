"""Signed events to the shop: on time, early, ten times, reordered, late or never, as the card asks."""

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import aiohttp
import orjson

from chassis.tasks import ended
from infra.payment_sandbox.cards import Delivery
from infra.payment_sandbox.ledger import Ledger, Row

log = logging.getLogger("payment_sandbox.events")

COPIES = 10
LATE_SECONDS = 3.0
RETRY_SECONDS = (0.5, 2.0, 5.0, 15.0)
DELIVERIES = 32
"""At a time."""
_TIMEOUT = aiohttp.ClientTimeout(total=5)


class Events:
    """Announces what happens to payments. A delivery that fails is repeated some times, then given up."""

    def __init__(self, ledger: Ledger, url: str, secret: str) -> None:
        self._ledger = ledger
        self._url = url
        self._secret = secret.encode()
        self._client: aiohttp.ClientSession | None = None
        self._free = asyncio.Semaphore(DELIVERIES)
        self._running: set[asyncio.Task[None]] = set()
        self._first: set[str] = set()

    def announce(self, intent: Row, kind: str, delivery: Delivery) -> None:
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {
                "object": {
                    "id": intent["id"],
                    "object": "payment_intent",
                    "status": intent["status"],
                    "amount": intent["amount"],
                    "metadata": orjson.loads(intent["metadata"]),
                }
            },
        }
        body = orjson.dumps(event)
        statement = "INSERT INTO events (id, intent, type, body, delivery, created) VALUES (?, ?, ?, ?, ?, ?)"
        self._ledger.write(statement, event["id"], intent["id"], kind, body.decode(), delivery, time.time())
        if not self._url or delivery is Delivery.NEVER:
            return
        reordered = delivery is Delivery.REORDERED and intent["id"] not in self._first
        self._first.add(intent["id"])
        pause = LATE_SECONDS if reordered or delivery is Delivery.LATE else 0.0
        for _ in range(COPIES if delivery is Delivery.DUPLICATE else 1):
            self._start(self._deliver(str(event["id"]), body, pause))

    async def settle(self, delivery: Delivery) -> None:
        """Before the API answers: early events have arrived then."""
        if delivery is Delivery.EARLY and self._running:
            await asyncio.wait(self._running, timeout=2)

    async def close(self) -> None:
        await ended(*self._running)
        if self._client is not None:
            await self._client.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, event_id: str, body: bytes, pause: float) -> None:
        for wait in (pause, *RETRY_SECONDS):
            await asyncio.sleep(wait)
            headers = {"stripe-signature": self.signature(body), "content-type": "application/json"}
            try:
                async with self._free, self._session().post(self._url, data=body, headers=headers) as response:
                    delivered = response.ok
            except (aiohttp.ClientError, TimeoutError) as error:
                log.info("event %s not delivered: %r", event_id, error)
                continue
            if delivered:
                self._ledger.write("UPDATE events SET delivered = delivered + 1 WHERE id = ?", event_id)
                return

    def _session(self) -> aiohttp.ClientSession:
        """Made at the first delivery: it belongs to the running loop."""
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._client

    def signature(self, body: bytes) -> str:
        sent = str(int(time.time()))
        digest = hmac.new(self._secret, sent.encode() + b"." + body, hashlib.sha256).hexdigest()
        return f"t={sent},v1={digest}"
