"""The order service with a wrong clock: CLOCK_SKEW_SECONDS are added to every time that our own code reads.

CLOCK_SKEW_SECONDS=-4 python -m tests.fault.skewed
"""

import datetime
import os
import sys
import time
from typing import Any

from chassis.run import main
from subgraphs.order.bootstrap import MIGRATIONS, bootstrap
from subgraphs.order.settings import OrderSettings

SKEW = datetime.timedelta(seconds=float(os.environ.get("CLOCK_SKEW_SECONDS", "0")))
RIGHT = datetime.datetime
RIGHT_TIME = time.time


class Skewed(RIGHT):
    """`datetime` as our modules know it."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return RIGHT.now(tz) + SKEW


def skew() -> int:
    """How many of our modules read the wrong clock from now on."""
    mine = [module for name, module in sys.modules.items() if name.partition(".")[0] in {"chassis", "subgraphs"}]
    reading = [module for module in mine if getattr(module, "datetime", None) is RIGHT]
    for module in reading:
        module.datetime = Skewed  # type: ignore[attr-defined]
    time.time = lambda: RIGHT_TIME() + SKEW.total_seconds()
    return len(reading)


if __name__ == "__main__":
    assert skew() > 5
    main("order", bootstrap, OrderSettings, MIGRATIONS)
