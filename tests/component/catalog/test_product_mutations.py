"""Staff's mutations of products in the graph, on a real catalogue."""

from __future__ import annotations

import json
from typing import Any

from emporium.common.v1.page_pb2 import ShopContext

from chassis import identity
from chassis.graph import Loading
from subgraphs.catalog.schema import SLICE
from tests.fixtures.catalog import MANAGER, RunningCatalog

OUTCOME = """{ product { id version name description archivedAt options { name values } variants { id sku name
    price { amount currencyCode } compareAtPrice { amount } prices { price { amount } validFrom inForce } } }
  productVariant { sku weightGrams } userErrors { code field } }"""


CHANGES = """query ($id: ID!) { catalogChanges(kind: PRODUCT_VARIANT, id: $id, first: 1) { nodes {
    operation fields { field before after } } } }"""


class Staff(Loading):
    """One operation of a catalogue manager."""

    def __init__(self, catalog: RunningCatalog) -> None:
        super().__init__()
        self.catalog, self.products, self.caller = catalog.catalog, catalog.products, identity.current()
        self.shop = ShopContext(channel="web", currency_code="USD", locale="en")

    def requested(self, *_: str) -> bool:
        return True


class Shop:
    """Asks the slice, and remembers the product of the last answer."""

    def __init__(self, catalog: RunningCatalog) -> None:
        self._catalog = catalog
        self.id = ""

    async def ask(self, text: str, **variables: Any) -> Any:
        with self._catalog.acting(MANAGER):
            answer: Any = await SLICE.execute(text, variable_values=variables, context_value=Staff(self._catalog))
        assert not answer.errors, answer.errors
        return answer.data

    async def change(self, mutation: str, **given: Any) -> Any:
        kind = mutation[0].upper() + mutation[1:] + "Input!"
        text = f"mutation ($input: {kind}) {{ {mutation}(input: $input) {OUTCOME} }}"
        return (await self.ask(text, input=given))[mutation]


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "USD"}


def red(sku: str, colour: str = "Red") -> dict[str, Any]:
    return {"sku": sku, "price": usd("10"), "options": [{"name": "Colour", "value": colour}]}


async def test_a_product_lives_its_life_in_the_graph(catalog: RunningCatalog) -> None:
    shop = Shop(catalog)
    made = await shop.change("productCreate", name="Pot", description="Old", variants=[red("pot")], idempotencyKey="k")
    product = made["product"]
    assert (made["userErrors"], product["version"], product["options"]) == (
        [],
        1,
        [{"name": "Colour", "values": ["Red"]}],
    )
    kept = await shop.change("productUpdate", id=product["id"], expectedVersion=1, name="Kettle")
    assert (kept["product"]["name"], kept["product"]["description"]) == ("Kettle", "Old")
    cleared = await shop.change("productUpdate", id=product["id"], description=None)
    assert cleared["product"]["description"] is None
    added = await shop.change("productVariantCreate", productId=product["id"], **red("pot-blue", "Blue"))
    pot, blue = (each["id"] for each in added["product"]["variants"])
    assert added["productVariant"]["sku"] == "pot-blue"
    changed = await shop.change(
        "productVariantUpdate", id=blue, price=usd("8.50"), compareAtPrice=usd("10"), weightGrams=700
    )
    variant = changed["product"]["variants"][1]
    assert (variant["price"]["amount"], variant["compareAtPrice"]["amount"]) == ("8.50", "10.00")
    assert changed["productVariant"]["weightGrams"] == 700
    moved = await shop.change("productVariantsReorder", productId=product["id"], variantIds=[blue, pot])
    assert [each["sku"] for each in moved["product"]["variants"]] == ["pot-blue", "pot"]
    gone = await shop.change("productVariantDelete", id=pot, expectedVersion=6)
    assert [each["sku"] for each in gone["product"]["variants"]] == ["pot-blue"]
    (change,) = (await shop.ask(CHANGES, id=pot))["catalogChanges"]["nodes"]
    told = {each["field"]: (each["before"], each["after"]) for each in change["fields"]}
    assert (change["operation"], told["sku"]) == ("productVariantDelete", ('"pot"', None))
    assert [each["price"]["amount"] for each in json.loads(told["prices.web"][0])] == ["10.00"]
    last = await shop.change("productVariantDelete", id=blue)
    assert last["userErrors"] == [{"code": "WRONG_STATE", "field": ["id"]}]
    stale = await shop.change("productDelete", id=product["id"], expectedVersion=1)
    assert stale["userErrors"] == [{"code": "STALE_VERSION", "field": ["expectedVersion"]}]
    deleted = await shop.change("productDelete", id=product["id"], expectedVersion=7)
    assert deleted["product"]["archivedAt"]
    listed = await shop.ask("{ products(first: 10) { nodes { id } } }")
    assert listed == {"products": {"nodes": []}}


async def test_prices_and_changes_are_read_in_the_graph(catalog: RunningCatalog) -> None:
    shop = Shop(catalog)
    made = await shop.change("productCreate", name="Pot", variants=[red("pot")], idempotencyKey="k")
    planned = {"price": usd("8"), "validFrom": "2100-01-01T00:00:00Z"}
    answer = await shop.ask(
        """mutation ($items: [VariantPricesInput!]!) { productVariantPricesSet(input: {items: $items}) {
             writes { result productVariant { prices { channel price { amount } validFrom inForce } } }
             userErrors { code field } } }""",
        items=[
            {"sku": "pot", "prices": [{"price": usd("10")}, planned], "expectedVersion": 1},
            {"sku": "pan", "prices": []},
        ],
    )
    first, second = answer["productVariantPricesSet"]["writes"]
    assert [
        (each["price"]["amount"], each["validFrom"], each["inForce"]) for each in first["productVariant"]["prices"]
    ] == [
        ("10.00", None, True),
        ("8.00", "2100-01-01T00:00:00Z", False),
    ]
    assert (second["result"], answer["productVariantPricesSet"]["userErrors"]) == (
        "REFUSED",
        [{"code": "UNKNOWN_SKU", "field": ["items", "1", "sku"]}],
    )
    history = await shop.ask(
        """query ($id: ID!) { catalogChanges(kind: PRODUCT, id: $id) {
             nodes { actor operation fields { field before after } } edges { cursor } } }""",
        id=made["product"]["id"],
    )
    (change,) = history["catalogChanges"]["nodes"]
    assert (change["actor"], change["operation"]) == ("user:usr_manager", "productCreate")
    assert {"field": "name", "before": None, "after": '"Pot"'} in change["fields"]


async def test_brands_come_with_their_products(catalog: RunningCatalog) -> None:
    shop = Shop(catalog)
    for number, (brand, published) in enumerate([("A & B", True), ("A B", True), ("Hidden", False), ("A B", True)]):
        await shop.change(
            "productCreate", name="Pot", brand=brand, published=published, variants=[red(f"pot-{number}")],
            idempotencyKey=str(number),
        )  # fmt: skip
    listed = (await shop.ask("{ brands(first: 10) { nodes { id name slug } } }"))["brands"]["nodes"]
    assert [each["name"] for each in listed] == ["A & B", "A B"]
    assert len({each["slug"] for each in listed}) == 2
    found = await shop.ask(
        """query ($slug: String!, $id: ID!) { bySlug: brand(slug: $slug) { name } byId: brand(id: $id) { slug }
             none: brand(slug: "none") { id } products(first: 10) { nodes { brand brandDetails { slug } } } }""",
        slug=listed[1]["slug"],
        id=listed[0]["id"],
    )
    assert (found["bySlug"], found["byId"]["slug"], found["none"]) == ({"name": "A B"}, listed[0]["slug"], None)
    slugs = {each["brand"]: each["brandDetails"]["slug"] for each in found["products"]["nodes"]}
    assert slugs == {each["name"]: each["slug"] for each in listed} | {"Hidden": "hidden"}


async def test_a_price_that_cannot_be_holds_back_its_own_product_alone(catalog: RunningCatalog) -> None:
    shop = Shop(catalog)
    listed = "{ writes { result userErrors { code field } } }"
    upsert = f"mutation ($input: ProductsUpsertInput!) {{ productsUpsert(input: $input) {listed} }}"
    prices: list[dict[str, Any]] = [
        {"price": usd("1.234")},
        {"price": usd("1"), "compareAtPrice": {"amount": "2", "currencyCode": "EUR"}},
        {"price": usd("2"), "compareAtPrice": usd("1.99")},
        {"price": usd("99999999999999999999")},
        {"price": usd("2"), "compareAtPrice": usd("2")},
    ]
    products = [
        {"externalReference": f"p{place}", "name": "P", "variants": [{"sku": f"p{place}", **price}]}
        for place, price in enumerate(prices)
    ]
    answer = await shop.ask(upsert, input={"idempotencyKey": "k", "products": products})
    assert [
        (write["result"], [".".join(each["field"]) for each in write["userErrors"]])
        for write in answer["productsUpsert"]["writes"]
    ] == [
        ("REFUSED", ["products.0.variants.0.price"]),
        ("REFUSED", ["products.1.variants.0.compareAtPrice"]),
        ("REFUSED", ["products.2.variants.0.compareAtPrice"]),
        ("REFUSED", ["products.3.variants.0.price"]),
        ("CREATED", []),
    ]
    setting = f"mutation ($input: ProductVariantPricesSetInput!) {{ productVariantPricesSet(input: $input) {listed} }}"
    abroad = {"price": usd("1"), "compareAtPrice": {"amount": "2", "currencyCode": "EUR"}}
    answer = await shop.ask(setting, input={"items": [{"sku": "p4", "prices": [abroad]}, {"sku": "p1", "prices": []}]})
    first, second = answer["productVariantPricesSet"]["writes"]
    assert first["userErrors"] == [{"code": "INVALID", "field": ["items", "0", "prices", "0", "compareAtPrice"]}]
    assert second["userErrors"][0]["code"] == "UNKNOWN_SKU"
