"""What a search must answer, said a second time and in memory: no engine, no scores. The reference of the sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

LISTED = ("category", "brand", "price", "availability")
STEPS = (0, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000)
"""Where the price ranges of a currency with two decimals begin."""
LONGEST = 40
MOST_VALUES = 30
MOST_SIBLINGS = 30
MOST_ATTRIBUTES = 6
MOST_DISCRETE = 8


@dataclass(frozen=True)
class Fact:
    key: str
    value: str
    number: float | None = None
    unit: str | None = None

    @property
    def tells_apart(self) -> bool:
        return 0 < len(self.value) <= LONGEST and self.value.lower() not in ("yes", "no", "true", "false")


@dataclass
class Variant:
    """Prices in force by (channel, currency), units by location."""

    sku: str
    prices: dict[tuple[str, str], int]
    units: dict[str, int]


@dataclass
class Item:
    """A product. `said`: its name and description by locale, beside those written at first."""

    reference: str
    name: str
    description: str
    brand: str | None
    category: tuple[str, ...]
    facts: list[Fact]
    variants: list[Variant]
    channels: set[str]
    batch: int
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True)
class Ask:
    """A search. `chosen`: values of facets; those of the category are paths. Amounts are in minor units."""

    channel: str = "web"
    currency: str = "USD"
    locale: str = "en"
    token: str = ""
    category: tuple[str, ...] | None = None
    collection: str | None = None
    brands: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    available: bool | None = None
    having: tuple[tuple[str, tuple[str, ...], float | None, float | None], ...] = ()
    chosen: tuple[tuple[str, tuple[object, ...]], ...] = ()
    sort: str = "RELEVANCE"
    descending: bool = False
    first: int = 20

    def choosing(self, facet: str, *values: object) -> Ask:
        """With these values of the facet instead of those that were chosen of it."""
        others = tuple(each for each in self.chosen if each[0] != facet)
        return replace(self, chosen=(*others, (facet, values)) if values else others)


def lowest(item: Item, ask: Ask) -> int | None:
    prices = [each.prices.get((ask.channel, ask.currency)) for each in item.variants]
    return min((price for price in prices if price is not None), default=None)


@dataclass
class Shop:
    """All that is sold. `locations`: whether active; `collections`: who is in it, and in which channels it shows."""

    items: list[Item]
    locations: dict[str, bool]
    collections: dict[str, tuple[Callable[[Item], bool], frozenset[str]]]
    picks: set[str]
    """References of those that were put into the collection arranged by hand."""
    hidden: set[str] = field(default_factory=set)
    """Attributes that shoppers cannot narrow by."""
    all_texts: bool = False
    """While the engine is away, what was written at first is searched in every language."""

    def for_sale(self, item: Item, ask: Ask) -> bool:
        return any(
            (ask.channel, ask.currency) in each.prices
            and any(units > 0 and self.locations[at] for at, units in each.units.items())
            for each in item.variants
        )

    def name(self, item: Item, locale: str) -> str:
        return next((item.said[way][0] for way in WAYS.get(locale, ()) if way in item.said), item.name)

    def description(self, item: Item, locale: str) -> str:
        return next((item.said[way][1] for way in WAYS.get(locale, ()) if way in item.said), item.description)

    def texts(self, item: Item, locale: str) -> Iterable[str]:
        """What words are looked for in."""
        yield from (self.name(item, locale), self.description(item, locale))
        if self.all_texts:
            yield from (item.name, item.description)
            yield from (text for way in WAYS.get(locale, ()) for text in item.said.get(way, ()))

    def facts(self, item: Item, key: str) -> list[Fact]:
        return [each for each in item.facts if each.key == key and key not in self.hidden]

    def limited(self, ask: Ask) -> list[Item]:
        """What holds for hits and all facets alike."""
        return [item for item in self.items if all(self._limits(item, ask))]

    def _limits(self, item: Item, ask: Ask) -> Iterable[bool]:
        yield ask.channel in item.channels
        if ask.token:
            texts = [*self.texts(item, ask.locale), item.brand or "", *item.category]
            yield any(ask.token in text.lower().split() for text in texts)
        if ask.category is not None:
            yield item.category[: len(ask.category)] == ask.category
        if ask.collection is not None:
            holds, channels = self.collections[ask.collection]
            yield holds(item) and (not channels or ask.channel in channels)
        if ask.brands:
            yield item.brand in ask.brands
        price = lowest(item, ask)
        if ask.low is not None:
            yield price is not None and price >= ask.low
        if ask.high is not None:
            yield price is not None and price <= ask.high
        if ask.available is not None:
            yield self.for_sale(item, ask) == ask.available
        for key, values, low, high in ask.having:
            facts = self.facts(item, key)
            if values:
                yield any(each.value in values for each in facts)
            else:
                numbers = [each.number for each in facts if each.number is not None]
                yield any((low is None or n >= low) and (high is None or n <= high) for n in numbers)

    def meets(self, item: Item, ask: Ask, facet: str, values: Sequence[object]) -> bool:
        """Whether it is one of the alternatives."""
        return any(self._is(item, ask, facet, value) for value in values)

    def _is(self, item: Item, ask: Ask, facet: str, value: object) -> bool:
        match facet, value:
            case "brand", _:
                return item.brand == value
            case "category", tuple(path):
                return item.category[: len(path)] == path
            case "price", (low, high):
                price = lowest(item, ask)
                return price is not None and price >= low and (high is None or price < high)
            case "availability", _:
                return self.for_sale(item, ask) == (value == "IN_STOCK")
            case _, (low, high):
                numbers = [each.number for each in self.facts(item, facet) if each.number is not None]
                return any((low is None or n >= low) and (high is None or n < high) for n in numbers)
            case _:
                return any(each.value == value for each in self.facts(item, facet))

    def among(self, ask: Ask, facet: str = "") -> list[Item]:
        """The hits as if nothing of the facet were chosen; all choices hold for the hits themselves."""
        others = [each for each in ask.chosen if each[0] != facet]
        return [i for i in self.limited(ask) if all(self.meets(i, ask, of, values) for of, values in others)]

    def hits(self, ask: Ask) -> list[Item]:
        """In the order asked for; by id where that is relevance."""
        found = sorted(self.among(ask), key=lambda item: item.id)
        match ask.sort:
            case "NAME":
                return sorted(found, key=lambda item: sortable(self.name(item, ask.locale)), reverse=ask.descending)
            case "CREATED_AT":
                return sorted(found, key=lambda item: item.batch, reverse=ask.descending)
            case "PRICE":
                priced = [item for item in found if lowest(item, ask) is not None]
                priced.sort(key=lambda item: lowest(item, ask) or 0, reverse=ask.descending)
                return [*priced, *(item for item in found if lowest(item, ask) is None)]
            case _:
                return found

    def brands(self, ask: Ask) -> list[tuple[str, int]]:
        return listed(Counter(item.brand for item in self.among(ask, "brand") if item.brand), chosen_of(ask, "brand"))

    def prices(self, ask: Ask) -> list[tuple[object, int]]:
        """Fixed steps, and what was chosen beside them."""
        steps: list[tuple[int, int | None]] = list(zip(STEPS, [*STEPS[1:], None], strict=True))
        chosen = [each for each in chosen_of(ask, "price") if isinstance(each, tuple)]
        among = self.among(ask, "price")
        counts = [
            (step, sum(self._is(item, ask, "price", step) for item in among))
            for step in sorted({*steps, *chosen}, key=lambda each: (each[0], each[1] or 10**18))
        ]
        return [(step, count) for step, count in counts if count or step in chosen]

    def availability(self, ask: Ask) -> list[tuple[str, int]]:
        among, chosen = self.among(ask, "availability"), chosen_of(ask, "availability")
        counts = [(value, sum(self._is(i, ask, "availability", value) for i in among)) for value in STOCK]
        return [(value, count) for value, count in counts if count or value in chosen]

    def attributes(self, ask: Ask) -> dict[str, list[tuple[str, int]]]:
        """Values of the keys that tell most hits apart, in their order."""
        counts: dict[str, Counter[str]] = {of: Counter() for of, _ in ask.chosen if of not in LISTED}
        keys = {fact.key for item in self.items for fact in item.facts} - self.hidden - set(LISTED) | counts.keys()
        for key in keys:
            chosen = chosen_of(ask, key)
            pairs = Counter(
                value
                for item in self.among(ask, key)
                for value in {f.value for f in self.facts(item, key) if f.tells_apart or f.value in chosen}
            )
            if key in counts or len(pairs) > 1:
                counts[key] = pairs
        chosen = [of for of, _ in ask.chosen if of not in LISTED]
        best = sorted(counts, key=lambda key: (key not in chosen, -sum(counts[key].values()), key))
        best = best[: max(MOST_ATTRIBUTES, len(chosen))]
        for key in best:
            for bounds in (each for each in chosen_of(ask, key) if isinstance(each, tuple)):
                counts[key][spelled(key, bounds)] = sum(self._is(i, ask, key, bounds) for i in self.among(ask, key))
        return {key: listed(counts[key], chosen_of(ask, key)) for key in best}

    def tree(self, ask: Ask) -> list[tuple[tuple[str, ...], int]]:
        """Along what is chosen, or down to the first level that leaves a choice."""
        counts = Counter(i.category[:n] for i in self.among(ask, "category") for n in range(1, len(i.category) + 1))
        asked = [*chosen_of(ask, "category"), *([ask.category] if ask.category is not None else [])]
        opened = {path[:n] for path in asked if isinstance(path, tuple) for n in range(1, len(path) + 1)}
        known = {i.category[:n] for i in self.items for n in range(1, len(i.category) + 1)}
        counts.update(dict.fromkeys(opened & known, 0))
        single, path = set[tuple[str, ...]](), ()
        while len(below := [each for each in counts if each[:-1] == path]) == 1:
            path = below[0]
            single.add(path)
        return list(self._branch(counts, (), opened & known or single))

    def _branch(
        self, counts: Mapping[tuple[str, ...], int], above: tuple[str, ...], opened: Collection[tuple[str, ...]]
    ) -> Iterable[tuple[tuple[str, ...], int]]:
        below = sorted((each for each in counts if each[:-1] == above), key=lambda each: (-counts[each], each))
        for place, path in enumerate(below):
            if place < MOST_SIBLINGS or path in opened:
                yield path, counts[path]
                if path in opened:
                    yield from self._branch(counts, path, opened)


WAYS = {"de-AT": ("de-AT", "de"), "de": ("de",)}
STOCK = ("IN_STOCK", "SOLD_OUT")


def chosen_of(ask: Ask, facet: str) -> tuple[object, ...]:
    return next((values for of, values in ask.chosen if of == facet), ())


def listed(counts: Mapping[str, int], chosen: Sequence[object]) -> list[tuple[str, int]]:
    """Most hits first; what is chosen stays, also behind the most that are shown."""
    whole = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    late = [each for each in whole[MOST_VALUES:] if each[0] in chosen]
    absent = [
        (value, 0) for value in sorted(str(each) for each in chosen if isinstance(each, str)) if value not in counts
    ]
    shown = [*whole[:MOST_VALUES], *late, *absent]
    return sorted(shown, key=lambda each: (-each[1], each[0]))


def spelled(facet: str, value: object) -> str:
    """As it is sent."""
    match facet, value:
        case "price", (low, high):
            return f"{low}-{'' if high is None else high}"
        case _, (low, high):
            return f"{'' if low is None else low}..{'' if high is None else high}"
        case _:
            return str(value)


def sortable(name: str) -> str:
    """Without case and accents."""
    return name.lower().translate(FOLDED)


FOLDED = str.maketrans({"é": "e", "á": "a", "ö": "o", "ß": "ss", "ø": "o"})
