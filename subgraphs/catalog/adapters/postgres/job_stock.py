"""What a stock import writes: units, the lines that failed, and how far it came, in one transaction a batch."""

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.job_import import end_where_all_fail, reach
from subgraphs.catalog.adapters.postgres.job_rows import fence
from subgraphs.catalog.adapters.postgres.stock_adjustments import adjust
from subgraphs.catalog.domain.job import Job
from subgraphs.catalog.domain.stock_file import StockBatch


class PostgresStockImportEffects:
    """Fills `app.job_ports.ImportEffects`. A delta is added once, whoever goes on with the job."""

    def __init__(self, db: Database, low_stock_threshold: int) -> None:
        self._db = db
        self._threshold = low_stock_threshold

    async def write(self, job: Job, batch: StockBatch) -> None:
        """Raises JobLost, and JobBroken when more lines fail than anybody reads."""

        async def work(tx: Connection) -> int:
            await fence(tx, job)
            # What a dry run has tried is taken back before it notes how far it came.
            async with tx.transaction(force_rollback=job.dry_run):
                outcomes = await adjust(tx, batch.adjustments, self._threshold) if batch.adjustments else ()
            changed = sum(bool(each.delta) for each in outcomes)
            sound = sum(not each.faults for each in outcomes)
            counts = {"created": 0, "updated": changed, "unchanged": sound - changed}
            return await reach(tx, job, batch, [*batch.faults, *batch.refusals(outcomes)], counts)

        end_where_all_fail(await self._db.retrying(work), batch)
