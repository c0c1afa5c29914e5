"""Runs one application and takes up each change of its code without a gap: `emporium process NAME --reload`.

This process loads the third-party packages once and forks: a fork has to load the project's own code only. When files
change, a new fork is started beside the old one, on the same port; the old one is ended when the new one says that it
serves. Code that does not start leaves the old process at work, and the readiness answer says so.

It imports nothing of the project but this module, so that a fork always sees the code as it is now.
"""

import ctypes
import gc
import importlib.util
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn, cast

_RPC = (
    *("cryptography.x509", "google.protobuf.timestamp_pb2", "google.rpc.error_details_pb2", "grpc.aio"),
    *("grpc_health.v1.health", "grpc_reflection.v1alpha.reflection", "grpc_status.rpc_status", "jwt"),
)
_WEB = ("httpx", "starlette.applications", "uvicorn", "uvicorn.protocols.http.httptools_impl", "uvloop")
_PRELOADED = {
    "subgraphs": (
        *_RPC,
        *("argon2", "confluent_kafka", "elasticsearch", "httpx", "psycopg", "psycopg_pool", "redis.asyncio"),
        *("structlog.dev", "uuid6", "uvloop"),
    ),
    "infra": (
        *(*_RPC, *_WEB),
        *("graphql", "opentelemetry.sdk.trace", "orjson", "prometheus_client", "psycopg", "strawberry.federation"),
        *("structlog.dev", "uvicorn.protocols.websockets.auto"),
    ),
}
"""By the first word of the module that is run."""
_PR_SET_PDEATHSIG = 1
_SOCKET_VARIABLE = "LISTEN_SOCKET"
_STOP_SECONDS = 10.0
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is run and what it is made of."""

    name: str
    module: str
    watched: Sequence[str]
    left_out: Sequence[str] = ()
    """Folders below those watched that it does not use."""
    readiness_port: int
    listen: tuple[str, int] | None = None
    """A socket that outlives the forks and is handed on to each; None: each opens its own."""


class Reloader:
    """One thread, one loop: changes, readiness notes, ended children, readiness questions, signals."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._selector = selectors.DefaultSelector()
        self._current: int | None = None
        self._next: int | None = None
        self._leaving: set[int] = set()
        self._broken = False
        self._stopping = False
        self._start_at: float | None = None
        self._pause = _FIRST_PAUSE_SECONDS

    def run(self) -> int:
        """Until SIGTERM or SIGINT; the exit code."""
        self._watch()
        self._listen_to_signals()
        preload(_PRELOADED.get(self._program.module.partition(".")[0], ()))
        self._notes = _notes_socket()
        self._register(self._notes, self._on_note)
        questions = socket.create_server(("127.0.0.1", self._program.readiness_port))
        self._register(questions, lambda: self._answer(questions))
        if self._program.listen is not None:
            self._shared = _shared_socket(self._program.listen)
        while not (self._stopping and not self._children()):
            for key, _ in self._selector.select(timeout=self._patience()):
                key.data()
            self._on_end()
            if self._stopping and time.monotonic() >= self._kill_at:
                self._stop()
            elif self._start_at is not None and time.monotonic() >= self._start_at and not self._stopping:
                self._start()
        return 0

    def _register(self, source: socket.socket | IO[bytes], callback: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, callback)

    def _patience(self) -> float | None:
        if self._stopping:
            return max(0.0, self._kill_at - time.monotonic()) or 0.01
        return None if self._start_at is None else max(0.0, self._start_at - time.monotonic())

    def _children(self) -> set[int]:
        return self._leaving | {pid for pid in (self._current, self._next) if pid is not None}

    # --- what happens

    def _on_change(self, changed: Iterable[str]) -> None:
        names = [os.path.relpath(path) for path in changed]
        say(f"{', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''} changed: reloading")
        if self._next is not None:
            _signal(self._next, signal.SIGKILL)
            self._leaving.add(self._next)
            self._next = None
        for path in changed:  # its age in whole seconds and its size may be those of the file before
            if path.endswith(".py"):
                Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
        self._start()

    def _on_note(self) -> None:
        fields = dict(line.split("=", 1) for line in self._notes.recv(4096).decode().splitlines() if "=" in line)
        if fields.get("READY") == "1" and fields.get("MAINPID") == str(self._next):
            before, self._current, self._next, self._broken = self._current, self._next, None, False
            self._pause = _FIRST_PAUSE_SECONDS
            if before is not None:
                _signal(before, signal.SIGTERM)
                self._leaving.add(before)
                say(f"reloaded in {time.monotonic() - self._began:.2f} s")

    def _on_end(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._leaving.discard(pid)
            if pid == self._next:
                self._next, self._broken = None, True
                self._mourn(f"{_ending(status)} before it served")
            elif pid == self._current:
                self._current, self._broken = None, True
                self._mourn(_ending(status))

    def _mourn(self, ending: str) -> None:
        """A fork ended that should not have. With nobody left to serve, try again: perhaps a server is away."""
        if self._stopping or self._next is not None:
            return
        if self._current is not None:
            say(f"{ending}; the process before goes on serving. Waiting for a change.")
            return
        say(f"{ending}; starting it again in {self._pause:.0f} s, or when the code changes")
        self._start_at = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)

    def _on_signal(self, received: bytes) -> None:
        if {signal.SIGTERM, signal.SIGINT, signal.SIGHUP} & set(received):
            self._stop()

    def _stop(self) -> None:
        """In order at first; at once when asked again, or when it takes too long."""
        self._kill_at = time.monotonic() + _STOP_SECONDS
        self._watcher.terminate()
        for pid in self._children():
            _signal(pid, signal.SIGKILL if self._stopping else signal.SIGTERM)
        self._stopping = True

    def _answer(self, questions: socket.socket) -> None:
        with suppress(OSError), questions.accept()[0] as asker:
            asker.settimeout(1)
            asker.recv(4096)
            ready = self._current is not None and not self._broken
            status = "200 OK" if ready else "503 Service Unavailable"
            asker.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    # --- starting

    def _start(self) -> None:
        self._start_at, self._began = None, time.monotonic()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(parent)
        self._next = pid

    def _become(self, parent: int) -> NoReturn:
        """The fork: as if the module had been started by `python -m`, to the end of the interpreter."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        end_with_parent(parent)
        self._close_everything()
        sys.argv = [self._program.module]
        try:
            runpy.run_module(self._program.module, run_name="__main__", alter_sys=True)
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception:  # noqa: BLE001 - whatever it is, the fork must not go on as its parent
            traceback.print_exc()
            sys.exit(1)
        sys.exit(0)

    def _close_everything(self) -> None:
        """What only the parent may read from or listen on."""
        for key in list(self._selector.get_map().values()):
            cast("socket.socket | IO[bytes]", key.fileobj).close()
        self._wakeup.close()
        self._selector.close()

    def _watch(self) -> None:
        command = [sys.executable, "-m", "infra.embedded.watching", *self._program.watched]
        self._watcher = subprocess.Popen([*command, "--except", *self._program.left_out], stdout=subprocess.PIPE)
        if self._watcher.stdout is None:
            return
        news = self._watcher.stdout
        self._register(news, lambda: self._read_changes(news))

    def _read_changes(self, news: IO[bytes]) -> None:
        read = os.read(news.fileno(), 1 << 20).decode()
        if not read:
            self._selector.unregister(news)
            if not self._stopping:
                say("the watcher has ended: changes are not seen any more")
        changed = sorted({path for line in read.splitlines() for path in line.split("\t") if path})
        if self._stopping:
            return
        if changed:
            self._on_change(changed)
        elif not self._children():
            self._start()  # the watcher is at work: from now on no change is missed

    def _listen_to_signals(self) -> None:
        reading, self._wakeup = socket.socketpair()
        for end in (reading, self._wakeup):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wakeup.fileno())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda _number, _frame: None)
        self._register(reading, lambda: self._on_signal(reading.recv(4096)))


def preload(modules: Iterable[str]) -> None:
    """Load what every fork needs and nobody edits. A package that is not installed is not missed here."""
    for name in modules:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # shared with the forks for as long as nobody writes to it


def say(text: str) -> None:
    """A line in the log."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def end_with_parent(parent: int) -> None:
    """The kernel sends SIGTERM to this process when `parent` ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _shared_socket(address: tuple[str, int]) -> socket.socket:
    shared = socket.create_server(address, backlog=1024)
    os.environ[_SOCKET_VARIABLE] = str(shared.fileno())
    return shared


def inherited_socket() -> socket.socket:
    """In a fork: the socket that is handed on."""
    return socket.socket(fileno=int(os.environ[_SOCKET_VARIABLE]))


def _notes_socket() -> socket.socket:
    """Where forks say that they serve; the environment tells them."""
    notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    name = f"emporium-{os.getpid()}"
    notes.bind(f"\0{name}")
    os.environ["NOTIFY_SOCKET"] = f"@{name}"
    return notes


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _ending(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with exit code {code}"


def main() -> None:
    """`python -m infra.embedded.reloading PROGRAM`, the program as JSON."""
    fields = json.loads(sys.argv[1])
    listen = fields.pop("listen")
    sys.exit(Reloader(Program(**fields, listen=tuple(listen) if listen else None)).run())


if __name__ == "__main__":
    main()
