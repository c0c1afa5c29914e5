"""Delivery methods and their prices by currency."""

from chassis.database import Connection
from subgraphs.order.domain.pricing import DeliveryMethod

OF_CURRENCY = "SELECT code, name, price FROM delivery_methods WHERE currency = %s ORDER BY position, code"


class PostgresDeliveryMethods:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_currency(self, currency: str) -> dict[str, DeliveryMethod]:
        rows = await (await self._connection.execute(OF_CURRENCY, [currency])).fetchall()
        return {row["code"]: DeliveryMethod(code=row["code"], name=row["name"], price=row["price"]) for row in rows}
