"""The shop as a newcomer meets it: started by its own command, used through its public API."""

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.fixtures.shop import RunningShop

pytestmark = pytest.mark.servers
CHECKOUT = Path(__file__).parents[2]
README = CHECKOUT / "README.md"
OPERATIONS = CHECKOUT / "gateway" / "web" / "operations"


def test_up_tells_where_the_shop_is_and_what_to_try(shop: RunningShop) -> None:
    assert shop.stack.gateway_url in shop.started
    for told in (
        "/graphql",
        "/graphiql",
        "shopper@emporium.example",
        "admin@emporium.example",
        "Try next",
        "make demo",
    ):
        assert told in shop.started


def test_the_demo_buys_is_declined_and_submits_twice(shop: RunningShop) -> None:
    done = shop.emporium("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^✓ .* \d+ ms +\d+ RPCs", done.stdout, re.MULTILINE)) == 11
    assert "All is well" in done.stdout


def test_status_tells_the_memory_of_every_part_and_the_whole_is_below_a_gibibyte(shop: RunningShop) -> None:
    told = json.loads(shop.emporium("status", "--json").stdout)
    parts = {part["name"]: part for part in told["parts"]}
    assert set(parts) == {
        "postgres", "redis", "kafka", "elasticsearch", "account", "catalog", "order", "payment_sandbox", "gateway",
    }  # fmt: skip
    assert all(part["memory_bytes"] > 0 for part in parts.values())
    assert told["memory_bytes"] <= 2**30


def test_the_query_of_the_readme_gives_its_answer(shop: RunningShop) -> None:
    query, answer = re.findall(r"```(?:graphql|json)\n(.*?)```", README.read_text(), re.DOTALL)[:2]
    assert shop.undegraded(query)["data"] == json.loads(answer)["data"]


@pytest.mark.parametrize("name", ["01_search", "02_browse_categories", "03_product_page", "04_search_as_you_type"])
def test_a_saved_operation_for_guests_is_answered_without_errors(shop: RunningShop, name: str) -> None:
    variables = OPERATIONS / f"{name}.json"
    body = {
        "query": (OPERATIONS / f"{name}.graphql").read_text(),
        "variables": json.loads(variables.read_text()) if variables.exists() else {},
    }
    said = httpx.post(f"{shop.stack.gateway_url}/graphql", json=body).json()
    assert "errors" not in said


def test_a_browsers_page_asks_no_other_host(shop: RunningShop) -> None:
    page = httpx.get(f"{shop.stack.gateway_url}/graphiql")
    assert page.status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)


def test_a_broken_import_line_is_told_by_number_and_the_others_arrive(shop: RunningShop, tmp_path: Path) -> None:
    good = {"id": "e2e-1", "title": "Quokka desk bell", "category": ["Office"], "price_cents": 1995, "currency": "USD"}
    file = tmp_path / "products.jsonl"
    file.write_text(f'{json.dumps(good)}\n{{"id": "e2e-2"}}\nnot json\n')
    done = shop.emporium("catalog", "import", str(file))
    assert done.returncode != 0
    report = [json.loads(line) for line in (tmp_path / "products.jsonl.errors.jsonl").read_text().splitlines()]
    assert [entry["line"] for entry in report] == [2, 3]
    query = '{ search(query: "quokka bell") { degraded nodes { externalReference } } }'
    said = shop.undegraded(query)
    assert said["data"]["search"] == {"degraded": None, "nodes": [{"externalReference": "e2e-1"}]}


def test_index_and_database_agree(shop: RunningShop) -> None:
    shop.undegraded('{ search(query: "desk") { nodes { id } } }')
    done = shop.emporium("catalog", "verify", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["differences"], told["examples"]) == (0, 0, [])
    assert told["checked"] >= 400, "two hundred products, from both sides"
