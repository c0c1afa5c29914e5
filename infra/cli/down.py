"""`emporium down`."""

import os
import signal
import sys
import time

import click

from infra.cli.console import err, out
from infra.embedded import running
from infra.embedded.state import StateFolder, default_state_folder

_PATIENCE_SECONDS = 60.0


@click.command()
def command() -> None:
    """Stop what `up` started. Exit code 0 also when nothing runs."""
    state = StateFolder(default_state_folder())
    record = running.read_record(state)
    if record is None or not running.is_alive(record.launcher, record.launcher_started):
        for name in running.end_left_overs(record):
            err.print(f"{name} was left over: killed")
        out.print("Nothing was running.")
        return
    if not stop(record):
        err.print("It did not stop in time and was killed.")
        sys.exit(1)
    out.print("Stopped.")


def stop(record: running.RunRecord) -> bool:
    """Ask the launcher to stop everything; kill it, and so its children, when it does not. False: it was killed."""
    os.kill(record.launcher, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while running.is_alive(record.launcher, record.launcher_started):
        if time.monotonic() > deadline:
            os.kill(record.launcher, signal.SIGKILL)
            running.end_left_overs(record)
            return False
        time.sleep(0.05)
    running.end_left_overs(record)
    return True
