"""What must hold of a history and of the books after it: pure functions, each answers what is wrong.

The books are what the databases and the provider hold when all is quiet:

    initial   {sku: units}                          stock     {sku: {available reserved secured sold}}
    orders    {id: {cart status payment_status total captured refunded lines {sku: units} code sku events []}}
    keys      {key: order id}  of checkoutComplete  provider  {order id: [[kind, amount], …]}
    webhooks  {event id: processed}
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tests.fault.histories.record import FAIL, NEMESIS, NEVER, Operation
from tests.fault.histories.stock import stock_is_linearizable

History = Sequence[Operation]
Books = Mapping[str, Any]
Check = Callable[[History, Books], list[str]]

NEXT = {
    "PENDING": {"PENDING", "CONFIRMED", "REJECTED"},
    "CONFIRMED": {"CONFIRMED", "FULFILLED", "CANCELLED", "CLOSED"},
    "FULFILLED": {"FULFILLED"},
    "CANCELLED": {"CANCELLED"},
    "CLOSED": {"CLOSED"},
    "REJECTED": {"REJECTED"},
}
"""Where a status may go."""
LOCKED = "CART_COMPLETED"
FAULTS = ("kill", "pause", "cut")


def check(history: History, books: Books) -> list[str]:
    """Everything that is wrong; empty when the history can be believed."""
    return [f"{one.__name__}: {found}" for one in CHECKS for found in one(history, books)]


def acknowledged_orders_exist(history: History, books: Books) -> list[str]:
    """I8: an order that any answer named is there; and every order was asked for."""
    named = {order_id for order_id in map(order_of, history) if order_id}
    asked = {op.value["cart"] for op in history if op.f == "complete"}
    lost = [f"{order_id} was acknowledged and is gone" for order_id in sorted(named - set(books["orders"]))]
    strange = [
        f"{order_id} of {order['cart']} was never asked for"
        for order_id, order in books["orders"].items()
        if order["cart"] not in asked
    ]
    return lost + strange


def one_order_per_cart(history: History, books: Books) -> list[str]:
    """I4."""
    by_cart: dict[str, list[str]] = defaultdict(list)
    for order_id, order in books["orders"].items():
        if order["status"] != "REJECTED":
            by_cart[order["cart"]].append(order_id)
    return [f"{cart} became {ids}" for cart, ids in by_cart.items() if len(ids) > 1]


def same_key_same_answer(history: History, books: Books) -> list[str]:
    """Every answer to a key names the order the books hold for it; a key that only failed made none.

    A cart that is being checked out answers with the order that holds it, whatever the key.
    """
    wrong: list[str] = []
    answers: dict[str, list[Operation]] = defaultdict(list)
    for op in history:
        if op.f == "complete":
            answers[op.value["key"]].append(op)
    for key, ops in answers.items():
        kept = books["keys"].get(key)
        for op in ops:
            if op.ok and LOCKED not in op.result["errors"] and op.result["order"] != kept:
                wrong.append(f"{key} was answered {op.result['order']}, the books hold {kept}")
        if kept is not None and all(op.type == FAIL for op in ops):
            wrong.append(f"{key} was refused each time and yet made {kept}")
    return wrong


def order_states_never_step_back(history: History, books: Books) -> list[str]:
    """I11: what was read at a sequence is what the order's log says of it; a later question gets no earlier state."""
    wrong: list[str] = []
    seen: dict[str, list[Operation]] = defaultdict(list)
    for op in history:
        if op.ok and "sequence" in op.result:
            seen[op.result["order"]].append(op)
    for order_id, order in books["orders"].items():
        events = order["events"]
        if [event["sequence"] for event in events] != list(range(1, len(events) + 1)):
            wrong.append(f"{order_id} has the events {[event['sequence'] for event in events]}")
            continue
        wrong += illegal_moves(order_id, events)
        for op in seen[order_id]:
            at = op.result["sequence"]
            logged = events[at - 1] if 0 < at <= len(events) else None
            told = (op.result["status"], op.result["payment"])
            if logged is None or (logged["status"], logged["payment_status"]) != told:
                wrong.append(f"operation {op.id} told {told} at {order_id}#{at}, its log has {logged}")
        wrong += steps_back(order_id, seen[order_id])
    return wrong


def illegal_moves(order_id: str, events: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{order_id}#{after['sequence']} went from {before['status']} to {after['status']}"
        for before, after in pairwise(events)
        if after["status"] not in NEXT[before["status"]]
    ]


def steps_back(order_id: str, seen: Sequence[Operation]) -> list[str]:
    wrong: list[str] = []
    for later in seen:
        known = [one for one in seen if one.end < later.start]
        newest = max(known, key=lambda one: one.result["sequence"], default=None)
        if newest is not None and newest.result["sequence"] > later.result["sequence"]:
            at = f"#{newest.result['sequence']} (operation {newest.id})"
            wrong.append(f"operation {later.id} read {order_id}#{later.result['sequence']} after {at}")
    return wrong


def only_who_asks_ends_an_order(history: History, books: Books) -> list[str]:
    """A confirmed order stays, with its money, unless somebody asked for its end or for money back."""
    asked = {op.value["order"] for op in history if op.f in {"cancel", "refund"} and op.type != FAIL}
    return [
        f"{order_id} is {order['status']} and {order['payment_status']}, and nobody asked for it"
        for order_id, order in books["orders"].items()
        if order_id not in asked
        and order["status"] != "REJECTED"
        and (order["status"] == "CANCELLED" or order["payment_status"] in {"REFUNDED", "PARTIALLY_REFUNDED"})
    ]


def money_is_the_providers(history: History, books: Books) -> list[str]:
    """I3: each order's money is the provider's, to the cent; nobody pays twice, nor for nothing."""
    wrong: list[str] = []
    for order_id, order in books["orders"].items():
        moved: dict[str, list[int]] = defaultdict(list)
        for kind, amount in books["provider"].get(order_id, ()):
            moved[kind].append(amount)
        theirs = (sum(moved["captured"]), sum(moved["refunded"]))
        ours = (order["captured"], order["refunded"])
        if theirs != ours:
            wrong.append(f"{order_id}: the provider has {theirs}, the order {ours}")
        if len(moved["captured"]) > 1 or len(moved["authorized"]) > 1:
            wrong.append(f"{order_id} was charged more than once: {dict(moved)}")
        keeps = order["status"] in {"CONFIRMED", "FULFILLED"}
        if keeps and ours[0] != order["total"]:
            wrong.append(f"{order_id} is {order['status']} of {order['total']} and has {ours[0]}")
        if not keeps and theirs[0] != theirs[1]:
            wrong.append(f"{order_id} is {order['status']} and keeps {theirs[0] - theirs[1]}")
        ended = moved["captured"] or moved["voided"] or moved["expired"]
        held = 0 if ended else sum(moved["authorized"])
        if not keeps and held:
            wrong.append(f"{order_id} is {order['status']} and holds {held} of the shopper's money")
    return wrong


def refunds_are_paid_once(history: History, books: Books) -> list[str]:
    """What was refunded of an order that stands is between what was promised and what was asked, each key once."""
    wrong: list[str] = []
    promised: dict[str, dict[str, int]] = defaultdict(dict)
    asked: dict[str, dict[str, int]] = defaultdict(dict)
    for op in history:
        if op.f != "refund":
            continue
        if op.type != FAIL:
            asked[op.value["order"]][op.value["key"]] = op.value["amount"]
        if op.ok:
            promised[op.value["order"]][op.value["key"]] = op.value["amount"]
    for order_id, order in books["orders"].items():
        least, most = sum(promised[order_id].values()), sum(asked[order_id].values())
        if order["status"] != "CANCELLED" and not least <= order["refunded"] <= most:
            wrong.append(f"{order_id} refunded {order['refunded']}, promised {least}, asked {most}")
    return wrong


def what_is_paid_was_in_the_cart(history: History, books: Books) -> list[str]:
    """Of each SKU an order has what its cart was last said to hold, and at most what was added meanwhile besides.

    An addition caps its line at the stock there is, which may be less than the line had: one made meanwhile may leave
    what it answered, or a single unit where nobody knows its answer.
    """
    wrong: list[str] = []
    adds: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for op in history:
        if op.f == "add" and op.type != FAIL:
            adds[op.value["cart"], op.value["sku"]].append(op)
    for order_id, order in books["orders"].items():
        began, named = window(history, order_id, order)
        for sku in {sku for cart, sku in adds if cart == order["cart"]} | set(order["lines"]):
            mine = adds[order["cart"], sku]
            before = sorted((op for op in mine if op.ok and op.end < began), key=lambda op: op.end)
            meanwhile = [op for op in mine if op not in before and op.start < named]
            last = before[-1].result["quantity"] if before else 0
            least = min([last, *(op.result["quantity"] if op.ok else 1 for op in meanwhile)])
            most = last + sum(op.value["units"] for op in meanwhile)
            if not least <= order["lines"].get(sku, 0) <= most:
                wrong.append(f"{order_id} has {order['lines'].get(sku, 0)} of {sku}, its cart {least} to {most}")
    return wrong


def window(history: History, order_id: str, order: Mapping[str, Any]) -> tuple[float, float]:
    """From the first question that can have placed the order to the first answer that names it."""
    asked = [op.start for op in history if op.f == "complete" and op.value["cart"] == order["cart"]]
    named = [op.end for op in history if order_of(op) == order_id]
    return min(asked, default=0.0), min(named, default=NEVER)


def accepted_events_are_kept(history: History, books: Books) -> list[str]:
    """A provider event that was accepted is in the books, once, and was seen to."""
    accepted = {op.value["event"] for op in history if op.f == "webhook" and op.ok and op.result["accepted"]}
    lost = [f"{event} was accepted and is gone" for event in sorted(accepted - set(books["webhooks"]))]
    return lost + [f"{event} is not seen to" for event, done in books["webhooks"].items() if not done]


def the_nemesis_hit(history: History, books: Books) -> list[str]:
    """A history without faults proves nothing: each kind met operations in flight, and did what it says."""
    hits: dict[str, int] = dict.fromkeys(FAULTS, 0)
    for op in history:
        if op.process == NEMESIS and op.ok and op.result["hits"] and op.result["in_flight"]:
            hits[op.f] += 1
    return [f"no {fault} met an operation in flight" for fault, count in hits.items() if not count]


def somebody_bought(history: History, books: Books) -> list[str]:
    """Nor does one in which nobody got through."""
    paid = [one for one in books["orders"].values() if one["captured"]]
    return [] if paid else ["no order was ever paid"]


def order_of(op: Operation) -> str | None:
    """The order an answer names."""
    return op.result.get("order") if op.ok else None


CHECKS: tuple[Check, ...] = (
    acknowledged_orders_exist,
    one_order_per_cart,
    same_key_same_answer,
    order_states_never_step_back,
    only_who_asks_ends_an_order,
    money_is_the_providers,
    refunds_are_paid_once,
    what_is_paid_was_in_the_cart,
    stock_is_linearizable,
    accepted_events_are_kept,
    the_nemesis_hit,
    somebody_bought,
)
