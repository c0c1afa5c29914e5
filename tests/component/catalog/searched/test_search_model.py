"""Both engines against a model of what a search must answer, on catalogues and searches drawn by chance.

`make test-search` for the long run.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from random import Random

import pytest

from tests.component.catalog.searched.asking import Compared, drawn_ask
from tests.component.catalog.searched.catalogue import drawn, load, settled
from tests.fixtures.catalog import RunningCatalog, running_catalog

SEARCHES = int(os.environ.get("EMPORIUM_SEARCHES", "8"))
SEED = int(os.environ.get("EMPORIUM_SEED", "1"))
pytestmark = [pytest.mark.servers, pytest.mark.timeout(180 + SEARCHES)]


async def test_both_engines_answer_what_the_model_does(searchable: RunningCatalog) -> None:
    shop = drawn(SEED)
    collections = await load(shop, searchable)
    await settled(searchable)
    rows = await searchable.rows("SELECT id, path FROM categories")
    categories = {tuple(row["path"]): row["id"] for row in rows}
    random, faults, kinds = Random(SEED), list[str](), dict[str, int]()
    async with running_catalog(searchable.settings.database_url.reveal()) as alone:
        engines = [
            Compared(each, replace(shop, all_texts=each is alone), categories, collections, degraded=each is alone)
            for each in (searchable, alone)
        ]
        for _ in range(SEARCHES):
            ask = drawn_ask(random, shop)
            for engine in engines:
                for fault in await engine.differences(ask, random):
                    kind = f"{'database' if engine.degraded else 'engine'} {fault.partition(':')[0]}"
                    kinds[kind] = kinds.get(kind, 0) + 1
                    if kinds[kind] <= 3:
                        faults.append(f"{'database' if engine.degraded else 'engine'}: {fault}\n    {ask}")
    sys.stdout.write(f"{sum(each.requests for each in engines)} requests, differences: {kinds}\n")
    assert not faults, "\n".join(faults[:60])
