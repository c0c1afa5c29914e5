"""What an import writes: products, the lines that failed, and how far it came, in one transaction a batch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.beside_products import OPERATION, BesideProducts
from subgraphs.catalog.adapters.postgres.job_entries import write_before, write_behind
from subgraphs.catalog.adapters.postgres.job_rows import fence
from subgraphs.catalog.adapters.postgres.prices import PostgresPrices
from subgraphs.catalog.adapters.postgres.product_writes import PostgresProductWrites, retrying
from subgraphs.catalog.adapters.postgres.statistics import ImportStatistics
from subgraphs.catalog.domain.catalog_file.batches import ImportBatch, LineFault
from subgraphs.catalog.domain.job import Job, JobBroken
from subgraphs.catalog.domain.product import WriteResult

MOST_FAULTS = 100_000
FAULTS = """
INSERT INTO job_errors (job_id, line, reference, field, message, remedy)
SELECT %s, fault.line, fault.reference, fault.field, fault.message, fault.remedy
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
     WITH ORDINALITY AS fault (line, reference, field, message, remedy, place) ORDER BY fault.place
"""
REACHED = """
UPDATE jobs SET done = %(line)s, failed = failed + %(failed)s, created = created + %(created)s,
    updated = updated + %(updated)s, unchanged = unchanged + %(unchanged)s,
    fraction = least(%(bytes)s::float / greatest(bytes_in, 1), 1), attempts = 0, error = NULL,
    checkpoint = jsonb_build_object('line', %(line)s::bigint)
WHERE id = %(job)s RETURNING failed
"""


class Read(Protocol):
    """A batch of a file, as far as its place goes."""

    @property
    def last_line(self) -> int: ...
    @property
    def bytes_read(self) -> int: ...


class PostgresImportEffects:
    """Fills `app.job_ports.ImportEffects`."""

    def __init__(self, db: Database, writes: PostgresProductWrites, prices: PostgresPrices, channel: str) -> None:
        self._db = db
        self._writes = writes
        self._beside = BesideProducts(prices, channel)
        self._channel = channel
        self._statistics = ImportStatistics(db)

    async def write(self, job: Job, batch: ImportBatch) -> None:
        """Raises JobLost, and JobBroken when more lines fail than anybody reads."""

        async def work(tx: Connection) -> int:
            await fence(tx, job)
            entries = await write_before(tx, batch.entries)
            fresh = await self._beside.unknown(tx, batch)
            writes = await self._writes.write(tx, self._beside.judged_by(batch), OPERATION) if batch.drafts else []
            writes = await self._beside.write(tx, batch, writes, fresh)
            entries |= await write_behind(tx, batch.entries, self._channel)
            results = Counter(each.result for each in (*writes, *entries.values()))
            counts = {
                "created": results[WriteResult.CREATED],
                "updated": results[WriteResult.UPDATED],
                "unchanged": results[WriteResult.UNCHANGED],
            }
            faults = [*batch.faults, *batch.refusals(writes), *batch.entry_refusals(entries)]
            return await reach(tx, job, batch, faults, counts)

        failed = await retrying(self._db, work)
        await self._statistics.midway(job)
        end_where_all_fail(failed, batch)


async def reach(tx: Connection, job: Job, batch: Read, faults: Sequence[LineFault], counts: Mapping[str, int]) -> int:
    """Notes the lines that failed and how far the job came; how many have failed by now."""
    told = sorted(faults, key=lambda fault: fault.line)
    if told:
        await tx.execute(FAULTS, [job.id, *_columns(told)])
    failed = len({fault.line for fault in told})
    asked = {"job": job.id, "line": batch.last_line, "bytes": batch.bytes_read, "failed": failed, **counts}
    row = await (await tx.execute(REACHED, asked)).fetchone()
    return row["failed"] if row else 0


def end_where_all_fail(failed: int, batch: Read) -> None:
    """Raises JobBroken when more lines failed than anybody reads."""
    if failed > MOST_FAULTS:
        raise JobBroken(
            f"{failed:,} lines failed up to line {batch.last_line:,}; see the first of them for what is wrong, "
            "mend the file and import it again."
        )


def _columns(faults: list[LineFault]) -> list[list[object]]:
    # PostgreSQL's text holds every character but U+0000.
    return [
        [fault.line for fault in faults],
        *([getattr(fault, name).replace("\0", "�") for fault in faults] for name in ("reference", "field", "message")),
        [fault.remedy for fault in faults],
    ]
