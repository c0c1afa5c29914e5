"""What is known of the parts that run: where each is in its life, told to whoever waits for it or shows it."""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from infra.embedded.failures import StackError
from infra.embedded.part import Part
from infra.embedded.process import start_time


class PartState(StrEnum):
    """Where a part is in its life."""

    WAITING = "waiting"
    PREPARING = "preparing"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    HELD = "held down"
    FAILED = "failed"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(kw_only=True)
class Run:
    """One part and the child that runs it."""

    part: Part
    state: PartState = PartState.WAITING
    child: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0
    failure: StackError | None = None
    held: bool = False
    thread: threading.Thread | None = None
    log_start: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, kw_only=True)
class PartStatus:
    """A snapshot of one part for `status`."""

    name: str
    state: PartState
    pid: int | None
    process_started: int | None
    """In clock ticks since boot: together with the pid it names a process for good."""
    port: int
    started_at: float
    """Seconds since the epoch of the last start; 0 when never started."""
    restarts: int


class Runs:
    """All parts by name, in the order they were given. All methods may be called from any thread."""

    def __init__(self, on_change: Callable[[list[PartStatus]], None]) -> None:
        self._on_change = on_change
        self._runs: dict[str, Run] = {}
        self.changed = threading.Condition()
        """Held while several of them are looked at; notified whenever one of them has changed."""

    def __getitem__(self, name: str) -> Run:
        return self._runs[name]

    def __contains__(self, name: str) -> bool:
        return name in self._runs

    def names(self) -> list[str]:
        return list(self._runs)

    def all(self) -> list[Run]:
        return list(self._runs.values())

    def add(self, parts: Iterable[Part]) -> list[Run]:
        with self.changed:
            fresh = [Run(part=part) for part in parts]
            self._runs.update({run.part.name: run for run in fresh})
        return fresh

    def status(self) -> list[PartStatus]:
        with self.changed:
            return [_status(run) for run in self._runs.values()]

    def set(self, run: Run, state: PartState) -> None:
        with self.changed:
            run.state = state
            snapshot = [_status(each) for each in self._runs.values()]
            with contextlib.suppress(OSError):  # told again at the next change
                self._on_change(snapshot)
            self.changed.notify_all()

    def fail(self, run: Run, failure: StackError) -> None:
        with self.changed:
            run.failure = failure
        self.set(run, PartState.FAILED)


def _status(run: Run) -> PartStatus:
    pid = run.child.pid if run.child is not None and run.child.returncode is None else None
    return PartStatus(
        name=run.part.name,
        state=run.state,
        pid=pid,
        process_started=start_time(pid) if pid is not None else None,
        port=run.part.port,
        started_at=run.started_at,
        restarts=run.restarts,
    )
