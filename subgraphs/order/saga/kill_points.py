"""Named places where a test may kill the process, to prove that nothing is lost there."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

BEFORE_INTENT = "before_intent"
"""In the transaction that leads to the step; nothing of the step is written."""
AFTER_INTENT = "after_intent"
"""What is intended is committed; nothing is called."""
AFTER_REMOTE = "after_remote_before_record"
AFTER_RECORD = "after_record"
MID_COMPENSATION = "mid_compensation"
"""What undoing the step wrote is in the open transaction."""
MID_RECOVERY = "mid_recovery"
"""A saga that another engine left at the step is claimed; nothing is done with it."""
BEFORE_RELAY_ACK = "before_relay_ack"
"""The broker has the event; the outbox does not know it. The point is named after the event's type."""

STEP_PHASES = (BEFORE_INTENT, AFTER_INTENT, AFTER_REMOTE, AFTER_RECORD)
PHASES = (*STEP_PHASES, MID_COMPENSATION, MID_RECOVERY, BEFORE_RELAY_ACK)

EXIT_CODE = 137
"""What a process killed by SIGKILL leaves in a shell."""

Reached = Callable[[str, str], None]
"""Told the step ("undo_" before it when undoing) and the phase."""


def never(step: str, phase: str) -> None:
    """The kill points of production: none."""


def kill_at(spec: str) -> Reached:
    """From `step.phase`, or `step.phase:n` for the n-th time it is reached, or `@file`. ValueError: malformed.

    The file holds one point a line, and any number of processes may share it. Who reaches the first line takes it out
    of the file and dies of it, so that the others live until they reach the next one.
    """
    if not spec:
        return never
    if spec.startswith("@"):
        return _kill_by(Path(spec.removeprefix("@")))
    name, _, times = spec.partition(":")
    step, _, phase = name.rpartition(".")
    if not step or phase not in PHASES or not (times or "1").isdigit():
        raise ValueError(f"{spec!r} is not step.phase[:n] with a phase of {', '.join(PHASES)}")
    left = int(times or "1")

    def reached(at_step: str, at_phase: str) -> None:
        nonlocal left
        if (at_step, at_phase) != (step, phase):
            return
        left -= 1
        if left == 0:
            os._exit(EXIT_CODE)

    return reached


def _kill_by(file: Path) -> Reached:
    def reached(at_step: str, at_phase: str) -> None:
        if _first(file) != f"{at_step}.{at_phase}":
            return
        mine = file.with_name(f"{file.name}.{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            file.rename(mine)  # of two processes that get here at once, one has it
            rest = mine.read_text().partition("\n")[2]
            mine.write_text(rest)
            mine.rename(file)
            os._exit(EXIT_CODE)

    return reached


def _first(file: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return file.read_text().partition("\n")[0].strip()
    return ""
