"""Runs a subgraph: settings, logs, migrations, servers, background work, drain on SIGTERM, exit code."""

import asyncio
import contextlib
import dataclasses
import random
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import monotonic
from typing import TypeVar

import psycopg
import structlog
import uvloop
from psycopg.conninfo import conninfo_to_dict

from chassis import metrics, migrate, notify, telemetry
from chassis.collecting import spare_the_lasting
from chassis.rpc import PortTaken, Registration, RpcServer
from chassis.settings import Secret, ServiceSettings, SettingsError, load, not_addresses, too_small
from chassis.tasks import ended

log = structlog.get_logger("run")

CONFIGURATION_EXIT = 78
"""EX_CONFIG: restarting without a change will not help."""
SWITCH_SECONDS = 0.001
"""A thread that computes, like the one that reads the file of an import, gives way to the event loop after so long.
Python's five milliseconds would be added to each answer of PostgreSQL meanwhile: some thirty a batch of an import."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before background work that failed is started again."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SubgraphSettings(ServiceSettings):
    """What every subgraph takes."""

    database_url: Secret
    listen_address: str
    kafka_bootstrap_servers: str = ""
    """Empty: events wait in the outbox, nothing is consumed."""
    database_pool_size: int = 10
    subgraph_metrics_address: str = ""
    """Where Prometheus may ask this process, `host:port`; empty: nowhere."""

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        try:
            conninfo_to_dict(self.database_url.reveal())
        except psycopg.ProgrammingError:
            # Its text may hold the password.
            yield "DATABASE_URL must be like postgresql://user:password@host:5432/name"
        yield from not_addresses(self, "listen_address", sockets=True)
        yield from not_addresses(self, "subgraph_metrics_address", "kafka_bootstrap_servers")
        yield from too_small(self, database_pool_size=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Service:
    """What `bootstrap` yields."""

    rpc: Sequence[Registration]
    background: Mapping[str, Callable[[], Awaitable[None]]] = dataclasses.field(default_factory=dict)
    """Long-running work by name; restarted with backoff when it fails."""


S = TypeVar("S", bound=SubgraphSettings)
Bootstrap = Callable[[S], AbstractAsyncContextManager[Service]]
Command = Callable[[S], Awaitable[None]]


def main(
    name: str,
    bootstrap: Bootstrap[S],
    settings_class: type[S],
    migrations: Path,
    commands: Mapping[str, Command[S]] | None = None,
) -> None:
    """The whole of a subgraph's `__main__`: `serve` (default), `migrate`, or one of `commands`."""
    known = {"serve", "migrate", *(commands or {})}
    command = sys.argv[1] if len(sys.argv) > 1 else "serve"
    if command not in known or len(sys.argv) > 2:
        sys.exit(f"usage: python -m subgraphs.{name} [{'|'.join(sorted(known))}]")
    try:
        settings = load(settings_class)
    except SettingsError as error:
        sys.stderr.write(f"{name}: {error}\n")
        sys.exit(CONFIGURATION_EXIT)
    telemetry.configure(settings, name)
    try:
        if command == "migrate":
            for applied in migrate.migrate(settings.database_url, migrations):
                log.info("migration.applied", name=applied)
            return
        _check_migrations(settings, migrations, name)
        sys.setswitchinterval(SWITCH_SECONDS)
        work = serve(name, bootstrap, settings) if command == "serve" else (commands or {})[command](settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_awaited(work))
    except (migrate.MigrationError, PortTaken, SettingsError) as error:
        sys.stderr.write(f"{name}: {error}\n")
        sys.exit(CONFIGURATION_EXIT)
    except psycopg.OperationalError as error:
        sys.stderr.write(f"{name}: the database at DATABASE_URL does not answer: {str(error).strip()}\n")
        sys.exit(1)
    finally:
        telemetry.shut_down()


async def _awaited(work: Awaitable[None]) -> None:
    await work


def _check_migrations(settings: SubgraphSettings, migrations: Path, name: str) -> None:
    if settings.development:
        for applied in migrate.migrate(settings.database_url, migrations):
            log.info("migration.applied", name=applied)
        return
    missing = migrate.pending(settings.database_url, migrations)
    if missing:
        raise migrate.MigrationError(
            f"the database lacks {', '.join(missing)}; run: python -m subgraphs.{name} migrate"
        )


async def serve(name: str, bootstrap: Bootstrap[S], settings: S) -> None:
    """Serves until SIGTERM or SIGINT, then drains: health first, calls in flight next, background work last."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stopping.set)
    async with bootstrap(settings) as service, background(service.background):
        server = RpcServer(settings, name, service.rpc)
        port = await server.start(settings.listen_address)
        if settings.subgraph_metrics_address:
            metrics.serve(settings.subgraph_metrics_address)
        spare_the_lasting()
        log.info("serving", address=settings.listen_address, port=port)
        notify.ready(settings.notify_socket)
        await stopping.wait()
        log.info("draining")
        await server.stop(settings.drain_seconds)
    log.info("stopped")


@contextlib.asynccontextmanager
async def background(work: Mapping[str, Callable[[], Awaitable[None]]]) -> AsyncGenerator[None]:
    """Runs each coroutine function until left; one that fails is logged and started again with backoff."""
    tasks = [asyncio.create_task(_forever(name, function), name=name) for name, function in work.items()]
    try:
        yield
    finally:
        await ended(*tasks)


async def _forever(name: str, function: Callable[[], Awaitable[None]]) -> None:
    pause = FIRST_PAUSE
    while True:
        began = monotonic()
        try:
            await function()
            return
        except Exception:
            if monotonic() - began > LONGEST_PAUSE:
                # It had recovered: this failure is not one more of the last ones.
                pause = FIRST_PAUSE
            log.exception("background.failed", task=name, retry_seconds=pause)
        await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311
        pause = min(pause * 2, LONGEST_PAUSE)
