"""`emporium catalog stock`: import and export of stock."""

import asyncio
import sys
from pathlib import Path

import click

from infra.cli.console import err

STANDARD_OUTPUT = Path("-")


@click.group()
def stock() -> None:
    """Import or export stock, through the shop's admin API.

    EMPORIUM_URL says where the shop is, EMPORIUM_TOKEN (or EMPORIUM_EMAIL and EMPORIUM_PASSWORD) who asks; without them
    it is the running stack of this checkout and its demo administrator.
    """


@stock.command("import", short_help="Set or change stock from a file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rejects", type=click.Path(path_type=Path), help="Where refused lines go (FILE.rejects.csv).")
@click.option("--dry-run", is_flag=True, help="Tell what would come of it, and change nothing.")
@click.option("--again", is_flag=True, help="Add the deltas of a file once more that was imported already.")
def import_(file: Path, rejects: Path | None, dry_run: bool, again: bool) -> None:
    """Set (quantity) or change (delta) stock from FILE: CSV, plain or gzip, with the header sku,location,quantity or
    sku,location,delta, and a reason where you like.

    The import is a job of the catalogue: it survives restarts, and goes on when this command is stopped. Safe to
    repeat. Exit code 1 when lines were refused. The format: docs/inventory.md.
    """
    from infra.cli.stock_import import StockImport, run_stock_import

    asked = StockImport(file=file, rejects=rejects, dry_run=dry_run, again=again)
    try:
        sys.exit(asyncio.run(run_stock_import(asked)))
    except KeyboardInterrupt:
        click.echo(
            "\nStopped. A job that has its file goes on by itself; the same command does the rest, nothing twice.",
            err=True,
        )
        sys.exit(130)


@stock.command(short_help="Write all stock as a file.")
@click.option("--out", type=click.Path(path_type=Path, allow_dash=True), default=STANDARD_OUTPUT, help="A file.")
@click.option("--location", help="Of one location only.")
def export(out: Path, location: str | None) -> None:
    """Write all stock as a file that `import` takes: sku,location,quantity."""
    from infra.cli.stock_export import run_stock_export

    count = asyncio.run(run_stock_export(out, location))
    err.print(f"[green]✓[/] {count:,} lines")
