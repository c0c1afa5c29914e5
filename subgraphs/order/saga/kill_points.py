"""Named places where a test may kill the process, to prove that nothing is lost there."""

import os
from collections.abc import Callable
from pathlib import Path

BEFORE_INTENT = "before_intent"
AFTER_INTENT = "after_intent"
AFTER_REMOTE = "after_remote_before_record"
AFTER_RECORD = "after_record"
PHASES = (BEFORE_INTENT, AFTER_INTENT, AFTER_REMOTE, AFTER_RECORD)

EXIT_CODE = 137
"""What a process killed by SIGKILL leaves in a shell."""

Reached = Callable[[str, str], None]
"""Told the step ("undo_" before it when undoing) and the phase."""


def never(step: str, phase: str) -> None:
    """The kill points of production: none."""


def kill_at(spec: str) -> Reached:
    """From `step.phase`, or `step.phase:n` for the n-th time it is reached, or `@file`, read each time a point is
    reached. Raises ValueError when malformed."""
    if not spec:
        return never
    if spec.startswith("@"):
        return _kill_by(Path(spec.removeprefix("@")))
    name, _, times = spec.partition(":")
    step, _, phase = name.partition(".")
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
    """The file may change while the process runs: one process can be killed at a point chosen after it has started."""

    def reached(at_step: str, at_phase: str) -> None:
        if file.exists() and file.read_text().strip() == f"{at_step}.{at_phase}":
            os._exit(EXIT_CODE)

    return reached
