"""How sets of rows are written: one array a column, one statement a set."""

from collections.abc import Iterable, Sequence
from typing import Any

Row = dict[str, Any]


def columns(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Rows turned into `width` columns, for `unnest`."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]
