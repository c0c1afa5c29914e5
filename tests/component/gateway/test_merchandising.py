"""Channels, addresses and languages through the graph: staff changes them, each shopper is shown their own alone."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.component.gateway.test_sharing import Gateway, gateway, sneaker
from tests.fixtures.catalog import RunningCatalog, running_catalog

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

STAFF: dict[str, Any] = {"path": "/admin/graphql", "roles": ("catalog_manager",)}
SHOWN = """query ($slug: String!, $channel: String, $locale: String) @inContext(channel: $channel, locale: $locale) {
  product(slug: $slug) { slug name seo { title } category { name path } } }"""
TRANSLATE = """mutation ($input: TranslationsUpsertInput!) { translationsUpsert(input: $input) {
  writes { product { id } category { id } userErrors { code } } userErrors { code field message } } }"""
SEO = """mutation ($input: SeoUpdateInput!) { seoUpdate(input: $input) {
  writes { product { slug formerSlugs seo { title description } translations { locale name } } }
  userErrors { code field message } } }"""
OPEN = """mutation ($input: ChannelUpsertInput!) { channelUpsert(input: $input) {
  channel { slug locales version } userErrors { code field } } }"""
PUBLISH = """mutation ($input: ProductPublishInput!) { productPublish(input: $input) {
  products { publications { channel published publishUntil } } userErrors { code field message } } }"""


@pytest_asyncio.fixture(loop_scope="session")
async def shop(fresh_database: Callable[[str], str]) -> AsyncIterator[tuple[Gateway, RunningCatalog]]:
    async with running_catalog(fresh_database("catalog")) as catalog, gateway(catalog) as running:
        yield running, catalog


async def shown(shop: Gateway, slug: str, **context: Any) -> Any:
    return (await shop.ask(SHOWN, slug=slug, **context))["data"]["product"]


async def test_what_is_kept_for_one_language_is_not_shown_in_another(shop: tuple[Gateway, RunningCatalog]) -> None:
    running, catalog = shop
    ref, product_id = await sneaker(catalog)
    (row,) = await catalog.rows("SELECT slug, category_id FROM products")
    slug, category_id = row["slug"], row["category_id"]
    german = {"id": product_id, "locale": "de", "name": "Turnschuh", "seoTitle": "Turnschuhe"}
    drafts = [german, {"id": category_id, "locale": "de", "name": "Turnschuhe"}]
    done = (await running.ask(TRANSLATE, input={"translations": drafts}, **STAFF))["data"]["translationsUpsert"]
    assert [write["userErrors"] for write in done["writes"]] == [[], []]
    for _ in range(2):  # the second round is answered by what is kept
        for locale in ("de", "en", "de_AT", "fr"):
            product = await shown(running, slug, locale=locale)
            if locale.startswith("de"):
                assert product == {
                    "slug": slug, "name": "Turnschuh", "seo": {"title": "Turnschuhe"},
                    "category": {"name": "Turnschuhe", "path": ["Shoes", "Turnschuhe"]},
                }  # fmt: skip
            else:
                assert (product["name"], product["seo"]["title"]) == (f"Sneaker {ref}", None)
                assert product["category"] == {"name": "Sneakers", "path": ["Shoes", "Sneakers"]}
    assert running.count("emporium_gateway_answers_total", written_by="kept") > 0
    refused = await running.http.post(
        "/graphql", json={"query": SHOWN, "variables": {"slug": slug, "locale": "german!"}}
    )
    assert "not a language tag" in refused.json()["errors"][0]["message"]


async def test_a_former_address_leads_to_the_product_and_says_where_it_is(shop: tuple[Gateway, RunningCatalog]) -> None:
    running, catalog = shop
    _, product_id = await sneaker(catalog)
    (row,) = await catalog.rows("SELECT slug FROM products")
    change = {"id": product_id, "slug": "moved", "title": "Buy me", "expectedVersion": 1}
    done = (await running.ask(SEO, input={"changes": [change]}, **STAFF))["data"]["seoUpdate"]
    assert done["writes"][0]["product"] == {
        "slug": "moved", "formerSlugs": [row["slug"]], "seo": {"title": "Buy me", "description": None},
        "translations": [],
    }  # fmt: skip
    assert [(await shown(running, slug))["slug"] for slug in (row["slug"], "moved")] == ["moved", "moved"]
    again = (await running.ask(SEO, input={"changes": [change]}, **STAFF))["data"]["seoUpdate"]
    (error,) = again["userErrors"]
    assert (error["code"], error["field"]) == ("STALE_VERSION", ["changes", "0", "expectedVersion"])


async def test_a_channel_is_opened_and_sells_what_is_published_there(shop: tuple[Gateway, RunningCatalog]) -> None:
    running, catalog = shop
    _, product_id = await sneaker(catalog, published=False)
    (row,) = await catalog.rows("SELECT slug FROM products")
    answer = await running.http.post(
        "/graphql", json={"query": SHOWN, "variables": {"slug": row["slug"], "channel": "eu"}}
    )
    (error,) = answer.json()["errors"]
    assert (error["path"], error["extensions"]["reason"]) == (["product"], "UNKNOWN_CHANNEL")
    europe = {"slug": "eu", "name": "Europe", "currencyCodes": ["EUR"], "defaultLocale": "de", "expectedVersion": 0}
    opened = (await running.ask(OPEN, input=europe, **STAFF))["data"]["channelUpsert"]
    assert opened == {"channel": {"slug": "eu", "locales": ["de"], "version": 1}, "userErrors": []}
    until = "2100-01-01T00:00:00Z"
    asked = {"ids": [product_id], "channels": ["eu"], "publishUntil": until}
    done = (await running.ask(PUBLISH, input=asked, **STAFF))["data"]["productPublish"]
    assert done["products"] == [{"publications": [{"channel": "eu", "published": True, "publishUntil": until}]}]
    assert (await shown(running, row["slug"], channel="eu"))["slug"] == row["slug"]
    assert await shown(running, row["slug"]) is None
    listed = await running.ask("{ channels { slug defaultLocale } }", **STAFF)
    assert [each["slug"] for each in listed["data"]["channels"]] == ["eu", "web"]
