"""A back office imports and exports through the graph alone."""

from __future__ import annotations

import asyncio
import gzip
import json
from base64 import b64decode, b64encode
from types import SimpleNamespace
from typing import Any

from chassis import identity
from chassis.identity import Caller
from gateway.context import DEFAULT_SHOP, Backends, RequestContext
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from gateway.slices import SLICES
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog
from tests.fixtures.jobs import lines, record

ADMIN = compose(SLICES, View.ADMIN)
OPERATIONS = Operations(ADMIN, Limits(), Metrics(), introspection=False)
START = "mutation($i: CatalogImportStartInput!) { catalogImportStart(input: $i) { job { id } userErrors { code } } }"
ADD = """mutation($i: CatalogImportPartAddInput!) {
  catalogImportPartAdd(input: $i) { job { receivedParts state } userErrors { code field message } }
}"""
LOOK = """query($id: ID!) { job(id: $id) {
  kind state actor error progress { done total failed created fraction } file { name partCount byteCount }
  errors(first: 1) { edges { cursor node { line field message remedy externalReference } } pageInfo { hasNextPage } }
} }"""
EXPORT = 'mutation { catalogExportStart(input: {idempotencyKey: "x", format: CSV}) { job { id } } }'
PART = "query($id: ID!, $number: Int!) { jobFilePart(jobId: $id, number: $number) { content } }"


class Office:
    """One caller at the graph in front of a running catalogue."""

    def __init__(self, catalog: RunningCatalog, caller: Caller) -> None:
        none: Any = SimpleNamespace()
        names = Backends.__dataclass_fields__
        self._backends = Backends(**{name: getattr(catalog, name, None) or none for name in names})
        self._caller = caller

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        context = RequestContext(ADMIN, self._backends, self._caller, DEFAULT_SHOP, Metrics())
        request = OperationRequest(query=query, variables=variables)
        with identity.acting_as(self._caller):
            answer = await OPERATIONS.execute(OPERATIONS.prepare(request), context)
        data: Any = answer.data
        return {"data": json.loads(data) if isinstance(data, bytes) else data, "errors": answer.errors}

    async def ended(self, job_id: str) -> dict[str, Any]:
        while True:
            job = (await self.ask(LOOK, id=job_id))["data"]["job"]
            if job["state"] in ("COMPLETED", "FAILED", "CANCELLED"):
                return job
            await asyncio.sleep(0.05)


async def test_a_file_goes_in_by_mutations_and_comes_out_by_queries(catalog: RunningCatalog) -> None:
    office = Office(catalog, MANAGER)
    start = await office.ask(START, i={"idempotencyKey": "k", "currency": "EUR"})
    job_id = start["data"]["catalogImportStart"]["job"]["id"]
    file = gzip.compress(lines(record("a", currency=None), record("b", price_cents=-1), b"{"))
    for number, piece in enumerate((file[:70], file[70:], b""), 1):
        part = {"jobId": job_id, "number": number, "content": b64encode(piece).decode(), "last": not piece}
        answer = (await office.ask(ADD, i=part))["data"]["catalogImportPartAdd"]
        assert answer == {
            "job": {"receivedParts": number, "state": "QUEUED" if not piece else "RECEIVING"}, "userErrors": [],
        }  # fmt: skip
    job = await office.ended(job_id)
    assert job["actor"] == "user:usr_manager"
    assert job["progress"] == {"done": 3, "total": None, "failed": 2, "created": 1, "fraction": 1.0}
    (edge,) = job["errors"]["edges"]
    assert (edge["node"]["line"], edge["node"]["externalReference"], edge["node"]["field"]) == (2, "b", "price_cents")
    assert job["errors"]["pageInfo"]["hasNextPage"]
    made = await office.ended((await office.ask(EXPORT))["data"]["catalogExportStart"]["job"]["id"])
    assert made["file"]["name"] == "catalog.csv.gz"
    exports = await catalog.rows("SELECT id FROM jobs WHERE kind = 'CATALOG_EXPORT'")
    numbers = range(1, made["file"]["partCount"] + 1)
    parts = [(await office.ask(PART, id=exports[0]["id"], number=number))["data"] for number in numbers]
    table = gzip.decompress(b"".join(b64decode(part["jobFilePart"]["content"]) for part in parts)).decode("utf-8-sig")
    assert table.startswith("id,title,")
    assert ",EUR," in table


async def test_strangers_and_nonsense_are_refused(catalog: RunningCatalog) -> None:
    part = {"jobId": "job_none", "number": 1, "content": "no base64!"}
    for caller, query, variables, code in (
        (SHOPPER, LOOK, {"id": "job_none"}, "FORBIDDEN"),
        (Caller(), PART, {"id": "job_none", "number": 1}, "UNAUTHENTICATED"),
        (SHOPPER, ADD, {"i": part}, "FORBIDDEN"),
        (MANAGER, PART, {"id": "job_none", "number": 1}, "NOT_FOUND"),
    ):
        (error,) = (await Office(catalog, caller).ask(query, **variables))["errors"]
        assert error["extensions"]["code"] == code
    for content, code, field in (("no base64!", "INVALID", "content"), ("", "NOT_FOUND", "jobId")):
        refused = await Office(catalog, MANAGER).ask(ADD, i=part | {"content": content})
        (error,) = refused["data"]["catalogImportPartAdd"]["userErrors"]
        assert (error["code"], error["field"]) == (code, [field])
    assert (await Office(catalog, MANAGER).ask(LOOK, id="job_none"))["data"] == {"job": None}
