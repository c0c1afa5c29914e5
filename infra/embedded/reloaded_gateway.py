"""The gateway under live reload: it serves on a socket it inherits, in whose queue requests wait for the next one.

`infra.embedded.reloading` starts it in place of `python -m gateway`, which opens a socket of its own.
"""

import asyncio
import socket
import sys
import time

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

_LAST_REQUEST_SECONDS = 0.5
"""How long an open connection may send one more request before it is closed."""
_LOOK_SECONDS = 0.005
_METRICS_PAUSE_SECONDS = 0.2


class SuccessiveServer(uvicorn.Server):
    """Says when it serves, and leaves no request unanswered when it goes."""

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
        """Accept no more, answer what comes on open connections for a moment, then drain.

        A connection is closed behind an answer, not between two requests: the client might just be sending.
        """
        for server in self.servers:
            server.close()
        until = time.monotonic() + _LAST_REQUEST_SECONDS
        while self.server_state.connections and time.monotonic() < until:
            for connection in list(self.server_state.connections):
                cycle = getattr(connection, "cycle", None)
                if cycle is not None and not cycle.response_complete:
                    connection.shutdown()
            await asyncio.sleep(_LOOK_SECONDS)
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
