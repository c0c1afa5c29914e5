"""The file that says how the shop charges."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.settings import SettingsError
from subgraphs.order.adapters.pricing_file import DEFAULT, read_pricing
from subgraphs.order.domain.delivery import Parcel
from subgraphs.order.domain.tax import Destination, TaxRate, TaxRounding, TaxTable

WHOLE = """
[tax]
prices = "inclusive"
rounding = "order"
on_delivery = false
[[tax.rates]]
name = "Sales tax"
country = "US"
regions = ["ny", "New York"]
percent = 8.875
[[delivery]]
code = "parcel"
name = "Parcel"
tariff = "weight"
countries = ["US"]
free_from = { USD = "50.00" }
bands = [{ up_to_grams = 500, prices = { USD = "4.90" } }, { up_to_grams = 900, prices = { USD = "7" } }]
[[delivery]]
code = "pickup"
name = "Pick up"
tariff = "pickup"
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "pricing.toml").write_text(text)
        return tmp_path / "pricing.toml"

    return write


def test_the_file_says_how_the_shop_charges(file: Callable[[str], Path]):
    rules = read_pricing(file(WHOLE))
    rate = TaxRate(name="Sales tax", country="US", millionths=88_750, regions=frozenset({"NY", "NEW YORK"}))
    assert rules.tax == TaxTable(rates=(rate,), included=True, rounding=TaxRounding.ORDER, on_delivery=False)
    offered = rules.delivery(Parcel(currency="USD", grams=600, destination=Destination(country="US")))
    assert [(one.code, one.price) for one in offered] == [("parcel", 700), ("pickup", 0)]


def test_the_file_that_comes_with_the_service_is_sound():
    offered = read_pricing(DEFAULT).delivery(Parcel(currency="KWD"))
    assert [(one.code, one.price) for one in offered] == [("standard", 1_500), ("express", 4_500)]


FAULTS = [
    ('prices = "inclusive"', 'prices = "net"', 'tax.prices: "net", expected "exclusive" or "inclusive"'),
    ('rounding = "order"', "rounding = 2", 'tax.rounding: 2, expected "line" or "order"'),
    ("on_delivery = false", 'on_delivery = "no"', 'tax.on_delivery: "no", expected true or false'),
    ('country = "US"', 'country = "USA"', 'tax.rates[1].country: "USA", expected two capital letters'),
    ('name = "Sales tax"', "", "tax.rates[1].name: missing, expected what the shopper reads"),
    ("percent = 8.875", "percent = 8.87512", "tax.rates[1].percent: 8.87512, expected a number from 0 to 100"),
    ("percent = 8.875", "percent = 101", "tax.rates[1].percent: 101, expected a number from 0 to 100"),
    ('regions = ["ny", "New York"]', 'regions = "ny"', 'tax.rates[1].regions: "ny", expected a list'),
    ('"4.90"', '"4.905"', "delivery[1].bands[1].prices.USD: '4.905' has more than 2 decimals"),
    ('"4.90"', "4.90", "delivery[1].bands[1].prices.USD: 4.90, expected a decimal in quotes"),
    ('"4.90"', '"-4.90"', "delivery[1].bands[1].prices.USD: '-4.90' is negative"),
    ('USD = "50.00"', 'XXX = "50.00"', "delivery[1].free_from.XXX: no such currency"),
    ("up_to_grams = 900", "up_to_grams = 500", "delivery[1].bands[2].up_to_grams: expected more than"),
    ('code = "pickup"', 'code = "parcel"', "delivery[2].code: 'parcel' is there twice"),
    ('code = "pickup"', 'code = "Pick up"', 'delivery[2].code: "Pick up", expected small letters'),
    ('tariff = "pickup"', 'tariff = "drone"', 'delivery[2].tariff: "drone", expected "flat" or'),
    ('tariff = "pickup"', 'tariff = "pickup"\nprice = "1"', "delivery[2].price: unknown here; expected"),
    ("[tax]", "[taxes]\n[tax]", "taxes: unknown here; expected delivery, tax"),
    ("[tax]", "[tax", "is not TOML: "),
]


@pytest.mark.parametrize(("right", "wrong", "told"), FAULTS, ids=[told for _, _, told in FAULTS])
def test_a_fault_in_the_file_is_told_with_its_place_and_its_mending(
    file: Callable[[str], Path], right: str, wrong: str, told: str
):
    with pytest.raises(SettingsError) as refused:
        read_pricing(file(WHOLE.replace(right, wrong, 1)))
    assert str(refused.value).startswith("PRICING_FILE='")
    assert told in str(refused.value)


def test_all_faults_of_the_file_are_told_at_once(file: Callable[[str], Path]):
    with pytest.raises(SettingsError) as refused:
        read_pricing(file('[tax]\nprices = "net"\n[[tax.rates]]\npercent = 200\n'))
    for path in ("tax.prices", "tax.rates[1].name", "tax.rates[1].country", "tax.rates[1].percent", "delivery"):
        assert f"{path}: " in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml' cannot be read: No such file"):
        read_pricing(tmp_path / "nowhere.toml")
