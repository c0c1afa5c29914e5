"""Trusted documents are compiled before the first request: a gateway just started answers as fast as an old one."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Final

import structlog

from gateway.operations import CACHED_PLANS, Operations

log = structlog.get_logger("warming")

WARM_SECONDS: Final = 5.0
"""The start waits no longer; what is left is compiled when it is first asked for."""


async def warm(views: Sequence[Operations], documents: Iterable[str], seconds: float = WARM_SECONDS) -> int:
    """How many were compiled, each in the first of the views where it is valid. Stops when the time is up or the plan
    cache could not keep more."""
    started = time.perf_counter()
    texts = list(documents)
    warmed = 0
    for text in texts[:CACHED_PLANS]:
        if time.perf_counter() - started > seconds:
            break
        warmed += any(view.warm(text) for view in views)
        await asyncio.sleep(0)  # keys and revoked sessions are being fetched meanwhile
    if texts:
        took = round(time.perf_counter() - started, 2)
        log.info("documents.warmed", warmed=warmed, of=len(texts), seconds=took)
    return warmed
