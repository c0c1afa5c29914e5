"""An export goes on where an earlier worker stopped, whichever type of lines it was at."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from subgraphs.catalog.app.export_catalog import ExportCatalog
from subgraphs.catalog.app.job_ports import ExportPlace
from subgraphs.catalog.domain.catalog_file.writing import ExportedProduct
from subgraphs.catalog.domain.job import Job, JobKind, JobProgress, JobState
from subgraphs.catalog.domain.product import ProductContent, ProductDraft, VariantContent

ENTRIES = {
    "channel": ["eu", "web"],
    "location": ["default"],
    "attribute": [],
    "category": ["Home"],
    "collection": ["c"],
}
REFERENCES = ["a", "b"]


class Killed(Exception):
    """The worker is gone."""


@dataclass
class Shop:
    """Small stretches; dies instead of the append of this number."""

    dies_at: int = -1
    appends: int = 0
    content: bytes = b""
    place: dict[str, Any] = field(default_factory=dict[str, Any])

    async def begin(self, *, with_names: bool) -> ExportPlace:
        assert not with_names
        return ExportPlace(total=7)

    async def products_after(self, product_id: str, limit: int) -> list[ExportedProduct]:
        return [_product(each) for each in REFERENCES if each > product_id][:1]

    async def entries_after(self, kind: str, place: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
        return [(each, {"type": kind, "id": each}) for each in ENTRIES[kind] if each > place][:1]

    async def append(self, job: Job, content: bytes, place: ExportPlace) -> None:
        self.appends += 1
        if self.appends == self.dies_at:
            raise Killed
        self.content += content
        self.place = asdict(place)


def _product(reference: str) -> ExportedProduct:
    variant = VariantContent(sku=reference, name=reference, currency="USD")
    content = ProductContent(external_reference=reference, name=reference, variants=(variant,))
    return ExportedProduct(id=reference, version=1, draft=ProductDraft(content=content, published=True))


def _job(place: dict[str, Any]) -> Job:
    return Job(
        id="job_1", kind=JobKind.CATALOG_EXPORT, state=JobState.RUNNING, actor="user:usr_1", progress=JobProgress(),
        input={"format": "JSONL"}, checkpoint=place, created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )  # fmt: skip


def told(content: bytes) -> Sequence[tuple[str, str]]:
    records = [orjson.loads(line) for line in content.splitlines()]
    return [(each.get("type", "product"), each.get("id", "")) for each in records]


@pytest.mark.parametrize("dies_at", range(1, 9))
def test_a_killed_export_goes_on_and_leaves_out_and_repeats_nothing(dies_at: int) -> None:
    shop = Shop(dies_at=dies_at)
    with pytest.raises(Killed):
        asyncio.run(ExportCatalog(shop)(_job({})))
    asyncio.run(ExportCatalog(shop)(_job(shop.place)))
    assert told(shop.content) == [
        ("catalog", ""), ("channel", "eu"), ("channel", "web"), ("location", "default"), ("category", "Home"),
        ("product", "a"), ("product", "b"), ("collection", "c"),
    ]  # fmt: skip
    assert shop.place["done"] == shop.place["total"] == 7
