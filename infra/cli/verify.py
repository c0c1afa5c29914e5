"""`emporium verify`."""

import json
from typing import Any

import click
import httpx
import psycopg
from rich.table import Table

from infra.cli.console import err, out
from infra.embedded.applications import saved_wiring
from infra.embedded.failures import StackError
from infra.embedded.state import StateFolder, default_state_folder
from infra.verify.invariants import Books, Rows, invariants, lasting_breaches

SHOWN = 5
FLAGGED = "SELECT count(*) AS sagas FROM sagas WHERE state = 'NEEDS_ATTENTION'"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--patience", default=300.0, show_default=True, help="Seconds after which a due saga must have moved.")
def command(as_json: bool, patience: float) -> None:
    """Check the invariants I1 to I12 in the running stack's books: orders, stock, payment provider.

    Exit code 1: there is a breach.
    """
    books = books_of(StateFolder(default_state_folder()))
    try:
        found = [(one, lasting_breaches(one, books)) for one in invariants(patience)]
        flagged = books.order(FLAGGED)[0]["sagas"]
    except (psycopg.Error, httpx.HTTPError) as error:
        raise StackError(f"The books cannot be read: {error}", "Is the stack running? `emporium status`") from error
    if as_json:
        document = {
            "invariants": [{"id": one.id, "text": one.text, "breaches": breaches} for one, breaches in found],
            "needs_attention": flagged,
        }
        click.echo(json.dumps(document, default=str, indent=1))
    else:
        show([(one.id, one.text, breaches) for one, breaches in found], flagged)
    if any(breaches for _, breaches in found):
        raise SystemExit(1)


def books_of(state: StateFolder) -> Books:
    """Of the stack that was started here. Raises StackError when there was none."""
    wiring = saved_wiring(state)
    order = wiring.environment("order")
    return Books(
        order_url=order["DATABASE_URL"],
        catalog_url=wiring.environment("catalog")["DATABASE_URL"],
        provider_url=order["PAYMENT_URL"],
        provider_key=order["PAYMENT_API_KEY"],
    )


def show(found: list[tuple[str, str, Rows]], flagged: Any) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, text, breaches in found:
        table.add_row("[bold red]✗[/]" if breaches else "[green]✓[/]", name, text, f"{len(breaches) or ''}")
    out.print(table)
    for name, _, breaches in found:
        for row in breaches[:SHOWN]:
            err.print(f"{name}: {row}", markup=False, soft_wrap=True)
        if len(breaches) > SHOWN:
            err.print(f"{name}: and {len(breaches) - SHOWN} more", markup=False)
    if flagged:
        out.print(f"{flagged} sagas need an operator's attention.")
