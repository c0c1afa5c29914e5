"""What an operation fetched is told on request, in development mode."""

import json
from pathlib import Path

from click.testing import CliRunner

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


async def test_an_answer_with_errors_is_written_by_the_walk(gateway: Running) -> None:
    text = '{ productsById(ids: ["prd_1", "prd_17"]) { id } }'
    answer = (await gateway.post(text, headers=ASKING)).json()
    assert answer["extensions"]["plan"]["writtenBy"] == "walk"
    assert answer["data"]["productsById"] == [{"id": "prd_1"}, None]


async def test_the_plan_is_not_told_unasked(gateway: Running) -> None:
    assert "plan" not in (await gateway.post(LISTING)).json()["extensions"]


async def test_production_mode_never_tells_the_plan(production_gateway: Running) -> None:
    answer = await production_gateway.post(LISTING, headers=ASKING)
    assert "plan" not in answer.json().get("extensions", {})


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


def test_explain_refuses_what_is_not_valid(tmp_path: Path) -> None:
    file = tmp_path / "wrong.graphql"
    file.write_text("{ nothing }")
    assert CliRunner().invoke(command, [str(file)]).exit_code == 1
