"""`emporium catalog stock export`: all stock through the public admin API, page by page."""

import csv
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx

from infra.cli.catalog_stock import STANDARD_OUTPUT
from infra.cli.staff import ANSWER_SECONDS, StaffClient, staff_target
from infra.embedded.failures import StackError
from subgraphs.catalog.domain.catalog_file.writing import guarded

PAGE = 100
STOCK_LEVELS = """query StockExport($after: String, $locationId: String, $first: Int!) {
  stockLevels(first: $first, after: $after, locationId: $locationId) {
    nodes { sku location available reserved secured }
    pageInfo { hasNextPage endCursor }
  }
}"""


async def run_stock_export(out: Path, location: str | None) -> int:
    """Writes `sku,location,quantity` lines that `stock import` takes; how many. Raises StackError."""
    count = 0
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as http:
        shop = StaffClient(http, staff_target())
        with _written(out) as file:
            rows = csv.writer(file)
            rows.writerow(["sku", "location", "quantity"])
            after: str | None = None
            while True:
                asked = {"after": after, "locationId": location, "first": PAGE}
                page: dict[str, Any] = (await shop.ask(STOCK_LEVELS, asked))["stockLevels"]
                rows.writerows(row_of(level) for level in page["nodes"])
                count += len(page["nodes"])
                after = page["pageInfo"]["endCursor"]
                if not page["pageInfo"]["hasNextPage"]:
                    return count


def row_of(level: Mapping[str, Any]) -> list[str]:
    """A level as a line of a file of quantities."""
    counted = level["available"] + level["reserved"] + level["secured"]
    return [guarded(level["sku"]), guarded(level["location"]), str(counted)]


@contextmanager
def _written(out: Path) -> Generator[IO[str]]:
    if out == STANDARD_OUTPUT:
        yield sys.stdout
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise StackError(f"{out} cannot be written: {error.strerror}.", "Choose another place with --out.") from error
