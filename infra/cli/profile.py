"""`emporium profile`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from infra.cli.console import err, out
from infra.embedded.applications import APPLICATIONS
from infra.embedded.failures import StackError
from infra.embedded.running import is_alive, running_stack

_FORBIDDEN = ("permission denied", "operation not permitted")


@click.command()
@click.argument("process", type=click.Choice(APPLICATIONS))
@click.option("--seconds", default=10, show_default=True, type=click.IntRange(1, 3600), help="How long to look.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The SVG (default: in the state).")
@click.option("--idle", is_flag=True, help="Also where it waits.")
def command(process: str, seconds: int, output: Path | None, idle: bool) -> None:
    """Where a running process spends its time: a flame graph by py-spy, without stopping or restarting it."""
    stack = running_stack()
    part = next((part for part in stack.record.parts if part.name == process), None)
    if part is None or part.pid is None or not is_alive(part.pid, part.process_started):
        raise StackError(f"{process} does not run.", "See `emporium status`.")
    target = output or stack.state.folder("profiles") / f"{process}.svg"
    arguments = ["record", "--pid", str(part.pid), "--duration", str(seconds), "--output", str(target), "--rate", "200"]
    err.print(f"looking at {process} (pid {part.pid}) for {seconds} s", style="dim")
    done = subprocess.run(
        [_py_spy(), *arguments, *(["--idle"] if idle else [])],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise _failure(process, done.stderr)
    out.print(str(target), soft_wrap=True, highlight=False)


def _py_spy() -> str:
    beside = Path(sys.executable).parent / "py-spy"
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        raise StackError(
            "py-spy is not installed.", "It comes with the development packages: `make check` installs them."
        )
    return found


def _failure(process: str, told: str) -> StackError:
    if any(text in told.lower() for text in _FORBIDDEN):
        who = "" if os.geteuid() == 0 else " or run this as root"
        return StackError(
            f"This system does not let py-spy look into {process} (ptrace).",
            f"Allow it for your own processes: sysctl kernel.yama.ptrace_scope=0{who}; "
            "in a container give it the capability SYS_PTRACE.",
        )
    return StackError(f"py-spy failed: {told.strip()[-500:]}")
