"""The sagas as operators see them: what runs, what waits, what needs attention and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chassis.errors import InvalidInput
from chassis.identity import Caller
from subgraphs.order.app.access import STAFF
from subgraphs.order.app.ports import Page
from subgraphs.order.app.read_orders import checked_page
from subgraphs.order.checkout.ports import CheckoutStore, SagaFilter, SagaSummary
from subgraphs.order.saga.log import SagaState

LONGEST_AGE = 100 * 365 * 86_400


@dataclass(frozen=True, kw_only=True)
class ListSagas:
    store: CheckoutStore
    definitions: Collection[str]

    async def __call__(self, caller: Caller, wanted: SagaFilter, page: Page) -> tuple[Sequence[SagaSummary], bool]:
        """A page, newest first, and whether there are more. Raises Forbidden, InvalidPage, InvalidInput."""
        caller.require(*STAFF)
        checked_page(page)
        among("state", wanted.state, list(SagaState))
        among("definition", wanted.definition, self.definitions)
        if not 0 <= wanted.older_than_seconds <= LONGEST_AGE:
            raise InvalidInput(f"olderThanSeconds is from 0 to {LONGEST_AGE}")
        async with self.store.reading() as work:
            found = await work.sagas.page(wanted, first=page.first, after=page.after)
        return found[: page.first], len(found) > page.first


def among(name: str, value: str, known: Collection[str]) -> None:
    """Empty: anything. Raises InvalidInput."""
    if value and value not in known:
        raise InvalidInput(f"{name} is one of {', '.join(known)}, not {value[:40]!r}")
