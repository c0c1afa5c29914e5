"""The life of one part: prepared, started, watched, and started again when it ends."""

import contextlib
import errno
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from infra.embedded.failures import NoDiskSpace, PortTaken, ProcessFailed, StackError
from infra.embedded.identity import Identity
from infra.embedded.ports import listens
from infra.embedded.process import how_it_ended, kill_session, last_lines, log_since, send, spawn
from infra.embedded.reporting import Reporter
from infra.embedded.runs import PartState, Run, Runs
from infra.embedded.state import StateFolder

_RETRY_SECONDS = 20.0
_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_PORT_IN_USE = re.compile(
    r"address already in use|already in use|could not bind|BindException|Failed to bind|is in use", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Life:
    """How parts live, each in a thread of its own."""

    runs: Runs
    state: StateFolder
    identity: Identity
    reporter: Reporter
    before_launch: Callable[[str], None]

    def live(self, run: Run) -> None:
        """Until it is stopped, or has failed for good."""
        try:
            self.runs.set(run, PartState.PREPARING)
            run.part.prepare(self.reporter)
            self.runs.set(run, PartState.WAITING)
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
            self.runs.fail(run, failure)
        except OSError as error:
            self.runs.fail(run, _os_failure(run.part.name, error))
        except (ValueError, RuntimeError, LookupError) as error:
            self.runs.fail(run, ProcessFailed(run.part.name, f"{run.part.name} cannot be started: {error!r}."))
        finally:
            kill_session(run.child)
            if run.failure is None:
                self.runs.set(run, PartState.STOPPED)

    def _await_predecessors(self, run: Run) -> None:
        names = [name for name in run.part.after if name in self.runs]
        with self.runs.changed:
            self.runs.changed.wait_for(
                lambda: (
                    run.stopping.is_set()
                    or all(self.runs[name].state is PartState.READY for name in names)
                    or any(self.runs[name].failure for name in names)
                )
            )
            for name in names:
                failure = self.runs[name].failure
                if failure is not None:
                    raise failure

    def _start(self, run: Run) -> None:
        """Launch and wait until it is ready; some first failures are worth another try."""
        give_up = time.monotonic() + _RETRY_SECONDS
        while not run.stopping.is_set():
            self._launch(run)
            if self._became_ready(run):
                return
            # More than is shown: Elasticsearch says why it cannot start some sixty lines before its end.
            said = log_since(self.state.log(run.part.name), run.log_start)
            if run.stopping.is_set():
                return
            if run.restarts == 0 and not (run.part.may_retry(said) and time.monotonic() < give_up):
                raise self._explain(run, said)
            if run.restarts > 0:
                return  # a restart that failed: _watch sees it and waits longer
            run.stopping.wait(0.5)

    def _launch(self, run: Run) -> None:
        if run.restarts == 0:
            self.state.rotate_log(run.part.name)
        log = self.state.log(run.part.name)
        run.log_start = log.stat().st_size if log.exists() else 0
        self.reporter.step(run.part.name, "starting")
        self.before_launch(run.part.name)
        run.child = spawn(run.part.launch(), self.identity, log)
        run.started_at = time.time()
        self.runs.set(run, PartState.STARTING)
        if run.stopping.is_set():  # stop_all may have looked for a child a moment too early
            send(run.child, run.part.launch().stop_signal)

    def _became_ready(self, run: Run) -> bool:
        """False when the child has ended. One that is merely slow is waited for: `wait_ready` has the time limit."""
        began = time.monotonic()
        while run.child is not None and run.child.poll() is None and not run.stopping.is_set():
            # Another program may sit on the port and answer in the part's place.
            if run.part.is_ready() and listens(run.child.pid, run.part.port) and run.child.poll() is None:
                run.part.provision()
                self.runs.set(run, PartState.READY)
                self.reporter.ready(run.part.name, f"ready in {time.monotonic() - began:.1f} s")
                return True
            run.stopping.wait(0.05)
        return False

    def _watch(self, run: Run) -> None:
        """Until the child ends; then hold, or back off, before the next start."""
        if run.child is None:
            return
        code = run.child.wait()
        if run.stopping.is_set():
            return
        lived = time.time() - run.started_at
        if run.held:
            self.runs.set(run, PartState.HELD)
            with self.runs.changed:
                self.runs.changed.wait_for(lambda: not run.held or run.stopping.is_set())
            return
        run.restarts = run.restarts + 1
        pause = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** min(run.restarts - 1, 10))
        if lived > _STEADY_SECONDS:
            pause = _FIRST_BACKOFF_SECONDS
        self.runs.set(run, PartState.RESTARTING)
        self._trouble(run, f"{how_it_ended(code)} after {lived:.0f} s; starting it again in {pause:.1f} s")
        run.stopping.wait(pause)

    def _explain(self, run: Run, said: str) -> StackError:
        name, port = run.part.name, run.part.port
        if _PORT_IN_USE.search(said):
            return PortTaken(name, port, f"Port {port} of {name} was taken by another program in the last moment.")
        code = run.child.poll() if run.child is not None else None
        return ProcessFailed(
            name,
            f"{name} {how_it_ended(code)} before it was ready.",
            f"The end of its log is above; all of it: {self.state.log(name)}.",
            log_tail=last_lines(said),
        )

    def _trouble(self, run: Run, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody reads, or the disk is full: no reason to stop supervising
            self.reporter.trouble(run.part.name, text)


def _os_failure(name: str, error: OSError) -> StackError:
    if error.errno == errno.ENOSPC:
        return NoDiskSpace(f"The disk is full: {name} cannot be started.", "Free some space, then start again.")
    return ProcessFailed(name, f"{name} cannot be started: {error}.")
