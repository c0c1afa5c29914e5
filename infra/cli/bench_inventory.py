"""`emporium bench inventory`."""

import json

import click
from rich.table import Table

from infra.cli.console import err, out


@click.command(short_help="Reservations of one SKU: a flash sale.")
@click.option(
    "--rate", default=1000.0, show_default=True, type=click.FloatRange(40, 20_000), help="Reservations a second."
)
@click.option("--duration", default=5.0, show_default=True, type=click.FloatRange(1, 600), help="Seconds a window.")
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 50), help="Windows of each kind.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def inventory(rate: float, duration: float, repeat: int, as_json: bool) -> None:
    """A flash sale: reservations of one SKU through the catalogue's batch RPC, against the same over 50 SKUs.

    On the running stack, whose stock is raised; what is reserved is released again. Exit code 1: some were refused.
    """
    import asyncio

    from infra.bench.inventory import MANY, measure
    from infra.bench.shoppers import skus_for_sale
    from infra.embedded.running import running_stack

    stack = running_stack()
    skus = asyncio.run(skus_for_sale(stack.gateway_url))[:MANY]
    report = measure(
        stack, skus, rate=rate, seconds=duration, repeats=repeat, tell=lambda text: err.print(text, style="dim")
    )
    document = report.document()
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("median", "one SKU", f"{MANY} SKUs"):
            table.add_column(title, justify="left" if title == "median" else "right")
        one, many = document["summary"]["one_sku"], document["summary"]["many_skus"]
        for figure, value in one.items():
            table.add_row(figure.replace("_", " "), f"{value:.2f}", f"{many[figure]:.2f}")
        out.print(table)
    if any(window.refused for window in report.windows):
        raise SystemExit(1)
