"""The sagas as operators see them: what runs, what waits, what needs attention and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import STAFF
from subgraphs.order.app.ports import Page
from subgraphs.order.app.read_orders import checked_page
from subgraphs.order.checkout.ports import CheckoutStore, SagaSummary


@dataclass(frozen=True, kw_only=True)
class ListSagas:
    store: CheckoutStore

    async def __call__(self, caller: Caller, state: str, page: Page) -> tuple[Sequence[SagaSummary], bool]:
        """A page, newest first, and whether there are more. Raises Forbidden, InvalidPage."""
        caller.require(*STAFF)
        checked_page(page)
        async with self.store.reading() as work:
            found = await work.sagas.page(state, first=page.first, after=page.after)
        return found[: page.first], len(found) > page.first
