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
from tests.component.catalog.searched.changing import CHANGES
from tests.component.catalog.searched.model import Ask
from tests.fixtures.catalog import RunningCatalog, running_catalog

SEARCHES = int(os.environ.get("EMPORIUM_SEARCHES", "6"))
SEED = int(os.environ.get("EMPORIUM_SEED", "1"))
pytestmark = [pytest.mark.servers, pytest.mark.timeout(180 + SEARCHES)]


async def change_while_paged(random: Random, engine: Compared, faults: list[str]) -> None:
    """What is there may change; a list that is paged stays as it was, but for what is not shown any more."""
    ask = Ask(sort="NAME", first=7)
    expected = [item.id for item in engine.shop.hits(ask)][14:]
    second = await engine.ask(ask, (await engine.ask(ask)).page_info.end_cursor)
    for change in CHANGES:
        await change(random, engine)
    await settled(engine.catalog)
    shown, page = list[str](), second
    while page.page_info.has_next_page:
        page = await engine.ask(ask, page.page_info.end_cursor)
        shown += [hit.product.id for hit in page.hits]
    there = {item.id for item in engine.shop.items if ask.channel in item.channels}
    if shown != (left := [each for each in expected if each in there]):
        faults.append(f"a list changed while it was paged: {shown}, expected {left}")


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
        for number in range(SEARCHES):
            if number == SEARCHES // 2 or (number and number % 25 == 0):
                await change_while_paged(random, engines[0], faults)
            ask = drawn_ask(random, shop)
            for engine in engines:
                for fault in await engine.differences(ask, random):
                    kind = f"{'database' if engine.degraded else 'engine'} {fault.partition(':')[0]}"
                    kinds[kind] = kinds.get(kind, 0) + 1
                    if kinds[kind] <= 3:
                        faults.append(f"{'database' if engine.degraded else 'engine'}: {fault}\n    {ask}")
    sys.stdout.write(f"{sum(each.requests for each in engines)} requests, differences: {kinds}\n")
    assert not faults, "\n".join(faults[:60])
