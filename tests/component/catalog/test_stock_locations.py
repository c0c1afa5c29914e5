"""Several locations on a real database: who gets what from where, what is told, and what is shown of it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import stock_location_pb2 as location_pb
from emporium.common.v1 import outcome_pb2
from emporium.common.v1.page_pb2 import PageRequest

from chassis.errors import RemoteError
from tests.component.catalog.conftest import until
from tests.component.catalog.located_stock import (
    NEWS,
    adjust,
    broken,
    buyable,
    history,
    levels,
    save,
    spread,
    told,
    wanted,
)
from tests.component.catalog.stock_model import Model
from tests.component.catalog.test_inventory import move, reserve, states, stocked
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog, running_catalog
from tests.fixtures.stack import SharedServers, fresh_databases

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(servers: SharedServers) -> AsyncGenerator[RunningCatalog]:
    """With the locations hub, east and default, served in this order; every test has SKUs of its own."""
    with fresh_databases(servers) as create:
        async with running_catalog(create("catalog"), low_stock_threshold=3) as running:
            await save(running, "hub", priority=20)
            await save(running, "east", priority=10)
            yield running


async def test_fifty_racers_for_ten_units_at_three_locations_get_exactly_ten(shop: RunningCatalog) -> None:
    await spread(shop, "race", hub=4, east=3, default=3)
    answers = await asyncio.gather(*(reserve(shop, wanted(f"race-{number}", ("race", 1))) for number in range(50)))
    got = Counter(states([outcome for answer in answers for outcome in answer]))
    assert got == {"RESERVED": 10, "REFUSED_SHORT": 40}
    assert await levels(shop, "race") == {"hub": (0, 4, 0, 0), "east": (0, 3, 0, 0), "default": (0, 3, 0, 0)}
    assert await told(shop, "race") == [("LowStock", "race", 1), ("OutOfStock", "race", 2)]
    assert await broken(shop) == []


async def test_a_reservation_is_spread_held_sold_and_restocked_where_it_was(shop: RunningCatalog) -> None:
    await spread(shop, "spread", hub=2, east=1, default=5)
    await reserve(shop, wanted("spread-1", ("spread", 4)))
    assert await levels(shop, "spread") == {"hub": (0, 2, 0, 0), "east": (0, 1, 0, 0), "default": (4, 1, 0, 0)}
    assert await move(shop, "secure", "spread-1") == ["SECURED"]
    assert await move(shop, "commit", "spread-1") == ["SOLD"]
    assert await levels(shop, "spread") == {"hub": (0, 0, 0, 2), "east": (0, 0, 0, 1), "default": (4, 0, 0, 1)}
    assert await move(shop, "restock", "spread-1") == ["RESTOCKED"]
    assert await levels(shop, "spread") == {"hub": (2, 0, 0, 0), "east": (1, 0, 0, 0), "default": (5, 0, 0, 0)}
    (total,) = (await shop.inventory.BatchGetStock(pb.BatchGetStockRequest(skus=["spread"]))).outcomes
    assert (total.level.location, total.level.available) == ("", 8)


async def test_racers_over_skus_and_locations_that_open_and_close_neither_oversell_nor_deadlock(
    shop: RunningCatalog,
) -> None:
    skus = [f"many-{number}" for number in range(5)]
    for sku in skus:
        await spread(shop, sku, hub=6, east=6, default=6)

    async def shopper(number: int) -> None:
        order = skus if number % 2 else skus[::-1]
        names = [f"many-{number}-{step}" for step in range(4)]
        await reserve(
            shop, *(wanted(name, *((sku, 1 + step % 2) for sku in order[step:])) for step, name in enumerate(names))
        )
        await move(shop, "release", *names[number % 3 :])

    async def manager(turn: int) -> None:
        await save(shop, "east", priority=10, active=bool(turn % 2))
        await adjust(
            shop, *({"sku": sku, "location": at, "delta": 1} for sku in reversed(skus) for at in ("east", "hub"))
        )

    await asyncio.gather(*(shopper(number) for number in range(20)), *(manager(turn) for turn in range(6)))
    await save(shop, "east", priority=10, active=True)
    found = [await levels(shop, sku) for sku in skus]
    assert [sum(sum(level) for level in places.values()) for places in found] == [18 + 12] * 5
    assert await broken(shop) == []
    (database,) = await shop.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert database["deadlocks"] == 0


HOLD = "SELECT FROM stock WHERE sku = %s AND location = %s FOR UPDATE"
WAITING = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%%FROM%%stock%%'
"""


async def waits(shop: RunningCatalog, call: asyncio.Task[Any]) -> bool:
    """Whether the call stands at a locked row; False once it is through."""

    async def settled() -> bool:
        return call.done() or bool(await shop.rows(WAITING))

    await until(settled)
    return not call.done()


async def test_units_come_free_at_one_location_only_while_no_other_is_being_changed(shop: RunningCatalog) -> None:
    """Else two could each see half of a crossing, and both or neither tell it."""
    await spread(shop, "half", hub=1, default=1)
    await reserve(shop, wanted("half-1", ("half", 1)), wanted("half-2", ("half", 1)))
    async with shop.db.transaction() as tx:
        await tx.execute(HOLD, ["half", "default"])
        call = asyncio.create_task(move(shop, "release", "half-1"))
        assert await waits(shop, call)
    assert await call == ["RELEASED"]
    await move(shop, "release", "half-2")
    assert await told(shop, "half") == [("OutOfStock", "half", 1), ("BackInStock", "half", 2)]


async def test_whoever_waits_for_a_row_holds_none_behind_it(shop: RunningCatalog) -> None:
    """So two never wait for each other."""
    for sku in ("queue-a", "queue-b"):
        await spread(shop, sku, hub=1, east=1, default=1)
    async with shop.db.transaction() as tx:
        await tx.execute(HOLD, ["queue-a", "east"])
        call = asyncio.create_task(reserve(shop, wanted("queue-1", ("queue-b", 2), ("queue-a", 2))))
        assert await waits(shop, call)
        free = await shop.rows(
            "SELECT sku, location FROM stock WHERE sku LIKE 'queue-%%' ORDER BY sku, location FOR UPDATE SKIP LOCKED"
        )
    assert [(row["sku"], row["location"]) for row in free] == [
        ("queue-a", "hub"), ("queue-b", "default"), ("queue-b", "east"), ("queue-b", "hub"),
    ]  # fmt: skip
    assert states(await call) == ["RESERVED"]


async def test_a_closed_location_sells_nothing_keeps_what_is_held_and_opens_again(shop: RunningCatalog) -> None:
    await save(shop, "popup", priority=30)
    await spread(shop, "close", popup=5)
    await reserve(shop, wanted("close-1", ("close", 1)))
    assert await buyable(shop, "close") == (4, True)
    request = location_pb.DeactivateStockLocationRequest(id="popup")
    with shop.acting(MANAGER):
        answer = await shop.inventory.DeactivateStockLocation(request)
    assert (answer.location.active, answer.location.settled, answer.location.version) == (False, True, 2)
    assert await buyable(shop, "close") == (0, False)
    assert states(await reserve(shop, wanted("close-2", ("close", 1)))) == ["REFUSED_SHORT"]
    await move(shop, "release", "close-1")
    assert await levels(shop, "close") == {"default": (0, 0, 0, 0), "popup": (5, 0, 0, 0)}
    assert await buyable(shop, "close") == (0, False)
    await adjust(shop, {"sku": "close", "location": "popup", "delta": 1})
    renamed = await save(shop, "popup", name="Corner", priority=30, active=None)
    assert (renamed.location.name, renamed.location.active) == ("Corner", False)
    await save(shop, "popup", priority=30)
    assert await buyable(shop, "close") == (6, True)
    assert await told(shop, "close") == [
        ("BackInStock", "close", 1), ("LowStock", "close", 2), ("OutOfStock", "close", 3), ("BackInStock", "close", 4),
    ]  # fmt: skip


async def test_a_location_is_changed_by_its_version_and_the_default_one_stays(shop: RunningCatalog) -> None:
    made = await save(shop, "oslo", expected_version=0, address={"city": "Oslo", "country_code": "NO"})
    assert (made.location.version, made.location.address.city) == (1, "Oslo")
    assert (await save(shop, "oslo", address={"city": "Oslo", "country_code": "NO"})).location.version == 1
    refusals = [
        await save(shop, "oslo", expected_version=7),
        await save(shop, "default", active=False),
        await save(shop, "No Such"),
    ]
    codes = [error.input.code for refusal in refusals for error in refusal.user_errors]
    assert codes == [outcome_pb2.STALE_VERSION, outcome_pb2.WRONG_STATE, outcome_pb2.INVALID]
    request = location_pb.ListStockLocationsRequest(page=PageRequest(first=100), active=True)
    listed = [each.id for each in (await shop.inventory.ListStockLocations(request)).nodes]
    assert [each for each in listed if each in ("hub", "east", "default", "oslo")] == ["hub", "east", "default", "oslo"]
    with shop.acting(MANAGER):
        await shop.inventory.DeactivateStockLocation(location_pb.DeactivateStockLocationRequest(id="oslo"))
    created, closed = await history(shop, "LOCATION", "oslo")
    assert (created[0], created[1], created[2]["name"]) == ("stockLocationUpsert", {}, "Oslo")
    assert closed == ("stockLocationDeactivate", {"active": True}, {"active": False})


async def test_what_was_counted_is_set_once_a_key_and_tried_without_a_trace(shop: RunningCatalog) -> None:
    await spread(shop, "count", hub=6)
    await reserve(shop, wanted("count-1", ("count", 2)))
    counted = {"sku": "count", "location": "hub", "quantity": 9}
    tried = await adjust(shop, counted, {"sku": "count", "location": "moon", "quantity": 1}, dry_run=True)
    assert [each.delta for each in tried.outcomes] == [3, 0]
    assert tried.outcomes[1].user_errors[0].input.code == outcome_pb2.NOT_FOUND
    assert await levels(shop, "count") == {"default": (0, 0, 0, 0), "hub": (4, 2, 0, 0)}
    first, again = await adjust(shop, counted, key="count"), await adjust(shop, counted, key="count")
    assert (first.repeated_answer, again.repeated_answer) == (False, True)
    assert list(first.outcomes) == list(again.outcomes)
    assert await levels(shop, "count") == {"default": (0, 0, 0, 0), "hub": (7, 2, 0, 0)}
    same, too_few = (await adjust(shop, counted, counted | {"quantity": 1})).outcomes
    assert (same.delta, len(same.user_errors)) == (0, 0)
    assert too_few.user_errors[0].insufficient_stock.code == outcome_pb2.INSUFFICIENT_STOCK
    assert await history(shop, "STOCK", "count") == [
        ("stockAdjust", {"hub.available": 0}, {"hub.available": 6}),
        ("stockAdjust", {"hub.available": 4}, {"hub.available": 7}),
    ], "neither what was tried nor what was refused or repeated"
    assert await broken(shop) == []


async def test_what_is_low_is_listed_by_its_own_threshold_or_the_default(shop: RunningCatalog) -> None:
    for sku, units in (("low-a", 3), ("low-b", 4), ("low-c", 9), ("low-d", 0), ("low-e", 1)):
        await spread(shop, sku, east=units)
    thresholds = [("low-c", 9), ("low-d", 0), ("low-x", 1), ("low-e", -1)]
    request = location_pb.SetLowStockThresholdsRequest(
        thresholds=[location_pb.LowStockThreshold(sku=sku, threshold=units) for sku, units in thresholds]
    )
    with shop.acting(MANAGER):
        answer = await shop.inventory.SetLowStockThresholds(request)
    assert [(each.sku, each.threshold) for each in answer.items] == [("low-c", 9), ("low-d", 0)]
    changed = ("lowStockThresholdsSet", {"lowStockThreshold": None}, {"lowStockThreshold": 9})
    assert (await history(shop, "STOCK", "low-c"))[-1] == changed
    assert [list(error.input.field) for error in answer.user_errors] == [
        ["thresholds", "2", "sku"], ["thresholds", "3", "threshold"],
    ]  # fmt: skip
    again = [location_pb.LowStockThreshold(sku="low-c", threshold=9, expected_version=each) for each in (0, 1)]
    with shop.acting(MANAGER):
        old, fresh = [
            await shop.inventory.SetLowStockThresholds(location_pb.SetLowStockThresholdsRequest(thresholds=[each]))
            for each in again
        ]
    assert [error.input.field[-1] for error in old.user_errors] == ["expectedVersion"]
    assert [each.version for each in (*answer.items, *fresh.items)] == [1, 1, 2]
    found: list[tuple[str, int, int]] = []
    after = ""
    while True:
        page = await shop.inventory.ListLowStock(
            location_pb.ListLowStockRequest(page=PageRequest(first=2, after=after))
        )
        found += [(each.sku, each.available, each.threshold) for each in page.nodes if each.sku.startswith("low-")]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    assert found == [("low-a", 3, 3), ("low-c", 9, 9), ("low-e", 1, 3)]
    assert ("LowStock", "low-c", 2) in await told(shop, "low-c")


async def test_the_ledger_is_asked_by_place_kind_order_and_time_in_pages(shop: RunningCatalog) -> None:
    await spread(shop, "book", hub=5, default=5)
    before = datetime.now(UTC)
    await reserve(shop, wanted("book-1", ("book", 7)), wanted("book-2", ("book", 1)))
    await move(shop, "release", "book-1")
    await adjust(shop, {"sku": "book", "location": "hub", "delta": -1, "reason": "broken"})

    async def kinds(first: int = 100, **asked: Any) -> list[str]:
        found: list[str] = []
        after = ""
        while True:
            request = pb.ListStockLedgerRequest(page=PageRequest(first=first, after=after), **asked)
            page = await shop.inventory.ListStockLedger(request)
            found += [f"{each.kind}@{each.location}" for each in page.entries]
            if not page.page_info.has_next_page:
                return found
            after = page.page_info.end_cursor

    whole = [
        "adjusted@hub", "released@hub", "released@default", "reserved@default", "reserved@default", "reserved@hub",
        "adjusted@hub", "received@default",
    ]  # fmt: skip
    assert sorted(await kinds(sku="book")) == sorted(whole)
    assert await kinds(first=1, sku="book") == await kinds(first=3, sku="book") == await kinds(sku="book")
    assert await kinds(sku="book", location="hub", kinds=["adjusted"]) == ["adjusted@hub"] * 2
    assert await kinds(sku="book", kinds=["adjusted"], since=before) == ["adjusted@hub"]
    assert await kinds(sku="book", until=before) == ["adjusted@hub", "received@default"]
    assert sorted(await kinds(order_id="ord_book-2")) == ["reserved@default"]
    for asked in ({"kinds": ["stolen"]}, {"page": PageRequest(first=1, after="x")}):
        with pytest.raises(RemoteError):
            await shop.inventory.ListStockLedger(pb.ListStockLedgerRequest(**asked))


async def test_shoppers_see_and_change_nothing_of_it(shop: RunningCatalog) -> None:
    asked: Sequence[tuple[Any, Any]] = (
        (shop.inventory.BatchListStockLevels, pb.BatchListStockLevelsRequest(skus=["x"])),
        (shop.inventory.ListStockLevels, pb.ListStockLevelsRequest()),
        (shop.inventory.ListStockLedger, pb.ListStockLedgerRequest()),
        (shop.inventory.BatchGetStockLocations, location_pb.BatchGetStockLocationsRequest(ids=["hub"])),
        (shop.inventory.ListStockLocations, location_pb.ListStockLocationsRequest()),
        (shop.inventory.UpsertStockLocation, location_pb.UpsertStockLocationRequest(id="x", name="x")),
        (shop.inventory.DeactivateStockLocation, location_pb.DeactivateStockLocationRequest(id="hub")),
        (shop.inventory.ListLowStock, location_pb.ListLowStockRequest()),
        (shop.inventory.SetLowStockThresholds, location_pb.SetLowStockThresholdsRequest()),
    )
    for rpc, request in asked:
        with shop.acting(SHOPPER), pytest.raises(RemoteError) as refusal:
            await rpc(request)
        assert refusal.value.code == "FORBIDDEN"


@pytest.mark.parametrize("seed", range(2))
async def test_stock_does_what_its_model_does_and_tells_each_crossing_once(shop: RunningCatalog, seed: int) -> None:
    chance = random.Random(seed)
    skus = [f"model-{seed}-{number}" for number in range(3)]
    place = f"model-{seed}"
    await save(shop, place, priority=15)
    model = Model(
        locations={"hub": (20, True), place: (15, True), "east": (10, True), "default": (0, True)},
        levels={(sku, "default"): [6, 0, 0, 0] for sku in skus},
        default_threshold=3,
    )
    await stocked(shop, 6, *skus)
    names: list[str] = []
    for number in range(60):
        await _step(shop, model, chance, skus, place, names, number)
    for sku in skus:
        mine = {at: tuple(units) for (of, at), units in model.levels.items() if of == sku}
        assert await levels(shop, sku) == mine
    assert await told(shop, *skus) == sorted(model.news, key=lambda news: (news[1], news[2]))
    assert {name for name, _, _ in model.news} == set(NEWS)
    assert await broken(shop) == []


async def _step(
    shop: RunningCatalog,
    model: Model,
    chance: random.Random,
    skus: list[str],
    place: str,
    names: list[str],
    number: int,
) -> None:
    """One random call, made to both."""
    match chance.choice(
        ("reserve", "reserve", "reserve", "move", "move", "move", "adjust", "threshold", "open", "expire")
    ):
        case "reserve":
            fresh = [f"{place}-{number}-{each}" for each in range(chance.randint(1, 3))]
            asked = [
                (name, {sku: chance.randint(1, 5) for sku in chance.sample(skus, chance.randint(1, 2))})
                for name in [*fresh, *chance.sample(names, min(1, len(names)))]
            ]
            answers = await reserve(shop, *(wanted(name, *lines.items()) for name, lines in asked))
            assert states(answers) == model.reserve([(name, dict(sorted(lines.items()))) for name, lines in asked])
            names += fresh
        case "move":
            step = chance.choice(("secure", "commit", "release", "restock"))
            some = chance.sample([*names, f"{place}-unknown-{number}"], min(len(names) + 1, 3))
            assert await move(shop, step, *some) == model.move(step, some)
        case "adjust":
            lines = [
                (
                    chance.choice(skus),
                    chance.choice(list(model.locations)),
                    how,
                    chance.randint(-4 if how == "delta" else 0, 8),
                )
                for how in chance.choices(("delta", "quantity"), k=2)
            ]
            answer = await adjust(shop, *({"sku": sku, "location": at, how: units} for sku, at, how, units in lines))
            assert [not each.user_errors for each in answer.outcomes] == model.adjust(lines)
        case "threshold":
            sku, units = chance.choice(skus), chance.randint(0, 6)
            threshold = location_pb.LowStockThreshold(sku=sku, threshold=units)
            with shop.acting(MANAGER):
                await shop.inventory.SetLowStockThresholds(
                    location_pb.SetLowStockThresholdsRequest(thresholds=[threshold])
                )
            model.set_threshold(sku, units)
        case "open":
            active = not model.locations[place][1]
            await save(shop, place, priority=15, active=active)
            model.open(place, active=active)
        case _:
            late = chance.sample(names, min(1, len(names)))
            async with shop.db.transaction() as tx:
                await tx.execute("UPDATE reservations SET expires_at = now() WHERE id = ANY(%s)", [late])
            model.move("expire", late)
            assert await move(shop, "secure", *late) == model.move("secure", late)
