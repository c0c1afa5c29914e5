"""Keeps the parts of a stack running: starts them side by side, restarts what crashes, stops all in order.

Each part has a thread of its own, which starts the child and lives as long as it: the kernel signals a child when the
*thread* that started it ends.
"""

import contextlib
import errno
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from infra.embedded.failures import NoDiskSpace, PortTaken, ProcessFailed, StackError
from infra.embedded.identity import Identity
from infra.embedded.part import Part
from infra.embedded.ports import listens
from infra.embedded.process import log_tail, spawn, start_time
from infra.embedded.reporting import Reporter
from infra.embedded.state import StateFolder

_READY_SECONDS = 180.0
_RETRY_SECONDS = 20.0
_STOP_SECONDS = 30.0
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_PORT_IN_USE = re.compile(
    r"address already in use|already in use|could not bind|BindException|Failed to bind|is in use", re.IGNORECASE
)


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
class _Run:
    """What the supervisor knows of one part."""

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
        self._state = state
        self._identity = identity
        self._reporter = reporter
        self._on_change = on_change
        self._before_launch = before_launch
        self._runs: dict[str, _Run] = {}
        self._changed = threading.Condition()

    # --- starting

    def start(self, parts: Iterable[Part]) -> None:
        """Start these parts side by side; returns at once."""
        with self._changed:
            fresh = [_Run(part=part) for part in parts]
            self._runs.update({run.part.name: run for run in fresh})
        for run in fresh:
            run.thread = threading.Thread(target=self._live, args=(run,), name=run.part.name, daemon=True)
            run.thread.start()

    def wait_ready(self, names: Iterable[str], seconds: float = _READY_SECONDS) -> None:
        """Until all of these are ready. Raises the failure of the first that failed."""
        wanted = list(names)
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                runs = [self._runs[name] for name in wanted]
                for run in runs:
                    if run.failure is not None:
                        raise run.failure
                late = [run.part.name for run in runs if run.state is not PartState.READY]
                if not late:
                    return
                if not self._changed.wait(timeout=max(0.0, deadline - time.monotonic())):
                    raise ProcessFailed(
                        late[0],
                        f"Not ready after {seconds:.0f} s: {', '.join(late)}.",
                        f"Look at `emporium logs {late[0]}`.",
                    )

    # --- asking

    def status(self) -> list[PartStatus]:
        """All parts, in the order they were given."""
        with self._changed:
            return [_status(run) for run in self._runs.values()]

    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._runs)

    def pid(self, name: str) -> int:
        """The process id of a running part."""
        child = self._runs[name].child
        if child is None or child.poll() is not None:
            raise ProcessFailed(name, f"{name} is not running.")
        return child.pid

    # --- stopping

    def stop_all(self, *, seconds: float = _STOP_SECONDS) -> None:
        """Stop everything: gateway first, servers last. What does not go within `seconds` is killed."""
        with self._changed:
            for run in self._runs.values():
                run.stopping.set()
            self._changed.notify_all()
        for rank in sorted({run.part.stop_rank for run in self._runs.values()}):
            self._stop([run for run in self._runs.values() if run.part.stop_rank == rank], seconds)

    def kill_all(self) -> None:
        """Do not wait for anybody."""
        for run in self._runs.values():
            run.stopping.set()
            _kill(run.child)

    def _stop(self, runs: list[_Run], seconds: float) -> None:
        for run in runs:
            if run.child is not None and run.child.poll() is None:
                self._set(run, PartState.STOPPING)
                _signal(run.child, run.part.launch().stop_signal)
        deadline = time.monotonic() + seconds
        for run in runs:
            # A thread without a child may be in the middle of a download: it is not waited for.
            if run.thread is not None and run.child is not None:
                run.thread.join(timeout=max(0.0, deadline - time.monotonic()))
                if run.thread.is_alive():
                    self._reporter.trouble(run.part.name, f"did not stop within {seconds:.0f} s: killed")
                    _kill(run.child)
                    run.thread.join(timeout=5)
            self._set(run, PartState.STOPPED)

    # --- faults, for tests

    def kill(self, name: str) -> None:
        """`kill -9`, and keep it down until `release`."""
        run = self._runs[name]
        run.held = True
        _kill(run.child)
        with self._changed:
            self._changed.wait_for(lambda: run.state is PartState.HELD, timeout=10)

    def release(self, name: str) -> None:
        """Let a part that is held down start again; `wait_ready` tells when it is up."""
        with self._changed:
            run = self._runs[name]
            run.held = False
            run.state = PartState.RESTARTING
            self._changed.notify_all()

    def freeze(self, name: str) -> None:
        """SIGSTOP: it keeps its connections and answers nothing."""
        os.kill(self.pid(name), signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        os.kill(self.pid(name), signal.SIGCONT)

    # --- the life of one part, in its own thread

    def _live(self, run: _Run) -> None:
        try:
            self._set(run, PartState.PREPARING)
            run.part.prepare(self._reporter)
            self._set(run, PartState.WAITING)
            self._await_predecessors(run)
            while not run.stopping.is_set():
                try:
                    self._start(run)
                except OSError as error:
                    if run.restarts == 0:
                        raise
                    # What ran already can run again once the disk has room.
                    self._trouble(run, f"cannot be started again: {error}")
                self._watch(run)
        except StackError as failure:
            self._fail(run, failure)
        except OSError as error:
            self._fail(run, _os_failure(run.part.name, error))
        except (ValueError, RuntimeError, LookupError) as error:
            self._fail(run, ProcessFailed(run.part.name, f"{run.part.name} cannot be started: {error!r}."))
        finally:
            _kill(run.child)
            if run.failure is None:
                self._set(run, PartState.STOPPED)

    def _await_predecessors(self, run: _Run) -> None:
        names = [name for name in run.part.after if name in self._runs]
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    run.stopping.is_set()
                    or all(self._runs[name].state is PartState.READY for name in names)
                    or any(self._runs[name].failure for name in names)
                )
            )
            for name in names:
                failure = self._runs[name].failure
                if failure is not None:
                    raise failure

    def _start(self, run: _Run) -> None:
        """Launch and wait until it is ready; some first failures are worth another try."""
        give_up = time.monotonic() + _RETRY_SECONDS
        while not run.stopping.is_set():
            self._launch(run)
            if self._became_ready(run):
                return
            tail = log_tail(self._state.log(run.part.name), run.log_start)
            if run.stopping.is_set():
                return
            if run.restarts == 0 and not (run.part.may_retry(tail) and time.monotonic() < give_up):
                raise self._explain(run, tail)
            if run.restarts > 0:
                return  # a restart that failed: _watch sees it and waits longer
            run.stopping.wait(0.5)

    def _launch(self, run: _Run) -> None:
        if run.restarts == 0:
            self._state.rotate_log(run.part.name)
        log = self._state.log(run.part.name)
        run.log_start = log.stat().st_size if log.exists() else 0
        self._reporter.step(run.part.name, "starting")
        self._before_launch(run.part.name)
        run.child = spawn(run.part.launch(), self._identity, log)
        run.started_at = time.time()
        self._set(run, PartState.STARTING)
        if run.stopping.is_set():  # stop_all may have looked for a child a moment too early
            _signal(run.child, run.part.launch().stop_signal)

    def _became_ready(self, run: _Run) -> bool:
        """False when the child has ended. One that is merely slow is waited for: `wait_ready` has the time limit."""
        began = time.monotonic()
        while run.child is not None and run.child.poll() is None and not run.stopping.is_set():
            # Another program may sit on the port and answer in the part's place.
            if run.part.is_ready() and listens(run.child.pid, run.part.port) and run.child.poll() is None:
                run.part.provision()
                self._set(run, PartState.READY)
                self._reporter.ready(run.part.name, f"ready in {time.monotonic() - began:.1f} s")
                return True
            run.stopping.wait(0.05)
        return False

    def _watch(self, run: _Run) -> None:
        """Until the child ends; then hold, or back off, before the next start."""
        if run.child is None:
            return
        code = run.child.wait()
        if run.stopping.is_set():
            return
        lived = time.time() - run.started_at
        if run.held:
            self._set(run, PartState.HELD)
            with self._changed:
                self._changed.wait_for(lambda: not run.held or run.stopping.is_set())
            return
        run.restarts = run.restarts + 1
        pause = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** min(run.restarts - 1, 10))
        if lived > _STEADY_SECONDS:
            pause = _FIRST_BACKOFF_SECONDS
        self._set(run, PartState.RESTARTING)
        self._trouble(run, f"{_ending(code)} after {lived:.0f} s; starting it again in {pause:.1f} s")
        run.stopping.wait(pause)

    def _explain(self, run: _Run, tail: str) -> StackError:
        name, port = run.part.name, run.part.port
        if _PORT_IN_USE.search(tail):
            return PortTaken(name, port, f"Port {port} of {name} was taken by another program in the last moment.")
        code = run.child.poll() if run.child is not None else None
        return ProcessFailed(
            name,
            f"{name} {_ending(code)} before it was ready.",
            f"The end of its log is above; all of it: {self._state.log(name)}.",
            log_tail=tail,
        )

    def _fail(self, run: _Run, failure: StackError) -> None:
        with self._changed:
            run.failure = failure
        self._set(run, PartState.FAILED)

    def _trouble(self, run: _Run, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody reads, or the disk is full: no reason to stop supervising
            self._reporter.trouble(run.part.name, text)

    def _set(self, run: _Run, state: PartState) -> None:
        with self._changed:
            run.state = state
            snapshot = [_status(each) for each in self._runs.values()]
            with contextlib.suppress(OSError):  # told again at the next change
                self._on_change(snapshot)
            self._changed.notify_all()


def _status(run: _Run) -> PartStatus:
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


def _os_failure(name: str, error: OSError) -> StackError:
    if error.errno == errno.ENOSPC:
        return NoDiskSpace(f"The disk is full: {name} cannot be started.", "Free some space, then start again.")
    return ProcessFailed(name, f"{name} cannot be started: {error}.")


def _ending(code: int | None) -> str:
    if code is None:
        return "ended"
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        child.send_signal(number)
        child.send_signal(signal.SIGCONT)  # a frozen process sees its signals only then
    except ProcessLookupError:
        return


def _kill(child: subprocess.Popen[bytes] | None) -> None:
    """Kill a child and all of its session."""
    if child is None or child.poll() is not None:
        return
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
