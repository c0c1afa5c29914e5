"""`emporium bench`."""

import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from infra.cli import bench_inventory, bench_search
from infra.cli.console import err, out


@click.group()
def command() -> None:
    """Measure."""


command.add_command(bench_search.relevance)
command.add_command(bench_search.search)
command.add_command(bench_search.freshness)
command.add_command(bench_inventory.inventory)


@command.command(short_help="From a save to the first answer of the new code.")
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


@command.command(short_help="Checkouts: orders a second, latency, CPU.")
@click.option("--shoppers", type=click.IntRange(1, 1000), help="Closed loop: so many, one order after the other.")
@click.option("--rate", type=click.FloatRange(0.1, 5000), help="Open loop: orders a second, at random moments.")
@click.option("--duration", default=10.0, show_default=True, type=click.FloatRange(1, 600), help="Seconds a window.")
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 50), help="How often each load.")
@click.option("--curve", type=click.Path(dir_okay=False), help="Measure several loads; write CPU by load as an SVG.")
@click.option("--flame", type=click.Path(file_okay=False, path_type=Path), help="Folder for flame graphs of each load.")
@click.option("--one-sku", is_flag=True, help="A flash sale at 80 % of saturation, against orders of many SKUs.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def checkout(
    shoppers: int | None,
    rate: float | None,
    duration: float,
    repeat: int,
    curve: str | None,
    flame: Path | None,
    one_sku: bool,
    as_json: bool,
) -> None:
    """Checkouts from submission to PAID through the public API: orders a second, latency, CPU an order by process.

    On the running stack, whose stock is raised and whose orders stay. Without --shoppers and --rate: 50 shoppers, then
    100 a second. The carts are made beforehand and not counted. Exit code 1: orders failed.
    """
    from infra.bench import checkout as bench
    from infra.bench.shoppers import BenchFailed
    from infra.embedded.failures import StackError
    from infra.embedded.running import running_stack

    if one_sku:
        _flash_sale(shoppers or 50, duration, repeat, as_json=as_json)
        return
    loads = [bench.Load(shoppers=shoppers, seconds=duration)] if shoppers else []
    loads += [bench.Load(rate=rate, seconds=duration)] if rate else []
    if curve:
        loads += [bench.Load(shoppers=number, seconds=duration) for number in bench.CURVE if number != shoppers]
    loads = loads or [bench.Load(shoppers=50, seconds=duration), bench.Load(rate=100, seconds=duration)]
    try:
        report = bench.measure(running_stack(), loads, repeat, lambda text: err.print(text, style="dim"), flame)
    except BenchFailed as failure:
        raise StackError(f"The measurement failed: {failure}") from failure
    document = report.document()
    if curve:
        from infra.bench.plot import curve as drawn

        points = [
            (float(group[0].load.shoppers), document["summary"][name]["platform_cpu_ms_per_order"]["median"])
            for name, group in report.groups().items()
            if group[0].load.shoppers
        ]
        drawing = drawn("Platform CPU an order by load", "shoppers at once", "ms CPU an order", points)
        Path(curve).write_text(drawing, encoding="utf-8")
    if as_json:
        click.echo(json.dumps(document, indent=1))
    else:
        _show_checkout(document)
    if any(window.failed for window in report.windows):
        raise SystemExit(1)


def _flash_sale(shoppers: int, duration: float, repeat: int, *, as_json: bool) -> None:
    import asyncio

    from infra.bench.flash_sale import measure
    from infra.bench.shoppers import BenchFailed
    from infra.embedded.failures import StackError
    from infra.embedded.running import running_stack

    try:
        sale = asyncio.run(
            measure(running_stack(), shoppers, duration, repeat, lambda text: err.print(text, style="dim"))
        )
    except BenchFailed as failure:
        raise StackError(f"The measurement failed: {failure}") from failure
    document = sale.document()
    if as_json:
        click.echo(json.dumps(document, indent=1))
        return
    one, many = document["one_sku"]["p95_ms"], document["many_skus"]["p95_ms"]
    out.print(
        f"at {document['rate']:.0f} orders/s, 80 % of saturation: p95 {one['median']:.0f} ms of one SKU, "
        f"{many['median']:.0f} ms of many: {document['p95_ratio']:.2f} times"
    )


def _show_checkout(document: dict[str, Any]) -> None:
    from infra.bench.checkout import FIGURES

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("median (least to most)")
    for name in document["summary"]:
        table.add_column(name, justify="right")
    rows = list(document["summary"].values())
    for figure in FIGURES:
        shown = (f"{r[figure]['median']:.1f} ({r[figure]['least']:.1f}–{r[figure]['most']:.1f})" for r in rows)
        table.add_row(figure.replace("_", " "), *shown)
    for part in rows[0]["cpu_ms_per_order"]:
        table.add_row(f"  CPU ms {part}", *(f"{row['cpu_ms_per_order'][part]:.2f}" for row in rows))
    out.print(table)
    reference = document["reference"]
    out.print(
        f"the same writes as bare SQL (pgbench, {reference['clients']} clients): "
        f"{reference['orders_per_second']:.0f} orders/s, {reference['postgres_cpu_ms_per_order']:.2f} ms CPU an order"
    )
    machine = document["machine"]
    out.print(f"{machine['interpreter']}, {machine['postgres']}, fsync {machine['fsync']}, {machine['cpus']} CPUs")


@command.command(short_help="What a request costs the gateway.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50), help="The median of so many.")
@click.option("--load", "load_seconds", default=3.0, show_default=True, help="Seconds of many clients; 0: none.")
@click.option("--curve", type=click.Path(dir_okay=False), help="Write CPU by length of a list as an SVG.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def gateway(rounds: int, load_seconds: float, curve: str | None, as_json: bool) -> None:
    """What a request costs a gateway process, against hand-written code and Strawberry's default executor.

    It starts subgraphs and a server of its own, on which only the executor differs, and compares the answers first.
    Exit code 1: an aim is missed.
    """
    from infra.bench.gateway import Effort, measure
    from infra.bench.gateway_cache import measure as measure_shared

    effort = Effort(rounds=rounds, load_seconds=load_seconds, curve=curve is not None)
    report = measure(effort, _tell)
    shared = measure_shared(rounds, load_seconds, _tell) if load_seconds else []
    if curve:
        from infra.bench.plot import curves

        drawing = curves("CPU of the gateway by length of a list", "products", "ms CPU a request", report.curves)
        Path(curve).write_text(drawing, encoding="utf-8")
    if as_json:
        sharing = {each.name: each.document() for each in shared}
        click.echo(json.dumps(report.document() | {"sharing": sharing}, indent=1))
    else:
        _show_gateway(report)
        for each in shared:
            out.print(str(each), soft_wrap=True)
    missed = [*report.missed(), *(miss for each in shared for miss in each.missed())]
    for miss in missed:
        err.print(miss, markup=False, soft_wrap=True)
    if missed:
        raise SystemExit(1)


def _tell(text: str) -> None:
    err.print(text, style="dim", soft_wrap=True)


def _show_gateway(report: Any) -> None:
    from infra.bench.gateway import CLIENTS, WAYS

    table = _table("CPU ms a request", *WAYS, "÷ hand", "Strawberry ÷", "RPCs")
    for row in report.rows:
        shown = (f"{f.median:.2f} ({f.least:.2f}–{f.most:.2f})" for f in (row.cpu_ms[way] for way in WAYS))
        ratios = (f"{row.over_hand.median:.2f}", f"{row.faster.median:.1f}", str(row.measured.rpcs))
        table.add_row(row.measured.name, *shown, *ratios)
    out.print(table)
    table = _table("most allocated at once, KiB", *WAYS)
    for row in report.rows:
        table.add_row(row.measured.name, *(f"{row.allocated[way] / 1024:,.0f}" for way in WAYS))
    out.print(table)
    table = _table(f"{CLIENTS} clients: requests/s, p50 / p95 / p99 ms", *WAYS)
    for row in (row for row in report.rows if row.loads):
        loads = (row.loads[way] for way in WAYS)
        shown = (f"{x.requests_per_second:.0f}, {x.p50_ms:.0f} / {x.p95_ms:.0f} / {x.p99_ms:.0f}" for x in loads)
        table.add_row(row.measured.name, *shown)
    out.print(table)
    startup = report.startup
    out.print(f"from start to first answer: {startup.wall_seconds:.2f} s, {startup.cpu_seconds:.2f} s CPU")


def _table(first: str, *titles: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for title in titles:
        table.add_column(title, justify="right")
    return table
