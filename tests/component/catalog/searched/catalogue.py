"""Catalogues whose few values collide a lot, drawn by chance, and loaded into a service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import collection_pb2, merchandising_pb2, product_pb2, stock_location_pb2
from emporium.common.v1.money_pb2 import Money

from chassis.wire import timestamp
from tests.component.catalog.arranged.conftest import caught_up
from tests.component.catalog.arranged.shelf import category_id, create, ruled
from tests.component.catalog.arranged.shelf import price as price_rule
from tests.component.catalog.conftest import indexed, until
from tests.component.catalog.searched.model import Ask, Fact, Item, Shop, Variant, lowest
from tests.component.catalog.test_attribute_definitions import define, definition
from tests.component.catalog.test_translations import translate
from tests.fixtures.catalog import RunningCatalog, product_input, variant_input

TOKENS = ("zorvex", "quimbla", "fendrog")
"""Words that no other word is like."""
BRANDS = (
    "Acme", "acme", "ACME ", 'O\'Neil, "Sons" & Co', "Émile", "🙂 Toys", "שלום עולם", "a/b\\c*?", "fendrog works", None,
)  # fmt: skip
COLOURS = (
    "Black",
    "black",
    "Black ",
    'said "hi", ok',
    "🙂",
    "أسود",
    "(.*)",
    "yes",
    "No",
    "",
    "x" * 40,
    "y" * 41,
    "3..9",
)
BATCHES = 3
LOCATIONS = {"default": True, "outlet": True, "closed": False}
SHOPS = (("web", "USD"), ("web", "EUR"), ("eu", "EUR"), ("eu", "USD"))
PRICES = (0, 1, 999, 1000, 1001, 2499, 2500, 4999, 5000, 9999, 10000, 24999, 25000, 99999, 250000, 10**12)
NAMES = (
    "Lamp",
    "lamp",
    "Lámp",
    "Éclair",
    "eclair",
    "Zebra",
    "aardvark",
    "Öl",
    "10 things",
    "9 things",
    "🙂 smile",
    "Lamp ",
)


def categories(random: Random, shape: int) -> list[tuple[str, ...]]:
    """A few roots, one of them very deep, names that are used again elsewhere; or a forest of more than an engine
    counts at once, of many roots or below one."""
    deep = tuple(f"Level {n}" for n in range(9))
    paths = [
        ("Home",), ("Home", "Lamps"), ("Home", "Lamps", "Desk"), ("Home", "Chairs"), ("Garden",), ("Garden", "Lamps"),
        *(deep[:n] for n in range(6, 10)), ("quimbla goods", 'a "b", c'), ("🙂", "שלום"),
    ]  # fmt: skip
    paths = random.sample(paths, 9)
    forest = [] if shape == 0 else [(f"Chain {n}", *deep[:8]) for n in range(13)]
    return [("All", *path) if shape == 2 else path for path in (*paths, *forest)]


def facts(random: Random) -> list[Fact]:
    found: list[Fact] = []
    for _ in range(random.randrange(3)):
        found.append(Fact("colour", random.choice(COLOURS)))
    if random.random() < 0.7:
        size = random.choice((-5.0, 0.0, 0.1, 1.0, 2.0, 3.5, 5.0, 7.25, 8.0, 12.0, 15.0, 100.0, 1e15, 1234567.1234567))
        found.append(Fact("size", random.choice((str(size), f"{size:g}")), size, "cm"))
    if random.random() < 0.5:
        found.append(Fact("weight", str(random.randrange(12))))
    if random.random() < 0.6:
        ports = random.randrange(1, 6)
        found.append(Fact("ports", f"{ports} ports", ports))
    if random.random() < 0.5:
        found.append(Fact("wireless", random.choice(("yes", "no", "Yes"))))
    if random.random() < 0.4:
        found.append(Fact("secret", random.choice(("a", "b")), random.randrange(3)))
    if random.random() < 0.4:
        found.append(Fact(random.choice(("brand", "price", "category")), random.choice(("Acme", "10-20", "c"))))
    if random.random() < 0.5:
        found.append(Fact("material", random.choice(("Wood", "Steel", "y" * 41))))
    if random.random() < 0.5:
        found.append(Fact("series", random.choice("PQRS")))
    return found + found[:1] if random.random() < 0.2 else found


def variants(random: Random, reference: str) -> list[Variant]:
    """Up to three, each with its own currencies and stock."""
    found: list[Variant] = []
    for number in range(random.choice((1, 1, 2, 3))):
        shops = random.sample(SHOPS, random.randrange(0, 4)) if random.random() < 0.8 else [("web", "USD")]
        units = {at: random.choice((0, 0, 3)) for at in LOCATIONS if random.random() < 0.6}
        found.append(Variant(f"{reference}-{number}", {shop: random.choice(PRICES) for shop in shops}, units))
    return found


def drawn(seed: int, size: int = 60) -> Shop:
    random = Random(seed)
    paths, items = categories(random, seed % 3), list[Item]()
    for number in range(size):
        words = [random.choice(NAMES), *random.sample(TOKENS[:2], random.choice((0, 0, 1, 2)))]
        item = Item(
            reference=f"p{number:03}", name=" ".join(words),
            description=random.choice(("", "plain", "with zorvex inside", "fendrog")),
            brand=random.choice(BRANDS), category=random.choice((*paths, ())), facts=facts(random),
            variants=variants(random, f"p{number:03}"),
            channels=set(random.choice((("web",), ("web",), ("web", "eu"), ("eu",), ()))),
            batch=number * BATCHES // size,
        )  # fmt: skip
        for locale in ("de", "de-AT"):
            if random.random() < 0.3:
                said = " ".join([random.choice(NAMES), *random.sample(TOKENS, random.choice((0, 1)))])
                item.said[locale] = said, random.choice(("schlicht", "mit quimbla"))
        items.append(item)
    picks = {each.reference for each in random.sample(items, size // 3)}
    collections = {
        "picks": (lambda item: item.reference in picks, frozenset[str]()),
        "cheap": (is_cheap, frozenset[str]()),
        "acme in eu": (is_acme_or_at_home, frozenset({"eu"})),
    }  # fmt: skip
    return Shop(items, dict(LOCATIONS), collections, picks, hidden={"secret"})


def is_cheap(item: Item) -> bool:
    price = lowest(item, Ask())
    return price is not None and price <= 2500


def is_acme_or_at_home(item: Item) -> bool:
    return item.brand in ("Acme", "acme") or item.category[:1] == ("Home",)


def input_of(item: Item) -> pb.ProductInput:
    return product_input(
        item.reference, name=item.name, description=item.description, brand=item.brand, category_path=item.category,
        attributes=[
            pb.Attribute(key=each.key, label=each.key.title(), value=each.value, number=each.number, unit=each.unit)
            for each in item.facts
        ],
        variants=[
            variant_input(each.sku, cents=79, units=each.units.get("default", 0))
            for each in item.variants
        ],
        published=False,
    )  # fmt: skip


async def load(shop: Shop, catalog: RunningCatalog) -> dict[str, str]:
    """Writes all of it; ids of its collections by name. Items know theirs afterwards."""
    for slug, name, own in (("web", "Web", "en"), ("eu", "Europe", "de")):
        channel = merchandising_pb2.Channel(
            slug=slug, name=name, currency_codes=["USD", "EUR"], default_locale=own, locales=["de", "de-AT"]
        )
        written = await catalog.merchandising.UpsertChannel(merchandising_pb2.UpsertChannelRequest(channel=channel))
        assert not written.user_errors, written
    await define(catalog, definition("secret", facetable=False))
    for batch in range(BATCHES):
        mine = [item for item in shop.items if item.batch == batch]
        for item, write in zip(mine, await catalog.upsert(*map(input_of, mine)), strict=True):
            assert write.product_id, write
            item.id = write.product_id
    await set_prices(catalog, shop.items)
    await _stock(catalog, shop)
    for channels in {tuple(sorted(item.channels)) for item in shop.items if item.channels}:
        ids = [item.id for item in shop.items if item.channels == set(channels)]
        request = pb.PublishProductsRequest(ids=ids, published=True, channels=channels)
        assert not (await catalog.catalog.PublishProducts(request)).user_errors
    said = [
        {"id": item.id, "locale": locale, "name": name, "description": description}
        for item in shop.items for locale, (name, description) in item.said.items()
    ]  # fmt: skip
    assert not any(await translate(catalog, *said))
    return await _collections(catalog, shop)


async def set_prices(catalog: RunningCatalog, items: list[Item]) -> None:
    """Regular ones, or planned ones that are in force beside regular ones that are not."""
    now, sets = datetime.now(UTC), list[product_pb2.VariantPrices]()
    for item in items:
        for variant in item.variants:
            for slug in ("web", "eu"):
                prices: list[product_pb2.VariantPrice] = []
                for (channel, currency), cents in variant.prices.items():
                    if channel == slug:
                        prices += _plan(currency, cents, now, planned=cents % 7 == 1)
                sets.append(product_pb2.VariantPrices(sku=variant.sku, channel=slug, prices=prices))
    for begin in range(0, len(sets), 500):
        asked = product_pb2.SetVariantPricesRequest(items=sets[begin : begin + 500])
        outcomes = (await catalog.products.SetVariantPrices(asked)).outcomes
        assert not any(each.user_errors for each in outcomes), outcomes


def _plan(currency: str, cents: int, now: datetime, *, planned: bool) -> list[product_pb2.VariantPrice]:
    def price(cents: int, begin: int | None = None, end: int | None = None) -> product_pb2.VariantPrice:
        return product_pb2.VariantPrice(
            price=Money(minor_units=cents, currency_code=currency),
            valid_from=None if begin is None else timestamp(now + timedelta(days=begin)),
            valid_until=None if end is None else timestamp(now + timedelta(days=end)),
        )

    if not planned:
        return [price(cents), price(77, 10, 20), price(78, -20, -10)]
    return [price(79), price(cents, -1, 10), price(77, 10, 20)]


async def _stock(catalog: RunningCatalog, shop: Shop) -> None:
    for name in ("outlet", "closed"):
        request = stock_location_pb2.UpsertStockLocationRequest(id=name, name=name, active=True)
        assert not (await catalog.inventory.UpsertStockLocation(request)).user_errors
    lines = [
        pb.StockAdjustment(sku=each.sku, location=at, delta=units)
        for item in shop.items for each in item.variants for at, units in each.units.items()
        if units and at != "default"
    ]  # fmt: skip
    answer = await catalog.inventory.AdjustStock(pb.AdjustStockRequest(adjustments=lines, idempotency_key="drawn"))
    assert not any(each.user_errors for each in answer.outcomes), answer
    request = stock_location_pb2.DeactivateStockLocationRequest(id="closed")
    assert not (await catalog.inventory.DeactivateStockLocation(request)).user_errors


async def _collections(catalog: RunningCatalog, shop: Shop) -> dict[str, str]:
    by_hand = [item.id for item in shop.items if shop.collections["picks"][0](item)]
    picks = await create(catalog, "picks", product_ids=by_hand)
    cheap = await create(catalog, "cheap", rules=ruled(price_rule(None, 2500)))
    rules = [collection_pb2.CollectionRule(brands=["Acme", "acme"])]
    if any(item.category[:1] == ("Home",) for item in shop.items):
        rules.append(collection_pb2.CollectionRule(category_id=await category_id(catalog, "Home")))
    in_eu = await create(
        catalog, "acme in eu", rules=ruled(*rules, match=collection_pb2.MATCH_ANY),
        channels=collection_pb2.ChannelNames(slugs=["eu"]),
    )  # fmt: skip
    return {"picks": picks.id, "cheap": cheap.id, "acme in eu": in_eu.id}


async def settled(catalog: RunningCatalog) -> None:
    async def done() -> bool:
        return await caught_up(catalog) and await indexed(catalog)

    await until(done)
