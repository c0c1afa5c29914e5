"""What an export tells an empty shop, and what a line of a file leaves alone."""

from __future__ import annotations

from typing import Any, LiteralString

import pytest
from emporium.catalog.v1 import job_pb2 as pb

from subgraphs.catalog.domain.catalog_file.beside import beside_of
from subgraphs.catalog.domain.catalog_file.values import BadRecord
from tests.fixtures.catalog import RunningCatalog
from tests.fixtures.jobs import errors, exported, imported, lines, record

BESIDE: dict[str, Any] = {
    "translations": {"de": {"name": "Ding", "seo_title": "Dinge"}, "de-AT": {"description": "Leicht."}},
    "slug": "the-thing",
    "seo_title": "Things",
    "publications": [{"channel": "eu"}, {"channel": "web", "until": "2099-01-01T00:00:00+00:00"}],
    "stock": {"default": 3, "berlin": 4},
    "prices": [
        {"channel": "web", "currency": "USD", "price": "9.99", "from": "2099-01-01T00:00:00+00:00"},
        {"channel": "web", "currency": "EUR", "price": "18.00", "compare_at": "20.00"},
        {"channel": "eu", "currency": "EUR", "price": "17.00", "until": "2099-01-01T00:00:00+00:00"},
    ],
}
DEFINED: list[dict[str, Any]] = [
    {"type": "catalog", "version": 1},
    {"type": "channel", "id": "eu", "name": "Europe", "currencies": ["EUR"], "default_locale": "de", "locales": []},
    {"type": "location", "id": "berlin", "name": "Berlin", "priority": 2,
     "address": {"line1": "Weg 1", "city": "Berlin"}},
    {"type": "attribute", "id": "weight", "label": "Weight", "value_type": "NUMBER", "searchable": True,
     "translations": {"de": {"name": "Gewicht", "terms": [{"value": "1.5", "text": "eineinhalb"}]}}},
    {"type": "category", "path": ["Things", "Empty"], "slug": "nothing", "description": "Nothing yet.", "position": 3,
     "seo_title": "Nothing", "translations": {"de": {"name": "Leer"}}},
]  # fmt: skip
COLLECTED: list[dict[str, Any]] = [
    {"type": "collection", "id": "picked", "name": "Picked", "products": ["shoe", "plain"], "channels": ["eu", "web"],
     "seo_title": "Picked for you", "translations": {"de": {"name": "Ausgewählt"}}},
    {"type": "collection", "id": "ruled", "name": "Ruled", "published": False, "match": "ANY", "rules": [
        {"category": ["Things"]}, {"brands": ["Acme"]}, {"max_price": "19.99", "currency": "USD"},
        {"attribute": "weight", "values": ["1.5"]}, {"created_after": "2026-01-01T00:00:00+00:00"}]},
]  # fmt: skip
EMPTIED: LiteralString = (
    "TRUNCATE products, variants, categories, translations, channels, attribute_definitions, collections,"
    " former_slugs CASCADE"
)
NAMED: dict[str, Any] = {"translations": {"de": {"name": "Schuh 41"}}}
SIZED: dict[str, Any] = {
    "translations": {"de": {"terms": [
        {"option": "Size", "text": "Größe"}, {"option": "Size", "value": "41", "text": "41 (klein)"}]}},
}  # fmt: skip


async def run(catalog: RunningCatalog, statement: LiteralString) -> None:
    async with catalog.db.transaction() as tx:
        await tx.execute(statement)


@pytest.mark.parametrize("form", [pb.CATALOG_JSONL, pb.CATALOG_CSV])
async def test_an_export_brings_the_same_catalogue_back(catalog: RunningCatalog, form: pb.CatalogFormat) -> None:
    whole = form == pb.CATALOG_JSONL
    beside, of_variant, of_options = (BESIDE, NAMED, SIZED) if whole else ({}, {}, {})
    first = await imported(
        catalog,
        lines(
            *(DEFINED if whole else ()),
            record("plain", description="Light,\r\nand \"quick\".\n\n", quantity=7, **beside),
            record("formula", title="=1+1", brand="'@quoted", attributes={"note": "-5 degrees", "size": -5}),
            record("hidden", published=False, category=["A > B", "C"], images=["https://x/1.png", "https://x/2.png"]),
            record("exact", image_size=None, images=[{"url": "https://x/3.png", "alt": None, "width": 3}],
                   attributes={"Power": {"value": 8, "unit": "W"}, "Screen size": "15", "ünï": "é", "x" * 50: "long"}),
            record("shoe", price_cents=None, currency="KWD", variants=[
                {"sku": "shoe-41", "price": "12.345", "compare_at": "20.000", "options": {"Size": 41}, "quantity": 3,
                 **of_variant},
                {"sku": "shoe-42", "price": "0", "options": {"Size": 42}, "weight_grams": 5, "title": "42"},
            ], **of_options),
            *(COLLECTED if whole else ()),
        ),
    )  # fmt: skip
    assert not first.progress.failed, await errors(catalog, first)
    before, file = await contents(catalog), await exported(catalog, form)
    assert len(before) == 5
    assert whole or b"\"'-5" not in file
    # Beside products: two channels, locations, an attribute, categories, collections.
    every = file.count(b"\n") - 1 if whole else 5
    assert every == (16 if whole else 5)
    again = await imported(catalog, file)
    assert (again.progress.unchanged, again.progress.failed) == (every, 0), await errors(catalog, again)
    await run(catalog, EMPTIED)
    await run(catalog, "DELETE FROM stock_locations WHERE id <> 'default'")
    assert (await imported(catalog, file)).progress.created == every - whole, "the default location stayed"
    assert await contents(catalog) == before
    assert await exported(catalog, form) == file


async def test_what_a_line_does_not_name_stays_and_what_it_names_is_replaced(catalog: RunningCatalog) -> None:
    await imported(catalog, lines(record("plain", **BESIDE)))
    before = await contents(catalog)
    await imported(catalog, lines(record("plain")))
    assert await contents(catalog) == before
    job = await imported(catalog, lines(record("plain", prices=[], translations={}, stock={"default": 1})))
    assert (job.state, job.progress.failed) == (pb.JOB_COMPLETED, 0)
    assert (job.progress.updated, job.progress.unchanged) == (1, 0), "other words and prices are another product"
    (row,) = await contents(catalog)
    assert (row["planned"], row["translations"]) == (None, None)
    assert {each[4] for each in row["variants"]} == {3, 4}, "units are counted for new SKUs alone"
    assert {each[5] for each in row["variants"]} == {"web"}
    (version,) = await catalog.rows("SELECT version FROM products")
    again = await imported(catalog, lines(record("plain", prices=[], translations={})))
    assert (again.progress.updated, again.progress.unchanged) == (0, 1)
    assert [version] == await catalog.rows("SELECT version FROM products")
    for change in ({"translations": {"de": {"name": "Ding"}}}, {"prices": BESIDE["prices"]}):
        job = await imported(catalog, lines(record("plain", **change)))
        assert (job.progress.updated, job.progress.unchanged) == (1, 0), change
    told = await catalog.rows("SELECT max(sequence) AS version FROM outbox WHERE type LIKE '%%ProductChanged'")
    assert told == [{"version": version["version"] + 2}], "the index hears of each"
    rows = await catalog.rows("SELECT kind FROM catalog_changes WHERE kind <> 'JOB' ORDER BY id DESC LIMIT 3")
    assert {row["kind"] for row in rows} == {"TRANSLATION", "PRODUCT_VARIANT"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"translations": {"de": {"title": "Ding"}}}, "translations.de: {'title': 'Ding'} are no texts"),
        ({"translations": {"?": {"name": "Ding"}}}, "translations.?: is no language tag"),
        ({"stock": {"Berlin!": 4}}, "stock: 'Berlin!' is no location's id"),
        ({"prices": [{"channel": "web", "currency": "EUR"}]}, "prices: one of them has no price"),
        ({"prices": [{"channel": "web", "currency": "EUR", "price": 1, "from": "soon"}]}, "prices: 'soon' is no time"),
    ],
)
def test_what_is_wrong_beside_a_product_is_said(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BadRecord) as refused:
        beside_of(record("a", **change))
    assert str(refused.value).startswith(told)


async def contents(catalog: RunningCatalog) -> list[dict[str, Any]]:
    """Everything of the catalogue but the ids and times that are each shop's own."""
    return await catalog.rows(
        """
        SELECT product.external_reference, product.name, product.slug, product.description, brand, category.path,
               product.attributes, product.media, fingerprint,
               product.seo_title, product.seo_description,
               ARRAY(SELECT channel FROM publications WHERE product_id = product.id ORDER BY 1) AS published,
               (SELECT jsonb_agg(jsonb_build_array(channel, publish_at, publish_until)) FROM planned_publications
                WHERE product_id = product.id) AS plans,
               (SELECT jsonb_object_agg(sku, fields) FROM translations JOIN variants ON variants.id = entity_id
                WHERE product_id = product.id) AS named,
               (SELECT jsonb_agg(jsonb_build_array(sku, variant.name, variant.options, weight_grams, available,
                       price.channel, currency, minor_units, compare_at_minor_units, location)
                       ORDER BY position, location, price.channel, currency)
                FROM variants AS variant JOIN prices AS price ON price.variant_id = variant.id JOIN stock USING (sku)
                WHERE product_id = product.id) AS variants,
               (SELECT jsonb_agg(jsonb_build_array(sku, plan.channel, currency, valid_from, valid_until, minor_units,
                       compare_at_minor_units) ORDER BY sku, plan.channel, valid_from)
                FROM planned_prices AS plan JOIN variants AS variant ON variant.id = plan.variant_id
                WHERE product_id = product.id) AS planned,
               (SELECT jsonb_object_agg(locale, fields) FROM translations WHERE entity_id = product.id) AS translations
        FROM products AS product LEFT JOIN categories AS category ON category.id = category_id
        ORDER BY external_reference
        """
    )
