"""Translated texts are found in their language, by a real Elasticsearch, and by the database without one."""

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2
from emporium.catalog.v1.merchandising_pb2 import TranslatedTerm
from emporium.common.v1.page_pb2 import ShopContext

from tests.component.catalog.conftest import indexed, until
from tests.component.catalog.test_attribute_definitions import define, definition
from tests.component.catalog.test_translations import translate
from tests.fixtures.catalog import SHOPPER, RunningCatalog, product_input, variant_input

pytestmark = [pytest.mark.servers]


async def stocked(catalog: RunningCatalog) -> tuple[str, str]:
    """A channel that speaks German too, a translated sneaker and one that is not."""
    web = merchandising_pb2.Channel(
        slug="web", name="Web", currency_codes=["USD"], default_locale="en", locales=["de", "de-AT"]
    )
    await catalog.merchandising.UpsertChannel(merchandising_pb2.UpsertChannelRequest(channel=web))
    writes = await catalog.upsert(
        product_input("a", name="Winter boots", variants=[variant_input("a-1")]),
        product_input("b", name="Sneaker Zoom", variants=[variant_input("b-1")]),
    )
    boots, sneaker = (write.product_id for write in writes)
    (root,) = await catalog.rows("SELECT id FROM categories WHERE name = 'Shoes'")
    await define(catalog, definition("colour", "CHOICE", choices=["Blue"], searchable=True))
    faults = await translate(
        catalog,
        {"id": boots, "locale": "de", "name": "Warme Winterstiefel", "description": "Hält die Füße trocken."},
        {"id": boots, "locale": "de-AT", "name": "Warme Schneestiefel"},
        {"id": root["id"], "locale": "de", "name": "Schuhe"},
        {"id": "att_colour", "locale": "de", "terms": [TranslatedTerm(value="Blue", text="Nachtblau")]},
    )
    assert faults == [[], [], [], []]
    return boots, sneaker


async def search(catalog: RunningCatalog, query: str, locale: str) -> list[tuple[str, str]]:
    """The products with the name that is shown."""
    request = pb.SearchProductsRequest(query=query, context=ShopContext(locale=locale), want_highlights=True)
    with catalog.acting(SHOPPER):
        answer = await catalog.catalog.SearchProducts(request)
    return [(hit.product.id, hit.product.name) for hit in answer.hits]


async def suggest(catalog: RunningCatalog, prefix: str, locale: str) -> list[str]:
    request = pb.SuggestProductsRequest(prefix=prefix, context=ShopContext(locale=locale))
    with catalog.acting(SHOPPER):
        return [each.text for each in (await catalog.catalog.SuggestProducts(request)).suggestions]


async def test_elasticsearch_finds_each_language_by_its_own_words(searchable: RunningCatalog) -> None:
    boots, sneaker = await stocked(searchable)

    async def settled() -> bool:
        there = await searchable.rows("SELECT 1 FROM moved_categories UNION ALL SELECT 1 FROM touched_products")
        return not there and await indexed(searchable) and bool(await search(searchable, "Winterstiefel", "de"))

    await until(settled)
    assert await search(searchable, "winterstiefels", "de") == [(boots, "Warme Winterstiefel")], "stemmed as German"
    assert await search(searchable, "Schneestiefel", "de-AT") == [(boots, "Warme Schneestiefel")]
    assert await search(searchable, "Füsse", "de-CH") == [(boots, "Warme Winterstiefel")], "its language answers"
    assert await search(searchable, "zoom", "de") == [(sneaker, "Sneaker Zoom")], "what is not translated is found too"
    assert len(await search(searchable, "Nachtblau", "de-CH")) == 2, "by a word of an attribute"
    assert await search(searchable, "boots", "en") == [(boots, "Winter boots")]
    assert await search(searchable, "boots", "fr") == [(boots, "Winter boots")], "no language of the channel"
    assert await search(searchable, "winterstiefel", "en") == []
    assert [product for product, _ in await search(searchable, "schuhe", "de")] != [], "by its category"
    assert await suggest(searchable, "winterst", "de") == ["Warme Winterstiefel"]
    assert await suggest(searchable, "winterst", "en") == []
    request = pb.SearchProductsRequest(
        query="stiefel winterstiefel", context=ShopContext(locale="de"), want_highlights=True, want_facets=True,
        sort_field=pb.NAME, sort_direction=pb.ASC,
    )  # fmt: skip
    answer = await searchable.catalog.SearchProducts(request)
    assert [each.field for hit in answer.hits for each in hit.highlights] == ["name"]
    assert not answer.HasField("degraded")


async def test_without_elasticsearch_the_database_finds_translated_texts_too(catalog: RunningCatalog) -> None:
    boots, sneaker = await stocked(catalog)
    assert await search(catalog, "winterstiefels", "de-DE") == [(boots, "Warme Winterstiefel")], "stemmed as German"
    assert await search(catalog, "boots", "de-AT") == [(boots, "Warme Schneestiefel")], "by what was written at first"
    assert await search(catalog, "zoom", "de") == [(sneaker, "Sneaker Zoom")]
    assert await search(catalog, "winterstiefel", "en") == []
