"""What plain queries mean, for some seconds: a shopper who turns a page or chooses a facet asks the same again."""

import time
from collections import OrderedDict
from collections.abc import Callable

from subgraphs.catalog.adapters.elasticsearch.query import Plan

SECONDS = 10.0
MOST = 2_000
Key = tuple[str, ...]


class RememberedPlans:
    """Plans of queries that find what they ask for as it is written.

    Others are looked at anew each time: what was missing a moment ago may be in the catalogue now.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._plans: OrderedDict[Key, tuple[float, Plan]] = OrderedDict()

    def find(self, key: Key) -> Plan | None:
        until, plan = self._plans.get(key, (0.0, None))
        return plan if self._now() < until else None

    def keep(self, key: Key, plan: Plan, query: str) -> Plan:
        """The plan, kept or not."""
        if plan.is_literal(query):
            self._plans[key] = self._now() + SECONDS, plan
            self._plans.move_to_end(key)
            if len(self._plans) > MOST:
                self._plans.popitem(last=False)
        return plan
