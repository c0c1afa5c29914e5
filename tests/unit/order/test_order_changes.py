"""News of orders: to waiters of this process at once, to other processes together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from subgraphs.order.adapters.order_changes import MOVES, LocalOrderChanges
from subgraphs.order.domain.address import Address
from subgraphs.order.domain.order import Order
from subgraphs.order.domain.pricing import Totals

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Notices:
    """A database that keeps what is notified."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncGenerator["Notices"]:
        yield self

    async def execute(self, _: str, parameters: list[Any]) -> None:
        self.sent.append(parameters[1])


def order(number: int = 1) -> Order:
    address = Address(full_name="Ada", line1="1", city="London", postal_code="1", country_code="GB")
    made = Order(
        id=f"ord_{number}", number=f"E-{number}", buyer_id="byr_1", customer_id=None, cart_id="crt_1", token_hash=None,
        email="a@b.example", channel="web", currency="GBP", totals=Totals(subtotal=100), address=address,
        delivery_code="standard", delivery_name="Standard", created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    made.place(NOON)
    return made


async def test_a_waiter_is_woken_only_by_what_it_wants() -> None:
    changes, one = LocalOrderChanges(), order()
    with changes.watching(one.id, lambda moved: moved.sequence == 3) as watch:
        changes.moved([one])
        one.authorize(NOON)
        changes.moved([one])
        assert await watch.next(0) is None
        one.confirm(NOON)
        changes.moved([one])
        assert await watch.next(1) is one


async def test_the_moves_of_a_moment_are_told_together_and_only_to_others() -> None:
    here, there, db = LocalOrderChanges(), LocalOrderChanges(), Notices()
    orders = [order(number) for number in range(MOVES + 1)]
    telling = asyncio.create_task(here.announce(db))  # type: ignore[arg-type]
    with here.watching("ord_0") as mine, there.watching("ord_0") as theirs:
        here.moved(orders)
        assert await mine.next(1) is orders[0]
        while not db.sent:
            await asyncio.sleep(0)
        for notice in db.sent[0]:
            here.moved_elsewhere(notice)
            there.moved_elsewhere(notice)
        assert theirs.seen == 1
        assert await mine.next(0) is None, "its own notice is no second news"
    telling.cancel()
    assert [len(notice.split()) for notice in db.sent[0]] == [MOVES + 1, 2]
    assert max(len(notice) for notice in db.sent[0]) < 8000
