"""Orders, their lines and their history; each new event is also announced in the outbox, in the same transaction."""

from collections.abc import Iterator, Sequence
from typing import Any, LiteralString

from chassis import outbox
from chassis.database import Connection
from subgraphs.order.adapters.postgres.order_rows import (
    announcement_of,
    changes_of,
    event_of,
    event_values,
    lines_of,
    order_of,
    values_of,
)
from subgraphs.order.adapters.postgres.parcels import SAVE_PARCELS, parcels_values
from subgraphs.order.adapters.postgres.rows import Row, Statement, flush, recordset
from subgraphs.order.app.ports import OrderPage, Page
from subgraphs.order.domain.order import Order, OrderEvent, OrderStatus

WITH_LINES: LiteralString = """
SELECT o.*, coalesce((
    SELECT jsonb_agg(jsonb_build_array(l.id, l.sku, l.quantity, l.variant_id, l.product_id, l.name, l.unit_price,
        l.discount, l.tax) ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id
), '[]') AS lines FROM orders o
"""
GET = WITH_LINES + "WHERE o.id = ANY(%s)"
BY_NUMBER = WITH_LINES + "WHERE o.number = %s"
LOCK = WITH_LINES + "WHERE o.id = ANY(%s) ORDER BY o.id FOR UPDATE OF o"
PAGE_OF_CUSTOMERS = """
SELECT p.* FROM unnest(%s::text[]) AS c (customer_id) CROSS JOIN LATERAL (
    SELECT o.*, coalesce((
        SELECT jsonb_agg(jsonb_build_array(l.id, l.sku, l.quantity, l.variant_id, l.product_id, l.name, l.unit_price,
            l.discount, l.tax) ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id
    ), '[]') AS lines
    FROM orders o WHERE o.customer_id = c.customer_id AND (%s = '' OR o.id < %s) ORDER BY o.id DESC LIMIT %s
) p
"""
COUNT_OF_CUSTOMERS = """
SELECT customer_id, count(*) AS orders FROM orders WHERE customer_id = ANY(%s) GROUP BY customer_id
"""
PAGE = WITH_LINES + "WHERE (%s = '' OR o.id < %s) AND (%s = '' OR o.status = %s) ORDER BY o.id DESC LIMIT %s"
ADD = """
INSERT INTO orders (id, number, buyer_id, customer_id, cart_id, token_hash, email, status, payment_status, channel,
    currency, subtotal, discount, shipping, tax, total, tax_lines, address, delivery_code, delivery_name,
    discount_codes, reason, reason_facts, sequence, version, created_at, updated_at)
SELECT id, number, buyer_id, customer_id, cart_id, token_hash, email, status, payment_status, channel, currency,
    subtotal, discount, shipping, tax, total, tax_lines, address, delivery_code, delivery_name, discount_codes, reason,
    reason_facts, sequence, version, created_at, updated_at
FROM jsonb_to_recordset(%s::jsonb) AS u (id text, number text, buyer_id text, customer_id text, cart_id text,
    token_hash text, email text, status text, payment_status text, channel text, currency text, subtotal bigint,
    discount bigint, shipping bigint, tax bigint, total bigint, tax_lines jsonb, address jsonb, delivery_code text,
    delivery_name text, discount_codes text[], reason text, reason_facts jsonb, sequence bigint, version bigint,
    created_at timestamptz, updated_at timestamptz)
"""
ADD_LINES = """
INSERT INTO order_lines (order_id, id, buyer_id, sku, variant_id, product_id, name, quantity, unit_price, discount, tax,
    position)
SELECT order_id, id, buyer_id, sku, variant_id, product_id, name, quantity, unit_price, discount, tax, position
FROM jsonb_to_recordset(%s::jsonb) AS u (order_id text, id text, buyer_id text, sku text, variant_id text,
    product_id text, name text, quantity int, unit_price bigint, discount bigint, tax bigint, position int)
ON CONFLICT (order_id, id) DO UPDATE SET variant_id = excluded.variant_id, product_id = excluded.product_id,
    name = excluded.name, unit_price = excluded.unit_price, discount = excluded.discount, tax = excluded.tax
"""
SAVE = """
UPDATE orders o SET status = u.status, payment_status = u.payment_status, subtotal = u.subtotal, discount = u.discount,
    shipping = u.shipping, tax = u.tax, total = u.total, captured = u.captured, refunded = u.refunded,
    tax_lines = u.tax_lines, delivery_name = u.delivery_name, payment_action = u.payment_action, reason = u.reason,
    reason_facts = u.reason_facts, tracking_number = u.tracking_number, sequence = u.sequence, version = u.version,
    updated_at = u.updated_at
FROM jsonb_to_recordset(%s::jsonb) AS u (id text, status text, payment_status text, subtotal bigint, discount bigint,
    shipping bigint, tax bigint, total bigint, captured bigint, refunded bigint, tax_lines jsonb,
    delivery_name text, payment_action jsonb, reason text, reason_facts jsonb, tracking_number text, sequence bigint,
    version bigint, updated_at timestamptz)
WHERE o.id = u.id
"""
ADD_EVENTS = """
INSERT INTO order_events (order_id, buyer_id, sequence, type, status, payment_status, message, created_at)
SELECT order_id, buyer_id, sequence, type, status, payment_status, message, created_at
FROM jsonb_to_recordset(%s::jsonb) AS u (order_id text, buyer_id text, sequence bigint, type text, status text,
    payment_status text, message text, created_at timestamptz)
"""
EVENTS = """
SELECT * FROM order_events WHERE order_id = ANY(%s) AND sequence > %s ORDER BY order_id, sequence
"""
NEXT_NUMBERS = "SELECT nextval('order_numbers') AS number FROM generate_series(1, %s)"
OF_CART = "SELECT id FROM orders WHERE cart_id = %s AND status <> 'REJECTED'"


class PostgresOrders:
    """An order that was locked or added is the same object until the transaction ends; what changed is written at its
    end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: dict[str, Order] = {}
        self._added: list[Order] = []
        self._saved: dict[str, Order] = {}
        self._with_lines: dict[str, Order] = {}
        self.moved: dict[str, Order] = {}
        """Orders that got new events in this transaction, to be told once it is committed."""

    async def get(self, ids: Sequence[str]) -> dict[str, Order]:
        return {row["id"]: order_of(row) for row in await self._rows(GET, [list(ids)])}

    async def lock(self, ids: Sequence[str]) -> dict[str, Order]:
        unlocked = [order_id for order_id in ids if order_id not in self._locked]
        if unlocked:
            self._locked |= {row["id"]: order_of(row) for row in await self._rows(LOCK, [unlocked])}
        return {order_id: self._locked[order_id] for order_id in ids if order_id in self._locked}

    async def add(self, orders: Sequence[Order]) -> None:
        self._added += orders
        self._locked |= {order.id: order for order in orders}

    async def save(self, orders: Sequence[Order], *, lines: bool = False) -> None:
        by_id = {order.id: order for order in orders}
        self._saved |= by_id
        if lines:
            self._with_lines |= by_id

    def take(self) -> Iterator[Statement]:
        added, new = self._added, {order.id for order in self._added}
        saved = [order for order in self._saved.values() if order.id not in new]
        if added:
            yield ADD, [recordset(values_of(order) for order in added)]
        if saved:
            yield SAVE, [recordset(changes_of(order) for order in saved)]
        if lines := lines_of([*added, *(order for order in self._with_lines.values() if order.id not in new)]):
            yield ADD_LINES, [recordset(lines)]
        events = [event for order in (*added, *saved) for event in order.new_events]
        if events:
            yield ADD_EVENTS, [recordset(map(event_values, events))]
            yield outbox.appending([announcement_of(event) for event in events])
        for order in (*added, *saved):
            order.new_events.clear()
            self.moved[order.id] = order
        self._added, self._saved, self._with_lines = [], {}, {}

    async def save_parcels(self, order: Order) -> None:
        await self._connection.execute(SAVE_PARCELS, parcels_values(order))

    async def next_numbers(self, count: int) -> list[str]:
        return [f"E-{row['number']}" for row in await self._rows(NEXT_NUMBERS, [count])]

    async def of_cart(self, cart_id: str) -> str | None:
        rows = await self._rows(OF_CART, [cart_id])
        return rows[0]["id"] if rows else None

    async def by_number(self, number: str) -> Order | None:
        rows = await self._rows(BY_NUMBER, [number])
        return order_of(rows[0]) if rows else None

    async def pages_of_customers(self, customer_ids: Sequence[str], page: Page) -> list[OrderPage]:
        unique = list(dict.fromkeys(customer_ids))
        after = [unique, page.after, page.after, page.first + 1]
        found: dict[str, list[Order]] = {customer_id: [] for customer_id in unique}
        for row in await self._rows(PAGE_OF_CUSTOMERS, after):
            found[row["customer_id"]].append(order_of(row))
        counts = {row["customer_id"]: row["orders"] for row in await self._rows(COUNT_OF_CUSTOMERS, [unique])}
        return [_page(found[customer_id], page, counts.get(customer_id, 0)) for customer_id in customer_ids]

    async def page(self, page: Page, status: OrderStatus | None) -> OrderPage:
        wanted = status or ""
        rows = await self._rows(PAGE, [page.after, page.after, wanted, wanted, page.first + 1])
        return _page([order_of(row) for row in rows], page, None)

    async def events(self, ids: Sequence[str], *, after: int = 0) -> dict[str, list[OrderEvent]]:
        found: dict[str, list[OrderEvent]] = {order_id: [] for order_id in ids}
        for row in await self._rows(EVENTS, [list(ids), after]):
            found[row["order_id"]].append(event_of(row))
        return found

    async def _rows(self, statement: LiteralString, parameters: list[Any]) -> list[Row]:
        await flush(self._connection, [self])
        return await (await self._connection.execute(statement, parameters)).fetchall()


def _page(orders: list[Order], page: Page, total_count: int | None) -> OrderPage:
    return OrderPage(orders=orders[: page.first], has_next=len(orders) > page.first, total_count=total_count)
