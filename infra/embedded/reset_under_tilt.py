"""Deletes all data of this checkout while Tilt runs: `python -m infra.embedded.reset_under_tilt`, Tilt's task `reset`.

Stops what uses the data, empties the state folder, and starts everything again in order. The ports outlive the data,
because the Tiltfile knows them.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from infra.embedded.applications import APPLICATIONS
from infra.embedded.failures import StackError
from infra.embedded.foreground import ForegroundStack
from infra.embedded.launcher import external_servers
from infra.embedded.probes import http_get
from infra.embedded.state import default_cache_folder, default_state_folder

_STOP_SECONDS = 60.0
_START_SECONDS = 180.0
# Tilt does not look at dependencies when a resource is enabled again.
_STAGES = (("account", "catalog", "payment_sandbox"), ("order",), ("gateway",))


def main() -> int:
    """The exit code."""
    try:
        reset(os.getppid())
    except StackError as failure:
        sys.stderr.write(f"{failure.message} {failure.remedy}\n")
        return 1
    return 0


def reset(tilt: int) -> None:
    """Do it; `tilt` is the process id of Tilt, which the tools take for the launcher. Raises StackError."""
    stack = _stack()
    servers, ports = stack.embedded(), stack.state.read("ports.json")
    _tilt("disable", *APPLICATIONS, *servers)
    _until(lambda: not stack.state.is_locked(), _STOP_SECONDS, "Tilt did not stop everything.")
    with stack.state.locked():
        shutil.rmtree(stack.state.path)
    _say("all data is deleted")
    stack.state.create()
    stack.state.write("ports.json", ports)
    stack = _stack()
    stack.record(tilt)
    for names in (servers, *_STAGES):
        if names:
            _start(stack, names)
    _tilt("trigger", "demo-data")


def _stack() -> ForegroundStack:
    return ForegroundStack(default_state_folder(), default_cache_folder(), external_servers())


def _start(stack: ForegroundStack, names: Sequence[str]) -> None:
    _tilt("enable", *names)
    for name in names:
        _until(lambda name=name: _is_ready(stack, name), _START_SECONDS, f"{name} did not become ready.")
        _say(f"{name} is ready")


def _is_ready(stack: ForegroundStack, name: str) -> bool:
    if name == "payment_sandbox":
        return http_get(stack.ports[name], "/healthz")[0] == 200
    return http_get(stack.ports[f"{name}-readiness"], "/readyz")[0] == 200


def _until(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise StackError(otherwise, "Its log in Tilt says why.")
        time.sleep(0.2)


def _tilt(*arguments: str) -> None:
    done = subprocess.run(["tilt", *arguments], capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode != 0:
        raise StackError(f"tilt {arguments[0]}: {done.stderr.strip()}", "Is this run by Tilt?")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
