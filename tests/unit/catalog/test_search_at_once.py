"""What a search asks of Elasticsearch, and what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import BadRequestError

from infra.bench.engine_requests import Recording, Unguarded
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.elasticsearch.search import ElasticsearchSearch
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import Cursor, SearchRequest

TWO_WORDS = SearchRequest(query="desk lamp", shop=Shop(channel="web", currency="USD"), first=5)
BUCKETS: dict[str, Any] = {"buckets": []}


class Engine:
    """Answers with so many voters. Facets count as many hits as they were asked for."""

    def __init__(self, voters: int) -> None:
        self.voters = voters
        self.asked: list[str] = []
        self.counting = asyncio.Event()

    def options(self, **_: Any) -> Engine:
        return self

    async def search(self, **body: Any) -> Any:
        answer: dict[str, Any] = {"hits": {"hits": []}}
        if "docvalue_fields" in body:
            self.asked.append("meaning")
            await asyncio.wait_for(self.counting.wait(), timeout=20)
            answer["hits"]["hits"] = [{"fields": {"category_id": ["lamps"]}}] * self.voters
        elif "suggest" in body:
            answer["suggest"] = {"words": []}
        elif "brand" in body.get("aggs", {}):
            self.asked.append("facets")
            answer["hits"]["total"] = {"value": self.asked.count("facets")}
            first = not self.counting.is_set()
            self.counting.set()
            if first and self.voters < 10:
                # What is not wanted any more may take its time.
                await asyncio.Event().wait()
            available = {"buckets": {"true": {"doc_count": 1}, "false": {"doc_count": 0}}}
            names = ("brand", "category", "category:0", "price", "attributes")
            answer["aggregations"] = {**dict.fromkeys(names, BUCKETS), "availability": available}
        else:
            self.asked.append("hits")
            await asyncio.sleep(0)
        return SimpleNamespace(body=answer)


def adapter(engine: Any) -> ElasticsearchSearch:
    return ElasticsearchSearch(engine, Unguarded(), read_ranking(), alias="products", timeout_seconds=1)


def nobody(_ids: Sequence[str]) -> None:
    """Waits for the hits."""


async def test_facets_are_counted_while_a_query_is_understood() -> None:
    engine = Engine(voters=40)
    found = await adapter(engine).search(TWO_WORDS, nobody)
    assert sorted(engine.asked[:2]) == ["facets", "meaning"]
    assert engine.asked[2:] == ["hits"]
    assert found.counts is not None


async def test_the_hits_are_told_while_their_facets_are_still_counted() -> None:
    told, may_count = list[list[str]](), asyncio.Event()

    class Slow(Engine):
        async def search(self, **body: Any) -> Any:
            answer = await super().search(**body)
            if "aggs" in body:
                await asyncio.wait_for(may_count.wait(), timeout=20)
            elif "docvalue_fields" not in body:
                answer.body["hits"]["hits"] = [{"_id": "lamp", "sort": [1.0, "lamp"]}]
            return answer

    def known(ids: Sequence[str]) -> None:
        told.append(list(ids))
        may_count.set()

    await adapter(Slow(voters=40)).search(TWO_WORDS, known)
    assert told == [["lamp"]]


async def test_facets_are_counted_anew_where_a_query_means_something_else() -> None:
    engine = Engine(voters=2)
    found = await adapter(engine).search(TWO_WORDS, nobody)
    assert found.total == engine.asked.count("facets") == 2


async def test_the_bench_replays_what_a_search_waited_for() -> None:
    recording = Recording(Engine(voters=2))  # pyright: ignore[reportArgumentType]
    await adapter(recording).search(TWO_WORDS, nobody)
    requests = recording.waited_for()
    meaning, spelling, loose, *both = requests
    assert "docvalue_fields" in meaning.body
    assert "suggest" in spelling.body
    assert (meaning.after, spelling.after, loose.after) == (set(), {0}, {0, 1})
    assert [each.after for each in both] == [{0, 1, 2}] * 2, "facets that nobody waited for are left out"


class Refusing(Engine):
    """Understands no place in a list."""

    def __init__(self) -> None:
        super().__init__(voters=2)
        self.snapshots = 0

    async def open_point_in_time(self, **_: Any) -> Any:
        self.snapshots += 1
        return SimpleNamespace(body={"id": f"snapshot-{self.snapshots}"})

    async def search(self, **body: Any) -> Any:
        if "search_after" not in body:
            return await super().search(**body)
        meta = ApiResponseMeta(400, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "engine", 9200))
        raise BadRequestError("search_after has no such value", meta, {})


@pytest.mark.parametrize("snapshot", ["", "of somebody else"])
async def test_a_made_up_place_in_a_list_is_called_so(snapshot: str) -> None:
    place = Cursor(engine="e", sort=TWO_WORDS.order, values=(1, "here"), position=5, snapshot=snapshot)
    engine = Refusing()
    asked = replace(TWO_WORDS, query="", after=str(place), want_facets=False)
    with pytest.raises(InvalidCursor):
        await adapter(engine).search(asked, nobody)
    assert engine.snapshots == 1
