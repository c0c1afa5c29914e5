"""Queries that shoppers search for, on a real database: learnt from enough of them, and then nobody's any more."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from emporium.catalog.v1 import catalog_pb2, product_pb2
from emporium.catalog.v1 import merchandising_pb2 as pb
from emporium.common.v1.outcome_pb2 import REQUIRED, TOO_LONG
from emporium.common.v1.page_pb2 import PageRequest, ShopContext

from chassis.errors import RemoteError
from chassis.ids import new_id
from chassis.wire import timestamp
from subgraphs.catalog.adapters.postgres.learnt_queries import PostgresLearntQueries
from subgraphs.catalog.domain.learnt_query import LearningRules
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog, product_input, running_catalog
from tests.fixtures.stack import SharedServers, fresh_databases

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]

UNTIL = datetime.now(UTC) + timedelta(days=3)
RULES = LearningRules(least_askers=5, half_life_days=14.0)
ROWS = "SELECT text, askers, round(score::numeric, 3)::float AS score FROM learnt_queries ORDER BY text"
SOLD = "Desk lamp, shelf, desktop. Black and red flags. Big white felt hat: aa, bb, cc."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(servers: SharedServers) -> AsyncGenerator[RunningCatalog]:
    """Shared; use `catalog`."""
    with fresh_databases(servers) as create:
        async with running_catalog(create("catalog")) as made:
            await made.upsert(product_input("p", description=SOLD))
            yield made


@pytest_asyncio.fixture(loop_scope="module")
async def catalog(running: RunningCatalog) -> RunningCatalog:
    """It has learnt nothing."""
    await running.rows("WITH gone AS (DELETE FROM learnt_queries) SELECT 1")
    return running


async def tell(
    catalog: RunningCatalog, *, until: datetime = UNTIL, batch_id: str = "", locale: str = "", **askers: int | range
) -> None:
    """A batch: by text who asked, one or several; nobody, if it was in vain."""
    queries = [
        pb.SearchedQuery(
            channel="web", locale=locale, text=text.replace("_", " "),
            askers=[who] if isinstance(who, int) else list(who),
        )
        for text, who in askers.items()
    ]  # fmt: skip
    request = pb.RecordSearchesRequest(
        batch_id=batch_id or new_id("sea"), askers_until=timestamp(until), queries=queries
    )
    await catalog.merchandising.RecordSearches(request)


async def offered(catalog: RunningCatalog, prefix: str, locale: str = "") -> list[str]:
    context = ShopContext(channel="web", currency_code="USD", locale=locale)
    request = catalog_pb2.SuggestProductsRequest(prefix=prefix, first=8, context=context)
    found = (await catalog.catalog.SuggestProducts(request)).suggestions
    return [each.text for each in found if each.kind == catalog_pb2.SUGGESTED_QUERY]


async def test_five_askers_make_a_query_everybodys_and_their_hashes_are_gone(catalog: RunningCatalog) -> None:
    await tell(catalog, Desk__LAMP=range(1, 4), shelf=range(4))
    await tell(catalog, desk_lamp=range(2, 5), batch_id="sea_1")
    await tell(catalog, desk_lamp=99, batch_id="sea_1")
    assert await offered(catalog, "de") == [], "four, one of them told twice, and a batch that was told before"
    (lamp, shelf) = await catalog.rows(ROWS)
    assert (lamp["text"], sorted(lamp["askers"]), shelf["score"]) == ("desk lamp", [1, 2, 3, 4], 4)
    await tell(catalog, desk_lamp=5, locale="en-US")
    assert await offered(catalog, "DE") == ["desk lamp"]
    assert await offered(catalog, "desk lamp") == [], "what is typed already is no suggestion"
    await tell(catalog, desk_lamp=range(1, 3), desk=range(-9, 0), desktop=range(20))
    assert [row["askers"] is None for row in await catalog.rows(ROWS)] == [True, True, True, False]
    assert await offered(catalog, "des") == ["desktop", "desk", "desk lamp"], "the most asked first"
    await tell(catalog, desktop=range(0))
    assert await offered(catalog, "des") == ["desk", "desk lamp"], "what finds nothing any more is not offered"


async def test_a_word_that_nothing_has_is_not_learnt_however_many_ask(catalog: RunningCatalog) -> None:
    await tell(catalog, desk_lamp_stinks=range(9), desk_lamp_for_the_shelf=range(9), locale="de")
    await tell(catalog, desk_lamp_stinks=range(20, 29))
    rows = {row["text"]: row["askers"] for row in await catalog.rows(ROWS)}
    assert rows["desk lamp for the shelf"] is None
    assert len(rows["desk lamp stinks"]) == 5, "nor does the row grow"


async def test_hashes_end_with_their_week_and_what_is_not_asked_any_more_is_forgotten(catalog: RunningCatalog) -> None:
    queries, over = PostgresLearntQueries(catalog.db, RULES, most=3), datetime.now(UTC) - timedelta(seconds=1)
    await tell(catalog, until=over, lamp=range(10, 14), desk=range(4))
    await tell(catalog, lamp=range(4))
    await tell(catalog, until=over, lamp=77)
    rows = await catalog.rows(ROWS)
    assert [sorted(row["askers"]) for row in rows] == [[0, 1, 2, 3]] * 2, "of different weeks: not eight"
    await queries.prune()
    assert [row["text"] for row in await catalog.rows(ROWS)] == ["lamp"]
    await tell(catalog, aa=range(5), bb=range(50), cc=range(9))
    await catalog.rows("UPDATE learnt_queries SET scored_at = now() - interval '14 days' RETURNING 1")
    await tell(catalog, bb=1)
    assert [row["score"] for row in await catalog.rows(ROWS)] == [5, 26, 9, 4], "half of fifty, and one"
    await queries.prune()
    assert [row["text"] for row in await catalog.rows(ROWS)] == ["aa", "bb", "cc"], "learnt ones stay first"
    await catalog.rows("UPDATE learnt_queries SET scored_at = now() - interval '40 days' RETURNING 1")
    await queries.prune()
    assert [row["text"] for row in await catalog.rows(ROWS)] == ["bb", "cc"]
    await PostgresLearntQueries(catalog.db, RULES, is_on=False).prune()
    assert await catalog.rows(ROWS) == []


async def test_staff_see_what_is_learnt_the_most_asked_first_and_nothing_of_the_rest(catalog: RunningCatalog) -> None:
    await tell(catalog, aa=range(5), bb=range(50), cc=range(9), shelf=range(4))
    await catalog.rows("UPDATE learnt_queries SET scored_at = now() - interval '28 days' WHERE text = 'bb' RETURNING 1")
    seen: list[Any] = []
    with catalog.acting(MANAGER):
        after, more = "", True
        while more:
            asked = pb.ListLearntQueriesRequest(page=PageRequest(first=1, after=after), channel="web")
            page = await catalog.merchandising.ListLearntQueries(asked)
            seen += page.nodes
            after, more = page.page_info.end_cursor, page.page_info.has_next_page
        asked = pb.ListLearntQueriesRequest(channel="mars")
        assert not (await catalog.merchandising.ListLearntQueries(asked)).nodes
    assert [(each.text, round(each.weight, 3)) for each in seen] == [("bb", 12.5), ("cc", 9.0), ("aa", 5.0)]
    assert {(each.channel, each.HasField("locale")) for each in seen} == {("web", False)}
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refused:
        await catalog.merchandising.ListLearntQueries(pb.ListLearntQueriesRequest())
    assert refused.value.status == "PERMISSION_DENIED"


async def test_staff_block_words_wherever_they_stand_and_it_is_on_record(catalog: RunningCatalog) -> None:
    await tell(catalog, black_flag=range(6), black_flags=range(6), flag=range(3))
    merchandising = catalog.merchandising
    with catalog.acting(MANAGER):
        texts = [" Flag ", "White-  Hat", "…", "x" * 61]
        answer = await merchandising.AddBlockedQueries(pb.AddBlockedQueriesRequest(texts=texts))
        faults = [(".".join(each.input.field), each.input.code) for each in answer.user_errors]
        again = await merchandising.AddBlockedQueries(pb.AddBlockedQueriesRequest(texts=["flag"]))
        page = await merchandising.ListBlockedQueries(pb.ListBlockedQueriesRequest(page=PageRequest(first=1)))
    assert faults == [("texts.2", REQUIRED), ("texts.3", TOO_LONG)]
    assert [each.text for each in answer.blocked_queries] == ["flag", "white hat"]
    assert (again.blocked_queries[0], again.user_errors) == (answer.blocked_queries[0], [])
    assert (page.nodes[0].blocked_by, page.page_info.has_next_page) == ("user:usr_manager", True)
    assert [row["text"] for row in await catalog.rows(ROWS)] == ["black flags"], "words, not letters"
    await tell(catalog, **{"red-flag": range(6), "big white hat": range(6), "white felt hat": range(6)})
    assert [row["text"] for row in await catalog.rows(ROWS)] == ["black flags", "white felt hat"]
    with catalog.acting(MANAGER):
        removal = pb.RemoveBlockedQueriesRequest(texts=["FLAG", "nothing"])
        assert list((await merchandising.RemoveBlockedQueries(removal)).texts) == ["flag"]
        request = product_pb2.ListChangesRequest(kind=product_pb2.CATALOG_ENTITY_KIND_BLOCKED_QUERY)
        changes: Any = (await catalog.products.ListChanges(request)).nodes
    assert [(each.operation, each.entity_id) for each in changes] == [
        ("blockedQueriesRemove", "flag"), ("blockedQueriesAdd", "white hat"), ("blockedQueriesAdd", "flag"),
    ]  # fmt: skip
    await tell(catalog, flag=range(6))
    assert await offered(catalog, "fl") == ["flag"]
    with catalog.acting(SHOPPER):
        for call in (tell(catalog, lamp=1), merchandising.AddBlockedQueries(pb.AddBlockedQueriesRequest())):
            with pytest.raises(RemoteError) as refused:
                await call
            assert refused.value.status == "PERMISSION_DENIED"
