"""Words of attributes, variants and options in other languages: shown, counted in facets, checked and announced."""

from __future__ import annotations

from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2
from emporium.common.v1.page_pb2 import ShopContext

from tests.component.catalog.conftest import until
from tests.component.catalog.test_attribute_definitions import define, definition, fact
from tests.component.catalog.test_translations import forget, translate
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog, product_input, variant_input

COLOUR = ("Colour", "Blue")


def term(text: str, option: str | None = None, value: str | None = None) -> merchandising_pb2.TranslatedTerm:
    return merchandising_pb2.TranslatedTerm(option=option, value=value, text=text)


async def stocked(catalog: RunningCatalog) -> tuple[str, str]:
    """A sneaker of two attributes that are defined and an option; its id and its variant's."""
    await define(
        catalog, definition("colour", "CHOICE", choices=["Blue", "Red"]), definition("width", "NUMBER", unit="inch")
    )
    option = pb.VariantOption(name="Colour", value="Blue")
    sneakers = [
        product_input(
            name,
            attributes=[fact("colour", colour), fact("width", "4")],
            variants=[variant_input(f"{name}-1", options=[option])],
        )
        for name, colour in (("a", "Blue"), ("b", "Red"))
    ]
    (write, _) = await catalog.upsert(*sneakers)
    (row,) = await catalog.rows("SELECT id FROM variants WHERE sku = 'a-1'")
    return write.product_id, row["id"]


async def shown(catalog: RunningCatalog, product_id: str, locale: str) -> dict[str, Any]:
    """What a shopper of this locale sees of the words."""
    context = ShopContext(locale=locale)
    with catalog.acting(SHOPPER):
        found = await catalog.catalog.BatchGetProducts(pb.BatchGetProductsRequest(ids=[product_id], context=context))
        listed = await catalog.catalog.BatchListVariants(
            pb.BatchListVariantsRequest(product_ids=[product_id], context=context)
        )
    product, (variant,) = found.outcomes[0].product, listed.lists[0].variants
    return {
        "attributes": [(each.label, each.value, each.unit) for each in product.attributes],
        "options": [(each.name, list(each.values)) for each in product.options],
        "variant": (variant.name, [(each.name, each.value) for each in variant.options]),
    }


async def facets(catalog: RunningCatalog, locale: str) -> dict[str, Any]:
    """By key: the label, and what its values are and are called."""
    request = pb.SearchProductsRequest(
        context=ShopContext(locale=locale), want_facets=True,
        facets=[pb.FacetInput(facet="colour", values=["Blue"])],
    )  # fmt: skip
    with catalog.acting(SHOPPER):
        answer = await catalog.catalog.SearchProducts(request)
    return {
        each.key: (each.label, [(value.value, value.label) for value in each.values])
        for each in answer.facets
        if each.key in ("colour", "category")
    }


async def test_words_are_shown_in_the_asked_language_each_with_its_own_fallback(catalog: RunningCatalog) -> None:
    product_id, variant_id = await stocked(catalog)
    (shoes,) = await catalog.rows("SELECT id FROM categories WHERE name = 'Shoes'")
    before = await shown(catalog, product_id, "de")
    faults = await translate(
        catalog,
        {"id": "att_colour", "locale": "de", "name": "Farbe", "terms": [term("Blau", value="Blue")]},
        {"id": "att_colour", "locale": "de-AT", "terms": [term("Rod", value="Red")]},
        {"id": "att_width", "locale": "de", "unit": "Zoll"},
        {"id": variant_id, "locale": "de", "name": "Blaue Nummer"},
        {"id": product_id, "locale": "de", "terms": [term("Farbton", "Colour"), term("Himmelblau", *COLOUR)]},
        {"id": product_id, "locale": "de-AT", "terms": [term("Königsblau", *COLOUR)]},
        {"id": shoes["id"], "locale": "de", "name": "Schuhe"},
    )
    assert faults == [[]] * 7
    german = {
        "attributes": [("Farbe", "Blau", ""), ("Width", "4", "Zoll")],
        "options": [("Farbton", ["Himmelblau"])],
        "variant": ("Blaue Nummer", [("Farbton", "Himmelblau")]),
    }
    assert await shown(catalog, product_id, "de-CH") == german
    austrian = await shown(catalog, product_id, "de-AT")
    assert austrian == german | {
        "options": [("Farbton", ["Königsblau"])], "variant": ("Blaue Nummer", [("Farbton", "Königsblau")]),
    }  # fmt: skip
    assert await shown(catalog, product_id, "fr") == before, "as it was written at first"
    found = await facets(catalog, "de")
    assert found["colour"] == ("Farbe", [("Blue", "Blau"), ("Red", "Red")]), "keys and values stay, to send back"
    assert [label for _, label in found["category"][1]] == ["Schuhe", "Schuhe › Sneakers"]
    await forget(catalog, "att_colour", "de")
    assert (await shown(catalog, product_id, "de"))["attributes"][0] == ("Colour", "Blue", "")


async def test_words_of_options_and_choices_that_are_not_there_are_refused(catalog: RunningCatalog) -> None:
    product_id, _ = await stocked(catalog)
    faults = await translate(
        catalog,
        {"id": product_id, "locale": "de", "terms": [term("Farbton", "Color"), term("Rot", "Colour", "Red")]},
        {"id": "att_colour", "locale": "de", "terms": [term("Blau", value="blue"), term("Rot", value="Red")]},
        {"id": product_id, "locale": "fr", "terms": [term("Teinte", "Colour"), term("Bleu", *COLOUR)]},
        {"id": "att_width", "locale": "de", "terms": [term("vier", value="4")]},
    )
    assert [[field for field, _ in each] for each in faults] == [["terms"] * 2, ["terms"], [], []]
    assert faults[0][1][1] == f"{product_id} has no option 'Colour': 'Red'; spell it as it is there"
    await define(catalog, definition("colour", "CHOICE", choices=["Blue"]))
    kept = {"id": "att_colour", "locale": "de", "terms": [term("Blau", value="Blue")]}
    assert await translate(catalog, kept) == [[]]
    await define(catalog, definition("colour", "CHOICE", choices=["Navy"]))
    assert await translate(catalog, kept | {"name": "Farbe"}) == [[]], "what is translated already may stay"


async def test_words_are_checked_recorded_and_announced_with_their_products(catalog: RunningCatalog) -> None:
    product_id, variant_id = await stocked(catalog)
    faults = await translate(
        catalog,
        {"id": "att_none", "locale": "de", "name": "Nichts"},
        {"id": variant_id, "locale": "de", "name": "Blau", "description": "zu viel"},
        {"id": product_id, "locale": "de", "name": "x", "terms": [term("Blau", value="Blue")]},
        {"id": "att_width", "locale": "de", "terms": [term("y" * 301, value="x"), term("leer")]},
    )
    assert [[field for field, _ in each] for each in faults] == [["id"], ["description"], ["terms"], ["text", "value"]]
    assert faults[0][0][1] == "there is no product, category, collection, variant or attribute 'att_none'"
    version = "SELECT version FROM products WHERE id = %s"
    (before,) = await catalog.rows(version, [product_id])
    assert await translate(catalog, {"id": variant_id, "locale": "de", "name": "Blau"}) == [[]]
    (after,) = await catalog.rows(version, [product_id])
    assert after["version"] == before["version"] + 1, "what is kept of the product ends"
    await translate(catalog, {"id": "att_colour", "locale": "de", "terms": [term("Blau", value="Blue")]})

    async def followed() -> bool:
        (row,) = await catalog.rows(version, [product_id])
        return row["version"] == after["version"] + 1

    await until(followed)
    (change,) = await catalog.rows("SELECT after FROM catalog_changes WHERE entity_id = 'att_colour'")
    assert change == {"after": {"de.terms": {"": {"Blue": "Blau"}}}}
    request = merchandising_pb2.BatchListTranslationsRequest(ids=["att_colour", variant_id])
    with catalog.acting(MANAGER):
        lists = (await catalog.merchandising.BatchListTranslations(request)).lists
    assert [[(each.locale, each.name) for each in found.translations] for found in lists] == [
        [("de", "")], [("de", "Blau")],
    ]  # fmt: skip
    assert lists[0].translations[0].terms == [term("Blau", value="Blue")]
