"""`python -m gateway`: serves until SIGTERM, then drains."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Generator

import structlog
import uvicorn
import uvloop
from prometheus_client import start_http_server

from chassis import telemetry
from chassis.collecting import spare_the_lasting
from chassis.run import CONFIGURATION_EXIT
from chassis.settings import SettingsError, load
from gateway.app import application
from gateway.federation.compose import CompositionError
from gateway.metrics import Metrics
from gateway.settings import GatewaySettings

log = structlog.get_logger("gateway")


def main() -> int:
    """The exit code: 78 when settings, slices or addresses must change first."""
    try:
        settings = load(GatewaySettings)
        metrics = Metrics()
        telemetry.configure(settings, "gateway")
        app = application(settings, metrics=metrics)
        host, port = address(settings.listen_address)
        serve_metrics(metrics, settings.metrics_address)
        # Schema and slices live as long as the process: the collector need not look through them.
        gc.freeze()
    except (SettingsError, CompositionError) as error:
        sys.stderr.write(f"gateway: {error}\n")
        return CONFIGURATION_EXIT
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=256 * 1024,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    server = Server(config)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve())
    except SystemExit:  # uvicorn's answer to an address it cannot have
        sys.stderr.write(f"gateway: {taken(settings.listen_address, 'LISTEN_ADDRESS')}\n")
        return CONFIGURATION_EXIT
    finally:
        telemetry.shut_down()
    return 0 if server.started else 1


class Server(uvicorn.Server):
    """uvicorn's, but a signal that was obeyed is not raised again: after a drain the exit code is 0."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        spare_the_lasting()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self.handle_exit, signum, None)
        yield


def serve_metrics(metrics: Metrics, listen: str) -> None:
    """Metrics on a listener of their own. Raises SettingsError when its port is taken."""
    if not listen:
        return
    host, port = address(listen)
    try:
        start_http_server(port, addr=host, registry=metrics.registry)
    except OSError:
        raise SettingsError(f"{taken(listen, 'METRICS_ADDRESS')}, or to nothing") from None


def taken(listen: str, name: str) -> str:
    """What to do about an address that cannot be listened on."""
    return f"{listen} is in use or not this machine's; set {name} to a free one"


def address(text: str) -> tuple[str, int]:
    """The two parts of `host:port`."""
    host, _, port = text.rpartition(":")
    return host, int(port)


if __name__ == "__main__":
    sys.exit(main())
