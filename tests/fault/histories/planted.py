"""An honest history, and what may be planted in it that the checker has to find."""

import copy
from collections.abc import Callable
from typing import Any

from tests.fault.histories.record import Operation

Books = dict[str, Any]
History = list[Operation]


def op(
    number: int, start: float, end: float, f: str, value: dict[str, Any], kind: str = "ok", **result: Any
) -> Operation:
    return Operation(id=number, process="shopper", f=f, value=value, start=start, end=end, type=kind, result=result)


def told(order: str, status: str, payment: str, sequence: int) -> dict[str, Any]:
    return {"order": order, "status": status, "payment": payment, "sequence": sequence, "errors": []}


def honest() -> tuple[History, Books]:
    """Of three units, raised to five: Ada buys two and gets one cent back, Bob's two come back, Cyd wants nine."""
    hit = {"hits": 1, "in_flight": 2}
    history = [
        op(1, 0, 1, "add", {"cart": "c1", "sku": "s", "units": 2}, quantity=2),
        op(2, 1, 2, "complete", {"cart": "c1", "key": "k1"}, **told("o1", "CONFIRMED", "PAID", 4)),
        op(3, 2, 3, "complete", {"cart": "c1", "key": "k1"}, **told("o1", "CONFIRMED", "PAID", 4)),
        op(4, 2, 3, "adjust", {"sku": "s", "delta": 2, "key": "a1"}),
        op(5, 3.5, 4, "stock", {"sku": "s"}, available=3),
        op(6, 4, 5, "add", {"cart": "c2", "sku": "s", "units": 2}, quantity=2),
        op(7, 5, 6, "complete", {"cart": "c2", "key": "k2"}, **told("o2", "CONFIRMED", "PAID", 4)),
        op(8, 6, 7, "cancel", {"order": "o2", "key": "x1"}, **told("o2", "CANCELLED", "REFUNDED", 6)),
        op(9, 4, 5, "add", {"cart": "c3", "sku": "s", "units": 9}, quantity=9),
        op(10, 7, 8, "complete", {"cart": "c3", "key": "k3"}, **told("o3", "REJECTED", "PENDING", 2)),
        op(11, 8, 9, "refund", {"order": "o1", "key": "r1", "amount": 1}, **told("o1", "CONFIRMED", BACK, 5)),
        op(12, 9.5, 10, "read", {"order": "o1"}, **told("o1", "CONFIRMED", BACK, 5)),
        op(13, 9, 10, "webhook", {"event": "e1"}, accepted=True),
        *(Operation(id=20, process="nemesis", f=f, value={}, start=1, end=2, type="ok", result=hit) for f in FAULTS),
    ]  # fmt: skip
    return history, copy.deepcopy(BOOKS)


FAULTS = ("kill", "pause", "cut")
BACK = "PARTIALLY_REFUNDED"


def log(*states: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"sequence": number, "status": status, "payment_status": payment}
        for number, (status, payment) in enumerate(states, 1)
    ]


BOUGHT = (("PENDING", "PENDING"), ("PENDING", "AUTHORIZED"), ("CONFIRMED", "AUTHORIZED"), ("CONFIRMED", "PAID"))
CANCELLED = (("CANCELLED", "PAID"), ("CANCELLED", "REFUNDED"))
SHORT = (("PENDING", "PENDING"), ("REJECTED", "PENDING"))


def order(cart: str, units: int, status: str, payment: str, events: Any, **more: Any) -> dict[str, Any]:
    known = {"cart": cart, "lines": {"s": units}, "status": status, "payment_status": payment, "total": 100}
    return known | {"captured": 100, "refunded": 0, "code": "", "sku": "", "events": events} | more


BOOKS: Books = {
    "initial": {"s": 3},
    "stock": {"s": {"available": 3, "reserved": 0, "secured": 0, "sold": 2}},
    "keys": {"k1": "o1", "k2": "o2", "k3": "o3"},
    "webhooks": {"e1": True},
    "orders": {
        "o1": order("c1", 2, "CONFIRMED", BACK, log(*BOUGHT, ("CONFIRMED", BACK)), refunded=1),
        "o2": order("c2", 2, "CANCELLED", "REFUNDED", log(*BOUGHT, *CANCELLED), refunded=100),
        "o3": order("c3", 9, "REJECTED", "PENDING", log(*SHORT), captured=0, code="INSUFFICIENT_STOCK", sku="s"),
    },
    "provider": {
        "o1": [("authorized", 100), ("captured", 100), ("refunded", 1)],
        "o2": [("authorized", 100), ("captured", 100), ("refunded", 100)],
    },
}


def the(history: History, number: int) -> Operation:
    return next(one for one in history if one.id == number)


def lose_an_order(history: History, books: Books) -> None:
    del books["orders"]["o3"]
    del books["keys"]["k3"]


def make_an_order_of_nothing(history: History, books: Books) -> None:
    books["orders"]["o9"] = order("c9", 1, "REJECTED", "PENDING", log(BOUGHT[0], ("REJECTED", "PENDING")), captured=0)


def make_two_orders_of_a_cart(history: History, books: Books) -> None:
    books["orders"]["o9"] = books["orders"]["o1"] | {"lines": {}}
    books["provider"]["o9"] = books["provider"]["o1"]


def answer_a_key_with_another_order(history: History, books: Books) -> None:
    the(history, 3).result = told("o2", "CONFIRMED", "PAID", 4)


def refuse_a_key_and_make_an_order(history: History, books: Books) -> None:
    the(history, 10).type, the(history, 10).result = "fail", {"errors": ["CART_EMPTY"]}


def step_back(history: History, books: Books) -> None:
    the(history, 12).result = told("o1", "CONFIRMED", "PAID", 4)


def tell_what_the_log_does_not(history: History, books: Books) -> None:
    the(history, 12).result = told("o1", "CONFIRMED", "REFUNDED", 5)


def lose_an_event(history: History, books: Books) -> None:
    del books["orders"]["o1"]["events"][1]


def revive_a_dead_order(history: History, books: Books) -> None:
    books["orders"]["o2"]["events"][4]["status"] = "REJECTED"


def cancel_unasked(history: History, books: Books) -> None:
    history.remove(the(history, 8))


def charge_twice(history: History, books: Books) -> None:
    books["provider"]["o1"].append(("captured", 100))


def keep_the_money_of_a_cancelled_order(history: History, books: Books) -> None:
    books["provider"]["o2"].pop()
    books["orders"]["o2"]["refunded"] = 0


def hold_the_money_of_a_rejected_order(history: History, books: Books) -> None:
    books["provider"]["o3"] = [("authorized", 100)]


def confirm_without_money(history: History, books: Books) -> None:
    books["provider"]["o1"], books["orders"]["o1"]["captured"] = [("authorized", 100), ("refunded", 1)], 0


def refund_twice(history: History, books: Books) -> None:
    books["provider"]["o1"].append(("refunded", 1))
    books["orders"]["o1"]["refunded"] = 2


def sell_what_was_not_in_the_cart(history: History, books: Books) -> None:
    the(history, 1).value, the(history, 1).result = {"cart": "c1", "sku": "s", "units": 1}, {"quantity": 1}


def forget_what_was_added(history: History, books: Books) -> None:
    history.append(op(30, 0, 0.5, "add", {"cart": "c1", "sku": "t", "units": 1}, quantity=1))


def oversell(history: History, books: Books) -> None:
    """Ada's two, Bob's two, and one more sold of three, before the two others came."""
    books["initial"]["s"] = 1
    books["stock"]["s"]["available"] = 1


def lose_a_unit(history: History, books: Books) -> None:
    books["stock"]["s"]["available"] = 2


def read_a_stale_level(history: History, books: Books) -> None:
    the(history, 5).result = {"available": 1}


def refuse_what_there_was(history: History, books: Books) -> None:
    books["orders"]["o3"]["lines"]["s"] = 3
    the(history, 9).value, the(history, 9).result = {"cart": "c3", "sku": "s", "units": 3}, {"quantity": 3}
    the(history, 10).start = 7.5
    the(history, 8).end = 7
    the(history, 12).start = the(history, 12).end = 9.5
    history.append(op(31, 7.1, 7.2, "stock", {"sku": "s"}, available=3))


def leave_a_reservation(history: History, books: Books) -> None:
    books["stock"]["s"] |= {"available": 2, "reserved": 1}


def lose_an_accepted_event(history: History, books: Books) -> None:
    books["webhooks"] = {}


def never_see_to_an_event(history: History, books: Books) -> None:
    books["webhooks"]["e1"] = False


def miss_with_the_kills(history: History, books: Books) -> None:
    next(one for one in history if one.f == "kill").result = {"hits": 1, "in_flight": 0}


def cut_nothing(history: History, books: Books) -> None:
    next(one for one in history if one.f == "cut").result = {"hits": 0, "in_flight": 4}


PLANTED: dict[Callable[[History, Books], None], str] = {
    lose_an_order: "acknowledged_orders_exist",
    make_an_order_of_nothing: "acknowledged_orders_exist",
    make_two_orders_of_a_cart: "one_order_per_cart",
    answer_a_key_with_another_order: "same_key_same_answer",
    refuse_a_key_and_make_an_order: "same_key_same_answer",
    step_back: "order_states_never_step_back",
    tell_what_the_log_does_not: "order_states_never_step_back",
    lose_an_event: "order_states_never_step_back",
    revive_a_dead_order: "order_states_never_step_back",
    cancel_unasked: "only_who_asks_ends_an_order",
    charge_twice: "money_is_the_providers",
    keep_the_money_of_a_cancelled_order: "money_is_the_providers",
    hold_the_money_of_a_rejected_order: "money_is_the_providers",
    confirm_without_money: "money_is_the_providers",
    refund_twice: "refunds_are_paid_once",
    sell_what_was_not_in_the_cart: "what_is_paid_was_in_the_cart",
    forget_what_was_added: "what_is_paid_was_in_the_cart",
    oversell: "stock_is_linearizable",
    lose_a_unit: "stock_is_linearizable",
    read_a_stale_level: "stock_is_linearizable",
    refuse_what_there_was: "stock_is_linearizable",
    leave_a_reservation: "stock_is_linearizable",
    lose_an_accepted_event: "accepted_events_are_kept",
    never_see_to_an_event: "accepted_events_are_kept",
    miss_with_the_kills: "the_nemesis_hit",
    cut_nothing: "the_nemesis_hit",
}
