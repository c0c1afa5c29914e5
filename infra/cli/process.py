"""`emporium process`: one application in the foreground."""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Mapping

import click

from infra.embedded.applications import APPLICATIONS
from infra.embedded.applications import command as application_command
from infra.embedded.foreground import ForegroundStack
from infra.embedded.launcher import external_servers
from infra.embedded.stack import SERVERS
from infra.embedded.state import CHECKOUT, default_cache_folder, default_state_folder

_PR_SET_PDEATHSIG = 1

LIVE_RELOAD = {
    "DRAIN_SECONDS": "1",  # who edits does not wait for old subscriptions
    "WAIT_FOR_SERVERS": "true",
    "SHARE_PORT": "true",
    "KEPT_MEGABYTES": "0",  # what was kept, here or in Redis, would hide for a minute what was saved
    "KEEP_IN_REDIS": "false",
}
"""What differs from `emporium up`."""

RELOADABLE = ("account", "catalog", "order", "gateway")


@click.command()
@click.argument("name", type=click.Choice(APPLICATIONS), required=False)
@click.option("--reload", is_flag=True, help="Take up changes of the code without a gap.")
@click.option("--plan", is_flag=True, help="Print ports, servers and folders as JSON instead.")
@click.option(
    "--launcher", type=int, metavar="PID", help="With --plan: who runs the stack; demo and import then find it."
)
def command(name: str | None, reload: bool, plan: bool, launcher: int | None) -> None:
    """Run one application in the foreground, on this checkout's state. Ctrl-C stops it.

    It works with what `emporium server` runs. A call waits for a subgraph that is being restarted.
    """
    stack = ForegroundStack(default_state_folder(), default_cache_folder(), external_servers())
    if plan:
        _show_plan(stack, launcher)
        return
    if name is None:
        raise click.UsageError(f"Name one of {', '.join(APPLICATIONS)}.")
    if reload and name not in RELOADABLE:
        raise click.UsageError(f"{name} cannot take over from itself; start it anew after a change.")
    environment = stack.wiring.environment(name) | LIVE_RELOAD
    if name == "payment_sandbox":
        stack.state.folder("payment_sandbox")
    arguments = _reloader(name, stack.ports) if reload else application_command(name)
    os.chdir(CHECKOUT)
    with stack.held(name):
        _end_with_parent()
        os.execve(arguments[0], arguments, environment)  # noqa: S606


def _reloader(name: str, ports: Mapping[str, int]) -> list[str]:
    """The process that forks and watches. A subgraph does not know its slice: the gateway mounts it."""
    if name == "gateway":
        slices = sorted(str(path.relative_to(CHECKOUT)) for path in CHECKOUT.glob("subgraphs/*/schema"))
        program = {
            "module": "infra.embedded.reloaded_gateway",
            "watched": ["gateway", "chassis", "proto/gen", *slices],
            "listen": ["127.0.0.1", ports[name]],
        }
    else:
        program = {
            "module": f"subgraphs.{name}",
            "watched": [f"subgraphs/{name}", "chassis", "proto/gen"],
            "left_out": [f"subgraphs/{name}/schema", "chassis/graph"],
            "listen": None,
        }
    program |= {"name": name, "readiness_port": ports[f"{name}-readiness"]}
    return [sys.executable, "-m", "infra.embedded.reloading", json.dumps(program)]


def _end_with_parent() -> None:
    """The kernel sends SIGTERM when whoever started this is killed: no process stays behind on the port."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def _show_plan(stack: ForegroundStack, launcher: int | None) -> None:
    wiring = stack.wiring
    if launcher is not None:
        stack.record(launcher)
    document = {
        "state": str(stack.state.path),
        "cache": str(default_cache_folder()),
        "ports": dict(stack.ports),
        "embedded": stack.embedded(),
        "external": [name for name in SERVERS if name not in stack.embedded()],
        "gateway_url": wiring.gateway_url,
    }
    click.echo(json.dumps(document))
