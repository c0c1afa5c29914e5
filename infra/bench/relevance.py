"""Search quality by people's grades: the public API against a plain multi_match on the same index."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from infra.bench.ndcg import Mean, Score, difference, mean, read_grades, score
from infra.embedded.running import RunningStack

PAGE = 100
SEARCH = """query Relevance($query: String!, $first: Int!, $after: String) {
  search(query: $query, first: $first, after: $after) {
    edges { node { externalReference } } pageInfo { hasNextPage endCursor } degraded } }"""
ALIAS = "products"
Tell = Callable[[str], None]


class Unusable(Exception):
    """Why nothing could be measured, and where."""


@dataclass(frozen=True, kw_only=True)
class Query:
    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Relevance:
    """Both rankings, and how they differ query by query."""

    queries: int
    depth: int
    ours: Score
    plain: Score

    def document(self) -> dict[str, Any]:
        figures = {
            "ndcg@10": (self.ours.ndcg, self.plain.ndcg),
            "ndcg'@10 (judged only)": (self.ours.ndcg_judged, self.plain.ndcg_judged),
        }
        return {
            "queries": self.queries,
            "depth": self.depth,
            "judged_share_of_first_ten": {"search": self.ours.judged_share, "multi_match": self.plain.judged_share},
            "figures": {
                name: {
                    "search": asdict(mean(list(ours.values()))),
                    "multi_match": asdict(mean(list(plain.values()))),
                    "difference": asdict(difference(ours, plain)),
                }
                for name, (ours, plain) in figures.items()
            },
            "worst_queries": sorted(self.ours.ndcg_judged.items(), key=lambda entry: entry[1])[:10],
        }


def read_queries(path: Path) -> list[Query]:
    """JSONL: `{"qid": …, "query": …}` a line. Raises Unusable."""
    found: list[Query] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            document = orjson.loads(line)
            found.append(Query(id=str(document["qid"]), text=str(document["query"])))
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise Unusable(f'{path}, line {number}: expected {{"qid": …, "query": …}} ({error})') from error
    return found


def measure(stack: RunningStack, queries: Path, grades: Path, depth: int, tell: Tell) -> Relevance:
    """Raises Unusable: a bad file, a failed or degraded answer, grades of another catalogue."""
    asked = read_queries(queries)
    try:
        known = read_grades(grades.read_text(encoding="utf-8").splitlines())
    except ValueError as error:
        raise Unusable(f"{grades}, {error}") from error
    with httpx.Client(timeout=60) as http:
        tell(f"{len(asked)} queries through the public API, {depth} deep")
        ours = {each.id: through_api(http, f"{stack.gateway_url}/graphql", each, depth) for each in asked}
        tell("the same as a plain multi_match")
        engine = f"http://{stack.address('elasticsearch')}"
        plain = {each.id: plain_multi_match(http, engine, each, depth) for each in asked}
    if not any(product in known.get(query, {}) for query, products in ours.items() for product in products):
        raise Unusable("No graded product was found: import the catalogue that the grades are of first.")
    return Relevance(queries=len(asked), depth=depth, ours=score(known, ours), plain=score(known, plain))


def through_api(http: httpx.Client, url: str, query: Query, depth: int) -> list[str]:
    """External references, best first. An answer from the fallback is no answer: Unusable."""
    found: list[str] = []
    after: str | None = None
    while len(found) < depth:
        variables = {"query": query.text, "first": min(PAGE, depth - len(found)), "after": after}
        answer = http.post(url, json={"query": SEARCH, "variables": variables}).json()
        if answer.get("errors"):
            raise Unusable(f"{query.text!r}: {answer['errors'][0]['message']}")
        page = answer["data"]["search"]
        if page["degraded"]:
            raise Unusable(f"The search engine is away, its fallback answered: {page['degraded']}")
        found += [edge["node"]["externalReference"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return found


def plain_multi_match(http: httpx.Client, engine: str, query: Query, depth: int) -> list[str]:
    """What one gets by asking Elasticsearch for the words in name and description."""
    body = {
        "query": {"multi_match": {"query": query.text, "fields": ["name", "description"]}},
        "size": depth,
        "_source": ["codes"],
    }
    answer = http.post(f"{engine}/{ALIAS}/_search", json=body)
    if answer.is_error:
        raise Unusable(f"Elasticsearch answered {answer.status_code}: {answer.text[:200]}")
    # A document's last code is the product's external reference.
    return [hit["_source"]["codes"][-1] for hit in answer.json()["hits"]["hits"]]


def rows(document: dict[str, Any]) -> Sequence[tuple[str, ...]]:
    """For a table: figure, search, multi_match, difference."""

    def shown(value: dict[str, float], sign: str = "") -> str:
        each = Mean(**value)
        return f"{each.mean:{sign}.3f} [{each.low:{sign}.3f}, {each.high:{sign}.3f}]"

    return [
        (name, shown(figure["search"]), shown(figure["multi_match"]), shown(figure["difference"], "+"))
        for name, figure in document["figures"].items()
    ]
