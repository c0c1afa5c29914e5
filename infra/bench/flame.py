"""Flame graphs of running processes, by py-spy, which looks at them from outside."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.embedded.failures import StackError
from infra.embedded.running import RunningStack, is_alive

_FORBIDDEN = ("permission denied", "operation not permitted")


class Flame:
    """One that is being drawn: started when made, written when finished."""

    def __init__(self, stack: RunningStack, process: str, target: Path, *, seconds: int, idle: bool = False) -> None:
        """Looks for so many seconds; `idle`: also where it waits. Raises StackError."""
        part = next((part for part in stack.record.parts if part.name == process), None)
        if part is None or part.pid is None or not is_alive(part.pid, part.process_started):
            raise StackError(f"{process} does not run.", "See `emporium status`.")
        self.target = target
        self._process = process
        # Without stopping it: a process that is stopped at every sample takes a fraction of its load.
        command = [_py_spy(), "record", "--nonblocking", "--rate", "200", "--pid", str(part.pid)]
        command += ["--duration", str(seconds), "--output", str(target), *(["--idle"] if idle else [])]
        self._drawing = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def finish(self) -> None:
        """Waits until the SVG is written. Raises StackError."""
        told = self._drawing.communicate()[1]
        if self._drawing.returncode == 0 and self.target.exists():
            return
        if any(text in told.lower() for text in _FORBIDDEN):
            who = "" if os.geteuid() == 0 else " or run this as root"
            raise StackError(
                f"This system does not let py-spy look into {self._process} (ptrace).",
                f"Allow it for your own processes: sysctl kernel.yama.ptrace_scope=0{who}; "
                "in a container give it the capability SYS_PTRACE.",
            )
        raise StackError(f"py-spy failed: {told.strip()[-500:]}")


def _py_spy() -> str:
    beside = Path(sys.executable).parent / "py-spy"
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        raise StackError(
            "py-spy is not installed.", "It comes with the development packages: `make check` installs them."
        )
    return found
