"""Address books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.account.domain.address import Address, PostalAddress

OF_USERS = "SELECT * FROM addresses WHERE user_id = ANY (%s) ORDER BY user_id, id"
ADD = """
INSERT INTO addresses (id, user_id, full_name, company, line1, line2, city, region, postal_code, country_code, phone)
SELECT %(id)s, %(user_id)s, %(full_name)s, %(company)s, %(line1)s, %(line2)s, %(city)s, %(region)s, %(postal_code)s,
    %(country_code)s, %(phone)s
WHERE (SELECT count(*) FROM addresses WHERE user_id = %(user_id)s) < %(most)s
"""
SAVE = """
UPDATE addresses SET full_name = %(full_name)s, company = %(company)s, line1 = %(line1)s, line2 = %(line2)s,
    city = %(city)s, region = %(region)s, postal_code = %(postal_code)s, country_code = %(country_code)s,
    phone = %(phone)s
WHERE id = %(id)s AND user_id = %(user_id)s
"""
REMOVE = "DELETE FROM addresses WHERE id = %s AND user_id = %s"
EXISTS = "SELECT FROM addresses WHERE id = %s AND user_id = %s"


@dataclass(frozen=True)
class PostgresAddresses:
    """`Addresses` in one transaction."""

    tx: Connection

    async def of_users(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[Address]]:
        """Each user's book, oldest entry first, in one statement."""
        found: defaultdict[str, list[Address]] = defaultdict(list)
        for row in await (await self.tx.execute(OF_USERS, [list(user_ids)])).fetchall():
            found[row["user_id"]].append(_address(row))
        return found

    async def add(self, address: Address, *, most: int) -> bool:
        """False when the book is full; the owner's row is locked, so that counting is safe."""
        return (await self.tx.execute(ADD, {**_values(address), "most": most})).rowcount == 1

    async def save(self, address: Address) -> bool:
        """False when the owner has no such address."""
        return (await self.tx.execute(SAVE, _values(address))).rowcount == 1

    async def remove(self, user_id: str, address_id: str) -> bool:
        """False when the owner has no such address."""
        return (await self.tx.execute(REMOVE, [address_id, user_id])).rowcount == 1

    async def exists(self, user_id: str, address_id: str) -> bool:
        """Whether it is in this user's book."""
        return (await self.tx.execute(EXISTS, [address_id, user_id])).rowcount == 1


def _values(address: Address) -> dict[str, object]:
    return {"id": address.id, "user_id": address.user_id, **asdict(address.postal)}


def _address(row: DictRow) -> Address:
    postal = {name: value for name, value in row.items() if name not in {"id", "user_id"}}
    return Address(id=row["id"], user_id=row["user_id"], postal=PostalAddress(**postal))
