"""Where categories hang in the tree."""

from collections.abc import Sequence

from chassis.database import Database

PATHS = "SELECT id, ancestor_ids FROM categories WHERE id = ANY(%s)"


class PostgresCategoryPaths:
    """Fills `app.ports.CategoryPaths`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def paths_to(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        async with self._db.reading() as connection:
            rows = await connection.execute(PATHS, [list(set(ids))])
            return {row["id"]: tuple(row["ancestor_ids"]) async for row in rows}
