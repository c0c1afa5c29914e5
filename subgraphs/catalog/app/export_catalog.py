"""Does an export: what products rest on, products by id, collections; in stretches, each appended to the file with how
far it came."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from subgraphs.catalog.app.job_ports import ExportEffects, ExportPlace
from subgraphs.catalog.domain.catalog_file.entries import (
    ATTRIBUTE,
    CATEGORY,
    CHANNEL,
    COLLECTION,
    LOCATION,
    PRODUCT,
)
from subgraphs.catalog.domain.catalog_file.writing import (
    ExportedNames,
    ExportedProduct,
    file_head,
    json_lines,
    records_written,
    table_head,
    table_rows,
)
from subgraphs.catalog.domain.job import Job

BATCH = 500
CSV = "CSV"
KINDS = (CHANNEL, LOCATION, ATTRIBUTE, CATEGORY, PRODUCT, COLLECTION)


@dataclass(frozen=True)
class ExportCatalog:
    """Each line is a product, or what its type says, as it is committed when the line is read. A table has products."""

    effects: ExportEffects

    async def __call__(self, job: Job) -> None:
        """Raises JobLost."""
        place = _place(job)
        if place is None:
            place = await self.effects.begin(with_names=job.input["format"] == CSV)
            place = replace(place, kind=PRODUCT if place.names else KINDS[0])
            await self.effects.append(job, table_head(place.names) if place.names else file_head(), place)
        for kind in (PRODUCT,) if place.names else KINDS[KINDS.index(place.kind) :]:
            place = await self._lines(job, place if place.kind == kind else replace(place, kind=kind, after=""))

    async def _lines(self, job: Job, place: ExportPlace) -> ExportPlace:
        """All of one type."""
        while True:
            if place.kind == PRODUCT:
                products = await self.effects.products_after(place.after, BATCH)
                last, count = products[-1].id if products else "", len(products)
                # In a thread: it is some milliseconds a stretch in which no shopper would be answered.
                content = await asyncio.to_thread(_content, products, place.names)
            else:
                entries = await self.effects.entries_after(place.kind, place.after, BATCH)
                last, count = entries[-1][0] if entries else "", len(entries)
                content = await asyncio.to_thread(records_written, [record for _, record in entries])
            if not count:
                return place
            place = replace(place, after=last, done=place.done + count)
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
