"""The catalogue as the commands see it: where it is, and its stubs."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub
from emporium.catalog.v1.job_pb2_grpc import JobServiceStub
from rich.progress import Progress, TaskID

from chassis.errors import RemoteError
from chassis.identity import TokenMinter, acting_as, service_caller
from chassis.rpc import channel
from chassis.settings import SHORTEST_SECRET, Secret
from infra.cli.console import err
from infra.embedded.failures import StackError
from infra.embedded.running import running_stack

CALL_SECONDS = 60
POLL_SECONDS = 0.25
COUNTING_PAUSES = 10
"""To count what a great catalogue's index lacks takes long: the next look is so many times as far off."""
ENGINE_PATIENCE_SECONDS = 30
PATIENCE = (0.2, 0.5, 1, 2, 4, 8, 8, 8)
"""Seconds between attempts while the service cannot be reached."""
PASSING = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "RESOURCE_EXHAUSTED"})
LOOK = "See `emporium status` and `emporium logs catalog`."


class CatalogRefused(StackError):
    """The catalogue cannot be reached, or refuses what was asked."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The catalogue to talk to."""

    address: str
    secret: Secret


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Its stubs, called as a service."""

    catalog: Any
    jobs: Any


def target() -> Target:
    """From CATALOG_ADDRESS and INTERNAL_TOKEN_SECRET, else the running stack of this checkout. Raises StackError."""
    address, secret = os.environ.get("CATALOG_ADDRESS"), os.environ.get("INTERNAL_TOKEN_SECRET")
    if address and secret:
        if len(secret) < SHORTEST_SECRET:
            raise StackError("INTERNAL_TOKEN_SECRET is too short.", "Set the one that the catalogue was started with.")
        return Target(address=address, secret=Secret(secret))
    if address or secret:
        raise StackError(
            "CATALOG_ADDRESS and INTERNAL_TOKEN_SECRET belong together; only one is set.",
            "Set both, or neither to use the running stack of this checkout.",
        )
    stack = running_stack()
    return Target(address=stack.address("catalog"), secret=Secret(stack.secret("internal_token_secret")))


@asynccontextmanager
async def connected(to: Target) -> AsyncGenerator[Any]:
    """The catalogue's own stub, called as a service."""
    async with services(to) as catalog:
        yield catalog.catalog


@asynccontextmanager
async def services(to: Target) -> AsyncGenerator[Catalog]:
    """Its stubs with that of its jobs."""
    minter = TokenMinter(to.secret, "import")
    with acting_as(service_caller("import")):
        async with channel(to.address, audience="catalog", minter=minter, timeout=CALL_SECONDS) as opened:
            yield Catalog(catalog=CatalogServiceStub(opened), jobs=JobServiceStub(opened))


async def patiently(rpc: Any, request: Any) -> Any:
    """The answer, also from a service that is being restarted: what is asked here may be asked twice.

    Raises CatalogRefused.
    """
    for pause in (*PATIENCE, None):
        try:
            return await rpc(request, timeout=CALL_SECONDS)
        except RemoteError as error:
            if error.status not in PASSING or pause is None:
                raise CatalogRefused(f"The catalogue does not do it: {error.message.rstrip('.')}.", LOOK) from error
            await asyncio.sleep(pause)
    raise AssertionError("unreachable")


async def index_status(catalog: Catalog) -> pb.GetIndexStatusResponse:
    """Raises CatalogRefused."""
    answer = await patiently(catalog.catalog.GetIndexStatus, pb.GetIndexStatusRequest())
    return cast("pb.GetIndexStatusResponse", answer)


async def told_index_status() -> dict[str, object]:
    """For programs. Raises CatalogRefused."""
    async with services(target()) as catalog:
        status = await index_status(catalog)
    return {
        "available": status.available,
        "products": status.product_count,
        "indexed": status.indexed_count,
        "pending": status.pending_count,
    }


async def wait_until_searchable(catalog: Catalog, shown: Progress) -> None:
    """Until every change is in the search index, or it is plain that the engine is away."""
    task: TaskID | None = None
    total = 0
    patience = time.monotonic() + ENGINE_PATIENCE_SECONDS
    while True:
        asked = time.monotonic()
        status = await index_status(catalog)
        counting = time.monotonic() - asked
        left = max(status.pending_count, status.product_count - status.indexed_count)
        if status.available and not left:
            break
        total = max(total, left)
        task = task if task is not None else shown.add_task("indexing", total=None, shown="", done=0)
        shown.update(task, total=total or 1, completed=total - left, shown=f"{left:,} left", done=total - left)
        if status.available:
            patience = time.monotonic() + ENGINE_PATIENCE_SECONDS
        elif time.monotonic() > patience:
            err.print("[yellow]![/] The search engine does not answer: the products are in, the index follows later.")
            return
        await asyncio.sleep(max(POLL_SECONDS, counting * COUNTING_PAUSES))
    if task is not None:
        shown.update(task, total=1, completed=1, shown="searchable")
