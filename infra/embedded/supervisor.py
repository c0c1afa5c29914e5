"""Keeps the parts of a stack running: starts them side by side, restarts what crashes, stops all in order.

Each part has a thread of its own, which starts the child and lives as long as it: the kernel signals a child when the
*thread* that started it ends.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable

from infra.embedded.failures import ProcessFailed
from infra.embedded.identity import Identity
from infra.embedded.life import Life
from infra.embedded.part import Part
from infra.embedded.process import kill_session, send
from infra.embedded.reporting import Reporter
from infra.embedded.runs import PartState, PartStatus, Run, Runs
from infra.embedded.state import StateFolder

_READY_SECONDS = 180.0
_STOP_SECONDS = 30.0


class Supervisor:
    """Runs parts. All methods may be called from any thread."""

    def __init__(
        self,
        *,
        state: StateFolder,
        identity: Identity,
        reporter: Reporter,
        on_change: Callable[[list[PartStatus]], None] = lambda _: None,
        before_launch: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._reporter = reporter
        self._runs = Runs(on_change)
        self._life = Life(
            runs=self._runs, state=state, identity=identity, reporter=reporter, before_launch=before_launch
        )

    # --- starting

    def start(self, parts: Iterable[Part]) -> None:
        """Start these parts side by side; returns at once."""
        for run in self._runs.add(parts):
            run.thread = threading.Thread(target=self._life.live, args=(run,), name=run.part.name, daemon=True)
            run.thread.start()

    def wait_ready(self, names: Iterable[str], seconds: float = _READY_SECONDS) -> None:
        """Until all of these are ready. Raises the failure of the first part that failed, also one not waited for."""
        wanted = list(names)
        deadline = time.monotonic() + seconds
        with self._runs.changed:
            while True:
                for run in self._runs.all():
                    if run.failure is not None:
                        raise run.failure
                late = [name for name in wanted if self._runs[name].state is not PartState.READY]
                if not late:
                    return
                if not self._runs.changed.wait(timeout=max(0.0, deadline - time.monotonic())):
                    raise ProcessFailed(
                        late[0],
                        f"Not ready after {seconds:.0f} s: {', '.join(late)}.",
                        f"Look at `emporium logs {late[0]}`.",
                    )

    # --- asking

    def status(self) -> list[PartStatus]:
        """All parts, in the order they were given."""
        return self._runs.status()

    def names(self) -> list[str]:
        """The names of all parts."""
        return self._runs.names()

    def pid(self, name: str) -> int:
        """The process id of a running part."""
        child = self._runs[name].child
        if child is None or child.poll() is not None:
            raise ProcessFailed(name, f"{name} is not running.")
        return child.pid

    # --- stopping

    def stop_all(self, *, seconds: float = _STOP_SECONDS) -> None:
        """Stop everything: gateway first, servers last. What does not go within `seconds` is killed."""
        with self._runs.changed:
            for run in self._runs.all():
                run.stopping.set()
            self._runs.changed.notify_all()
        for rank in sorted({run.part.stop_rank for run in self._runs.all()}):
            self._stop([run for run in self._runs.all() if run.part.stop_rank == rank], seconds)

    def kill_all(self) -> None:
        """Do not wait for anybody."""
        for run in self._runs.all():
            run.stopping.set()
            kill_session(run.child)

    def _stop(self, runs: list[Run], seconds: float) -> None:
        for run in runs:
            if run.child is not None and run.child.poll() is None:
                self._runs.set(run, PartState.STOPPING)
                send(run.child, run.part.launch().stop_signal)
        deadline = time.monotonic() + seconds
        for run in runs:
            # A thread without a child may be in the middle of a download: it is not waited for.
            if run.thread is not None and run.child is not None:
                run.thread.join(timeout=max(0.0, deadline - time.monotonic()))
                if run.thread.is_alive():
                    self._reporter.trouble(run.part.name, f"did not stop within {seconds:.0f} s: killed")
                    kill_session(run.child)
                    run.thread.join(timeout=5)
            self._runs.set(run, PartState.STOPPED)

    # --- faults, for tests

    def kill(self, name: str) -> None:
        """`kill -9`, and keep it down until `release`."""
        run = self._runs[name]
        run.held = True
        kill_session(run.child)
        with self._runs.changed:
            self._runs.changed.wait_for(lambda: run.state is PartState.HELD, timeout=10)

    def release(self, name: str) -> None:
        """Let a part that is held down start again; `wait_ready` tells when it is up."""
        with self._runs.changed:
            run = self._runs[name]
            run.held = False
            run.state = PartState.RESTARTING
            self._runs.changed.notify_all()

    def freeze(self, name: str) -> None:
        """SIGSTOP: it keeps its connections and answers nothing."""
        os.kill(self.pid(name), signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        os.kill(self.pid(name), signal.SIGCONT)
