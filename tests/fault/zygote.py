"""A process that has imported the order service and forks it on demand: a start costs a fork, not a second of imports.

`python -m tests.fault.zygote` connects to the Unix socket ZYGOTE_SOCKET. Each line it gets is a JSON object, the
environment of an order service to start and under LOG the file for what it tells. It answers `started PID`, and
`ended PID CODE` when one has ended. When the connection is closed it kills what it started and ends.
"""

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys

from chassis.run import main as run_service
from subgraphs.order.bootstrap import MIGRATIONS, bootstrap
from subgraphs.order.settings import OrderSettings

PR_SET_PDEATHSIG = 1


def main() -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(os.environ["ZYGOTE_SOCKET"])
        # What is shared with the children stays shared: the collector would write into it.
        gc.collect()
        gc.freeze()
        children: set[int] = set()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            _serve(connection, children)
        finally:
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _serve(connection: socket.socket, children: set[int]) -> None:
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    asked = b""
    while True:
        ready, _, _ = select.select([connection, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            for pid, code in _ended(children):
                connection.sendall(f"ended {pid} {code}\n".encode())
        if connection in ready:
            received = connection.recv(65536)
            if not received:
                return
            *lines, asked = (asked + received).split(b"\n")
            for line in lines:
                pid = _fork(json.loads(line), [connection.fileno(), woken, wake])
                children.add(pid)
                connection.sendall(f"started {pid}\n".encode())


def _ended(children: set[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            children.discard(pid)
            found.append((pid, os.waitstatus_to_exitcode(status)))
    return found


def _fork(environment: dict[str, str], ours: list[int]) -> int:
    """No thread and nothing of gRPC runs here yet, so that the child starts as clean as a new process."""
    parent, pid = os.getpid(), os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        die_with(parent)
        log = os.open(environment.pop("LOG"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        for descriptor in ours:
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["order"]
        run_service("order", bootstrap, OrderSettings, MIGRATIONS)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        os._exit(code)


def die_with(parent: int) -> None:
    """Also when it is killed and can end nobody."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main()
