"""The search benchmarks on a running shop."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.shop import RunningShop

PRODUCT = """{ search(query: "desk", first: 20) { nodes { name externalReference } } }"""


@pytest.fixture(scope="module")
def desks(shop: RunningShop) -> list[dict[str, Any]]:
    return shop.undegraded(PRODUCT)["data"]["search"]["nodes"]


def files(folder: Path, grades: dict[str, int]) -> list[str]:
    queries, qrels = folder / "queries.jsonl", folder / "qrels.txt"
    queries.write_text('{"qid": "q1", "query": "desk"}\n')
    qrels.write_text("".join(f"q1 0 {product} {grade}\n" for product, grade in grades.items()))
    return ["--queries", str(queries), "--qrels", str(qrels)]


def test_relevance_follows_the_grades(shop: RunningShop, desks: list[dict[str, Any]], tmp_path: Path) -> None:
    references = [product["externalReference"] for product in desks]
    figures: list[float] = []
    for best in (references[0], references[-1]):
        grades = dict.fromkeys(references, 0) | {best: 3}
        done = shop.emporium("bench", "relevance", *files(tmp_path, grades), "--json")
        assert done.returncode == 0, done.stderr
        figures.append(json.loads(done.stdout)["figures"]["ndcg'@10 (judged only)"]["search"]["mean"])
    assert figures[0] == 1.0
    assert figures[1] < 1.0


@pytest.mark.usefixtures("desks")
def test_grades_of_another_catalogue_are_refused(shop: RunningShop, tmp_path: Path) -> None:
    done = shop.emporium("bench", "relevance", *files(tmp_path, {"nothing-we-sell": 3}))
    assert done.returncode == 1
    assert "No graded product was found" in done.stderr


@pytest.mark.usefixtures("desks")
def test_the_search_bench_tells_latency_and_cost(shop: RunningShop) -> None:
    done = shop.emporium("bench", "search", "--requests", "10", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["products"] >= 200
    for name in ("listing", "search with facets", "suggest", "product page"):
        assert 0 < told["figures"][name]["p50_ms"] <= told["figures"][name]["p99_ms"]
        assert set(told["figures"][name]["cpu_ms"]) >= {"gateway", "catalog", "elasticsearch", "postgres"}
    # The kernel counts in ticks of 10 ms: one part may show none for ten requests, all of them together may not.
    assert sum(sum(figure["cpu_ms"].values()) for figure in told["figures"].values()) > 0
    assert told["engine_requests_per_search"] >= 2
