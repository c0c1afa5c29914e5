"""Documents by their hash: registered by clients, and trusted ones from a manifest."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chassis.settings import Mode, SettingsError
from gateway.documents import Documents, TrustedOperation, manifest, read_manifest, sha256
from gateway.errors import RequestRefused
from gateway.federation.compose import compose
from gateway.metrics import Metrics
from infra.cli.documents import command
from tests.fakes.shop_slices import SLICES
from tests.fixtures.gateway import Running, running_gateway

QUERY = "query Count($n: Int!) { products(first: $n) { totalCount } }"
HASH = sha256(QUERY)
DATA = {"products": {"totalCount": 1000}}
OPERATIONS = Path(__file__).parents[3] / "gateway/web/operations"


def persisted(digest: str = HASH, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}, "variables": {"n": 1}} | more


async def send(gateway: Running, body: dict[str, Any]) -> tuple[int, Any]:
    answer = await gateway.http.post("/graphql", json=body, headers={"accept": "application/graphql-response+json"})
    return answer.status_code, answer.json()


def code(body: Any) -> str:
    return body["errors"][0]["extensions"]["code"]


async def test_a_document_is_sent_once_and_then_asked_for_by_its_hash() -> None:
    async with running_gateway(mode=Mode.PRODUCTION) as gateway:
        status, body = await send(gateway, persisted())
        assert (status, code(body), body["errors"][0]["message"]) == (
            400,
            "PERSISTED_QUERY_NOT_FOUND",
            "PersistedQueryNotFound",
        )
        assert (await send(gateway, persisted(query=QUERY)))[1]["data"] == DATA
        assert (await send(gateway, persisted()))[1]["data"] == DATA
        assert (await send(gateway, {"documentId": f"sha256:{HASH}", "variables": {"n": 1}}))[1]["data"] == DATA
        parameters = {name: json.dumps(value) for name, value in persisted().items()}
        assert (await gateway.http.get("/graphql", params=parameters)).json()["data"] == DATA


async def test_clients_of_plain_json_get_the_miss_as_200(gateway: Running) -> None:
    answer = await gateway.http.post("/graphql", json=persisted("0" * 64))
    assert (answer.status_code, code(answer.json())) == (200, "PERSISTED_QUERY_NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [
        persisted("0" * 64, query=QUERY),
        persisted("abc"),
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": HASH}}},
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"documentId": 5},
        {"documentId": HASH, "query": []},
        {"documentId": ""},
    ],
)
async def test_a_hash_that_is_wrong_is_a_clear_refusal(gateway: Running, body: dict[str, Any]) -> None:
    status, answer = await send(gateway, body)
    assert (status, code(answer)) == (400, "BAD_REQUEST")


async def test_a_document_that_is_not_valid_is_not_kept(gateway: Running) -> None:
    wrong = "{ nope }"
    assert code((await send(gateway, persisted(sha256(wrong), query=wrong)))[1]) == "GRAPHQL_VALIDATION_FAILED"
    assert code((await send(gateway, persisted(sha256(wrong))))[1]) == "PERSISTED_QUERY_NOT_FOUND"


def test_what_clients_register_is_bounded_in_bytes() -> None:
    documents = Documents(Metrics(), registered_bytes=1_000)
    texts = [f"{{ a{n} }}".ljust(100) for n in range(50)]
    for text in texts:
        documents.register(sha256(text), text)
        documents.register(sha256(text), text)
    kept = 0
    for text in texts:
        try:
            kept += documents.text("", sha256(text)) == text
        except RequestRefused:
            assert text not in texts[-10:]
    assert kept == 10


@pytest.fixture
def trusted(tmp_path: Path) -> str:
    file = tmp_path / "manifest.json"
    graph = compose(SLICES)
    file.write_bytes(manifest([TrustedOperation.of(QUERY, graph.schema, "a")]))
    return str(file)


async def test_production_executes_nothing_but_the_manifest(trusted: str) -> None:
    async with running_gateway(mode=Mode.PRODUCTION, trusted_documents=trusted) as gateway:
        assert (await send(gateway, persisted()))[1]["data"] == DATA
        assert (await send(gateway, {"query": QUERY, "variables": {"n": 1}}))[1]["data"] == DATA
        other = QUERY + " "
        for body in ({"query": other}, persisted(sha256(other), query=other), persisted(sha256(other))):
            assert (code((await send(gateway, body))[1])) == "DOCUMENT_NOT_TRUSTED"


async def test_development_executes_more_than_the_manifest(trusted: str) -> None:
    async with running_gateway(trusted_documents=trusted) as gateway:
        assert (await send(gateway, persisted()))[1]["data"] == DATA
        assert (await send(gateway, {"query": "{ __typename }"}))[1]["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("query", ["{ __schema { types { name } } }", "{ _service { sdl } }", "{ _entities { id } }"])
async def test_production_tells_nobody_the_schema(production_gateway: Running, query: str) -> None:
    status, body = await send(production_gateway, {"query": query})
    assert (status, code(body)) == (400, "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}',
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "x", "body": "{ a }"}]}',
    ],
)
def test_a_file_that_is_no_manifest_is_a_fault_of_the_settings(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match="TRUSTED_DOCUMENTS"):
        read_manifest(file)


def test_the_repositorys_own_operations_compile_the_same_every_time(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    compiled = CliRunner().invoke(command, ["compile", str(OPERATIONS), "-o", str(file)])
    assert compiled.exit_code == 0, compiled.output
    assert len(read_manifest(file)) == len(list(OPERATIONS.rglob("*.graphql")))
    assert CliRunner().invoke(command, ["compile", str(OPERATIONS), "-o", str(file), "--check"]).exit_code == 0
    file.write_text("{}")
    assert CliRunner().invoke(command, ["compile", str(OPERATIONS), "-o", str(file), "--check"]).exit_code == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [("query A {", "Syntax Error"), ("query A { nope }", "nope"), ("{ __typename }", "exactly one operation")],
)
def test_documents_that_cannot_be_trusted_are_named(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "wrong.graphql"
    file.write_text(text)
    refused = CliRunner().invoke(command, ["compile", str(file)])
    assert refused.exit_code == 1
    assert why in refused.output
    assert "wrong.graphql" in refused.output
