"""A history as the moves of each SKU's stock: what orders took and gave back, what was adjusted, what was read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.fault.histories.counter import PUT, READ, REFUSED, TAKE, Effect, Move, Undecided, explained
from tests.fault.histories.record import FAIL, NEVER, Operation

SHORT = "INSUFFICIENT_STOCK"
HOLDS = frozenset({"CONFIRMED", "FULFILLED", "CANCELLED", "CLOSED"})


def stock_is_linearizable(history: Sequence[Operation], books: Mapping[str, Any]) -> list[str]:
    """No oversell, no false refusal, no unit lost: each SKU's stock is a counter that never falls below zero."""
    wrong: list[str] = []
    for sku, units in books["initial"].items():
        moves = list(moves_of(sku, history, books))
        try:
            strange = explained(units, moves)
        except Undecided as error:
            strange = f"undecided: {error}"
        if strange is not None:
            wrong.append(f"{sku}, {units} at first: no order of {len(moves)} moves explains {strange}")
        level = books["stock"][sku]
        if level["reserved"] or level["secured"] or min(level.values()) < 0:
            wrong.append(f"{sku} ends as {level}")
        sold = sum(
            order["lines"].get(sku, 0)
            for order in books["orders"].values()
            if order["status"] in {"CONFIRMED", "FULFILLED"}
        )
        if sold != level["sold"]:
            wrong.append(f"{sku}: {sold} sold by the orders, {level['sold']} by the stock")
    return wrong


def moves_of(sku: str, history: Sequence[Operation], books: Mapping[str, Any]) -> Iterator[Move]:
    """Those of one SKU; the last is what the books hold at the end."""
    end = 1 + max((time for op in history for time in (op.start, op.end) if time != NEVER), default=0.0)
    for order_id, order in books["orders"].items():
        if sku in order["lines"]:
            yield from order_moves(sku, order_id, order, history, end)
    yield from adjustments(sku, history, end)
    for op in history:
        if op.f == "stock" and op.ok and op.value["sku"] == sku:
            read = Effect(kind=READ, units=op.result["available"])
            yield Move(name=f"operation {op.id} (read {read.units})", start=op.start, end=op.end, effects=(read,))
    left = Effect(kind=READ, units=books["stock"][sku]["available"])
    yield Move(name=f"the end ({left.units} left)", start=end + 1, end=end + 2, effects=(left,))


def order_moves(
    sku: str, order_id: str, order: Mapping[str, Any], history: Sequence[Operation], end: float
) -> Iterator[Move]:
    """When it can have taken its units, been refused them, or given them back."""
    units = order["lines"][sku]
    asked = [op.start for op in history if op.f == "complete" and op.value["cart"] == order["cart"]]
    start = min(asked, default=0.0)
    take, put = Effect(kind=TAKE, units=units), Effect(kind=PUT, units=units)
    status = order["status"]
    if status == "REJECTED":
        known = first_told(order_id, {"REJECTED"}, history, end)
        if order["code"] == SHORT and order["sku"]:
            if order["sku"] == sku:
                refused = Effect(kind=REFUSED, units=units)
                yield Move(name=f"{order_id} (refused {units})", start=start, end=known, effects=(refused,))
            return
        yield Move(name=f"{order_id} (rejected)", start=start, end=known, effects=(take, put), optional=True)
        return
    if status == "CLOSED":
        yield Move(name=f"{order_id} (closed)", start=start, end=end, effects=(take, put))
        return
    taken = end if status == "PENDING" else first_told(order_id, HOLDS, history, end)
    yield Move(name=f"{order_id} (took {units})", start=start, end=taken, effects=(take,), optional=status == "PENDING")
    if status == "CANCELLED":
        cancels = [op.start for op in history if op.f == "cancel" and op.value["order"] == order_id]
        yield Move(name=f"{order_id} (gave {units} back)", start=min(cancels, default=start), end=end, effects=(put,))


def first_told(order_id: str, statuses: frozenset[str] | set[str], history: Sequence[Operation], end: float) -> float:
    """The first answer that shows the order in one of the statuses."""
    told = [
        op.end for op in history if op.ok and op.result.get("order") == order_id and op.result["status"] in statuses
    ]
    return min(told, default=end)


def adjustments(sku: str, history: Sequence[Operation], end: float) -> Iterator[Move]:
    """By key, as a repeated one has its effect once."""
    by_key: dict[str, list[Operation]] = defaultdict(list)
    for op in history:
        if op.f == "adjust" and op.value["sku"] == sku:
            by_key[op.value["key"]].append(op)
    for key, ops in by_key.items():
        delta = ops[0].value["delta"]
        answered = [op for op in ops if op.end != NEVER]
        start, known = min(op.start for op in ops), min((op.end for op in answered), default=end)
        kind, units = (PUT, delta) if delta > 0 else (TAKE, -delta)
        if any(op.type == FAIL for op in ops):
            kind = REFUSED
        effects = (Effect(kind=kind, units=units),)
        yield Move(name=f"{key} ({kind} {units})", start=start, end=known, effects=effects, optional=not answered)
