"""Searches within a collection: the index follows who comes and goes, by itself."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator

import pytest
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import collection_pb2 as pb

from tests.component.catalog.arranged.shelf import category_id, create, lamps, listed, price, ruled
from tests.component.catalog.conftest import index_available, until
from tests.fixtures.catalog import STRANGER, RunningCatalog, product_input, running_catalog, variant_input
from tests.fixtures.stack import SharedServers


@pytest.fixture
async def searchable(database_url: str, servers: SharedServers) -> AsyncGenerator[RunningCatalog]:
    """With its index ready."""
    async with running_catalog(
        database_url,
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        elasticsearch_url=servers.elasticsearch_url,
        search_consumer_group=f"test-{uuid.uuid4().hex[:12]}",
        search_timeout_seconds=20.0,
    ) as running:
        await until(lambda: index_available(running))
        yield running


async def test_a_search_within_a_collection_follows_its_members(searchable: RunningCatalog) -> None:
    ids = await lamps(searchable)
    cheap = await create(searchable, "Cheap", rules=ruled(price(None, 3000)))
    below = await category_id(searchable, "Home")
    home = await create(searchable, "Home", rules=ruled(pb.CollectionRule(category_id=below)))
    picks = await create(searchable, "Picks", product_ids=[ids["arc"]])

    async def found(collection_id: str, *expected: str) -> bool:
        asked = catalog_pb2.SearchProductsRequest(
            filter=catalog_pb2.SearchFilter(collection_id=collection_id), want_total=True
        )
        with searchable.acting(STRANGER):
            answer = await searchable.catalog.SearchProducts(asked, timeout=30)
        hits = {hit.product.external_reference for hit in answer.hits}
        return not answer.HasField("degraded") and hits == set(expected)

    await until(lambda: found(cheap.id, "reed", "bulb"))
    await until(lambda: found(home.id, "arc", "globe", "reed", "bulb"))
    await until(lambda: found(picks.id, "arc"))
    await searchable.upsert(product_input("chair", variants=[variant_input("chair", cents=900)]))
    await until(lambda: found(cheap.id, "reed", "bulb", "chair"))
    garden = await category_id(searchable, "Garden")
    lamps_id = await category_id(searchable, "Home", "Lamps")
    await searchable.catalog.MoveCategory(catalog_pb2.MoveCategoryRequest(id=lamps_id, parent_id=garden))
    await until(lambda: found(home.id, "bulb"))
    products = pb.CollectionProductsRequest(collection_id=picks.id, product_ids=[ids["globe"]])
    await searchable.collections.AddCollectionProducts(products)
    await until(lambda: found(picks.id, "arc", "globe"))
    await searchable.collections.UpdateCollection(pb.UpdateCollectionRequest(id=picks.id, published=False))
    await until(lambda: found(picks.id))
    assert await listed(searchable, picks.id) == ["arc", "globe"], "staff sees what is in it"
    in_web = pb.UpdateCollectionRequest(id=picks.id, published=True, channels=pb.ChannelNames(slugs=["web"]))
    assert not (await searchable.collections.UpdateCollection(in_web)).user_errors
    await until(lambda: found(picks.id, "arc", "globe"))
