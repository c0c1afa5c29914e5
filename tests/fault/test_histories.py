"""Shoppers act at once while processes are killed, paused and cut off; what they were told is recorded and checked.

FAULT_SEED draws the first history, FAULT_HISTORIES says how many, FAULT_HISTORY_SECONDS how long each is. History and
books of each run stay in FAULT_HISTORY_FOLDER, when it is set. See docs/proof.md.
"""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.fault.histories.books import quiet, read_books, written
from tests.fault.histories.checker import check
from tests.fault.histories.nemesis import Nemesis
from tests.fault.histories.record import Recorder, read_file
from tests.fault.histories.shoppers import Market, Shopper, keep_stock, look_on
from tests.fault.wired import WiredShop, wired_shop
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
SEED = int(os.getenv("FAULT_SEED", "1"))
HISTORIES = int(os.getenv("FAULT_HISTORIES", "1"))
SECONDS = float(os.getenv("FAULT_HISTORY_SECONDS", "6"))
FOLDER = os.getenv("FAULT_HISTORY_FOLDER", "")
SHOPPERS, SKUS, UNITS = 6, 3, 8


@pytest.mark.parametrize("seed", range(SEED, SEED + HISTORIES))
@pytest.mark.timeout(300)
async def test_a_history_under_faults_can_be_believed(servers: SharedServers, tmp_path: Path, seed: int):
    try:
        async with wired_shop(servers, tmp_path, CHECKOUT_WAIT_SECONDS="1", DATABASE_POOL_SIZE="6") as shop:
            books, wrong = await played(shop, tmp_path, seed)
            wrong += check(read_file(tmp_path / "history.jsonl"), books)
            wrong += [f"{one}: {rows}" for one, rows in (await shop.breaches()).items()]
        assert wrong == []
    finally:
        keep(tmp_path, seed)


async def played(shop: WiredShop, folder: Path, seed: int) -> tuple[dict[str, Any], list[str]]:
    """Records a history; answers the books after it, and what never became quiet."""
    initial = {await shop.shop.product(units=UNITS): UNITS for _ in range(SKUS)}
    with (folder / "history.jsonl").open("w") as file:
        recorder = Recorder(file)
        market = Market(shop=shop, recorder=recorder, skus=list(initial))
        nemesis = asyncio.ensure_future(Nemesis(shop, recorder, seed).run(SECONDS))
        people = [Shopper(f"shopper-{n}", market, seed).run for n in range(SHOPPERS)]
        acting = [asyncio.ensure_future(run(nemesis.done)) for run in people]
        acting += [asyncio.ensure_future(one(market, seed, nemesis.done)) for one in (keep_stock, look_on)]
        await asyncio.gather(nemesis, *acting)
        await shop.mend()
        restless = await quiet(market)
    books = await read_books(market, initial)
    (folder / "books.json").write_bytes(written(books))
    return books, restless


def keep(folder: Path, seed: int) -> None:
    """For who wants to read it, with the logs of the processes."""
    if FOLDER:
        kept = Path(FOLDER) / str(seed)
        kept.mkdir(parents=True, exist_ok=True)
        for file in (*folder.glob("*.jsonl"), *folder.glob("*.json"), *folder.glob("*.log")):
            shutil.copy(file, kept)
