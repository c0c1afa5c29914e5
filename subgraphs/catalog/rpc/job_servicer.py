"""JobService: message in, use case, message out; no decisions."""

from datetime import timedelta
from typing import Any

import grpc.aio
from emporium.catalog.v1 import job_pb2 as pb
from emporium.catalog.v1.job_pb2_grpc import JobServiceServicer

from chassis.wire import timestamp
from subgraphs.catalog.app.manage_jobs import ManageJobs
from subgraphs.catalog.domain.catalog_file.batches import LineFault
from subgraphs.catalog.domain.job import RESULT_DAYS, Job, JobAnswer, JobKind, JobState
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, fault_messages, page_info

Context = grpc.aio.ServicerContext[Any, Any]
STATE = "JOB_"
FORMATS = {pb.CATALOG_FORMAT_UNSPECIFIED: "JSONL", pb.CATALOG_JSONL: "JSONL", pb.CATALOG_CSV: "CSV"}


class JobServicer(JobServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, jobs: ManageJobs) -> None:
        self._jobs = jobs

    async def StartCatalogImport(self, request: pb.StartCatalogImportRequest, context: Context) -> pb.JobResponse:
        return _answer(await self._jobs.start_import(request.currency_code, request.quantity, request.idempotency_key))

    async def StartStockImport(self, request: pb.StartStockImportRequest, context: Context) -> pb.JobResponse:
        return _answer(await self._jobs.start_stock_import(request.idempotency_key, dry_run=request.dry_run))

    async def AddImportPart(self, request: pb.AddImportPartRequest, context: Context) -> pb.JobResponse:
        return _answer(await self._jobs.add_part(request.job_id, request.number, request.content, last=request.last))

    async def StartCatalogExport(self, request: pb.StartCatalogExportRequest, context: Context) -> pb.JobResponse:
        return _answer(await self._jobs.start_export(FORMATS[request.format], request.idempotency_key))

    async def StartSearchIndexRebuild(
        self, request: pb.StartSearchIndexRebuildRequest, context: Context
    ) -> pb.JobResponse:
        return _answer(await self._jobs.start_rebuild(request.idempotency_key))

    async def CancelJob(self, request: pb.CancelJobRequest, context: Context) -> pb.JobResponse:
        return _answer(await self._jobs.cancel(request.id))

    async def BatchGetJobs(self, request: pb.BatchGetJobsRequest, context: Context) -> pb.BatchGetJobsResponse:
        jobs = await self._jobs.by_ids(request.ids)
        return pb.BatchGetJobsResponse(
            outcomes=[pb.JobOutcome(job=job_message(job)) if job else pb.JobOutcome() for job in jobs]
        )

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.JobPage:
        kind = JobKind(pb.JobKind.Name(request.kind)) if request.kind else None
        state = JobState(pb.JobState.Name(request.state).removeprefix(STATE)) if request.state else None
        page = await self._jobs.page(kind, state, request.page.first or DEFAULT_FIRST, request.page.after)
        return pb.JobPage(
            nodes=[job_message(job) for job in page.items], cursors=page.cursors, page_info=page_info(page)
        )

    async def BatchListJobErrors(
        self, request: pb.BatchListJobErrorsRequest, context: Context
    ) -> pb.BatchListJobErrorsResponse:
        pages = await self._jobs.faults_of(request.job_ids, request.page.first or DEFAULT_FIRST, request.page.after)
        return pb.BatchListJobErrorsResponse(
            pages=[
                pb.JobErrorPage(
                    nodes=[_error_message(fault) for fault in page.items],
                    cursors=page.cursors,
                    page_info=page_info(page),
                )
                for page in pages
            ]
        )

    async def GetJobFilePart(self, request: pb.GetJobFilePartRequest, context: Context) -> pb.JobFilePart:
        return pb.JobFilePart(content=await self._jobs.file_part(request.job_id, request.number))


def job_message(job: Job) -> pb.Job:
    progress = job.progress
    message = pb.Job(
        id=job.id,
        kind=job.kind.value,
        state=f"{STATE}{job.state}",
        actor=job.actor,
        progress=pb.JobProgress(
            done=progress.done,
            total=progress.total,
            failed=progress.failed,
            created=progress.created,
            updated=progress.updated,
            unchanged=progress.unchanged,
            fraction=progress.fraction,
        ),
        error=job.error,
        received_parts=job.parts_in,
        created_at=timestamp(job.created_at),
        started_at=timestamp(job.started_at) if job.started_at else None,
        finished_at=timestamp(job.finished_at) if job.finished_at else None,
        dry_run=job.dry_run,
    )
    if job.state is JobState.COMPLETED and job.parts_out and job.finished_at:
        message.file.name = f"catalog.{str(job.input['format']).lower()}.gz"
        message.file.part_count, message.file.byte_count = job.parts_out, job.bytes_out
        message.file.expires_at.CopyFrom(timestamp(job.finished_at + timedelta(days=RESULT_DAYS)))
    return message


def _answer(answer: JobAnswer) -> pb.JobResponse:
    return pb.JobResponse(
        job=job_message(answer.job) if answer.job else None, user_errors=fault_messages(answer.faults)
    )


def _error_message(fault: LineFault) -> pb.JobError:
    return pb.JobError(
        line=fault.line,
        external_reference=fault.reference,
        field=fault.field,
        message=fault.message,
        remedy=fault.remedy,
    )
