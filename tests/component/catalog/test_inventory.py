"""Stock, reservations and their ledger, on a real database."""

from __future__ import annotations

import asyncio

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1 import outcome_pb2
from emporium.common.v1.page_pb2 import PageRequest

from chassis.errors import RemoteError
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog, product_input, variant_input


def wanted(reservation_id: str, *lines: tuple[str, int], ttl: int = 60) -> pb.ReservationRequest:
    return pb.ReservationRequest(
        reservation_id=reservation_id,
        order_id=f"ord_{reservation_id}",
        lines=[pb.ReservationLine(sku=sku, quantity=quantity) for sku, quantity in lines],
        ttl_seconds=ttl,
    )


async def reserve(catalog: RunningCatalog, *requests: pb.ReservationRequest) -> list[pb.ReservationOutcome]:
    return list((await catalog.inventory.ReserveStock(pb.ReserveStockRequest(reservations=requests))).outcomes)


async def move(catalog: RunningCatalog, step: str, *ids: str) -> list[str]:
    rpc = {
        "secure": catalog.inventory.SecureStock,
        "commit": catalog.inventory.CommitStock,
        "release": catalog.inventory.ReleaseStock,
        "restock": catalog.inventory.RestockReservations,
    }[step]
    return states(list((await rpc(pb.ReservationsRequest(reservation_ids=ids))).outcomes))


def states(outcomes: list[pb.ReservationOutcome]) -> list[str]:
    return [pb.ReservationState.Name(outcome.state) for outcome in outcomes]


async def level(catalog: RunningCatalog, sku: str) -> tuple[int, int, int, int]:
    (outcome,) = (await catalog.inventory.BatchGetStock(pb.BatchGetStockRequest(skus=[sku]))).outcomes
    found = outcome.level
    return found.available, found.reserved, found.secured, found.sold


async def sound(catalog: RunningCatalog) -> bool:
    """Invariant I1 holds: every place of every row is what the ledger says."""
    return not await catalog.rows("SELECT * FROM broken_stock")


async def stocked(catalog: RunningCatalog, units: int = 10, *skus: str) -> None:
    names = skus or ("sku",)
    await catalog.upsert(*(product_input(sku, variants=[variant_input(sku, units=units)]) for sku in names))


async def test_fifty_racers_for_ten_units_get_exactly_ten(catalog: RunningCatalog) -> None:
    await stocked(catalog, 10)
    answers = await asyncio.gather(*(reserve(catalog, wanted(f"r{number}", ("sku", 1))) for number in range(50)))
    got = states([outcome for answer in answers for outcome in answer])
    assert (got.count("RESERVED"), got.count("REFUSED_SHORT")) == (10, 40)
    assert await level(catalog, "sku") == (0, 10, 0, 0)
    assert await sound(catalog)


async def test_racers_in_batches_over_many_skus_neither_oversell_nor_deadlock(catalog: RunningCatalog) -> None:
    skus = [f"s{number}" for number in range(8)]
    await stocked(catalog, 20, *skus)
    batches = [
        [
            wanted(
                f"r{batch}-{number}",
                *((skus[(batch + number + step * (1 if batch % 2 else -1)) % 8], 1) for step in range(3)),
            )
            for number in range(5)
        ]
        for batch in range(16)
    ]
    answers = await asyncio.gather(*(reserve(catalog, *batch) for batch in batches))
    granted = states([outcome for answer in answers for outcome in answer]).count("RESERVED")
    levels = [await level(catalog, sku) for sku in skus]
    assert sum(reserved for _, reserved, _, _ in levels) == granted * 3
    assert all(available + reserved == 20 and available >= 0 for available, reserved, _, _ in levels)
    assert await sound(catalog)


async def test_each_reservation_takes_all_its_lines_or_none(catalog: RunningCatalog) -> None:
    await stocked(catalog, 5, "a", "b")
    short, fitting = await reserve(catalog, wanted("r1", ("a", 2), ("b", 6)), wanted("r2", ("a", 5)))
    assert states([short, fitting]) == ["REFUSED_SHORT", "RESERVED"]
    assert [(shortage.sku, shortage.wanted, shortage.available) for shortage in short.shortages] == [("b", 6, 5)]
    assert await level(catalog, "a") == (0, 5, 0, 0)
    assert await level(catalog, "b") == (5, 0, 0, 0)


async def test_unknown_and_unpublished_skus_are_told_from_short_ones(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("hidden", published=False, variants=[variant_input("hidden")]))
    (outcome,) = await reserve(catalog, wanted("r", ("nothing", 1), ("hidden", 1)))
    assert [(shortage.sku, shortage.unknown) for shortage in outcome.shortages] == [("hidden", True), ("nothing", True)]


async def test_twin_lines_are_summed(catalog: RunningCatalog) -> None:
    await stocked(catalog, 3)
    short, fitting = await reserve(catalog, wanted("r1", ("sku", 2), ("sku", 2)), wanted("r2", ("sku", 1), ("sku", 2)))
    assert states([short, fitting]) == ["REFUSED_SHORT", "RESERVED"]


async def test_repeating_a_reservation_gives_its_outcome_again(catalog: RunningCatalog) -> None:
    await stocked(catalog, 1)
    first = await reserve(catalog, wanted("r1", ("sku", 1)), wanted("r2", ("sku", 1)))
    again = await reserve(catalog, wanted("r1", ("sku", 1)), wanted("r2", ("sku", 1)))
    assert again == first
    assert await level(catalog, "sku") == (0, 1, 0, 0)


async def test_a_release_that_overtakes_its_reserve_wins(catalog: RunningCatalog) -> None:
    await stocked(catalog)
    assert await move(catalog, "release", "r") == ["RELEASED"]
    assert states(await reserve(catalog, wanted("r", ("sku", 1)))) == ["RELEASED"]
    assert await level(catalog, "sku") == (10, 0, 0, 0)


async def test_a_reservation_becomes_a_sale_and_comes_back(catalog: RunningCatalog) -> None:
    await stocked(catalog)
    await reserve(catalog, wanted("r", ("sku", 4)))
    for step, state, units in (
        ("secure", "SECURED", (6, 0, 4, 0)),
        ("commit", "SOLD", (6, 0, 0, 4)),
        ("release", "SOLD", (6, 0, 0, 4)),
        ("restock", "RESTOCKED", (10, 0, 0, 0)),
    ):
        for _ in range(2):
            assert await move(catalog, step, "r") == [state]
            assert await level(catalog, "sku") == units
    request = pb.ListStockLedgerRequest(sku="sku", page=PageRequest(first=10))
    entries = (await catalog.inventory.ListStockLedger(request)).entries
    assert [entry.kind for entry in entries] == ["restocked", "sold", "secured", "reserved", "received"]
    assert await sound(catalog)


async def test_an_unknown_reservation_is_neither_secured_nor_sold(catalog: RunningCatalog) -> None:
    for step in ("secure", "commit", "restock"):
        assert await move(catalog, step, "r") == ["UNKNOWN_RESERVATION"]


async def test_a_reservation_past_its_time_cannot_be_secured(catalog: RunningCatalog) -> None:
    await stocked(catalog)
    await reserve(catalog, wanted("late", ("sku", 3)))
    async with catalog.db.transaction() as tx:
        await tx.execute("UPDATE reservations SET expires_at = now() - interval '1 second'")
    assert await move(catalog, "secure", "late") == ["EXPIRED"]
    assert await level(catalog, "sku") == (10, 0, 0, 0)
    assert states(await reserve(catalog, wanted("late", ("sku", 3)))) == ["EXPIRED"]


async def test_overdue_reservations_are_taken_back_and_secured_ones_are_not(catalog: RunningCatalog) -> None:
    await stocked(catalog)
    await reserve(catalog, wanted("overdue", ("sku", 3), ttl=1), wanted("paid", ("sku", 2), ttl=1))
    assert await move(catalog, "secure", "paid") == ["SECURED"]

    async def taken_back() -> bool:
        return await level(catalog, "sku") == (8, 0, 2, 0)

    await until(taken_back)
    assert await move(catalog, "commit", "overdue", "paid") == ["EXPIRED", "SOLD"]
    assert await sound(catalog)


async def test_stock_is_adjusted_once_a_key_and_never_below_what_is_held(catalog: RunningCatalog) -> None:
    await stocked(catalog)
    await reserve(catalog, wanted("r", ("sku", 4)))
    request = pb.AdjustStockRequest(
        adjustments=[
            pb.StockAdjustment(sku="sku", delta=5, change_from_quantity=6, reason="found"),
            pb.StockAdjustment(sku="sku", delta=1, change_from_quantity=6),
            pb.StockAdjustment(sku="sku", delta=-12),
            pb.StockAdjustment(sku="nothing", delta=1),
        ],
        idempotency_key="count",
    )
    with catalog.acting(MANAGER):
        outcomes = (await catalog.inventory.AdjustStock(request)).outcomes
        again = (await catalog.inventory.AdjustStock(request)).outcomes
    assert list(again) == list(outcomes)
    codes = [[error.input.code or error.insufficient_stock.code for error in each.user_errors] for each in outcomes]
    assert codes == [
        [],
        [outcome_pb2.CHANGE_FROM_QUANTITY_STALE],
        [outcome_pb2.INSUFFICIENT_STOCK],
        [outcome_pb2.UNKNOWN_SKU],
    ]
    assert outcomes[2].user_errors[0].insufficient_stock.available == 11
    assert await level(catalog, "sku") == (11, 4, 0, 0)
    assert await sound(catalog)


async def test_only_selling_out_and_coming_back_are_announced(catalog: RunningCatalog) -> None:
    await stocked(catalog, 3)
    await reserve(catalog, wanted("r1", ("sku", 1)))
    await reserve(catalog, wanted("r2", ("sku", 2)))
    await move(catalog, "release", "r1")
    await move(catalog, "release", "r2")
    rows = await catalog.rows("SELECT type, sequence FROM outbox WHERE type NOT LIKE '%%CategoryChanged' ORDER BY id")
    assert [(row["type"].rsplit(".")[-1], row["sequence"]) for row in rows] == [
        ("ProductChanged", 1),
        ("StockChanged", 2),
        ("ProductChanged", 2),
        ("OutOfStock", 1),
        ("StockChanged", 3),
        ("ProductChanged", 3),
        ("BackInStock", 2),
    ]


async def test_a_sold_out_product_says_so(catalog: RunningCatalog) -> None:
    await stocked(catalog, 1)
    await reserve(catalog, wanted("r", ("sku", 1)))
    request = pb.BatchFindProductsRequest(keys=[pb.ProductKey(external_reference="sku")])
    (outcome,) = (await catalog.catalog.BatchFindProducts(request)).outcomes
    assert not outcome.product.available_for_sale


@pytest.mark.parametrize("quantity", [0, -1, 2_000_000])
async def test_impossible_quantities_are_refused(catalog: RunningCatalog, quantity: int) -> None:
    with pytest.raises(RemoteError) as refusal:
        await reserve(catalog, wanted("r", ("sku", quantity)))
    assert refusal.value.reason == "INVALID_RESERVATION"


async def test_only_services_move_reservations(catalog: RunningCatalog) -> None:
    for caller in (SHOPPER, MANAGER):
        with catalog.acting(caller), pytest.raises(RemoteError) as refusal:
            await reserve(catalog, wanted("r", ("sku", 1)))
        assert refusal.value.code == "FORBIDDEN"
