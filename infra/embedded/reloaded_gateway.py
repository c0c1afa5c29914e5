"""The gateway under live reload: it serves on a socket it inherits, in whose queue requests wait for the next one.

`infra.embedded.reloading` starts it in place of `python -m gateway`, which opens a socket of its own.
"""

import asyncio
import socket
import sys

import uvicorn

from chassis import notify, telemetry
from chassis.run import CONFIGURATION_EXIT
from chassis.settings import SettingsError, load
from gateway.__main__ import serve_metrics
from gateway.app import application
from gateway.federation.compose import CompositionError
from gateway.metrics import Metrics
from gateway.settings import GatewaySettings
from infra.embedded.reloading import inherited_socket

_FIRST_BYTES_SECONDS = 0.1
"""How long the request of a connection that was just accepted may take to arrive."""
_METRICS_PAUSE_SECONDS = 0.2


class SuccessiveServer(uvicorn.Server):
    """Says when it serves, and drops no connection it has accepted when it leaves."""

    def __init__(self, config: uvicorn.Config, settings: GatewaySettings, metrics: Metrics) -> None:
        super().__init__(config)
        self._settings = settings
        self._metrics = metrics
        self._side_work: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, then tell the reloader."""
        await super().startup(sockets)
        if self.started:
            notify.ready(self._settings.notify_socket)
            self._side_work.append(asyncio.create_task(self._publish_metrics()))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more, then wait a moment, then drain."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(_FIRST_BYTES_SECONDS)
        await super().shutdown(sockets)

    async def _publish_metrics(self) -> None:
        """On their own port, as soon as the one before has left it."""
        while not self.should_exit:
            try:
                serve_metrics(self._metrics, self._settings.metrics_address)
            except SettingsError:
                await asyncio.sleep(_METRICS_PAUSE_SECONDS)
            else:
                return


def main() -> int:
    """The exit code."""
    try:
        settings = load(GatewaySettings)
        telemetry.configure(settings, "gateway")
        metrics = Metrics()
        app = application(settings, metrics=metrics)
    except (SettingsError, CompositionError) as error:
        sys.stderr.write(f"gateway: {error}\n")
        return CONFIGURATION_EXIT
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    SuccessiveServer(config, settings, metrics).run(sockets=[inherited_socket()])
    telemetry.shut_down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
