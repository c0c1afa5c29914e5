"""`emporium catalog`: import, generate, index."""

import asyncio
import sys
from pathlib import Path

import click
import orjson

from infra.cli.catalog_stock import stock
from infra.cli.console import STANDARD_INPUT

STOPPED = """
Stopped. A job that was begun goes on by itself: the same command shows it again (or sends the rest of the file);
`emporium catalog jobs` lists the jobs, `emporium catalog cancel JOB` stops one."""


@click.group()
def command() -> None:
    """Import or generate a catalogue; look after stock and the search index."""


@command.command("import", short_help="Import products from a file, or standard input.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--currency", default="USD", show_default=True, help="Of lines that name none (ISO 4217).")
@click.option(
    "--quantity",
    type=click.IntRange(0, 1_000_000_000),
    default=100,
    show_default=True,
    help="Units on hand of SKUs that are new, where a line names no quantity.",
)
@click.option(
    "--errors", type=click.Path(path_type=Path), help="Where to report lines that failed (FILE.errors.jsonl)."
)
@click.option("--restart", is_flag=True, help="Do not go on where an interrupted import of this file stopped.")
@click.option("--wait/--no-wait", default=True, help="Wait until everything is searchable (default: yes).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_(
    file: Path, currency: str, quantity: int, errors: Path | None, restart: bool, wait: bool, as_json: bool
) -> None:
    """Import products from FILE (JSONL or CSV, plain or gzip; - is standard input) into the running catalogue.

    Products are matched by id: importing a file again changes what has changed and nothing else. The import is a job
    of the catalogue: it survives restarts, and goes on when this command is stopped. Exit code 1 when lines failed.
    The format: docs/import-export.md.
    """
    from infra.cli.catalog_import import ImportOptions, run_import

    options = ImportOptions(
        file=file, currency=currency, quantity=quantity, errors=errors, restart=restart, wait=wait, as_json=as_json
    )
    try:
        sys.exit(asyncio.run(run_import(options)))
    except KeyboardInterrupt:
        click.echo(STOPPED, err=True)
        sys.exit(130)


@command.command(short_help="Write all products to a file.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    help="Left out: what FILE's name says (.jsonl or .csv, perhaps with .gz); for -, jsonl.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def export(file: Path, form: str | None, as_json: bool) -> None:
    """Write all products to FILE (- is standard output; .gz is packed), as `import` takes them.

    JSONL holds everything exactly; CSV has one row a variant, for spreadsheets.
    """
    from infra.cli.catalog_export import run_export

    try:
        asyncio.run(run_export(file, form, as_json=as_json))
    except KeyboardInterrupt:
        click.echo(STOPPED, err=True)
        sys.exit(130)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def jobs(as_json: bool) -> None:
    """List the latest imports, exports and rebuilds."""
    from infra.cli.catalog_jobs import document, list_jobs, show_jobs

    found = asyncio.run(list_jobs())
    if as_json:
        click.echo(orjson.dumps([document(job) for job in found], option=orjson.OPT_INDENT_2).decode())
    else:
        show_jobs(found)


@command.command()
@click.argument("job")
def cancel(job: str) -> None:
    """Stop a job. What it has done stays done."""
    from infra.cli.catalog_jobs import cancel_job

    asyncio.run(cancel_job(job))
    click.echo(f"{job} is cancelled.")


@command.command(short_help="Build the search index anew.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def reindex(as_json: bool) -> None:
    """Build the search index anew behind its alias; searches and writes go on meanwhile."""
    from infra.cli.catalog_jobs import document
    from infra.cli.catalog_jobs import reindex as run_reindex

    try:
        job = asyncio.run(run_reindex())
    except KeyboardInterrupt:
        click.echo(STOPPED, err=True)
        sys.exit(130)
    if as_json:
        click.echo(orjson.dumps(document(job), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(f"{job.progress.done:,} products indexed.")


@command.command(short_help="Make up a catalogue.")
@click.option("--products", type=click.IntRange(1, 100_000_000), default=200, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same products.")
@click.option(
    "--out", type=click.Path(path_type=Path, allow_dash=True), default=STANDARD_INPUT, help="A file; .gz is packed."
)
@click.option(
    "--category-size", type=click.IntRange(1), help="Products a category at most: more categories, not larger ones."
)
def generate(products: int, seed: int, out: Path, category_size: int | None) -> None:
    """Make up a catalogue, in the import's format, in constant memory."""
    from infra.cli.catalog_generate import write_catalog

    try:
        write_catalog(products, seed, out, category_size=category_size)
    except KeyboardInterrupt:
        sys.exit(130)


@command.command(short_help="Compare the search index with the database.")
@click.option("--mend", is_flag=True, help="Index anew what differs; remove what stands for no product.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(mend: bool, as_json: bool) -> None:
    """Compare the search index with the database, product by product, and list what differs.

    Safe at any time; changes on their way into the index are no difference. Exit code 1: there are differences, and
    they were not mended.
    """
    from infra.cli.catalog_verify import compare

    try:
        found = asyncio.run(compare(mend=mend))
    except KeyboardInterrupt:
        sys.exit(130)
    if as_json:
        click.echo(orjson.dumps(found.document(), option=orjson.OPT_INDENT_2).decode())
    else:
        for each in found.examples:
            click.echo(f"{each['kind']:<9} {each['product']}  {each['detail']}")
        if found.differences > len(found.examples):
            click.echo(f"and {found.differences - len(found.examples):,} more")
        verdict = "all alike" if not found.differences else f"{found.differences:,} differ"
        said = f", {found.pending:,} on their way" if found.pending else ""
        mended = "; being mended" if mend and found.differences else ""
        click.echo(f"{found.products:,} products and {found.documents:,} documents compared: {verdict}{said}{mended}")
    sys.exit(1 if found.differences and not mend else 0)


@command.group()
def index() -> None:
    """The search index."""


@index.command()
def status() -> None:
    """Where the search index stands, as JSON."""
    from infra.cli.catalog_service import told_index_status

    click.echo(orjson.dumps(asyncio.run(told_index_status()), option=orjson.OPT_INDENT_2).decode())


command.add_command(stock)
