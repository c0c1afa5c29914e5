"""`emporium bench`."""

import json

import click
from rich.table import Table

from infra.cli.console import err, out


@click.group()
def command() -> None:
    """Measure."""


@command.command()
@click.option("--edits", default=10, show_default=True, type=click.IntRange(1, 200), help="How many of each kind.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def reload(edits: int, as_json: bool) -> None:
    """From saving a file to the first answer of the new code, and requests that failed meanwhile. Needs `tilt`.

    It runs on a copy of this checkout with a state of its own; nothing here is edited. Exit code 1: requests failed.
    """
    from infra.bench.reload import measure

    report = measure(edits, lambda text: err.print(text, style="dim", soft_wrap=True))
    document = report.document()
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("edit of a", "median", "p90", "slowest", "edits"):
            table.add_column(title, justify="left" if title == "edit of a" else "right")
        for what, row in document["edits"].items():
            shown = (f"{row[key]:.2f} s" for key in ("median_seconds", "p90_seconds", "max_seconds"))
            table.add_row(what, *shown, str(row["count"]))
        out.print(table)
        out.print(
            f"{report.requests} requests meanwhile, {report.failed} failed; "
            f"the slowest answer took {report.slowest_answer:.2f} s"
        )
    for failure in report.failures:
        err.print(failure, markup=False, soft_wrap=True)
    if report.failed:
        raise SystemExit(1)
