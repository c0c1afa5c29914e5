"""The shop's delivery and tax, from a TOML file: every fault is told at once, with where it is and how it must be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from chassis.errors import InvalidInput
from chassis.money import CURRENCIES, parse_amount
from chassis.settings import SettingsError
from subgraphs.order.domain.address import COUNTRY
from subgraphs.order.domain.delivery import (
    ByWeight,
    DeliveryRule,
    DeliveryTable,
    FlatRate,
    Pickup,
    Tariff,
    WeightBand,
)
from subgraphs.order.domain.pricing import PricingRules
from subgraphs.order.domain.tax import MILLION, TaxRate, TaxRounding, TaxTable

DEFAULT = Path(__file__).parent.parent / "pricing.toml"
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_GRAMS = 10_000_000


def read_pricing(path: Path) -> PricingRules:
    """Raises SettingsError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise SettingsError(f"PRICING_FILE={str(path)!r} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"PRICING_FILE={str(path)!r} is not TOML: {error}") from error
    faults: list[str] = []
    root = Table(document, "", faults)
    rules = PricingRules(delivery=_delivery(root), tax=_tax(root.table("tax")))
    root.done()
    if faults:
        raise SettingsError(f"PRICING_FILE={str(path)!r}: " + "; ".join(faults))
    return rules


class Table:
    """A table of the file. What is wrong is noted, and something harmless read in its stead."""

    def __init__(self, values: Mapping[str, Any], at: str, faults: list[str]) -> None:
        self._values = values
        self._at = at
        self._faults = faults
        self._read: set[str] = set()

    def fault(self, name: str, text: str) -> None:
        self._faults.append(f"{self._path(name)}: {text}")

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, matching: re.Pattern[str], form: str) -> str:
        value = self._value(name)
        if isinstance(value, str) and matching.fullmatch(value):
            return value
        self.fault(name, f"{_shown(value)}, expected {form}")
        return ""

    def choice(self, name: str, among: Sequence[str], default: str | None = None) -> str:
        value = self._value(name, default)
        if value in among:
            return value
        self.fault(name, f"{_shown(value)}, expected {' or '.join(map(_shown, among))}")
        return among[0]

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._value(name, default)
        if not isinstance(value, bool):
            self.fault(name, f"{_shown(value)}, expected true or false")
        return bool(value)

    def whole(self, name: str, most: int) -> int:
        value = self._value(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most:
            return value
        self.fault(name, f"{_shown(value)}, expected a whole number from 1 to {most}")
        return 1

    def millionths(self, name: str) -> int:
        """Of a percentage."""
        value = self._value(name)
        number = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal(-1)
        scaled = Decimal(number) * (MILLION // 100)
        if 0 <= scaled <= MILLION and scaled == int(scaled):
            return int(scaled)
        self.fault(
            name, f"{_shown(value)}, expected a number from 0 to 100 with at most 4 decimals, such as 19 or 8.875"
        )
        return 0

    def prices(self, name: str, *, required: bool = True) -> dict[str, int]:
        """Minor units by currency."""
        value = self._value(name, None if required else {})
        form = 'expected amounts by currency, such as {EUR = "4.90"}'
        if not isinstance(value, dict) or (required and not value):
            self.fault(name, f"{_shown(value)}, {form}")
            return {}
        return {currency: self._amount(f"{name}.{currency}", currency, amount) for currency, amount in value.items()}

    def _amount(self, name: str, currency: str, amount: Any) -> int:
        if currency not in CURRENCIES:
            self.fault(name, "no such currency; expected three capital letters of ISO 4217, such as EUR")
        elif not isinstance(amount, str):
            self.fault(name, f'{_shown(amount)}, expected a decimal in quotes, such as "4.90"')
        else:
            try:
                minor = parse_amount(amount, currency)
                if minor >= 0:
                    return minor
                self.fault(name, f"{amount!r} is negative")
            except InvalidInput as error:
                self.fault(name, error.message)
        return 0

    def strings(self, name: str, matching: re.Pattern[str], form: str) -> frozenset[str]:
        value = self._value(name, [])
        if isinstance(value, list) and all(isinstance(one, str) and matching.fullmatch(one) for one in value):
            return frozenset(value)
        self.fault(name, f"{_shown(value)}, expected a list of {form}")
        return frozenset()

    def table(self, name: str) -> Table:
        value = self._value(name, {})
        if not isinstance(value, dict):
            self.fault(name, f"expected a table, [{self._path(name)}]")
            value = {}
        return Table(value, self._path(name), self._faults)

    def tables(self, name: str) -> list[Table]:
        value = self._value(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.fault(name, f"expected tables, each under [[{self._path(name)}]]")
            value = []
        # Counted from 1, as people count what they wrote.
        return [Table(one, f"{self._path(name)}[{n}]", self._faults) for n, one in enumerate(value, 1)]

    def done(self) -> None:
        """Whatever was not asked for is a slip of the pen."""
        for name in self._values.keys() - self._read:
            self.fault(name, f"unknown here; expected {', '.join(sorted(self._read))}")

    def _value(self, name: str, default: Any = None) -> Any:
        self._read.add(name)
        return self._values.get(name, default)

    def _path(self, name: str) -> str:
        return f"{self._at}.{name}" if self._at else name


ANY_TEXT = re.compile(r"(?=.*\S).{1,100}")


def _tax(table: Table) -> TaxTable:
    read = TaxTable(
        included=table.choice("prices", ["exclusive", "inclusive"], "exclusive") == "inclusive",
        rounding=TaxRounding(table.choice("rounding", list(TaxRounding), TaxRounding.LINE)),
        on_delivery=table.flag("on_delivery", default=True),
        rates=tuple(_rate(rate) for rate in table.tables("rates")),
    )
    table.done()
    return read


def _rate(table: Table) -> TaxRate:
    rate = TaxRate(
        name=table.text("name", ANY_TEXT, "what the shopper reads, such as VAT"),
        country=table.text("country", COUNTRY, "two capital letters (ISO 3166-1), such as DE"),
        millionths=table.millionths("percent"),
        regions=frozenset(one.strip().upper() for one in table.strings("regions", ANY_TEXT, "names of regions")),
    )
    table.done()
    return rate


def _delivery(root: Table) -> DeliveryTable:
    tables = root.tables("delivery")
    rules = tuple(_rule(table) for table in tables)
    if not rules:
        root.fault("delivery", "expected at least one way of delivery, under [[delivery]]")
    codes = [rule.code for rule in rules]
    for table, code in zip(tables, codes, strict=True):
        if code and codes.count(code) > 1:
            table.fault("code", f"{code!r} is there twice")
    return DeliveryTable(rules=rules)


def _rule(table: Table) -> DeliveryRule:
    rule = DeliveryRule(
        code=table.text("code", CODE, "small letters, digits, - or _, such as standard"),
        name=table.text("name", ANY_TEXT, "what the shopper reads, such as Standard"),
        countries=table.strings("countries", COUNTRY, 'two capital letters (ISO 3166-1), such as ["DE", "AT"]'),
        tariff=TARIFFS[table.choice("tariff", list(TARIFFS))](table),
    )
    table.done()
    return rule


def _flat(table: Table) -> Tariff:
    return FlatRate(prices=table.prices("prices"), free_from=table.prices("free_from", required=False))


def _by_weight(table: Table) -> Tariff:
    tables = table.tables("bands")
    if not tables:
        table.fault("bands", "expected at least one, under [[delivery.bands]]")
    bands: list[WeightBand] = []
    for one in tables:
        bands.append(WeightBand(up_to_grams=one.whole("up_to_grams", MOST_GRAMS), prices=one.prices("prices")))
        one.done()
        if len(bands) > 1 and bands[-1].up_to_grams <= bands[-2].up_to_grams:
            one.fault("up_to_grams", "expected more than in the band before")
    return ByWeight(bands=tuple(bands), free_from=table.prices("free_from", required=False))


def _pickup(_: Table) -> Tariff:
    return Pickup()


TARIFFS: dict[str, Callable[[Table], Tariff]] = {"flat": _flat, "weight": _by_weight, "pickup": _pickup}


def _shown(value: Any) -> str:
    if value is None:
        return "missing"
    return (
        f'"{value}"'
        if isinstance(value, str)
        else str(value)[:80].lower()
        if isinstance(value, bool)
        else str(value)[:80]
    )
