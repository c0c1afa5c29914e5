"""Units received, lost, found or counted, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.stock_moves import Moved, apply, document
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock import (
    DEFAULT_LOCATION,
    Adjustment,
    AdjustmentOutcome,
    StockLevel,
    faults_of_adjustment,
)


async def adjust(tx: Connection, adjustments: Sequence[Adjustment], threshold: int) -> tuple[AdjustmentOutcome, ...]:
    """Applies what may be applied, one after the other; each outcome tells the level after it."""
    levels = await _locked(tx, adjustments)
    known = {sku for sku, _ in levels}
    outcomes: list[AdjustmentOutcome] = []
    moved: list[Moved] = []
    for number, each in enumerate(adjustments):
        at = each.sku, each.location
        level = levels.get(at)
        faults = faults_of_adjustment(each, level, ("adjustments", str(number)), known=each.sku in known)
        delta, free = 0, level.available if level else 0
        if level is not None and not faults:
            delta = each.delta_at(level)
            levels[at] = level = replace(level, available=level.available + delta)
        outcomes.append(AdjustmentOutcome(level=level, faults=faults, available=free, delta=delta))
        if delta:
            moved.append(
                Moved(
                    sku=each.sku,
                    location=each.location,
                    units=delta,
                    kind=each.kind,
                    takes="available",
                    reason=each.reason or None,
                )
            )
    await apply(tx, moved, threshold)
    await changes.record(tx, [_change(each, outcome) for each, outcome in zip(adjustments, outcomes, strict=True)])
    return tuple(outcomes)


def _change(adjustment: Adjustment, outcome: AdjustmentOutcome) -> Change:
    """Who did it: the ledger knows why. A refused one changes nothing, and is not recorded."""
    field = f"{adjustment.location}.available"
    return Change(
        kind=EntityKind.STOCK, id=adjustment.sku, operation="stockAdjust",
        before={field: outcome.available}, after={field: outcome.available + outcome.delta},
    )  # fmt: skip


async def _locked(tx: Connection, adjustments: Sequence[Adjustment]) -> dict[tuple[str, str], StockLevel]:
    """The levels of their SKUs everywhere, locked; a known SKU has one at every known location that is named."""
    named = document({"sku": each.sku, "location": each.location} for each in adjustments)
    skus = sorted({each.sku for each in adjustments})
    async with tx.pipeline():
        await tx.execute(sql.NEW_STOCK, {"locations": sorted({each.location for each in adjustments}), "asked": named})
        locked = await tx.execute(sql.LOCK_STOCK, [skus])
        rows = await locked.fetchall()
    return {(row["sku"], row["location"]): StockLevel(**row) for row in rows}


def asked_of(adjustments: Sequence[Adjustment]) -> bytes:
    """Tells these adjustments from others. What is as it always was is left out: a retry may come from before it was
    thought of."""
    return orjson.dumps([
        {"sku": each.sku, "delta": each.delta, "change_from": each.change_from, "reason": each.reason}
        | ({"location": each.location} if each.location != DEFAULT_LOCATION else {})
        | ({"quantity": each.quantity} if each.quantity is not None else {})
        for each in adjustments
    ])  # fmt: skip


def outcomes_from(stored: bytes) -> tuple[AdjustmentOutcome, ...]:
    """An answer given before."""
    return tuple(_outcome(each) for each in orjson.loads(stored))


def _outcome(stored: dict[str, Any]) -> AdjustmentOutcome:
    return AdjustmentOutcome(
        level=StockLevel(**stored["level"]) if stored["level"] else None,
        faults=tuple(
            Fault(code=each["code"], field=tuple(each["field"]), message=each["message"]) for each in stored["faults"]
        ),
        available=stored["available"],
        delta=stored.get("delta", 0),
    )
