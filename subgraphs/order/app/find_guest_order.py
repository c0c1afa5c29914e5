"""A guest's order by number and e-mail: rate-limited, and a miss looks the same whatever was wrong.

Both are on every parcel and in every mail, so they open less than the cart's secret does: neither the address nor the
payment page, nor any change.
"""

import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from chassis.identity import Caller
from subgraphs.order.app.access import may_see_order
from subgraphs.order.app.ports import Store
from subgraphs.order.domain.errors import TooManyLookups
from subgraphs.order.domain.order import Order

MOST = 10
WINDOW_SECONDS = 600.0
REMEMBERED = 50_000


@dataclass(kw_only=True)
class SlidingLimit:
    """At most `most` uses of a key in `window` seconds, in this process."""

    most: int = MOST
    window: float = WINDOW_SECONDS
    _uses: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict[str, deque[float]])

    def take(self, key: str) -> bool:
        now = time.monotonic()
        uses = self._uses.setdefault(key, deque())
        self._uses.move_to_end(key)
        while uses and uses[0] < now - self.window:
            uses.popleft()
        if len(uses) >= self.most:
            return False
        uses.append(now)
        while len(self._uses) > REMEMBERED:
            self._uses.popitem(last=False)
        return True


@dataclass(frozen=True, kw_only=True)
class FoundOrder:
    order: Order
    owned: bool
    """The caller may see all of it: they hold the cart's secret, are its customer, or staff."""


@dataclass(frozen=True, kw_only=True)
class FindGuestOrder:
    store: Store
    limit: SlidingLimit = field(default_factory=SlidingLimit)

    async def __call__(self, caller: Caller, number: str, email: str) -> FoundOrder | None:
        """Raises TooManyLookups for too many tries at one number, or from one address."""
        number = number.strip().upper()
        keys = [f"number:{number}"] + ([f"address:{caller.ip_address}"] if caller.ip_address else [])
        granted = [self.limit.take(key) for key in keys]
        if not all(granted):
            raise TooManyLookups
        async with self.store.reading() as work:
            order = await work.orders.by_number(number)
        known = (order.email if order else "").strip().lower().encode()
        same = secrets.compare_digest(known, email.strip().lower().encode())
        if order is None or not same:
            return None
        return FoundOrder(order=order, owned=may_see_order(caller, order))
