"""Searches drawn by chance, asked of a service and held against the model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.page_pb2 import PageRequest, ShopContext

from tests.component.catalog.searched.catalogue import BRANDS, COLOURS, SHOPS, TOKENS
from tests.component.catalog.searched.model import STEPS, STOCK, Ask, Shop, spelled
from tests.fixtures.catalog import STRANGER, RunningCatalog

SORTS = {"RELEVANCE": pb.RELEVANCE, "PRICE": pb.PRICE, "NAME": pb.NAME, "CREATED_AT": pb.CREATED_AT}
BUILT_IN = ("category", "brand", "price", "availability")


def drawn_ask(random: Random, shop: Shop) -> Ask:
    """Few things narrow it at once: what finds nothing compares nothing."""
    channel, currency = random.choice(SHOPS)
    ask = Ask(
        channel=channel, currency=currency, locale=random.choice(("en", "en", "de", "de-AT")),
        sort=random.choice(list(SORTS)), descending=random.random() < 0.5, first=random.choice((3, 7, 20, 100)),
    )  # fmt: skip
    if random.random() < 0.3:
        ask = _worded(random, shop, ask)
    for narrow in random.sample(_LIMITS, random.choice((0, 0, 1, 1, 2))):
        ask = narrow(random, shop, ask)
    for facet in random.sample(_FACETS, random.choice((0, 0, 1, 1, 2, 3))):
        drawn = [_value(random, shop, facet) for _ in range(random.choice((1, 1, 2, 3)))]
        ask = ask.choosing(facet, *dict.fromkeys(drawn))
    return ask


def _worded(random: Random, shop: Shop, ask: Ask) -> Ask:
    """A word that some product of the shop has: what is not there is read as something else."""
    worded = replace(ask, token=random.choice(TOKENS))
    plain = Ask(channel=ask.channel, currency=ask.currency, locale=ask.locale, token=worded.token)
    return worded if shop.limited(plain) else ask


def _path(random: Random, shop: Shop) -> tuple[str, ...]:
    category = random.choice([item.category for item in shop.items if item.category])
    return category[: random.randrange(1, len(category) + 1)]


def _limit_price(random: Random, _: Shop, ask: Ask) -> Ask:
    low, high = sorted((random.choice((*STEPS, 999, 1001)), random.choice((*STEPS, 999, 1001))))
    return replace(ask, low=random.choice((low, None)), high=random.choice((high, None)))


def _limit_having(random: Random, _: Shop, ask: Ask) -> Ask:
    key = random.choice(("size", "ports", "secret", "colour", "wireless", "brand", "weight", "missing"))
    if random.random() < 0.5:
        values = {random.choice((*COLOURS, "5", "5.0", "2 ports", "a", "y" * 41, "Yes", "Acme")) for _ in range(3)}
        if key == "wireless":
            values = {random.choice(("yes", "no", "Yes"))}
        return replace(ask, having=(*ask.having, (key, tuple(sorted(values)), None, None)))
    low, high = sorted((random.choice((-5.0, 0.0, 1.0, 3.0)), random.choice((2.0, 5.0, 12.0, 1e15))))
    bounds = random.choice(((low, high), (low, None), (None, high)))
    return replace(ask, having=(*ask.having, (key, (), *bounds)))


_LIMITS = [
    lambda random, shop, ask: replace(ask, category=_path(random, shop)),
    lambda random, shop, ask: replace(ask, collection=random.choice(list(shop.collections))),
    lambda random, shop, ask: replace(ask, brands=tuple({random.choice(BRANDS[:-1]) for _ in range(2)})),
    _limit_price,
    lambda random, shop, ask: replace(ask, available=random.random() < 0.7),
    _limit_having,
]
_FACETS = (
    "brand",
    "category",
    "price",
    "availability",
    "colour",
    "size",
    "weight",
    "ports",
    "material",
    "series",
    "wireless",
)


def _value(random: Random, shop: Shop, facet: str) -> Any:
    match facet:
        case "brand":
            return random.choice((*BRANDS[:-1], "Nobody"))
        case "category":
            return _path(random, shop)
        case "price":
            steps = list(zip(STEPS, [*STEPS[1:], None], strict=True))
            return random.choice([*steps, (0, 1), (999, 25000)])
        case "availability":
            return random.choice(STOCK)
        case "size" if random.random() < 0.6:
            return random.choice(((None, 2), (2, 8), (5, None), (-5, 0.1)))
        case _:
            values = {each.value for item in shop.items for each in item.facts if each.key == facet}
            return random.choice(sorted(values | {"nothing has this"}))


@dataclass
class Compared:
    """A service beside the model. `ids`: of categories by path, and of collections by name."""

    catalog: RunningCatalog
    shop: Shop
    categories: dict[tuple[str, ...], str]
    collections: dict[str, str]
    degraded: bool
    requests: int = 0
    names: dict[str, str] = field(default_factory=dict)

    async def differences(self, ask: Ask, random: Random) -> list[str]:
        """In words; none: the service answers what the model does."""
        hits, first = await self._pages(ask)
        found = [f"degraded: {first.degraded!r}"] if first.HasField("degraded") is not self.degraded else []
        expected = [item.id for item in self.shop.hits(ask)]
        if ask.sort == "RELEVANCE":
            found += _unlike("hits", sorted(hits), sorted(expected))
        else:
            found += _unlike("hits", hits, expected)
        found += _unlike("total", first.total_count, len(expected))
        found += self._facet_differences(ask, first)
        return [*found, *await self._round_trip(ask, first, random)]

    async def ask(self, ask: Ask, after: str = "", **more: Any) -> pb.SearchProductsResponse:
        self.requests += 1
        with self.catalog.acting(STRANGER):
            return await self.catalog.catalog.SearchProducts(self.message(ask, after, **more), timeout=30)

    def message(self, ask: Ask, after: str = "", **more: Any) -> pb.SearchProductsRequest:
        limits = pb.SearchFilter(
            category_id=None if ask.category is None else self.categories[ask.category],
            collection_id=None if ask.collection is None else self.collections[ask.collection],
            brands=ask.brands, min_price_minor_units=ask.low, max_price_minor_units=ask.high,
            available_for_sale=ask.available,
            attributes=[pb.AttributeFilter(key=k, values=v, gte=low, lte=high) for k, v, low, high in ask.having],
        )  # fmt: skip
        values: dict[str, Any] = {
            "query": ask.token, "filter": limits, "sort_field": SORTS[ask.sort],
            "facets": [
                pb.FacetInput(facet=of, values=[self._said(of, each) for each in chosen]) for of, chosen in ask.chosen
            ],
            "sort_direction": pb.DESC if ask.descending else pb.ASC,
            "page": PageRequest(first=ask.first, after=after),
            "context": ShopContext(channel=ask.channel, currency_code=ask.currency, locale=ask.locale),
            "want_facets": not after, "want_total": True,
        }  # fmt: skip
        return pb.SearchProductsRequest(**(values | more))

    def _said(self, facet: str, value: Any) -> str:
        return self.categories[value] if facet == "category" else spelled(facet, value)

    async def _pages(self, ask: Ask) -> tuple[list[str], pb.SearchProductsResponse]:
        """The ids of all pages, and the first page."""
        first = page = await self.ask(ask)
        hits = [hit.product.id for hit in page.hits]
        while page.page_info.has_next_page and len(hits) < len(self.shop.items) + 5:
            page = await self.ask(ask, page.page_info.end_cursor)
            assert page.page_info.has_previous_page
            assert page.total_count == first.total_count
            hits += [hit.product.id for hit in page.hits]
        return hits, first

    def _facet_differences(self, ask: Ask, page: pb.SearchProductsResponse) -> list[str]:
        shown, shop = {facet.key: facet for facet in page.facets}, self.shop
        counted = {key: [(value.value, value.count) for value in facet.values] for key, facet in shown.items()}
        found = _unlike("facets", len(shown), len(page.facets))
        found += _unlike("brand", counted.get("brand", []), shop.brands(ask))
        found += _unlike("availability", counted.get("availability", []), shop.availability(ask))
        prices = [(self._said("price", step), count) for step, count in shop.prices(ask)]
        found += _unlike("price", counted.get("price", []), prices)
        tree = [(self.categories[path], count) for path, count in shop.tree(ask)]
        found += _unlike("category", counted.get("category", []), tree)
        expected = shop.attributes(ask)
        found += _unlike("attributes", [key for key in counted if key not in BUILT_IN], list(expected))
        for key, values in expected.items():
            if key in counted and shown[key].kind == pb.LIST:
                found += _unlike(key, counted[key], values)
        for facet in page.facets:
            chosen = [self._said(facet.key, value) for of, values in ask.chosen if of == facet.key for value in values]
            selected = [value.value for value in facet.values if value.selected]
            found += _unlike(f"selected of {facet.key}", sorted(selected), sorted(chosen))
        return found

    async def _round_trip(self, ask: Ask, page: pb.SearchProductsResponse, random: Random) -> list[str]:
        """Choosing what a facet offers gives as many hits as it says."""
        offered = [(facet, value) for facet in page.facets for value in facet.values]
        found: list[str] = []
        ranges = [each for each in offered if each[0].kind == pb.RANGES and each[0].key != "price"]
        for facet, value in random.sample(offered, min(2, len(offered))) + ranges[:1]:
            others = ask.choosing(facet.key)
            message = self.message(others)
            message.facets.append(pb.FacetInput(facet=facet.key, values=[value.value]))
            self.requests += 1
            with self.catalog.acting(STRANGER):
                answer = await self.catalog.catalog.SearchProducts(message, timeout=30)
            found += _unlike(f"choosing {facet.key}={value.value!r}", answer.total_count, value.count)
        return found


def _unlike(what: str, answered: object, expected: object) -> list[str]:
    return [] if answered == expected else [f"{what}: answered {answered}, expected {expected}"]
