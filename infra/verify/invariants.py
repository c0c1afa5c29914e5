"""I1 to I12: each a question whose every answer is a breach."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import httpx
import psycopg
from psycopg.rows import dict_row

from subgraphs.order.adapters.payment_amounts import money_of

Rows = list[dict[str, Any]]
OPEN_STATES = ("RUNNING", "PARKED", "COMPENSATING", "NEEDS_ATTENTION")
RELEASED = frozenset({"voided", "expired"})
LEDGER_PAGE = 1000
SETTLING_SECONDS = 1.5
"""The books are read one after the other, so a breach counts when it is still there after a moment."""

ORDERS = """
SELECT o.id, o.status, o.total, o.captured, o.refunded FROM orders o
WHERE NOT EXISTS (SELECT FROM sagas s WHERE s.order_id = o.id AND s.state = ANY(%s))
"""
HELD_STOCK = "SELECT id, order_id, state FROM reservations WHERE state IN ('RESERVED', 'SECURED')"
OPEN_CHECKOUTS = """
SELECT order_id FROM sagas WHERE order_id = ANY(%s) AND definition = 'checkout' AND state = ANY(%s)
"""
STUCK = """
SELECT id AS saga_id, order_id, definition, state, step, attempts, last_error FROM sagas
WHERE state IN ('RUNNING', 'COMPENSATING', 'PARKED') AND due_at < now() - make_interval(secs => %s)
"""


@dataclass(frozen=True, kw_only=True)
class Books:
    """Where the three ledgers are."""

    order_url: str
    catalog_url: str
    provider_url: str
    provider_key: str

    def order(self, statement: LiteralString, parameters: Sequence[object] = ()) -> Rows:
        return rows(self.order_url, statement, parameters)

    def catalog(self, statement: LiteralString, parameters: Sequence[object] = ()) -> Rows:
        return rows(self.catalog_url, statement, parameters)

    def provider(self) -> "ProviderBook":
        return ProviderBook(entries(self.provider_url, self.provider_key))


def entries(url: str, key: str) -> Iterator[dict[str, Any]]:
    """The provider's ledger, page by page."""
    query: dict[str, Any] = {"limit": LEDGER_PAGE}
    with httpx.Client(headers={"authorization": f"Bearer {key}"}, timeout=30) as client:
        while True:
            page = client.get(f"{url}/v1/ledger", params=query).raise_for_status().json()
            yield from page["data"]
            if not page["has_more"]:
                return
            query["starting_after"] = page["data"][-1]["number"]


class ProviderBook:
    """The provider's moves of money by order, in our minor units."""

    def __init__(self, entries: Iterable[Mapping[str, Any]]) -> None:
        self.live: Counter[str] = Counter()
        """Authorisations that hold, or were captured."""
        self.held: Counter[str] = Counter()
        self.moved: dict[str, Counter[str]] = {"captured": Counter(), "refunded": Counter()}
        for entry in entries:
            order_id, kind = entry["order"], entry["kind"]
            if not order_id:
                continue
            amount = money_of(entry["amount"], entry["currency"]).minor_units
            if kind in self.moved:
                self.moved[kind][order_id] += amount
            elif kind == "authorized":
                self.live[order_id] += 1
                self.held[order_id] += amount
            elif kind in RELEASED and amount:
                self.live[order_id] -= 1
                self.held[order_id] -= amount


@dataclass(frozen=True, kw_only=True)
class Invariant:
    id: str
    text: str
    breaches: Callable[[Books], Rows]


def rows(url: str, statement: LiteralString, parameters: Sequence[object]) -> Rows:
    with psycopg.connect(url, connect_timeout=10) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement, parameters).fetchall()


def stock_adds_up(books: Books) -> Rows:
    return [
        *books.catalog("SELECT * FROM broken_stock"),
        *books.catalog("SELECT * FROM unheld_stock"),
        *books.order("SELECT * FROM invariant_i1_stock_settled"),
    ]


def one_authorization(books: Books) -> Rows:
    found = books.order("SELECT * FROM invariant_i2_one_authorization")
    book = books.provider()
    for order in books.order(ORDERS, [list(OPEN_STATES)]):
        kept = order["status"] in {"CONFIRMED", "FULFILLED"} and order["total"] > 0
        at_provider = book.live[order["id"]], book.held[order["id"]]
        if kept and (at_provider[0] != 1 or at_provider[1] < order["total"]):
            found.append({"order_id": order["id"], "at_provider": at_provider, "total": order["total"]})
    return found


def money_agrees(books: Books) -> Rows:
    found = books.order("SELECT * FROM invariant_i3_money")
    orders = books.order(ORDERS, [list(OPEN_STATES)])
    book = books.provider()
    for order in orders:
        theirs = tuple(book.moved[kind][order["id"]] for kind in ("captured", "refunded"))
        if theirs != (order["captured"], order["refunded"]):
            ours = (order["captured"], order["refunded"])
            found.append({"order_id": order["id"], "ours": ours, "theirs": theirs})
    return found


def no_stock_without_checkout(books: Books) -> Rows:
    found = books.catalog("SELECT * FROM overdue_reservations")
    held = books.catalog(HELD_STOCK)
    asked = [[one["order_id"] for one in held], list(OPEN_STATES)]
    living = {one["order_id"] for one in books.order(OPEN_CHECKOUTS, asked)}
    return [*found, *(one for one in held if one["order_id"] not in living)]


def view(name: LiteralString) -> Callable[[Books], Rows]:
    statement: LiteralString = "SELECT * FROM " + name  # noqa: S608 - a literal
    return lambda books: books.order(statement)


def finished_or_flagged(seconds: float) -> Callable[[Books], Rows]:
    return lambda books: books.order(STUCK, [seconds])


def invariants(patience: float) -> list[Invariant]:
    """`patience`: seconds after which a saga that is due must have been taken up."""
    asked: list[tuple[str, str, Callable[[Books], Rows]]] = [
        ("I1", "stock is what its ledger says, and orders and stock agree", stock_adds_up),
        ("I2", "a confirmed order has exactly one authorisation, at the provider too", one_authorization),
        ("I3", "captured and refunded: ours, by attempt, and the provider's", money_agrees),
        ("I4", "at most one order that is not rejected for each cart", view("invariant_i4_one_order_per_cart")),
        ("I5", "no money kept on a dead order", view("invariant_i5_no_money_on_dead_orders")),
        ("I6", "no stock held without a living checkout", no_stock_without_checkout),
        ("I7", "codes are used within their limits", view("invariant_i7_code_uses")),
        ("I8", "every acknowledged order can be read", view("invariant_i8_acknowledged_orders")),
        ("I9", "every event of an order is announced once", view("invariant_i9_announcements")),
        ("I10", "a total is the sum of its parts", view("invariant_i10_total")),
        ("I11", "an order's events have no gap", view("invariant_i11_event_sequence")),
        ("I12", "every saga ends, waits for its time, or is flagged", finished_or_flagged(patience)),
    ]
    return [Invariant(id=name, text=text, breaches=breaches) for name, text, breaches in asked]


def lasting_breaches(invariant: Invariant, books: Books) -> Rows:
    """Those that are there, and still there after a moment: work in flight is no breach."""
    first = invariant.breaches(books)
    if not first:
        return []
    time.sleep(SETTLING_SECONDS)
    return [row for row in invariant.breaches(books) if row in first]
