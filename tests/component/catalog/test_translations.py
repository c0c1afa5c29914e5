"""Texts per locale: shown with fallback, in the same statement, and kept apart."""

from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2
from emporium.common.v1.page_pb2 import ShopContext

from chassis.errors import RemoteError
from tests.fixtures.catalog import SHOPPER, RunningCatalog, product_input, variant_input

pytestmark = [pytest.mark.servers]


async def translate(catalog: RunningCatalog, *translations: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """The faults of each: the last of their path, and what they say."""
    asked = [
        merchandising_pb2.TranslationInput(
            expected_version=each.pop("expected_version", None), translation=merchandising_pb2.Translation(**each)
        )
        for each in translations
    ]
    request = merchandising_pb2.UpsertTranslationsRequest(translations=asked)
    writes = (await catalog.merchandising.UpsertTranslations(request)).writes
    return [[(error.input.field[-1], error.input.message) for error in write.user_errors] for write in writes]


async def forget(catalog: RunningCatalog, entity_id: str, locale: str) -> None:
    key = merchandising_pb2.TranslationKey(id=entity_id, locale=locale)
    answer = await catalog.merchandising.DeleteTranslations(merchandising_pb2.DeleteTranslationsRequest(keys=[key]))
    assert not answer.writes[0].user_errors


async def sneaker(catalog: RunningCatalog, locale: str = "") -> pb.Product:
    """As a shopper of this locale sees it."""
    await catalog.upsert(product_input("a", variants=[variant_input("a-1")]))
    request = pb.BatchFindProductsRequest(
        keys=[pb.ProductKey(external_reference="a")], context=ShopContext(locale=locale)
    )
    with catalog.acting(SHOPPER):
        return (await catalog.catalog.BatchFindProducts(request)).outcomes[0].product


async def test_each_text_falls_back_by_itself(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    at = {"id": product.id, "locale": "de-at", "name": "Sportschuh", "seo_title": "Sportschuhe"}
    de = {"id": product.id, "locale": "de", "name": "Turnschuh", "description": "Leicht."}
    assert await translate(catalog, at, de) == [[], []]
    shown = {locale: await sneaker(catalog, locale) for locale in ("", "en", "en-GB", "fr", "de", "de-AT", "de-CH")}
    assert {locale: each.name for locale, each in shown.items()} == {
        "": "Sneaker a", "en": "Sneaker a", "en-GB": "Sneaker a", "fr": "Sneaker a",
        "de": "Turnschuh", "de-AT": "Sportschuh", "de-CH": "Turnschuh",
    }  # fmt: skip
    assert (shown["de-AT"].description, shown["de-AT"].seo_title) == ("Leicht.", "Sportschuhe")
    assert not shown["de"].HasField("seo_title")
    await forget(catalog, product.id, "de")
    assert (await sneaker(catalog, "de")).name == "Sneaker a"
    assert (await sneaker(catalog, "de-AT")).description == "Light and quick."


async def test_a_channel_speaks_its_own_language_unless_another_is_asked(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    await translate(catalog, {"id": product.id, "locale": "de", "name": "Turnschuh"})
    web = merchandising_pb2.Channel(slug="web", name="Web", currency_codes=["USD"], default_locale="de")
    await catalog.merchandising.UpsertChannel(merchandising_pb2.UpsertChannelRequest(channel=web))
    assert [(await sneaker(catalog, locale)).name for locale in ("", "en")] == ["Turnschuh", "Sneaker a"]


async def test_categories_and_cart_lines_are_called_in_the_asked_language(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    (root,) = await catalog.rows("SELECT id FROM categories WHERE name = 'Shoes'")
    await translate(
        catalog,
        {"id": product.id, "locale": "de", "name": "Turnschuh"},
        {"id": root["id"], "locale": "de", "name": "Schuhe"},
    )
    de = ShopContext(locale="de-DE")
    request = pb.BatchGetCategoriesRequest(ids=[product.category_id, root["id"]], context=de)
    found = [each.category for each in (await catalog.catalog.BatchGetCategories(request)).outcomes]
    assert [(each.name, list(each.path)) for each in found] == [
        ("Sneakers", ["Schuhe", "Sneakers"]), ("Schuhe", ["Schuhe"]),
    ]  # fmt: skip
    skus = pb.BatchGetVariantsBySkuRequest(skus=["a-1"], context=de)
    (outcome,) = (await catalog.catalog.BatchGetVariantsBySku(skus)).outcomes
    assert outcome.variant.product_name == "Turnschuh"
    assert await catalog.rows("SELECT category_id FROM moved_categories") in (
        [{"category_id": root["id"]}], [],
    ), "the search documents below follow"  # fmt: skip


async def test_a_write_is_checked_versioned_recorded_and_announced(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    name = {"id": product.id, "locale": "de", "name": "Turnschuh"}
    faults = await translate(
        catalog,
        name | {"expected_version": 0},
        {"id": "prd_unknown", "locale": "de", "name": "x"},
        {"id": product.id, "locale": "german", "name": "x"},
        {"id": product.id, "locale": "en", "name": "x"},
        {"id": product.id, "locale": "fr", "name": " "},
        {"id": product.id, "locale": "DE", "name": "x"},
    )
    assert [[field for field, _ in each] for each in faults] == [
        [],
        ["id"],
        ["locale"],
        ["locale"],
        ["name"],
        ["locale"],
    ]
    assert await translate(catalog, name) == [[]], "the same again changes nothing"
    ((stale,),) = await translate(catalog, name | {"name": "Schuh", "expected_version": 0})
    assert stale[0] == "expectedVersion"
    assert await translate(catalog, name | {"name": "Schuh", "expected_version": 1}) == [[]]
    changes = await catalog.rows(
        "SELECT version, before, after FROM catalog_changes WHERE kind = 'TRANSLATION' ORDER BY id"
    )
    assert changes == [
        {"version": 1, "before": {}, "after": {"de.name": "Turnschuh"}},
        {"version": 2, "before": {"de.name": "Turnschuh"}, "after": {"de.name": "Schuh"}},
    ]
    announced = await catalog.rows("SELECT sequence FROM outbox WHERE aggregate_id = %s ORDER BY 1", [product.id])
    assert [row["sequence"] for row in announced] == [1, 2, 3]
    lists = await catalog.merchandising.BatchListTranslations(
        merchandising_pb2.BatchListTranslationsRequest(ids=[product.id, "cat_none"])
    )
    ((kept,), none) = [list(each.translations) for each in lists.lists]
    assert (kept.locale, kept.name, kept.version, none) == ("de", "Schuh", 2, [])
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refused:
        await translate(catalog, dict(name))
    assert refused.value.status == "PERMISSION_DENIED"


async def test_categories_are_offered_in_the_asked_language(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    (root,) = await catalog.rows("SELECT id FROM categories WHERE name = 'Shoes'")
    await translate(
        catalog,
        {"id": root["id"], "locale": "de", "name": "Schuhe"},
        {"id": product.category_id, "locale": "de", "name": "Turnschuhe"},
    )

    async def offered(prefix: str, locale: str) -> list[str]:
        asked = pb.SuggestProductsRequest(prefix=prefix, context=ShopContext(locale=locale))
        found = (await catalog.catalog.SuggestProducts(asked)).suggestions
        return [each.text for each in found if each.category_id]

    assert await offered("turn", "de-AT") == ["Schuhe › Turnschuhe"]
    assert await offered("turn", "") == await offered("sneak", "de") == []
    assert await offered("sneak", "") == ["Shoes › Sneakers"]
