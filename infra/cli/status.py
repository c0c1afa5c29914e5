"""`emporium status`."""

import json
import sys
import time

import click
from rich.table import Table

from infra.cli.console import mebibytes, out
from infra.embedded import running
from infra.embedded.memory import proportional_set_size
from infra.embedded.runs import PartState, PartStatus
from infra.embedded.state import StateFolder, default_cache_folder, default_state_folder

_NOT_RUNNING = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(as_json: bool) -> None:
    """What runs: state, port, uptime, restarts, memory (PSS). Exit code 3 when nothing does."""
    state = StateFolder(default_state_folder())
    record = running.read_record(state)
    if record is None or not running.is_alive(record.launcher, record.launcher_started):
        out.print(json.dumps({"phase": "stopped", "parts": []}) if as_json else "Emporium is not running here.")
        sys.exit(_NOT_RUNNING)
    rows = [_row(part) for part in record.parts or _in_the_foreground()]
    launcher = proportional_set_size(record.launcher, descend=False)
    total = launcher + sum(int(row["memory_bytes"] or 0) for row in rows)
    if as_json:
        document = {
            "phase": record.phase,
            "state_folder": str(state.path),
            "launcher": {"pid": record.launcher, "memory_bytes": launcher},
            "memory_bytes": total,
            "addresses": dict(record.addresses),
            "parts": rows,
        }
        click.echo(json.dumps(document, indent=1))
    else:
        _show(record, rows, launcher, total)


def _in_the_foreground() -> list[PartStatus]:
    """What Tilt runs."""
    from infra.embedded.foreground import ForegroundStack

    return ForegroundStack(default_state_folder(), default_cache_folder(), {}).statuses()


def _row(part: PartStatus) -> dict[str, str | int | float | None]:
    alive = running.is_alive(part.pid, part.process_started)
    return {
        "name": part.name,
        "state": str(part.state) if alive or part.pid is None else "ended",
        "pid": part.pid if alive else None,
        "port": part.port,
        "uptime_seconds": round(time.time() - part.started_at, 1) if alive else None,
        "restarts": part.restarts,
        "memory_bytes": proportional_set_size(part.pid) if alive and part.pid is not None else None,
    }


def _show(
    record: running.RunRecord, rows: list[dict[str, str | int | float | None]], launcher: int, total: int
) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("part", "state"):
        table.add_column(title)
    for title in ("pid", "port", "up", "restarts", "memory"):
        table.add_column(title, justify="right")
    for row in rows:
        colour = "green" if row["state"] == PartState.READY else "yellow"
        uptime, memory = row["uptime_seconds"], row["memory_bytes"]
        table.add_row(
            str(row["name"]),
            f"[{colour}]{row['state']}[/]",
            str(row["pid"] or "–"),
            str(row["port"]),
            _span(float(uptime)) if uptime is not None else "–",
            str(row["restarts"]),
            mebibytes(int(memory)) if memory else "–",
        )
    table.add_row("launcher", record.phase, str(record.launcher), "", "", "", mebibytes(launcher))
    table.add_row("total", "", "", "", "", "", mebibytes(total), style="bold")
    out.print(table)


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
