"""Jobs: their owners' side, and the worker that does them."""

from dataclasses import dataclass

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.job_export import PostgresExportEffects
from subgraphs.catalog.adapters.postgres.job_import import PostgresImportEffects
from subgraphs.catalog.adapters.postgres.job_queue import PostgresJobQueue
from subgraphs.catalog.adapters.postgres.job_stock import PostgresStockImportEffects
from subgraphs.catalog.adapters.postgres.jobs import PostgresJobs
from subgraphs.catalog.adapters.postgres.statistics import ImportStatistics
from subgraphs.catalog.app.export_catalog import ExportCatalog
from subgraphs.catalog.app.import_lines import ImportLines, catalog_file, stock_file
from subgraphs.catalog.app.manage_jobs import ManageJobs
from subgraphs.catalog.app.rebuild_index_job import RebuildIndexJob
from subgraphs.catalog.app.run_jobs import RunJobs
from subgraphs.catalog.bootstrap.products import Products
from subgraphs.catalog.bootstrap.search import Indexing
from subgraphs.catalog.bootstrap.work import Background, prompt
from subgraphs.catalog.domain.job import JobKind
from subgraphs.catalog.settings import CatalogSettings

PAUSE_SECONDS = 0.5
"""Between two looks for a job."""


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """What JobService calls, and who does the jobs."""

    manage: ManageJobs
    background: Background


def jobs(settings: CatalogSettings, db: Database, sold: Products, indexing: Indexing) -> Jobs:
    rows, queue = PostgresJobs(db), PostgresJobQueue(db)
    worker = RunJobs(
        queue,
        {
            JobKind.STOCK_IMPORT: ImportLines(
                rows, PostgresStockImportEffects(db, settings.low_stock_threshold), stock_file
            ),
            JobKind.CATALOG_IMPORT: ImportLines(
                rows,
                PostgresImportEffects(db, sold.writes, sold.prices, settings.default_channel),
                catalog_file,
                afterwards=ImportStatistics(db).at_the_end,
            ),
            JobKind.CATALOG_EXPORT: ExportCatalog(PostgresExportEffects(db, settings.default_channel)),
            JobKind.SEARCH_INDEX_REBUILD: RebuildIndexJob(indexing.rebuild, indexing.source, queue),
        },
        slots=settings.job_slots,
        lease_seconds=settings.job_lease_seconds,
        waking=prompt(db, PAUSE_SECONDS),
    )
    return Jobs(
        manage=ManageJobs(rows, settings.default_currency),
        background={"jobs": worker.run} if settings.job_slots else {},
    )
