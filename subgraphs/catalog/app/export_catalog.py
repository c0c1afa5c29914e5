"""Does an export: products by id, in stretches, each appended to the file with how far it came."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from subgraphs.catalog.app.job_ports import ExportEffects, ExportPlace
from subgraphs.catalog.domain.catalog_file.writing import (
    ExportedNames,
    ExportedProduct,
    json_lines,
    table_head,
    table_rows,
)
from subgraphs.catalog.domain.job import Job

BATCH = 500
CSV = "CSV"


@dataclass(frozen=True)
class ExportCatalog:
    """Each line is a product as it is committed when the line is read, with its version."""

    effects: ExportEffects

    async def __call__(self, job: Job) -> None:
        """Raises JobLost."""
        place = _place(job)
        if place is None:
            place = await self.effects.begin(with_names=job.input["format"] == CSV)
            await self.effects.append(job, table_head(place.names) if place.names else b"", place)
        while products := await self.effects.products_after(place.after, BATCH):
            place = replace(place, after=products[-1].id, done=place.done + len(products))
            # In a thread: it is some milliseconds a stretch in which no shopper would be answered.
            content = await asyncio.to_thread(_content, products, place.names)
            await self.effects.append(job, content, place)


def _content(products: Sequence[ExportedProduct], names: ExportedNames | None) -> bytes:
    return table_rows(products, names) if names else json_lines(products)


def _place(job: Job) -> ExportPlace | None:
    """Where an earlier worker stopped."""
    if not job.checkpoint:
        return None
    kept: dict[str, Any] = dict(job.checkpoint)
    if kept["names"] is not None:
        kept["names"] = ExportedNames(**{name: tuple(values) for name, values in kept["names"].items()})
    return ExportPlace(**kept)
