"""What PostgreSQL's planner knows of the tables that an import fills.

By itself it looks again up to a minute after a table has grown. Until then a full catalogue is planned for like an
empty one: a product page cost 29 ms of PostgreSQL instead of 5.
"""

from chassis.database import Database
from subgraphs.catalog.domain.job import Job

LEAST = 1_000
"""Products of an import: before that many the planner is not far from the truth."""
MIDWAY, AT_THE_END = 10.0, 0.1
"""Products that an import has written, by those that the planner knows of, from which on it looks again."""
OUTGROWN = """
SELECT FROM jobs JOIN pg_class AS known ON known.oid = 'products'::regclass
WHERE jobs.id = %s AND jobs.created + jobs.updated >= greatest(%s * known.reltuples, %s)
"""
# The words and attributes are three quarters of the work, and of no use for keys and joins: PostgreSQL looks at them
# when it comes by itself, which a look at some columns does not put off. A table that it is at already is left to it.
LOOK = """
ANALYZE (SKIP_LOCKED)
    products (id, external_reference, slug, brand, category_id, created_at, updated_at, archived_at),
    variants, prices, offers, publications, stock, categories, brands, index_entries
"""


class ImportStatistics:
    """Kept in step with what imports write. To look costs some tenths of a second, however large the catalogue."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def midway(self, job: Job) -> None:
        """Call it after each batch."""
        await self._look(job, MIDWAY)

    async def at_the_end(self, job: Job) -> None:
        """Call it when all is written; again does no harm."""
        await self._look(job, AT_THE_END)

    async def _look(self, job: Job, growth: float) -> None:
        async with self._db.reading() as connection:
            if await (await connection.execute(OUTGROWN, [job.id, growth, LEAST])).fetchone() is not None:
                await connection.execute(LOOK)
