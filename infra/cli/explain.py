"""`emporium explain`."""

import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from infra.cli.console import err, out


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--admin", is_flag=True, help="Of the admin view.")
@click.option("--code", is_flag=True, help="The programs they are compiled to.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(file: Path, *, admin: bool, code: bool, as_json: bool) -> None:
    """What each operation of FILE fetches, and how many calls it makes at most.

    Nothing is executed. Exit code 1: the file is not valid.
    """
    from graphql import GraphQLError, OperationDefinitionNode, parse, validate

    from gateway.federation.compose import compose
    from gateway.federation.explain import bound
    from gateway.federation.graph import View
    from gateway.slices import SLICES

    graph = compose(SLICES, View.ADMIN if admin else View.STOREFRONT)
    try:
        document = parse(file.read_text(encoding="utf-8"))
        faults = validate(graph.schema, document)
    except (GraphQLError, UnicodeDecodeError) as error:
        raise SystemExit(_refused(file, [str(error)])) from None
    if faults:
        raise SystemExit(_refused(file, [fault.message for fault in faults]))
    found = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if code:
        from gateway.federation.listing import listing

        for each in found:
            click.echo(listing(graph, document, each))
        return
    bounds = {each.name.value if each.name else each.operation.value: bound(graph, document, each) for each in found}
    if as_json:
        click.echo(json.dumps({name: _document(each) for name, each in bounds.items()}, indent=1))
        return
    for name, each in bounds.items():
        out.print(f"[bold]{name}[/]: at most {each.calls} calls, {each.rounds} after each other", highlight=False)
        out.print(_table(each), highlight=False)


def _refused(file: Path, faults: list[str]) -> int:
    for fault in faults:
        err.print(f"{file}: {fault}", markup=False, highlight=False)
    return 1


def _table(bound: Any) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("fetch", "after", "asks", "for"):
        table.add_column(title, justify="right" if title in {"fetch", "after"} else "left")
    for step in bound.steps:
        after = "" if step.after is None else str(step.after)
        table.add_row(str(step.fetch.number), after, step.asks, ".".join(step.path))
    return table


def _document(bound: Any) -> dict[str, Any]:
    steps = [
        {"id": step.fetch.number, "after": step.after, "asks": step.asks, "path": list(step.path)}
        for step in bound.steps
    ]
    return {"calls": bound.calls, "rounds": bound.rounds, "fetches": steps}
