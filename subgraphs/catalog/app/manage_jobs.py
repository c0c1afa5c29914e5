"""Starts jobs, feeds them, shows them, stops them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.money import CURRENCIES
from subgraphs.catalog.app.job_ports import OUT, Jobs
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.sight import principal, require_editor
from subgraphs.catalog.domain.catalog_file.batches import LineFault
from subgraphs.catalog.domain.catalog_file.record import MOST_UNITS
from subgraphs.catalog.domain.errors import IdempotencyKeyRequired, UnknownJobFile
from subgraphs.catalog.domain.job import DRY_RUN, Job, JobAnswer, JobKind, JobState
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.domain.product import Fault

LONGEST_KEY = 200
MOST_PART_BYTES = 1024 * 1024


@dataclass(frozen=True)
class ManageJobs:
    """For catalogue staff: whoever may change the catalogue may see and stop what others have started."""

    jobs: Jobs
    default_currency: str

    async def start_import(self, currency: str, quantity: int, key: str) -> JobAnswer:
        """Waits for its file, which `add_part` brings."""
        currency = currency or self.default_currency
        if currency not in CURRENCIES:
            message = f"{currency[:10]!r} is no ISO 4217 code such as USD"
            return JobAnswer(faults=(Fault(code="WRONG_CURRENCY", field=("currency",), message=message),))
        if not 0 <= quantity <= MOST_UNITS:
            message = f"a quantity is from 0 to {MOST_UNITS:,}"
            return JobAnswer(faults=(Fault(code="INVALID_QUANTITY", field=("quantity",), message=message),))
        asked: dict[str, object] = {"currency": currency, "quantity": quantity}
        return await self._start(JobKind.CATALOG_IMPORT, JobState.RECEIVING, asked, key)

    async def start_stock_import(self, key: str, *, dry_run: bool = False) -> JobAnswer:
        """Waits for its file, which `add_part` brings."""
        asked: dict[str, object] = {DRY_RUN: True} if dry_run else {}
        return await self._start(JobKind.STOCK_IMPORT, JobState.RECEIVING, asked, key)

    async def start_export(self, form: str, key: str) -> JobAnswer:
        return await self._start(JobKind.CATALOG_EXPORT, JobState.QUEUED, {"format": form}, key)

    async def start_rebuild(self, key: str) -> JobAnswer:
        return await self._start(JobKind.SEARCH_INDEX_REBUILD, JobState.QUEUED, {}, key)

    async def add_part(self, job_id: str, number: int, content: bytes, *, last: bool) -> JobAnswer:
        require_editor()
        if number < 1:
            return JobAnswer(faults=(Fault(code="INVALID", field=("number",), message="parts are numbered from 1"),))
        if len(content) > MOST_PART_BYTES:
            message = f"a part has at most {MOST_PART_BYTES:,} bytes; send the rest as the next one"
            return JobAnswer(faults=(Fault(code="TOO_LONG", field=("content",), message=message),))
        return await self.jobs.add_part(job_id, number, content, last=last)

    async def cancel(self, job_id: str) -> JobAnswer:
        """What it has done stays done."""
        require_editor()
        return await self.jobs.cancel(job_id)

    async def by_ids(self, ids: Sequence[str]) -> list[Job | None]:
        require_editor()
        check_keys(ids)
        return await self.jobs.by_ids(ids)

    async def page(self, kind: JobKind | None, state: JobState | None, first: int, after: str) -> Page[Job]:
        require_editor()
        return await self.jobs.page(kind, state, check_page(first), after)

    async def faults_of(self, job_ids: Sequence[str], first: int, after: str) -> list[Page[LineFault]]:
        require_editor()
        check_keys(job_ids)
        return await self.jobs.faults_of(job_ids, check_page(first), after)

    async def file_part(self, job_id: str, number: int) -> bytes:
        """Raises UnknownJobFile."""
        require_editor()
        content = await self.jobs.part(job_id, OUT, number)
        if content is None:
            raise UnknownJobFile(job=job_id, part=number)
        return content

    async def _start(self, kind: JobKind, state: JobState, asked: dict[str, object], key: str) -> JobAnswer:
        require_editor()
        if not 1 <= len(key) <= LONGEST_KEY:
            raise IdempotencyKeyRequired
        return await self.jobs.start(kind, state, principal(), asked, key)
