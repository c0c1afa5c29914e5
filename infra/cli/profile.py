"""`emporium profile`."""

from pathlib import Path

import click

from infra.cli.console import err, out
from infra.embedded.applications import APPLICATIONS
from infra.embedded.running import running_stack


@click.command()
@click.argument("process", type=click.Choice(APPLICATIONS))
@click.option("--seconds", default=10, show_default=True, type=click.IntRange(1, 3600), help="How long to look.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The SVG (default: in the state).")
@click.option("--idle", is_flag=True, help="Also where it waits.")
def command(process: str, seconds: int, output: Path | None, idle: bool) -> None:
    """Where a running process spends its time: a flame graph by py-spy, without stopping or restarting it."""
    from infra.bench.flame import Flame

    stack = running_stack()
    target = output or stack.state.folder("profiles") / f"{process}.svg"
    flame = Flame(stack, process, target, seconds=seconds, idle=idle)
    err.print(f"looking at {process} for {seconds} s", style="dim")
    flame.finish()
    out.print(str(target), soft_wrap=True, highlight=False)
