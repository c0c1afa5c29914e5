"""How often and how soon a step is tried again."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter, in seconds."""

    attempts: int
    first: float = 0.1
    longest: float = 30.0

    def delay(self, attempts: int) -> float:
        """Before the next try after `attempts` failed ones."""
        # S311: jitter needs no secrecy.
        return min(self.longest, self.first * 2 ** min(attempts, 20)) * random.uniform(0.5, 1.0)  # noqa: S311

    def exhausted(self, attempts: int) -> bool:
        return attempts >= self.attempts


A_FEW_TIMES = RetryPolicy(attempts=6)
UNTIL_KNOWN = RetryPolicy(attempts=40)
"""About a quarter of an hour, then an operator is asked."""
