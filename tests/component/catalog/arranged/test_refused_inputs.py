"""What cannot be done is told at its place in the input, whatever is wrong with it."""

from __future__ import annotations

from typing import Any

from tests.component.catalog.arranged.conftest import Ask
from tests.fixtures.catalog import RunningCatalog, product_input

LONG = "x" * 100_000


def price(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "USD"}


async def refusals(ask: Ask, mutation: str, given: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Code and field of each error."""
    kind = mutation[0].upper() + mutation[1:] + "Input"
    text = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
    answer = await ask(text, input=given)
    return [(each["code"], each["field"]) for each in answer[mutation]["userErrors"]]


async def test_a_rule_with_a_price_its_currency_cannot_say_is_refused_at_the_price(
    catalog: RunningCatalog, ask: Ask
) -> None:
    at = ["rules", "rules", "0", "price"]
    for ends, refused in (
        ({"min": price("1.234")}, [("INVALID", [*at, "min"])]),
        ({"min": price("1"), "max": price("1e30")}, [("INVALID", [*at, "max"])]),
        ({"min": price("2"), "max": price("1")}, [("INVALID", at)]),
        ({"min": price("1"), "max": {"amount": "2", "currencyCode": "EUR"}}, [("WRONG_CURRENCY", at)]),
    ):
        rules = {"rules": [{"price": ends}]}
        assert await refusals(ask, "collectionCreate", {"name": "Cheap", "rules": rules}) == refused


async def test_unknown_channels_are_refused_at_their_places(catalog: RunningCatalog, ask: Ask) -> None:
    (product,) = await catalog.upsert(product_input("a"))
    given = {"ids": [product.product_id], "channels": ["web", "mars", LONG]}
    unknown = [("NOT_FOUND", ["channels", "1"]), ("NOT_FOUND", ["channels", "2"])]
    assert await refusals(ask, "productPublish", given) == unknown
    assert await refusals(ask, "collectionCreate", {"name": "A", "channels": given["channels"]}) == unknown


async def test_a_former_price_alone_and_a_piece_that_is_no_base64_are_refused(
    catalog: RunningCatalog, ask: Ask
) -> None:
    alone = {"id": "var_x", "compareAtPrice": price("3")}
    assert await refusals(ask, "productVariantUpdate", alone) == [("REQUIRED", ["price"])]
    for content in (" ", "é"):
        piece = {"jobId": "job_x", "number": 1, "content": content}
        assert await refusals(ask, "catalogImportPartAdd", piece) == [("INVALID", ["content"])]


async def test_a_batch_of_too_many_is_refused_as_a_whole_at_its_list(catalog: RunningCatalog, ask: Ask) -> None:
    put = {"id": "col_x", "expectedVersion": 1}
    variant = {"sku": "x", "price": price("1")}
    keyed: dict[str, tuple[dict[str, Any], str, Any]] = {
        "productsUpsert": (
            {"idempotencyKey": "k"},
            "products",
            {"externalReference": "x", "name": "x", "variants": [variant]},
        ),
        "productPublish": ({}, "ids", "x"),
        "productVariantPricesSet": ({}, "items", {"sku": "x", "prices": []}),
        "attributeDefinitionsUpsert": ({}, "definitions", {"key": "x", "label": "x", "type": "TEXT"}),
        "attributeDefinitionsDelete": ({}, "keys", "x"),
        "categoriesReorder": ({}, "categories", {"id": "x", "expectedVersion": 1}),
        "collectionCreate": ({"name": "x"}, "productIds", "x"),
        "collectionProductsAdd": (put, "productIds", "x"),
        "collectionProductsRemove": (put, "productIds", "x"),
        "collectionProductsReorder": (put, "productIds", "x"),
        "seoUpdate": ({}, "changes", {"id": "x"}),
        "translationsUpsert": ({}, "translations", {"id": "x", "locale": "de"}),
        "translationsDelete": ({}, "keys", {"id": "x", "locale": "de"}),
        "stockAdjust": ({"idempotencyKey": "k"}, "adjustments", {"sku": "x", "delta": 1}),
        "lowStockThresholdsSet": ({}, "thresholds", {"sku": "x"}),
        "blockedQueriesAdd": ({}, "texts", "x"),
        "blockedQueriesRemove": ({}, "texts", "x"),
    }
    for mutation, (others, field, item) in keyed.items():
        given = {**others, field: [item] * 1_001}
        assert await refusals(ask, mutation, given) == [("LIMIT_REACHED", [field])], mutation


async def test_texts_too_long_and_pictures_smaller_than_nothing_are_refused(catalog: RunningCatalog, ask: Ask) -> None:
    (product,) = await catalog.upsert(product_input("a"))
    attribute = {"key": "size", "value": "x", "label": LONG, "unit": LONG}
    picture = {"url": "https://a.example/b.jpg", "alt": LONG, "width": -1, "height": -1}
    flawed = [("TOO_LONG", ["alt"]), ("INVALID", ["width"]), ("INVALID", ["height"])]
    edit = {"id": product.product_id, "attributes": [attribute], "media": [picture]}
    assert await refusals(ask, "productUpdate", edit) == [
        ("TOO_LONG", ["attributes", "0", "label"]),
        ("TOO_LONG", ["attributes", "0", "unit"]),
        *((code, ["media", "0", *at]) for code, at in flawed),
    ]
    shelf = {"name": "A", "image": picture}
    assert await refusals(ask, "categoryCreate", shelf) == [(code, ["image", *at]) for code, at in flawed]
    counted = {"adjustments": [{"sku": "a-1", "delta": 1, "reason": LONG}], "idempotencyKey": "long"}
    assert await refusals(ask, "stockAdjust", counted) == [("TOO_LONG", ["adjustments", "0", "reason"])]
    address = {"fullName": LONG, "line1": "", "city": "", "postalCode": "", "countryCode": "nope"}
    place = {"id": "attic", "name": "Attic", "address": address}
    assert await refusals(ask, "stockLocationUpsert", place) == [
        ("TOO_LONG", ["address", "fullName"]), ("INVALID", ["address", "countryCode"]),
    ]  # fmt: skip
