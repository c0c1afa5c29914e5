"""The search index: built anew, compared with the database, lost and found."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import job_pb2

from chassis.metrics import REGISTRY
from infra.embedded.stack import RunningServers
from subgraphs.catalog.adapters.elasticsearch.connection import elasticsearch
from subgraphs.catalog.adapters.elasticsearch.product_index import ElasticsearchIndex
from subgraphs.catalog.adapters.postgres import index_entries
from subgraphs.catalog.adapters.postgres import search as postgres_search
from subgraphs.catalog.adapters.postgres.index_documents import PostgresIndexSource
from subgraphs.catalog.adapters.postgres.index_entries import PostgresIndexEntries
from subgraphs.catalog.adapters.postgres.index_rebuilds import PostgresIndexRebuilds
from subgraphs.catalog.app.embed_products import NoEmbeddings
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from tests.component.catalog.conftest import index_available, indexed, until
from tests.component.catalog.lamps import facets, filled, names, search
from tests.fixtures.catalog import RunningCatalog, product_input, running_catalog
from tests.fixtures.stack import SharedServers


async def test_a_rebuild_loses_no_write(searchable: RunningCatalog) -> None:
    await filled(searchable)

    async def write() -> None:
        for number in range(20):
            await searchable.upsert(product_input(f"during-{number}"))

    rebuilt, _ = await asyncio.gather(searchable.catalog.RebuildIndex(pb.RebuildIndexRequest(), timeout=60), write())
    assert rebuilt.index_name.startswith(searchable.settings.elasticsearch_index)
    await until(lambda: indexed(searchable))
    assert (await search(searchable, "sneaker during")).total_count == 20
    assert not (await search(searchable, "lamp")).HasField("degraded")


async def test_a_stretch_of_the_catalogue_ends_with_the_product_it_is_read_up_to(catalog: RunningCatalog) -> None:
    source = PostgresIndexSource(catalog.db)
    assert await source.last() == ""
    await catalog.upsert(*(product_input(f"p{number}") for number in range(4)))
    last = await source.last()
    ids = [each.id for each in await source.documents_after("", last, 10)]
    assert (len(ids), ids[-1]) == (4, last)
    assert [each.id for each in await source.documents_after(ids[0], ids[2], 10)] == ids[1:3]


async def test_an_index_that_was_given_up_half_made_is_dropped(catalog: RunningCatalog) -> None:
    rebuilds = PostgresIndexRebuilds(catalog.db)
    store = Making()
    source = PostgresIndexSource(catalog.db)
    rebuild = RebuildIndex(source, store, rebuilds, "products", NoEmbeddings())  # type: ignore[arg-type]
    async with catalog.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO jobs (id, kind, state, actor, input, leased_until)"
            " VALUES ('job_1', 'SEARCH_INDEX_REBUILD', 'RUNNING', 'service:tests', '{}', now() + interval '1 hour')"
        )
    await rebuild.drop_abandoned()
    assert store.making == ["products-1"], "a job goes on with it"
    await catalog.jobs.CancelJob(job_pb2.CancelJobRequest(id="job_1"))
    async with rebuilds.alone():
        await rebuild.drop_abandoned()
    assert store.making == ["products-1"], "somebody works on it"
    await rebuild.drop_abandoned()
    assert store.making == []


class Making:
    """An engine with an index in the making."""

    def __init__(self) -> None:
        self.making = ["products-1"]

    async def drop_making(self) -> list[str]:
        dropped, self.making = self.making, []
        return dropped


async def test_forgotten_changes_are_looked_for_slice_by_slice(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_entries, "SLICE", 2)
    await catalog.upsert(*(product_input(name) for name in "abc"))
    ids = [row["id"] for row in await catalog.rows("SELECT id FROM products ORDER BY id")]
    async with catalog.db.transaction() as tx:
        await tx.execute("UPDATE products SET updated_at = now() - interval '1 minute'")
    entries, after, looks = PostgresIndexEntries(catalog.db), "", list[tuple[int, str]]()
    for _ in range(4):
        looks.append(await entries.note_forgotten(after))
        after = looks[-1][1]
    assert looks == [(2, ids[1]), (1, ids[2]), (0, ""), (0, ids[1])]
    assert sorted(await entries.claim(10)) == ids


async def verified(catalog: RunningCatalog, *, mend: bool = False) -> dict[str, str]:
    """What differs: kind by product."""
    found: dict[str, str] = {}
    for side in (pb.INDEX_SIDE_DATABASE, pb.INDEX_SIDE_INDEX):
        answer = await catalog.catalog.VerifyIndex(pb.VerifyIndexRequest(side=side, mend=mend), timeout=60)
        assert not answer.next
        assert answer.checked_count == 5 if side == pb.INDEX_SIDE_DATABASE else answer.checked_count >= 4
        found |= {each.product_id: each.kind for each in answer.differences}
    return found


async def test_a_change_of_a_product_that_is_not_ours_stops_nothing(searchable: RunningCatalog) -> None:
    async with searchable.db.transaction() as tx:
        await tx.execute("INSERT INTO index_entries (product_id, wanted_version) VALUES ('prd_of_another_shop', 1)")

    async def forgotten() -> bool:
        return not await searchable.rows("SELECT 1 FROM index_entries")

    await until(forgotten)
    assert not (await search(searchable, "lamp")).HasField("degraded")


async def test_a_change_that_the_engine_refuses_is_told_and_tried_again(searchable: RunningCatalog) -> None:
    await filled(searchable)
    # As if a mapping had refused it: no field of a product of today does.
    (hit, *_) = (await search(searchable, "lamp")).hits
    async with searchable.db.transaction() as tx:
        await tx.execute(
            "UPDATE index_entries SET wanted_version = wanted_version + 1, failure = 'too long', "
            "claimed_until = now() + interval '5 minutes' WHERE product_id = %s",
            [hit.product.id],
        )
        await tx.execute("UPDATE products SET version = version + 1 WHERE id = %s", [hit.product.id])
    status = await searchable.catalog.GetIndexStatus(pb.GetIndexStatusRequest())
    assert (status.refused_count, status.pending_count) == (1, 1)
    assert await verified(searchable) == {hit.product.id: "REFUSED"}
    assert await verified(searchable, mend=True) == {hit.product.id: "REFUSED"}
    await until(lambda: indexed(searchable))
    status = await searchable.catalog.GetIndexStatus(pb.GetIndexStatusRequest())
    assert (status.refused_count, status.lag_seconds) == (0, 0)


async def test_lag_is_counted_change_by_change(searchable: RunningCatalog) -> None:
    def shown() -> float:
        return REGISTRY.get_sample_value("emporium_search_index_lag_seconds_count") or 0

    before = shown()
    await filled(searchable)
    assert shown() == before + 5
    await searchable.upsert(product_input("later", name="Later lamp"))
    await until(lambda: indexed(searchable))
    assert shown() == before + 6


async def test_what_is_noted_while_its_document_is_written_is_written_again(catalog: RunningCatalog) -> None:
    """Also where its version is the same: what sells, and what `verify` mends, has none of its own."""
    (write,) = await catalog.upsert(product_input("a"))
    entries = PostgresIndexEntries(catalog.db)
    await entries.redo([write.product_id])
    assert await entries.claim(10) == [write.product_id]
    await entries.redo([write.product_id])
    await entries.settle({write.product_id: 1}, {})
    assert await entries.claim(10) == [write.product_id]
    await entries.settle({write.product_id: 1}, {})
    assert not await entries.claim(10)


async def test_index_and_database_are_compared_and_mended(searchable: RunningCatalog, servers: SharedServers) -> None:
    await filled(searchable)
    assert await verified(searchable) == {}
    alias = searchable.settings.elasticsearch_index
    async with elasticsearch(servers.elasticsearch_url) as client:
        store = ElasticsearchIndex(client, alias=alias, shards=1, replicas=0)
        (live,) = await store.live()
        assert await store.fits(live), "what the engine tells of an index is what it was made with"
    gone, stale, ahead, changed = (hit.product.id for hit in (await search(searchable, "lamp")).hits[:4])
    url = f"{servers.elasticsearch_url}/{searchable.settings.elasticsearch_index}"
    async with httpx.AsyncClient() as http:
        version = (await http.get(f"{url}/_doc/{gone}")).json()["_version"]
        await http.delete(f"{url}/_doc/{gone}?refresh=true&version_type=external_gte&version={version}")
        await http.put(f"{url}/_doc/prd_stranger?refresh=true", json={"id": "prd_stranger", "name": "A stranger"})
        document = (await http.get(f"{url}/_doc/{ahead}")).json()["_source"]
        await http.put(f"{url}/_doc/{ahead}?refresh=true", json=document)
        found = (await http.get(f"{url}/_doc/{changed}")).json()
        query = f"refresh=true&version_type=external_gte&version={found['_version']}"
        await http.put(f"{url}/_doc/{changed}?{query}", json={**found["_source"], "name": "A broom"})
    async with searchable.db.transaction() as tx:
        # As if the index had lost a write it acknowledged.
        await tx.execute("UPDATE products SET version = version + 3 WHERE id = %s", [stale])
        await tx.execute(
            "UPDATE index_entries SET wanted_version = indexed_version + 3, "
            "indexed_version = indexed_version + 3 WHERE product_id = %s",
            [stale],
        )
    differing = {gone: "MISSING", stale: "OUTDATED", ahead: "AHEAD", changed: "CHANGED", "prd_stranger": "UNKNOWN"}
    assert await verified(searchable) == differing
    assert await verified(searchable, mend=True) == differing
    await until(lambda: indexed(searchable))
    assert await verified(searchable) == {}
    assert (await search(searchable, "lamp")).total_count == 4


async def test_another_catalogues_index_is_left_alone_until_it_is_taken_over(
    searchable: RunningCatalog, servers: SharedServers, fresh_database: Callable[[str], str]
) -> None:
    await filled(searchable)
    async with running_catalog(
        fresh_database("catalog"),
        elasticsearch_url=servers.elasticsearch_url,
        elasticsearch_index=searchable.settings.elasticsearch_index,
        search_timeout_seconds=20.0,
    ) as other:

        async def told() -> bool:
            return "belongs to another catalogue" in (await search(other, "lamp")).degraded

        await until(told)
        assert (await search(searchable, "lamp")).total_count == 4
        await other.catalog.RebuildIndex(pb.RebuildIndexRequest(), timeout=60)
        await until(lambda: index_available(other))


async def test_the_database_counts_the_attributes_of_the_best_of_many(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(catalog)
    monkeypatch.setattr(postgres_search, "MOST_FOR_ATTRIBUTES", 4)
    answer = await search(catalog)
    assert answer.total_count == 5
    colours = facets(answer)["colour"]
    assert colours.keys() == {"Black", "White"}
    assert sum(colours.values()) == 4


@pytest.mark.slow
async def test_search_survives_its_engine(
    servers: SharedServers,
    fresh_database: Callable[[str], str],
    own_servers: Callable[..., AbstractContextManager[RunningServers]],
) -> None:
    with own_servers("elasticsearch") as own:
        async with running_catalog(
            fresh_database("catalog"),
            kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
            elasticsearch_url=own.elasticsearch_url,
            search_consumer_group=f"test-{uuid.uuid4().hex[:12]}",
            # As for the others: an engine that is gone refuses at once.
            search_timeout_seconds=20.0,
        ) as running:
            await until(lambda: index_available(running))
            await filled(running)
            healthy = await search(running, "lamp")
            own.kill("elasticsearch")
            started = time.monotonic()
            answer = await search(running, "lamp")
            assert answer.degraded
            assert answer.total_count == 4
            assert facets(answer) == facets(healthy)
            assert {"category", "brand", "price", "availability", "colour"} <= facets(answer).keys()
            assert time.monotonic() - started < 5
            await running.upsert(product_input("meanwhile", name="Meanwhile lamp"))
            away = await running.catalog.GetIndexStatus(pb.GetIndexStatusRequest())
            assert (away.available, away.pending_count) == (False, 1)
            assert away.lag_seconds > 0
            own.restart("elasticsearch")
            await until(lambda: indexed(running))
            assert (await running.catalog.GetIndexStatus(pb.GetIndexStatusRequest())).lag_seconds == 0
            recovered = await search(running, "meanwhile")
            assert names(recovered) == ["meanwhile"]
            assert not recovered.HasField("degraded")
