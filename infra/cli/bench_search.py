"""`emporium bench relevance`, `emporium bench search` and `emporium bench freshness`."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from infra.cli.console import err, out
from infra.embedded.failures import StackError
from infra.embedded.running import running_stack

SHOWN_MS = 1.0
"""Processes below it in every row are in the JSON only."""
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


def tell(text: str) -> None:
    err.print(text, style="dim", soft_wrap=True)


@click.command(short_help="NDCG@10 of search by graded queries.")
@click.option("--queries", required=True, type=EXISTING, help='JSONL: {"qid": …, "query": …} a line.')
@click.option("--qrels", required=True, type=EXISTING, help="TREC qrels: QUERY 0 PRODUCT GRADE a line, grades 0 to 3.")
@click.option("--depth", default=500, show_default=True, type=click.IntRange(10, 10_000), help="Products a query.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def relevance(queries: Path, qrels: Path, depth: int, as_json: bool) -> None:
    """NDCG@10 of search through the public API by people's grades, against a plain multi_match on the same index.

    On the running stack, with the graded catalogue imported; products are named by their external reference. Where
    the grades are of another engine's results, read the judged-only figure.
    """
    from infra.bench.relevance import Unusable, measure, rows

    try:
        document = measure(running_stack(), queries, qrels, depth, tell).document()
    except Unusable as error:
        raise StackError(f"The measurement failed: {error}") from error
    if as_json:
        click.echo(json.dumps(document, indent=1))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("mean [95 % interval]", "search", "multi_match", "difference by query"):
        table.add_column(title, justify="left" if title.startswith("mean") else "right")
    for row in rows(document):
        table.add_row(*row)
    out.print(table)
    shares = document["judged_share_of_first_ten"]
    out.print(
        f"{document['queries']} queries, {depth} deep; of the first ten {shares['search']:.0%} are judged "
        f"(multi_match: {shares['multi_match']:.0%})"
    )


@click.command(short_help="Searches through the gateway: latency and CPU.")
@click.option("--requests", default=200, show_default=True, type=click.IntRange(10, 10_000), help="Of each kind.")
@click.option(
    "--products", metavar="N,N,…", help="Grow a made-up catalogue to these sizes, and measure each; resumable."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def search(requests: int, products: str | None, as_json: bool) -> None:
    """Listing, facet search, suggest and product page through the gateway: latency and CPU by process.

    On the running stack, by one client. Beside them, raw on Elasticsearch: the very requests that the searches make of
    it, and one plain multi_match with facets. With --products, in a shop that was empty (`emporium up --no-demo`):
    rate of the import, size of the index and memory too.
    """
    from infra.bench.engine_requests import Unusable
    from infra.bench.search import measure

    try:
        if products is None:
            document = asyncio.run(measure(running_stack(), requests, tell)).document()
        else:
            from infra.bench.search_scale import measure_sizes

            document = measure_sizes(running_stack(), _sizes(products), requests, tell)
    except Unusable as error:
        raise StackError(f"The measurement failed: {error}") from error
    if as_json:
        click.echo(json.dumps(document, indent=1))
        return
    for size in document.get("sizes", {}).values():
        show_growth(size)
        show(size["search"])
    if products is None:
        show(document)
    else:
        ratio = document["sorted_page_largest_over_smallest_p50"]
        out.print(f"sorted page of a category, largest catalogue over smallest: {ratio:.2f} × (p50)")


def _sizes(products: str) -> list[int]:
    try:
        sizes = [int(each) for each in products.replace("_", "").split(",")]
    except ValueError:
        sizes = []
    if not sizes or min(sizes) < 1_000:
        raise click.BadParameter("whole numbers from 1000 on, like 10000,100000", param_hint="--products")
    return sizes


def show_growth(size: dict[str, Any]) -> None:
    grown = size["import"]
    out.print(
        f"import: {grown['products']:,} products in {grown['seconds']:.0f} s, searchable: "
        f"{grown['products_per_second']:.0f}/s; index rebuilt in {size['rebuild_seconds']:.0f} s"
    )


@click.command(short_help="From a change to the first search that finds it.")
@click.option("--changes", default=100, show_default=True, type=click.IntRange(10, 10_000), help="That are waited for.")
@click.option(
    "--rate", default=10.0, show_default=True, type=click.FloatRange(0, 200), help="Others a second meanwhile."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def freshness(changes: int, rate: float, as_json: bool) -> None:
    """From the commit of a product's change to the first search that finds it; aim: 1 s for 95 of 100.

    On the running stack. Changes a hundred made-up products, and withdraws them at the end.
    """
    from infra.bench.freshness import Unusable, measure
    from infra.cli.catalog_service import connected, target

    async def run() -> dict[str, Any]:
        engine = f"http://{running_stack().address('elasticsearch')}"
        async with connected(target()) as catalog:
            return (await measure(catalog, engine, changes, rate, tell)).document()

    try:
        document = asyncio.run(run())
    except Unusable as error:
        raise StackError(f"The measurement failed: {error}") from error
    if as_json:
        click.echo(json.dumps(document, indent=1))
        return
    shown = ", ".join(
        f"{name} {document[f'{name}_seconds'] * 1000:.0f} ms" for name in ("p50", "p95", "p99", "longest")
    )
    out.print(f"searchable after {shown}: {changes} changes, {rate:g} others a second meanwhile")


def show(document: dict[str, Any]) -> None:
    figures: dict[str, dict[str, Any]] = document["figures"]
    costs = [each["cpu_ms"] for each in figures.values()]
    parts = [name for name in sorted({*costs[0]}.union(*costs)) if max(each.get(name, 0) for each in costs) >= SHOWN_MS]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("ms", "p50", "p95", "p99", *parts):
        table.add_column(title, justify="left" if title == "ms" else "right")
    for name, each in figures.items():
        cpu = (f"{each['cpu_ms'].get(part, 0):.2f}" for part in parts)
        table.add_row(name, *(f"{each[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms")), *cpu)
    out.print(table)
    out.print("After the percentiles: CPU ms a request, by process.")
    out.print(
        f"{document['products']:,} products, index {document['index_bytes'] / 1e6:.1f} MB, "
        f"heap {document['engine_heap_bytes'] / 1e6:.0f} MB; listed categories of {document['listed_category_size']}; "
        f"{document['engine_requests_per_search']:.1f} requests to Elasticsearch a search, "
        f"search is {document['search_over_raw_p50']:.2f} × those raw (p50)"
    )
