"""`emporium server`: one embedded server in the foreground."""

import http.server
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click

from infra.embedded.failures import StackError
from infra.embedded.foreground import ForegroundStack
from infra.embedded.launcher import external_servers
from infra.embedded.part import Part
from infra.embedded.reporting import Reporter
from infra.embedded.runs import PartState
from infra.embedded.stack import SERVERS, identity_for
from infra.embedded.state import default_cache_folder, default_state_folder
from infra.embedded.supervisor import Supervisor

_LOOK_SECONDS = 0.2


@click.command()
@click.argument("name", type=click.Choice(SERVERS))
def command(name: str) -> None:
    """Run one embedded server in the foreground, on this checkout's state. Ctrl-C stops it.

    Its log is shown. http://127.0.0.1:PORT/readyz says whether it can be used; PORT is in `emporium process --plan`.
    """
    stack = ForegroundStack(default_state_folder(), default_cache_folder(), external_servers())
    if name not in stack.embedded():
        raise StackError(f"The environment gives the URL of {name}: it is not run here.", "Unset that variable.")
    with stack.held(name):
        _run(stack, name)


def _run(stack: ForegroundStack, name: str) -> None:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stopping.set())
    identity = identity_for(stack.state.path, default_cache_folder())
    stack.state.share_with(identity)
    part = stack.server(name, identity)
    supervisor = Supervisor(state=stack.state, identity=identity, reporter=LineReporter())
    log = _LogFollower(stack.state.log(name))
    readiness = readiness_server(stack.ports[f"{name}-readiness"], lambda: _is_ready(supervisor, part))
    parent = os.getppid()
    supervisor.start([part])
    try:
        # Not the launcher's child only in name: without whoever started it, it must not stay behind.
        while not stopping.wait(_LOOK_SECONDS) and os.getppid() == parent:
            log.copy()
            if supervisor.status()[0].state is PartState.FAILED:
                supervisor.wait_ready([name])  # raises the failure
    finally:
        readiness.shutdown()
        supervisor.stop_all()
        log.copy()


def _is_ready(supervisor: Supervisor, part: Part) -> bool:
    return supervisor.status()[0].state is PartState.READY and part.is_ready()


def readiness_server(port: int, is_ready: Callable[[], bool]) -> http.server.ThreadingHTTPServer:
    """Answers GET /readyz with 200 or 503, in threads of its own. Free to be asked every second."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ready = is_ready()
            self.send_response(200 if ready else 503)
            self.end_headers()
            self.wfile.write(b"ready\n" if ready else b"not ready yet\n")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Answer)
    threading.Thread(target=server.serve_forever, name="readiness", daemon=True).start()
    return server


class LineReporter(Reporter):
    """A line for every step."""

    def step(self, part: str, text: str) -> None:
        """A part does something new."""
        _say(f"{part}: {text}")

    def progress(self, part: str, done: int, total: int) -> None:
        """A download is over; the steps between would only fill the log."""
        if done == total:
            _say(f"{part}: downloaded {total >> 20} MiB")

    def ready(self, part: str, text: str) -> None:
        """A part can be used."""
        _say(f"{part}: {text}")

    def trouble(self, part: str, text: str) -> None:
        """A part has a problem that is being dealt with."""
        _say(f"{part}: {text}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class _LogFollower:
    """Copies what is new in a log file to the standard output."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = path.stat().st_size if path.exists() else 0

    def copy(self) -> None:
        if not self._path.exists():
            return
        size = self._path.stat().st_size
        if size < self._seen:  # it has been rotated
            self._seen = 0
        if size > self._seen:
            with self._path.open("rb") as file:
                file.seek(self._seen)
                news = file.read(size - self._seen)
            self._seen = size
            sys.stdout.write(news.decode(errors="replace"))
            sys.stdout.flush()
