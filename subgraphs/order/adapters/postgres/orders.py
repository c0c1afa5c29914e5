"""Orders, their lines and their history; each new event is also announced in the outbox, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

import orjson
from emporium.events.v1.events_pb2 import OrderChanged
from psycopg.types.json import Jsonb

from chassis import outbox
from chassis.database import Connection
from subgraphs.order.adapters.postgres.parcels import SAVE_PARCELS, parcels_of, parcels_values
from subgraphs.order.adapters.postgres.rows import Row, columns
from subgraphs.order.app.ports import OrderPage, Page
from subgraphs.order.domain.address import Address
from subgraphs.order.domain.order import Order, OrderEvent, OrderStatus, PaymentStatus
from subgraphs.order.domain.payment import PaymentAction
from subgraphs.order.domain.pricing import PricedLine, Totals

TOPIC = "emporium.order.events.v1"
CHANNEL = "order_changed"

WITH_LINES: LiteralString = """
SELECT o.*, coalesce((
    SELECT jsonb_agg(jsonb_build_array(l.id, l.sku, l.quantity, l.variant_id, l.product_id, l.name, l.unit_price)
        ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id
), '[]') AS lines FROM orders o
"""
GET = WITH_LINES + "WHERE o.id = ANY(%s)"
BY_NUMBER = WITH_LINES + "WHERE o.number = %s"
LOCK = WITH_LINES + "WHERE o.id = ANY(%s) ORDER BY o.id FOR UPDATE OF o"
PAGE_OF_CUSTOMERS = """
SELECT p.* FROM unnest(%s::text[]) AS c (customer_id) CROSS JOIN LATERAL (
    SELECT o.*, coalesce((
        SELECT jsonb_agg(jsonb_build_array(l.id, l.sku, l.quantity, l.variant_id, l.product_id, l.name, l.unit_price)
            ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id
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
    currency, subtotal, discount, shipping, tax, total, address, delivery_code, delivery_name, discount_codes,
    sequence, version, created_at, updated_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
ADD_LINES = """
INSERT INTO order_lines (order_id, id, buyer_id, sku, variant_id, product_id, name, quantity, unit_price, position)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[],
    %s::bigint[], %s::int[])
ON CONFLICT (order_id, id) DO UPDATE SET variant_id = excluded.variant_id, product_id = excluded.product_id,
    name = excluded.name, unit_price = excluded.unit_price
"""
SAVE = """
UPDATE orders o SET status = u.status, payment_status = u.payment_status, subtotal = u.subtotal, discount = u.discount,
    shipping = u.shipping, tax = u.tax, total = u.subtotal - u.discount + u.shipping + u.tax, captured = u.captured,
    refunded = u.refunded, payment_action = u.payment_action, reason = u.reason, reason_facts = u.reason_facts,
    tracking_number = u.tracking_number, sequence = u.sequence, version = u.version, updated_at = u.updated_at
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[], %s::jsonb[], %s::text[], %s::jsonb[], %s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[])
    AS u (id, status, payment_status, subtotal, discount, shipping, tax, captured, refunded, payment_action, reason,
        reason_facts, tracking_number, sequence, version, updated_at)
WHERE o.id = u.id
"""
ADD_EVENTS = """
WITH added AS (
    INSERT INTO order_events (order_id, buyer_id, sequence, type, status, payment_status, message, created_at)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::timestamptz[])
)
SELECT pg_notify(%s, change) FROM unnest(%s::text[]) AS change
"""
EVENTS = """
SELECT * FROM order_events WHERE order_id = ANY(%s) AND sequence > %s ORDER BY order_id, sequence
"""
NEXT_NUMBERS = "SELECT nextval('order_numbers') AS number FROM generate_series(1, %s)"
OF_CART = "SELECT id FROM orders WHERE cart_id = %s AND status <> 'REJECTED'"


class PostgresOrders:
    def __init__(self, connection: Connection, origin: str) -> None:
        """`origin` names this process in the notices of moves."""
        self._connection = connection
        self._origin = origin
        self.moved: dict[str, Order] = {}
        """Orders that got new events in this transaction, to be told once it is committed."""

    async def get(self, ids: Sequence[str]) -> dict[str, Order]:
        return {row["id"]: order_of(row) for row in await self._rows(GET, [list(ids)])}

    async def lock(self, ids: Sequence[str]) -> dict[str, Order]:
        return {row["id"]: order_of(row) for row in await self._rows(LOCK, [list(ids)])}

    async def add(self, orders: Sequence[Order]) -> None:
        await self._connection.cursor().executemany(ADD, [_values(order) for order in orders])
        await self._add_lines(orders)
        await self._add_events(orders)

    async def save(self, orders: Sequence[Order], *, lines: bool = False) -> None:
        if not orders:
            return
        await self._connection.execute(SAVE, columns([_changes(order) for order in orders], 16))
        if lines:
            await self._add_lines(orders)
        await self._add_events(orders)

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
        return await (await self._connection.execute(statement, parameters)).fetchall()

    async def _add_lines(self, orders: Sequence[Order]) -> None:
        rows = [
            (order.id, line.id, order.buyer_id, line.sku, line.variant_id, line.product_id, line.name, line.quantity,
             line.unit_price, position)
            for order in orders
            for position, line in enumerate(order.lines)
        ]  # fmt: skip
        await self._connection.execute(ADD_LINES, columns(rows, 10))

    async def _add_events(self, orders: Sequence[Order]) -> None:
        events = [event for order in orders for event in order.new_events]
        if not events:
            return
        rows = [
            (e.order_id, e.buyer_id, e.sequence, e.type, e.status, e.payment_status, e.message, e.created_at)
            for e in events
        ]
        changed = [f"{self._origin} {order.id} {order.sequence}" for order in orders]
        await self._connection.execute(ADD_EVENTS, [*columns(rows, 8), CHANNEL, changed])
        await outbox.append(self._connection, [_announcement(event) for event in events])
        for order in orders:
            order.new_events.clear()
            self.moved[order.id] = order


def _page(orders: list[Order], page: Page, total_count: int | None) -> OrderPage:
    return OrderPage(orders=orders[: page.first], has_next=len(orders) > page.first, total_count=total_count)


def _announcement(event: OrderEvent) -> outbox.Event:
    message = OrderChanged(
        order_id=event.order_id,
        buyer_id=event.buyer_id,
        sequence=event.sequence,
        type=event.type,
        status=event.status.value,
        payment_status=payment_status_name(event.payment_status),
    )
    return outbox.Event(topic=TOPIC, aggregate_id=event.order_id, sequence=event.sequence, message=message)


def payment_status_name(status: PaymentStatus) -> str:
    """The contract's PENDING is the order's; the payment's has a prefix."""
    return "PAYMENT_PENDING" if status is PaymentStatus.PENDING else status.value


def _values(order: Order) -> list[object]:
    totals = order.totals
    return [
        order.id, order.number, order.buyer_id, order.customer_id, order.cart_id, order.token_hash, order.email,
        order.status, order.payment_status, order.channel, order.currency, totals.subtotal, totals.discount,
        totals.shipping, totals.tax, totals.total, Jsonb(order.address.as_dict()), order.delivery_code,
        order.delivery_name, list(order.discount_codes), order.sequence, order.version, order.created_at,
        order.updated_at,
    ]  # fmt: skip


def _changes(order: Order) -> tuple[object, ...]:
    totals, action = order.totals, order.payment_action
    shown = None if action is None else json({"url": action.url, "expires_at": action.expires_at.isoformat()})
    return (
        order.id, order.status, order.payment_status, totals.subtotal, totals.discount, totals.shipping, totals.tax,
        order.captured, order.refunded, shown, order.reason, json(order.reason_facts), order.tracking_number,
        order.sequence, order.version, order.updated_at,
    )  # fmt: skip


def json(value: object) -> str:
    return orjson.dumps(value).decode()


def event_of(row: Row) -> OrderEvent:
    return OrderEvent(
        order_id=row["order_id"],
        buyer_id=row["buyer_id"],
        sequence=row["sequence"],
        type=row["type"],
        status=OrderStatus(row["status"]),
        payment_status=PaymentStatus(row["payment_status"]),
        message=row["message"],
        created_at=row["created_at"],
    )


def line_of(values: Sequence[Any]) -> PricedLine:
    line_id, sku, quantity, variant_id, product_id, name, unit_price = values
    return PricedLine(
        id=line_id,
        sku=sku,
        quantity=quantity,
        variant_id=variant_id,
        product_id=product_id,
        name=name,
        unit_price=unit_price,
    )


def action_of(value: Row | None) -> PaymentAction | None:
    if value is None:
        return None
    return PaymentAction(url=value["url"], expires_at=datetime.fromisoformat(value["expires_at"]))


def order_of(row: Row) -> Order:
    return Order(
        id=row["id"],
        number=row["number"],
        buyer_id=row["buyer_id"],
        customer_id=row["customer_id"],
        cart_id=row["cart_id"],
        token_hash=row["token_hash"],
        email=row["email"],
        status=OrderStatus(row["status"]),
        payment_status=PaymentStatus(row["payment_status"]),
        channel=row["channel"],
        currency=row["currency"],
        lines=[line_of(values) for values in row["lines"]],
        totals=Totals(subtotal=row["subtotal"], discount=row["discount"], shipping=row["shipping"], tax=row["tax"]),
        captured=row["captured"],
        refunded=row["refunded"],
        address=Address.from_dict(row["address"]),
        delivery_code=row["delivery_code"],
        delivery_name=row["delivery_name"],
        discount_codes=tuple(row["discount_codes"]),
        payment_action=action_of(row["payment_action"]),
        reason=row["reason"],
        reason_facts=row["reason_facts"],
        tracking_number=row["tracking_number"],
        fulfillments=parcels_of(row["fulfillments"]),
        returned=row["returned"],
        sequence=row["sequence"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
