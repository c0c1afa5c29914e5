"""Provider events that were given up because they are about nothing we know: listed, and tried again on demand."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import STAFF
from subgraphs.order.app.ports import Page
from subgraphs.order.app.read_orders import checked_page
from subgraphs.order.checkout.ports import CheckoutStore, DeadLetter
from subgraphs.order.domain.problem import Problem


@dataclass(frozen=True, kw_only=True)
class DeadLetters:
    store: CheckoutStore
    arrived: asyncio.Event
    """Tells the processing that there is work."""

    async def __call__(self, caller: Caller, page: Page) -> tuple[Sequence[DeadLetter], bool]:
        """A page, newest first, and whether there are more. Raises Forbidden, InvalidPage."""
        caller.require(*STAFF)
        checked_page(page)
        async with self.store.reading() as work:
            found = await work.webhooks.dead(first=page.first, after=page.after)
        return found[: page.first], len(found) > page.first

    async def replay(self, caller: Caller, letter_id: str) -> tuple[DeadLetter | None, list[Problem]]:
        """Raises Forbidden."""
        caller.require("order_manager")
        async with self.store.work() as work:
            letter = await work.webhooks.revive(letter_id)
        if letter is None:
            return None, [Problem(code="NOT_FOUND", message="there is no such dead letter", field=("id",))]
        self.arrived.set()
        return letter, []
