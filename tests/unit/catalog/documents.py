"""A document for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from subgraphs.catalog.domain.index_document import IndexDocument

PLAIN = IndexDocument(
    id="prd_1",
    version=1,
    channels=("web",),
    external_reference="r",
    name="Lamp",
    description=None,
    brand="Lumo",
    category_ids=("cat_1",),
    category_path=("Home",),
    attributes=(),
    codes=("s",),
    prices={"web_USD": 100},
    in_stock=("web_USD",),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def document(**changes: Any) -> IndexDocument:
    return replace(PLAIN, **changes)
