"""What an operation fetched and cost is told to those who may know."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from infra.cli.explain import command
from tests.fixtures.gateway import Running

LISTING = "{ page: products(first: 4) { nodes { name category { name } } } }"
ASKING = {"Emporium-Plan": "1"}


async def test_the_plan_shows_each_fetch_and_its_keys(gateway: Running) -> None:
    plan = (await gateway.post(LISTING, headers=ASKING)).json()["extensions"]["plan"]
    assert plan["writtenBy"] == "program"
    first, second = plan["fetches"]
    assert (first["path"], first["kind"], first["after"], first["keys"]) == (["page"], "query", None, 1)
    assert (second["path"], second["kind"], second["after"]) == (["page", "nodes", "category"], "link", 0)
    assert second["asks"] == "Category by id"
    assert second["startedMs"] >= first["startedMs"] + first["tookMs"] - 0.02


async def test_a_key_that_occurs_twice_is_asked_once(gateway: Running) -> None:
    text = '{ productsById(ids: ["prd_1", "prd_11", "prd_21"]) { category { name } } }'
    fetch = (await gateway.post(text, headers=ASKING)).json()["extensions"]["plan"]["fetches"][1]
    assert (fetch["places"], fetch["keys"], fetch["calls"]) == (3, 1, 1)


async def test_an_answer_with_errors_is_written_by_its_program_too(gateway: Running) -> None:
    text = '{ productsById(ids: ["prd_1", "prd_17"]) { id } }'
    answer = (await gateway.post(text, headers=ASKING)).json()
    assert answer["extensions"]["plan"]["writtenBy"] == "program"
    assert answer["data"]["productsById"] == [{"id": "prd_1"}, None]


async def test_the_plan_is_not_told_unasked(gateway: Running) -> None:
    assert "plan" not in (await gateway.post(LISTING)).json()["extensions"]


@pytest.mark.parametrize(("role", "told"), [("", False), ("customer", False), ("support", True), ("admin", True)])
async def test_production_mode_tells_the_plan_to_staff_only(production_gateway: Running, role: str, told: bool) -> None:
    token = production_gateway.issuer.token("usr_1", role) if role else ""
    for asking in ({"headers": ASKING}, {"extensions": {"plan": True}}):
        answer = await production_gateway.post(LISTING, token=token, **asking)
        assert "errors" not in answer.json()
        assert ("plan" in answer.json().get("extensions", {})) == told


async def test_a_step_tells_its_keys_rows_and_share_of_the_cost(gateway: Running) -> None:
    text = '{ productsById(ids: ["prd_1", "prd_2", "prd_11", "prd_3"]) { category { name } } }'
    first, second = (await gateway.post(text, headers=ASKING)).json()["extensions"]["plan"]["fetches"]
    assert (first["keys"], first["rows"], first["most"]) == (1, 3, {"units": 14, "rpcs": 1})
    assert (second["places"], second["keys"], second["rows"], second["calls"]) == (3, 2, 2, 1)
    assert second["keySample"] == ["cat_1", "cat_2"]
    assert second["most"] == {"units": 14, "rpcs": 1}


async def test_a_plan_is_made_once(gateway: Running) -> None:
    text = "{ products(first: 4) { nodes { title } } }"
    plans = [(await gateway.post(text, headers=ASKING)).json()["extensions"]["plan"] for _ in range(2)]
    assert [plan["reused"] for plan in plans] == [False, True]
    assert all(plan["tookMs"] >= plan["writeMs"] > 0 for plan in plans)


async def test_a_plan_travels_over_every_transport(gateway: Running) -> None:
    asking = {"query": LISTING, "extensions": {"plan": True}}
    body = await gateway.http.post("/graphql", json=asking, headers={"Accept": "text/event-stream"})
    (event,) = [json.loads(line.removeprefix("data: ")) for line in body.text.splitlines() if line.startswith("data: ")]
    assert len(event["extensions"]["plan"]["fetches"]) == 2
    watch = 'subscription { orderUpdated(id: "ord_1") { order { lines { product { name } } } } }'
    async with connect(f"ws://{gateway.url}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        token = {"Authorization": f"Bearer {gateway.issuer.token()}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": token}))
        await socket.recv()
        payload = {"query": watch, "extensions": {"plan": True}}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        answer = json.loads(await socket.recv())["payload"]
    assert [fetch["path"][-1] for fetch in answer["extensions"]["plan"]["fetches"]] == ["orderUpdated", "product"]


def test_explain_bounds_the_calls_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.graphql"
    file.write_text(
        "query A($x: Boolean!, $i: ID!) { product(id: $i) { name category @skip(if: $x) { parent { name } } } }"
        " query B { __typename }"
    )
    result = CliRunner().invoke(command, ["--json", str(file)])
    assert result.exit_code == 0, result.output
    bounds = json.loads(result.output)
    assert (bounds["A"]["calls"], bounds["A"]["rounds"]) == (3, 3)
    assert (bounds["B"]["calls"], bounds["B"]["rounds"]) == (0, 0)
    assert "product.category.parent" in CliRunner().invoke(command, [str(file)]).output


def test_explain_shows_the_code_with_response_keys_in_their_places(tmp_path: Path) -> None:
    file = tmp_path / "shop.graphql"
    file.write_text("query A($i: ID!) { it: product(id: $i) { name shelf: category { name } } }")
    result = CliRunner().invoke(command, ["--code", str(file)])
    assert result.exit_code == 0, result.output
    compile(result.output, "listing", "exec")
    assert "# 1  it.shelf: Category by id, after 0" in result.output
    assert "'shelf': (t1[" in result.output
    assert "def faults0(rows, given):" in result.output


def test_explain_refuses_what_is_not_valid(tmp_path: Path) -> None:
    file = tmp_path / "wrong.graphql"
    file.write_text("{ nothing }")
    assert CliRunner().invoke(command, [str(file)]).exit_code == 1
