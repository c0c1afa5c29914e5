"""How often Python looks for garbage in cycles."""

import gc

THRESHOLDS = (20_000, 20, 50)
"""Objects made beyond those freed until the youngest are looked through; then, how many such rounds until the older."""


def spare_the_lasting() -> None:
    """What is there once a process serves (modules, schemas, plans) lasts as long as it: it is never looked through
    again. That was a tenth of the CPU of a request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
