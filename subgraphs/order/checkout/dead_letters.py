"""Events that were given up, the payment provider's and Kafka's: one list, and each is processed again on demand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chassis.identity import Caller
from subgraphs.order.app.access import STAFF
from subgraphs.order.app.ports import Page
from subgraphs.order.app.read_orders import checked_size
from subgraphs.order.checkout.operate_saga import reason_problem
from subgraphs.order.checkout.ports import CheckoutStore, ConsumerLetters, DeadLetter, Place
from subgraphs.order.domain.errors import InvalidPage
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.outcome import NotReached

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class LetterPage:
    letters: Sequence[DeadLetter]
    has_next: bool
    missing: Sequence[str] = ()
    """Services that did not answer: theirs are not among the letters."""


@dataclass(frozen=True, kw_only=True)
class DeadLetters:
    store: CheckoutStore
    consumers: ConsumerLetters
    arrived: asyncio.Event
    """Tells the processing that there is work."""

    async def __call__(self, caller: Caller, page: Page) -> LetterPage:
        """Newest first. Raises Forbidden, InvalidPage."""
        caller.require(*STAFF)
        checked_size(page)
        before = place_of(page.after)
        (theirs, missing), ours = await asyncio.gather(self._theirs(page.first, before), self._ours(page.first, before))
        found = sorted([*ours, *theirs], key=lambda letter: letter.place, reverse=True)
        return LetterPage(letters=found[: page.first], has_next=len(found) > page.first, missing=missing)

    async def _ours(self, first: int, before: Place | None) -> list[DeadLetter]:
        async with self.store.reading() as work:
            return await work.webhooks.dead(first=first + 1, before=before)

    async def _theirs(self, first: int, before: Place | None) -> tuple[list[DeadLetter], list[str]]:
        try:
            return await self.consumers.page(first=first + 1, before=before), []
        except NotReached:
            return [], [self.consumers.service]

    async def replay(self, caller: Caller, letter_id: str, reason: str) -> tuple[DeadLetter | None, list[Problem]]:
        """Leaves an audit entry. Raises Forbidden, NotReached."""
        caller.require("order_manager")
        reason = reason.strip()
        problem = reason_problem(reason)
        if problem is not None:
            return None, [problem]
        if self.consumers.has(letter_id):
            letter = await self.consumers.replay(letter_id, reason=reason)
        else:
            async with self.store.work() as work:
                actor_id = caller.user_id or caller.service
                letter = await work.webhooks.revive(letter_id, actor_id=actor_id, reason=reason)
            self.arrived.set()
        if letter is None:
            return None, [Problem(code="NOT_FOUND", message="there is no such dead letter", field=("id",))]
        return letter, []


def cursor_of(letter: DeadLetter) -> str:
    at, letter_id = letter.place
    return f"{(at - EPOCH) // MICROSECOND}_{letter_id.encode().hex()}"


def place_of(cursor: str) -> Place | None:
    """Raises InvalidPage."""
    if not cursor:
        return None
    at, _, letter_id = cursor.partition("_")
    try:
        return EPOCH + int(at) * MICROSECOND, bytes.fromhex(letter_id).decode()
    except (ValueError, OverflowError) as error:
        raise InvalidPage from error
