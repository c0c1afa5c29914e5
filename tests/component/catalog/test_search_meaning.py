"""Semantic search: what meaning does to the order of hits, what it leaves alone, and how products come to it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.page_pb2 import PageRequest

from subgraphs.catalog.adapters.postgres.embeddings import PostgresEmbeddings
from tests.component.catalog.conftest import index_available, indexed, until
from tests.component.catalog.lamps import facets, filled, names, search
from tests.fakes.embedder import KindsOfThings
from tests.fixtures.catalog import MANAGER, RunningCatalog, product_input, running_catalog, variant_input
from tests.fixtures.stack import SharedServers

WINDOW = 3
RANKING = f"""
[semantic]
window = {WINDOW}
least_cosine = 0.9
"""
WAITING = "SELECT 1 FROM product_embeddings WHERE digest IS DISTINCT FROM wanted_digest"


@pytest.fixture
def embedder() -> KindsOfThings:
    return KindsOfThings()


@pytest.fixture
async def semantic(
    servers: SharedServers, fresh_database: Callable[[str], str], embedder: KindsOfThings, tmp_path: Path
) -> AsyncGenerator[RunningCatalog]:
    """With a model, its index ready."""
    (tmp_path / "ranking.toml").write_text(RANKING)
    async with running_catalog(
        fresh_database("catalog"),
        embedder=embedder,
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        elasticsearch_url=servers.elasticsearch_url,
        search_consumer_group=f"test-{uuid.uuid4().hex[:12]}",
        search_settings_file=str(tmp_path / "ranking.toml"),
        search_timeout_seconds=20.0,
    ) as running:
        await until(lambda: index_available(running))
        yield running


async def embedded(catalog: RunningCatalog) -> bool:
    """Nothing waits, for a vector or for the index."""
    rows = await catalog.rows("SELECT count(*)::int AS embedded FROM product_embeddings WHERE vector IS NOT NULL")
    return rows[0]["embedded"] >= 5 and not await catalog.rows(WAITING) and await indexed(catalog)


async def walked(catalog: RunningCatalog, query: str, first: int) -> list[str]:
    """All pages."""
    found: list[str] = []
    after = ""
    while True:
        page = await search(catalog, query, page=PageRequest(first=first, after=after))
        assert page.page_info.has_next_page or not after or page.hits
        found += names(page)
        after = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            return found


async def check_order(catalog: RunningCatalog, by_words: pb.SearchProductsResponse) -> None:
    """Other order, same hits: the one that means just that, and is sold out, comes first."""
    found = await search(catalog, "lamp")
    assert names(by_words).index("lamp-2") == 2
    assert names(found)[0] == "lamp-2"
    assert set(names(found)) == set(names(by_words))
    assert (found.total_count, facets(found)) == (by_words.total_count, facets(by_words))
    assert "<em>lamp</em>" in {hl.field: hl.snippet for hl in found.hits[0].highlights}["name"]
    for first in (1, 2):
        assert await walked(catalog, "lamp", first) == names(found), "pages of any size are cut from one order"
    lumo = await search(catalog, "lamp", facets=[pb.FacetInput(facet="brand", values=["Lumo"])])
    assert set(names(lumo)) == {"lamp-1", "lamp-2"}
    assert facets(lumo)["brand"] == {"Halden": 2, "Lumo": 2}


async def check_explanations(catalog: RunningCatalog) -> None:
    with catalog.acting(MANAGER):
        asked = pb.SearchProductsRequest(query="lamp", want_explanations=True, page=PageRequest(first=WINDOW))
        answer = await catalog.catalog.SearchProducts(asked, timeout=30)
    for hit in answer.hits:
        assert hit.explanation.score == pytest.approx(sum(part.value for part in hit.explanation.parts))
        assert hit.explanation.parts[0].reason.startswith("place ")
    assert "place 1 by meaning" in {part.reason for hit in answer.hits for part in hit.explanation.parts}


async def check_rescue(catalog: RunningCatalog) -> None:
    """No product is called a lantern, or a stool."""
    found = await search(catalog, "lantern")
    assert (found.rescue.kind, list(found.rescue.ignored_words)) == (pb.NEAR_MEANING, ["lantern"])
    assert set(names(found)) == {"lamp-1", "lamp-3"}
    assert (found.total_count, facets(found)["brand"]) == (2, {"Lumo": 1, "Halden": 1})
    assert await walked(catalog, "lantern", 1) == names(found)
    cheap = await search(catalog, "lantern", sort_field=pb.PRICE)
    assert names(cheap) == ["lamp-3", "lamp-1"]
    assert names(await search(catalog, "lantern", filter=pb.SearchFilter(brands=["Halden"]))) == ["lamp-3"]
    assert names(await search(catalog, "lantern", filter=pb.SearchFilter(min_price_minor_units=3000))) == ["lamp-1"]
    assert not (await search(catalog, "zzzqqq")).hits


async def check_what_is_not_embedded(catalog: RunningCatalog, embedder: KindsOfThings) -> None:
    asked = len(embedder.asked)
    await search(catalog, "floor lamp", sort_field=pb.PRICE)
    await search(catalog, "")
    await search(catalog, "lamp")
    assert embedder.asked[asked:] == [], "another order, nothing to mean, and a query that is known"
    lamps = [product_input("lamp-1", name="Arc floor lamp", brand="Lumo", category_path=["Home", "Lamps"],
                           description="Made with care.", variants=[variant_input("lamp-1", cents=100)])]  # fmt: skip
    await catalog.upsert(*lamps)
    await until(lambda: indexed(catalog))
    assert embedder.asked[asked:] == [], "another price is no other text"
    await catalog.upsert(
        product_input("chair-1", name="Lantern", category_path=["Home"], variants=[variant_input("c")])
    )

    async def renamed() -> bool:
        return len(embedder.asked) > asked and await embedded(catalog)

    await until(renamed)
    assert embedder.asked[asked:] == ["Lantern. Home. Light and quick."]


async def check_none_is_lost(catalog: RunningCatalog) -> None:
    """An indexer that read the product before its embedding was kept wants what is there: it is indexed again."""
    (known, *_) = await catalog.rows("SELECT product_id, digest, wanted_digest FROM product_embeddings")
    noted = f"SELECT changed_at FROM index_entries WHERE product_id = '{known['product_id']}'"
    before = await catalog.rows(noted)
    await PostgresEmbeddings(catalog.db).want({known["product_id"]: known["digest"]})
    assert (await catalog.rows(noted))[0]["changed_at"] > before[0]["changed_at"]


async def test_meaning_has_a_say_in_search(semantic: RunningCatalog, embedder: KindsOfThings) -> None:
    await filled(semantic)
    await until(lambda: embedded(semantic))
    assert len(embedder.asked) == 5
    embedder.broken = True
    by_words = await search(semantic, "lamp")
    assert not by_words.HasField("degraded")
    embedder.broken = False
    await check_order(semantic, by_words)
    await check_explanations(semantic)
    await check_rescue(semantic)
    await check_none_is_lost(semantic)
    await check_what_is_not_embedded(semantic, embedder)
    asked = len(embedder.asked)
    await semantic.catalog.RebuildIndex(pb.RebuildIndexRequest(), timeout=60)
    assert names(await search(semantic, "lantern"))
    assert len(embedder.asked) == asked, "what was computed once is kept"
