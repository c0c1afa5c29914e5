"""What a record says of a product beside its content: other languages, further prices, stock by location, its address,
where it is published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from chassis.money import CURRENCIES, decimal_amount
from subgraphs.catalog.domain.catalog_file.said import Texts, texts_of
from subgraphs.catalog.domain.catalog_file.values import BadRecord, cents, shown, text, whole
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.price import Price, PriceList, price_list_faults
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION, MOST_UNITS_IN_STOCK
from subgraphs.catalog.domain.stock_location import is_location_id
from subgraphs.catalog.domain.texts import SeoChange, seo_faults

Prices = tuple[PriceList, ...]
"""Of one variant, a list a channel, without the regular price that stands with the variant."""
Units = Mapping[str, int]
"""By location."""
Times = tuple[datetime | None, datetime | None]
"""From and until when; None: now, and for good."""
ADDRESS = ("slug", "seo_title", "seo_description")


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What is left out stays as it is; what is given replaces all there is."""

    translations: Texts | None = None
    prices: Mapping[str, Prices] = field(default_factory=dict[str, Prices])
    """By SKU."""
    stock: Mapping[str, Units] = field(default_factory=dict[str, Units])
    """By SKU; counts only for a SKU that is new."""
    variants: Mapping[str, Texts] = field(default_factory=dict[str, Texts])
    """What they are called in other languages, by SKU."""
    publications: Mapping[str, Times] | None = None
    """By channel. Those in the default channel are ruled by `published` where it is not named here."""
    address: SeoChange | None = None
    """Its id is known when it is written."""


NOTHING = Beside()


def beside_of(record: Mapping[str, Any]) -> Beside:
    """Raises BadRecord."""
    listed = record.get("variants")
    variants = cast("list[dict[str, Any]]", listed) if isinstance(listed, list) else [dict(record)]
    named = {text(each, "sku") or text(each, "id"): each for each in variants}
    return Beside(
        translations=None if record.get("translations") is None else texts_of(record["translations"]),
        prices={sku: _prices(sku, each["prices"]) for sku, each in named.items() if each.get("prices") is not None},
        stock={sku: units_of(each["stock"]) for sku, each in named.items() if each.get("stock") is not None},
        variants=_variants_said(record, named),
        publications=None if record.get("publications") is None else _publications(record["publications"]),
        address=address_of(record) if any(record.get(name) is not None for name in ADDRESS) else None,
    )


def _variants_said(record: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Texts]:
    """Where a line has no list of variants, its translations are the product's."""
    if not isinstance(record.get("variants"), list):
        return {}
    return {
        sku: texts_of(each["translations"], EntityKind.PRODUCT_VARIANT)
        for sku, each in named.items()
        if each.get("translations") is not None
    }


def address_of(record: Mapping[str, Any], like: str = "prd_") -> SeoChange:
    """Of what is left out nothing changes; "" takes away. `like`: of which kind. Raises BadRecord."""
    values = {name: None if record.get(name) is None else text(record, name) for name in ADDRESS}
    change = SeoChange(id=like, slug=values["slug"], title=values["seo_title"], description=values["seo_description"])
    for fault in seo_faults([change])[0]:
        spelled = fault.field[-1]
        raise BadRecord(spelled if spelled == "slug" else f"seo_{spelled}", fault.message, "mend the value")
    return change


def _publications(given: Any) -> dict[str, Times]:
    if not isinstance(given, list):
        raise BadRecord("publications", f"{shown(given)} is no list", 'write [{"channel": "eu"}]')
    found: dict[str, Times] = {}
    for each in cast("list[Any]", given):
        if not isinstance(each, dict):
            raise BadRecord("publications", f"{shown(each)} is no object", 'write {"channel": "eu"}')
        said = cast("dict[str, Any]", each)
        begins, ends = _moments(said, "publications")
        found[text(said, "channel", required=True)] = (begins, ends)
    return found


def publications_written(publications: Mapping[str, Times]) -> list[dict[str, str]]:
    """As `beside_of` reads them."""
    return [
        {"channel": channel}
        | {name: each.astimezone(UTC).isoformat() for name, each in zip(("from", "until"), times, strict=True) if each}
        for channel, times in publications.items()
    ]


def units_of(given: Any) -> Units:
    """Raises BadRecord."""
    if not isinstance(given, dict):
        raise BadRecord("stock", f"{shown(given)} is no object", 'write {"default": 5, "berlin": 3}')
    units = cast("dict[str, Any]", given)
    if wrong := next((each for each in units if not is_location_id(each)), None):
        raise BadRecord("stock", f"{shown(wrong)} is no location's id", "write it like berlin or shop-2")
    return {location: whole(each, "stock", MOST_UNITS_IN_STOCK) for location, each in units.items()}


def prices_written(lists: Iterable[PriceList]) -> list[dict[str, Any]]:
    """As `beside_of` reads them."""
    return [
        {
            "channel": listed.channel,
            "currency": price.currency,
            "price": decimal_amount(price.minor_units, price.currency),
            "compare_at": None
            if price.compare_at_minor_units is None
            else decimal_amount(price.compare_at_minor_units, price.currency),
            "from": price.valid_from and price.valid_from.astimezone(UTC).isoformat(),
            "until": price.valid_until and price.valid_until.astimezone(UTC).isoformat(),
        }
        for listed in lists
        for price in listed.prices
    ]


def all_at_the_default(units: Units) -> bool:
    return not set(units) - {DEFAULT_LOCATION}


def _prices(sku: str, given: Any) -> Prices:
    if not isinstance(given, list):
        raise BadRecord("prices", f"{shown(given)} is no list", 'write [{"channel": "web", "currency": "EUR", …}]')
    by_channel: dict[str, list[Price]] = {}
    for each in cast("list[Any]", given):
        if not isinstance(each, dict):
            raise BadRecord("prices", f"{shown(each)} is no object", 'write {"channel": "web", "currency": "EUR", …}')
        price = cast("dict[str, Any]", each)
        by_channel.setdefault(text(price, "channel", required=True), []).append(_price(price))
    lists = tuple(PriceList(sku=sku, channel=channel, prices=tuple(each)) for channel, each in by_channel.items())
    for each in lists:
        for fault in price_list_faults(each):
            raise BadRecord(f"prices of {sku} in {each.channel}", fault.message, "mend the value")
    return lists


def _price(given: Mapping[str, Any]) -> Price:
    currency = text(given, "currency", required=True)
    if currency not in CURRENCIES:
        raise BadRecord("prices", f"{currency!r} is no ISO 4217 code", "write one such as USD")
    amount = cents("price", given, currency)
    if amount is None:
        raise BadRecord("prices", "one of them has no price", "give it like 19.99")
    begins, ends = _moments(given, "prices")
    return Price(
        minor_units=amount,
        compare_at_minor_units=cents("compare_at", given, currency),
        currency=currency,
        valid_from=begins,
        valid_until=ends,
    )


def _moments(given: Mapping[str, Any], at: str) -> Iterator[datetime | None]:
    for name in ("from", "until"):
        told = text(given, name)
        try:
            moment = datetime.fromisoformat(told) if told else None
        except ValueError:
            moment = None
        if told and (moment is None or moment.tzinfo is None):
            raise BadRecord(at, f"{told[:40]!r} is no time with its zone", "write 2026-12-01T00:00:00+00:00")
        yield moment
