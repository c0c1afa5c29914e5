"""The tree and collections through the graph: the gateway's own execution over the real service."""

from __future__ import annotations

from typing import Any

from tests.component.catalog.arranged.conftest import Ask, caught_up
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import STRANGER, RunningCatalog, product_input


async def test_staff_arrange_the_tree(catalog: RunningCatalog, ask: Ask) -> None:
    create = """mutation ($input: CategoryCreateInput!) { categoryCreate(input: $input) {
        category { id path version image { url } parent { name } } userErrors { code field message } } }"""
    home = (await ask(create, calls=1, input={"name": "Home", "image": {"url": "https://a.example/b.jpg"}}))[
        "categoryCreate"
    ]["category"]
    assert (home["path"], home["version"], home["image"]["url"]) == (["Home"], 1, "https://a.example/b.jpg")
    lamps = (await ask(create, calls=2, input={"name": "Lamps", "parentId": home["id"]}))["categoryCreate"]["category"]
    assert lamps["parent"] == {"name": "Home"}
    garden = (await ask(create, input={"name": "Garden"}))["categoryCreate"]["category"]
    move = """mutation ($input: CategoryMoveInput!) { categoryMove(input: $input) {
        category { path version } userErrors { code field } } }"""
    cycle = await ask(move, calls=1, input={"id": home["id"], "expectedVersion": 1, "parentId": lamps["id"]})
    assert cycle["categoryMove"] == {"category": None, "userErrors": [{"code": "CYCLE", "field": ["parentId"]}]}
    moved = await ask(move, calls=1, input={"id": lamps["id"], "expectedVersion": 1, "parentId": garden["id"]})
    assert moved["categoryMove"]["category"] == {"path": ["Garden", "Lamps"], "version": 2}
    reorder = """mutation ($input: CategoriesReorderInput!) { categoriesReorder(input: $input) {
        categories { name children { name } } userErrors { code field } } }"""
    places = [{"id": home["id"], "expectedVersion": 1}]
    ordered = await ask(reorder, calls=2, input={"categories": places})
    assert ordered["categoriesReorder"]["categories"] == [
        {"name": "Home", "children": []},
        {"name": "Garden", "children": [{"name": "Lamps"}]},
    ]
    update = """mutation ($input: CategoryUpdateInput!) { categoryUpdate(input: $input) {
        category { name slug image { url } } userErrors { code field } } }"""
    changed = await ask(update, calls=1, input={"id": home["id"], "expectedVersion": 2, "name": "House", "image": None})
    assert changed["categoryUpdate"]["category"] == {"name": "House", "slug": "home", "image": None}
    delete = """mutation ($input: CategoryDeleteInput!) { categoryDelete(input: $input) {
        deletedId userErrors { code field } } }"""
    full = await ask(delete, calls=1, input={"id": garden["id"], "expectedVersion": 7})
    assert [each["code"] for each in full["categoryDelete"]["userErrors"]] == ["STALE_VERSION"]
    full = await ask(delete, calls=1, input={"id": garden["id"], "expectedVersion": 1})
    assert full["categoryDelete"]["userErrors"] == [{"code": "NOT_EMPTY", "field": ["moveChildrenTo"]}]


COLLECTION = """query ($slug: String!) { collection(slug: $slug) { id name productCount
    products(first: 1, sortBy: { field: NAME }) { totalCount pageInfo { hasNextPage } edges { cursor }
        nodes { name collections { name } } } } }"""


async def test_a_shop_shows_what_staff_put_together(catalog: RunningCatalog, ask: Ask) -> None:
    a, b = [each.product_id for each in await catalog.upsert(product_input("a"), product_input("b", brand="Lumo"))]
    create = """mutation ($input: CollectionCreateInput!) { collectionCreate(input: $input) {
        collection { id slug version published rules { match rules { brandIn price { min { amount } } } } }
        userErrors { code field message } } }"""
    rules = {
        "match": "ANY",
        "rules": [{"brandIn": ["Lumo"]}, {"price": {"min": {"amount": "10", "currencyCode": "USD"}}}],
    }
    made = (await ask(create, calls=1, input={"name": "Bright", "rules": rules}))["collectionCreate"]["collection"]
    assert made["rules"] == {
        "match": "ANY",
        "rules": [{"brandIn": ["Lumo"], "price": None}, {"brandIn": None, "price": {"min": {"amount": "10.00"}}}],
    }
    wrong = await ask(create, calls=1, input={"name": "Dark", "rules": {"rules": [{}]}})
    assert wrong["collectionCreate"]["userErrors"][0]["field"] == ["rules", "rules", "0"]
    picks = (await ask(create, input={"name": "Picks", "productIds": [b]}))["collectionCreate"]["collection"]
    change = """mutation ($id: ID!, $version: Long!, $ids: [ID!]!) {
        collectionProductsAdd(input: {id: $id, expectedVersion: $version, productIds: $ids, position: 0}) {
            collection { version products { nodes { id } } } userErrors { code } } }"""
    added = await ask(change, calls=2, id=picks["id"], version=1, ids=[a])
    assert added["collectionProductsAdd"]["collection"] == {
        "version": 2,
        "products": {"nodes": [{"id": a}, {"id": b}]},
    }
    await until(lambda: caught_up(catalog))
    shown = (await ask(COLLECTION, STRANGER, calls=3, slug="bright"))["collection"]
    assert (shown["productCount"], shown["products"]["totalCount"]) == (2, 2)
    assert shown["products"]["nodes"] == [{"name": "Sneaker a", "collections": [{"name": "Bright"}, {"name": "Picks"}]}]
    assert shown["products"]["pageInfo"] == {"hasNextPage": True}
    hide = """mutation ($id: ID!, $version: Long!) {
        collectionUpdate(input: {id: $id, expectedVersion: $version, published: false}) { userErrors { code } } }"""
    await ask(hide, calls=1, id=picks["id"], version=2)
    assert (await ask('{ collection(slug: "picks") { id } }', STRANGER))["collection"] is None
    listing = "{ collections(first: 5) { nodes { name products { nodes { name } } } } }"
    assert [each["name"] for each in (await ask(listing, STRANGER, calls=2))["collections"]["nodes"]] == ["Bright"]
    assert [each["name"] for each in (await ask(listing, calls=2))["collections"]["nodes"]] == ["Bright", "Picks"]
    node = "query ($id: ID!) { node(id: $id) { ... on Collection { name } } }"
    assert (await ask(node, STRANGER, calls=1, id=made["id"]))["node"] == {"name": "Bright"}
    assert (await ask(node, STRANGER, id=picks["id"]))["node"] is None
    delete = """mutation ($id: ID!) { collectionDelete(input: {id: $id, expectedVersion: 1}) {
        deletedId userErrors { code } } }"""
    assert (await ask(delete, calls=1, id=made["id"]))["collectionDelete"]["deletedId"] == made["id"]


async def test_a_collection_has_addresses_languages_and_channels_of_its_own(catalog: RunningCatalog, ask: Ask) -> None:
    channel = """mutation { channelUpsert(input: {slug: "eu", name: "EU", currencyCodes: [EUR], defaultLocale: "de",
        locales: ["de"]}) { userErrors { code } } }"""
    await ask(channel)
    create = """mutation ($input: CollectionCreateInput!) { collectionCreate(input: $input) {
        collection { id version channels } userErrors { code field } } }"""
    wrong = await ask(create, calls=1, input={"name": "Nowhere", "channels": ["eu", "mars"]})
    assert wrong["collectionCreate"]["userErrors"] == [{"code": "NOT_FOUND", "field": ["channels", "1"]}]
    made = (await ask(create, input={"name": "Gifts", "channels": ["eu"]}))["collectionCreate"]["collection"]
    assert made["channels"] == ["eu"]
    texts = """mutation ($id: ID!) {
        translationsUpsert(input: {translations: [{id: $id, locale: "de", name: "Geschenke", seoTitle: "Schenken"}]}) {
            userErrors { code } }
        seoUpdate(input: {changes: [{id: $id, slug: "presents", title: "Presents", expectedVersion: 2}]}) {
            writes { collection { name slug version seo { title } translations { locale name } formerSlugs } }
            userErrors { code } } }"""
    written = (await ask(texts, id=made["id"]))["seoUpdate"]
    assert written == {
        "writes": [{"collection": {
            "name": "Gifts", "slug": "presents", "version": 3, "seo": {"title": "Presents"},
            "translations": [{"locale": "de", "name": "Geschenke"}], "formerSlugs": ["gifts"],
        }}],
        "userErrors": [],
    }  # fmt: skip
    shown = '{ collection(slug: "gifts") { name slug seo { title } } }'
    assert (await ask(shown, STRANGER, calls=1, channel="eu"))["collection"] == {
        "name": "Geschenke", "slug": "presents", "seo": {"title": "Schenken"},
    }  # fmt: skip
    assert (await ask(shown, STRANGER))["collection"] is None
    everywhere = """mutation ($id: ID!) { collectionUpdate(input: {id: $id, expectedVersion: 3, channels: []}) {
        collection { channels } userErrors { code } } }"""
    assert (await ask(everywhere, id=made["id"]))["collectionUpdate"]["collection"] == {"channels": []}
    assert (await ask(shown, STRANGER))["collection"]["name"] == "Gifts"


async def test_a_brand_is_made_before_its_products(catalog: RunningCatalog, ask: Ask) -> None:
    create = """mutation ($input: BrandCreateInput!) { brandCreate(input: $input) {
        brand { id name slug version } userErrors { code field } } }"""
    made = (await ask(create, calls=1, input={"name": "A&B"}))["brandCreate"]["brand"]
    assert (made["slug"], made["version"]) == ("a-b", 1)
    again = await ask(create, input={"name": "A&B"})
    assert again["brandCreate"] == {"brand": None, "userErrors": [{"code": "TAKEN", "field": ["name"]}]}
    homonym = (await ask(create, input={"name": "A B"}))["brandCreate"]["brand"]
    assert homonym["slug"].startswith("a-b-"), "another name that reads the same as an address"
    named = await ask(create, input={"name": " ", "slug": "A B"})
    assert [each["field"] for each in named["brandCreate"]["userErrors"]] == [["name"], ["slug"]]
    await catalog.upsert(product_input("a", brand="A&B"))
    shown = await ask('{ product(externalReference: "a") { brandDetails { id } } }', STRANGER)
    assert shown["product"]["brandDetails"] == {"id": made["id"]}
    theirs = "SELECT operation FROM catalog_changes WHERE entity_id = ANY(%s)"
    operations = await catalog.rows(theirs, [[made["id"], homonym["id"]]])
    assert [row["operation"] for row in operations] == ["brandCreate"] * 2


async def test_a_brand_is_renamed_with_its_products_and_rules_and_merged_into_another(
    catalog: RunningCatalog, ask: Ask
) -> None:
    names = {"a": "Lumo", "b": "LUMO", "c": "Halden"}
    await catalog.upsert(*(product_input(reference, brand=name) for reference, name in names.items()))
    rules = {"rules": [{"brandIn": ["LUMO", "Lumo"]}]}
    create = 'mutation ($rules: CollectionRulesInput!) { collectionCreate(input: {name: "X", rules: $rules}) {'
    await ask(create + " userErrors { code } } }", rules=rules)
    brands = {each["name"]: each for each in (await ask("{ brands { nodes { id name slug } } }"))["brands"]["nodes"]}
    lumo, loud = brands["Lumo"], brands["LUMO"]
    update = """mutation ($input: BrandUpdateInput!) { brandUpdate(input: $input) {
        brand { name slug version } userErrors { code field } } }"""
    taken = await ask(update, calls=1, input={"id": lumo["id"], "expectedVersion": 1, "name": "Halden"})
    assert taken["brandUpdate"]["userErrors"] == [{"code": "TAKEN", "field": ["name"]}]
    stale = await ask(update, input={"id": lumo["id"], "expectedVersion": 7, "name": "Lumen"})
    assert stale["brandUpdate"]["userErrors"] == [{"code": "STALE_VERSION", "field": ["expectedVersion"]}]
    named = await ask(update, input={"id": lumo["id"], "expectedVersion": 1, "name": "Lumen", "slug": "lumen"})
    assert named["brandUpdate"]["brand"] == {"name": "Lumen", "slug": "lumen", "version": 2}
    await until(lambda: caught_up(catalog))
    found = await ask(
        """query ($slug: String!) { brand(slug: $slug) { name } product(externalReference: "a") { brand }
              search(query: "lumen") { totalCount } }""",
        STRANGER,
        slug=lumo["slug"],
    )
    assert found == {"brand": {"name": "Lumen"}, "product": {"brand": "Lumen"}, "search": {"totalCount": 1}}
    delete = """mutation ($input: BrandDeleteInput!) { brandDelete(input: $input) {
        deletedId userErrors { code field } } }"""
    held = await ask(delete, calls=1, input={"id": loud["id"], "expectedVersion": 1})
    assert held["brandDelete"]["userErrors"] == [{"code": "NOT_EMPTY", "field": ["moveProductsTo"]}]
    merged = await ask(delete, input={"id": loud["id"], "expectedVersion": 1, "moveProductsTo": lumo["id"]})
    assert merged["brandDelete"] == {"deletedId": loud["id"], "userErrors": []}
    await until(lambda: caught_up(catalog))
    members = (
        """{ collection(slug: "x") { rules { rules { brandIn } } products { nodes { externalReference brand } } } }"""
    )
    assert (await ask(members))["collection"] == {
        "rules": {"rules": [{"brandIn": ["Lumen"]}]},
        "products": {"nodes": [{"externalReference": each, "brand": "Lumen"} for each in ("b", "a")]},
    }
    operations = await catalog.rows("SELECT operation FROM catalog_changes WHERE kind = 'BRAND' ORDER BY id")
    assert [row["operation"] for row in operations][-2:] == ["brandUpdate", "brandDelete"]


async def test_a_stock_location_keeps_what_a_change_does_not_name(catalog: RunningCatalog, ask: Ask) -> None:
    save = """mutation ($input: StockLocationUpsertInput!) { stockLocationUpsert(input: $input) {
        location { name priority active version address { city } } userErrors { code field } } }"""

    async def saved(**given: Any) -> tuple[Any, ...]:
        place = (await ask(save, calls=1, input={"id": "attic", **given}))["stockLocationUpsert"]["location"]
        return place["name"], place["priority"], place["active"], place["address"], place["version"]

    address = {"fullName": "", "line1": "", "city": "Bern", "postalCode": "", "countryCode": "CH"}
    bern = {"city": "Bern"}
    assert await saved(name="Attic", address=address, priority=7, active=False) == ("Attic", 7, False, bern, 1)
    assert await saved(name="Loft") == ("Loft", 7, False, bern, 2)
    assert await saved(name="Loft", priority=0, active=True) == ("Loft", 0, True, bern, 3)
    assert await saved(name="Loft") == ("Loft", 0, True, bern, 3), "nothing is changed"
    assert await saved(name="Loft", address=None) == ("Loft", 0, True, None, 4)
