"""Carts and their lines."""

from collections.abc import Iterable, Iterator, Sequence

from psycopg.types.json import Jsonb

from chassis.database import Connection
from chassis.errors import Conflict
from subgraphs.order.adapters.postgres.rows import Row, Statement, flush, recordset
from subgraphs.order.domain.address import Address
from subgraphs.order.domain.cart import Cart, CartLine, CartStatus, ShopContext

COLUMNS = """
SELECT c.*, coalesce((
    SELECT jsonb_agg(jsonb_build_array(l.id, l.sku, l.quantity) ORDER BY l.position)
    FROM cart_lines l WHERE l.cart_id = c.id
), '[]') AS lines FROM carts c
"""
GET = COLUMNS + "WHERE c.id = ANY(%s)"
OPEN_OF_CUSTOMERS = COLUMNS + "WHERE c.customer_id = ANY(%s) AND c.status = 'OPEN'"
LOCK = COLUMNS + "WHERE c.id = ANY(%s) ORDER BY c.id FOR UPDATE OF c"
ADD = """
INSERT INTO carts (id, buyer_id, customer_id, token_hash, channel, currency, locale, email, created_at, updated_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
SAVE = """
UPDATE carts SET customer_id = %s, token_hash = %s, status = %s, email = %s, address = %s, delivery_method_code = %s,
    discount_codes = %s, version = version + 1, updated_at = now()
WHERE id = %s AND version = %s
"""
DROP_LINES = "DELETE FROM cart_lines WHERE cart_id = %s AND NOT id = ANY(%s)"
SAVE_LINES = """
INSERT INTO cart_lines (cart_id, buyer_id, id, sku, quantity, position)
SELECT %s, %s, l.* FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[]) AS l
ON CONFLICT (cart_id, id) DO UPDATE SET quantity = excluded.quantity, position = excluded.position
"""
SET_CHECKOUT = """
UPDATE carts c SET order_id = u.order_id, status = CASE WHEN u.completed THEN 'COMPLETED' ELSE c.status END,
    version = version + 1, updated_at = now()
FROM jsonb_to_recordset(%s::jsonb) AS u (id text, order_id text, completed bool) WHERE c.id = u.id
"""
REOPEN = """
UPDATE carts SET order_id = NULL, version = version + 1, updated_at = now()
WHERE order_id = ANY(%s) AND status = 'OPEN'
"""


class PostgresCarts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._checkouts: list[dict[str, object]] = []

    async def get(self, ids: Sequence[str]) -> dict[str, Cart]:
        rows = await (await self._connection.execute(GET, [list(ids)])).fetchall()
        return {row["id"]: cart_of(row) for row in rows}

    async def open_of_customers(self, customer_ids: Sequence[str]) -> dict[str, Cart]:
        rows = await (await self._connection.execute(OPEN_OF_CUSTOMERS, [list(customer_ids)])).fetchall()
        return {row["customer_id"]: cart_of(row) for row in rows}

    async def lock(self, cart_id: str) -> Cart | None:
        return (await self.lock_all([cart_id])).get(cart_id)

    async def lock_all(self, ids: Sequence[str]) -> dict[str, Cart]:
        rows = await (await self._connection.execute(LOCK, [list(ids)])).fetchall()
        return {row["id"]: cart_of(row) for row in rows}

    async def add(self, cart: Cart) -> None:
        context = cart.context
        await self._connection.execute(
            ADD,
            [
                cart.id,
                cart.buyer_id,
                cart.customer_id,
                cart.token_hash,
                context.channel,
                context.currency,
                context.locale,
                cart.email,
                cart.created_at,
                cart.updated_at,
            ],
        )
        await self._save_lines(cart)

    async def save(self, cart: Cart) -> None:
        saved = await self._connection.execute(
            SAVE,
            [
                cart.customer_id,
                cart.token_hash,
                cart.status,
                cart.email,
                None if cart.address is None else Jsonb(cart.address.as_dict()),
                cart.delivery_method_code,
                list(cart.discount_codes),
                cart.id,
                cart.version,
            ],
        )
        if saved.rowcount == 0:
            raise Conflict(cart_id=cart.id)
        await self._connection.execute(DROP_LINES, [cart.id, [line.id for line in cart.lines]])
        await self._save_lines(cart)
        cart.version += 1

    async def _save_lines(self, cart: Cart) -> None:
        if not cart.lines:
            return
        columns: list[list[object]] = [
            [line.id for line in cart.lines],
            [line.sku for line in cart.lines],
            [line.quantity for line in cart.lines],
            list(range(len(cart.lines))),
        ]
        await self._connection.execute(SAVE_LINES, [cart.id, cart.buyer_id, *columns])

    async def set_checkout(self, cart_ids: Sequence[str], *, order_ids: Sequence[str], completed: bool) -> None:
        self._checkouts.extend(
            {"id": cart_id, "order_id": order_id, "completed": completed}
            for cart_id, order_id in zip(cart_ids, order_ids, strict=True)
        )

    def take(self) -> Iterator[Statement]:
        if self._checkouts:
            yield SET_CHECKOUT, [recordset(self._checkouts)]
        self._checkouts = []

    async def reopen(self, order_ids: Sequence[str]) -> None:
        await flush(self._connection, [self])
        await self._connection.execute(REOPEN, [list(order_ids)])


def lines_of(values: Iterable[tuple[str, str, int]]) -> list[CartLine]:
    return [CartLine(id=line_id, sku=sku, quantity=quantity) for line_id, sku, quantity in values]


def cart_of(row: Row) -> Cart:
    return Cart(
        id=row["id"],
        buyer_id=row["buyer_id"],
        customer_id=row["customer_id"],
        token_hash=row["token_hash"],
        context=ShopContext(channel=row["channel"], currency=row["currency"], locale=row["locale"]),
        status=CartStatus(row["status"]),
        email=row["email"],
        address=None if row["address"] is None else Address.from_dict(row["address"]),
        delivery_method_code=row["delivery_method_code"],
        discount_codes=tuple(row["discount_codes"]),
        lines=lines_of(row["lines"]),
        order_id=row["order_id"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
