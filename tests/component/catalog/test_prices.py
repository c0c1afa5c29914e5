"""Regular and planned prices on a real database, by a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from emporium.catalog.v1 import catalog_pb2, merchandising_pb2
from emporium.catalog.v1 import product_pb2 as pb
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.outcome_pb2 import UserErrorCode

from chassis.errors import RemoteError
from chassis.wire import timestamp
from subgraphs.catalog.adapters.postgres.housekeeping import prune
from subgraphs.catalog.adapters.postgres.prices import PostgresPrices
from tests.fixtures.catalog import MANAGER, STRANGER, RunningCatalog, product_input, variant_input

NEXT_YEAR = datetime(2100, 1, 1, tzinfo=UTC)
"""Far from the clock of the running service, whose own worker has nothing to do there."""
HOUR = timedelta(hours=1)


def price(cents: int, *, currency: str = "USD", compare: int | None = None, begin: Any = None, end: Any = None) -> Any:
    """`begin` and `end` in hours from NEXT_YEAR; neither: the regular price."""
    return pb.VariantPrice(
        price=Money(minor_units=cents, currency_code=currency),
        compare_at_price=Money(minor_units=compare, currency_code=currency) if compare else None,
        valid_from=None if begin is None else timestamp(NEXT_YEAR + begin * HOUR),
        valid_until=None if end is None else timestamp(NEXT_YEAR + end * HOUR),
    )


def item(sku: str, *prices: Any, version: int | None = None, channel: str = "") -> pb.VariantPrices:
    return pb.VariantPrices(sku=sku, prices=prices, expected_version=version, channel=channel)


async def set_prices(catalog: RunningCatalog, *items: pb.VariantPrices) -> list[pb.VariantPricesSet]:
    with catalog.acting(MANAGER):
        answer = await catalog.products.SetVariantPrices(pb.SetVariantPricesRequest(items=items))
    return list(answer.outcomes)


def problems(outcomes: list[pb.VariantPricesSet]) -> list[list[tuple[str, str]]]:
    return [
        [(UserErrorCode.Name(each.input.code), ".".join(each.input.field)) for each in outcome.user_errors]
        for outcome in outcomes
    ]


async def shown(catalog: RunningCatalog, sku: str, currency: str = "USD") -> tuple[int, int, int]:
    """What a cart and a listing say, and the product's version: price, lowest price; 0 where there is none."""
    request = catalog_pb2.BatchGetVariantsBySkuRequest(skus=[sku])
    request.context.currency_code = currency
    variant = (await catalog.catalog.BatchGetVariantsBySku(request)).outcomes[0].variant
    asked = catalog_pb2.BatchGetProductsRequest(ids=[variant.product_id], context=request.context)
    product = (await catalog.catalog.BatchGetProducts(asked)).outcomes[0].product
    assert variant.available_for_sale == product.available_for_sale == bool(variant.price.minor_units)
    return variant.price.minor_units, product.price_range.min.minor_units, product.version


async def test_a_planned_price_begins_and_ends_by_itself(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("a"), product_input("b"))
    await set_prices(catalog, item("a-1", price(5000), price(4000, compare=5000, begin=1, end=3), price(3000, begin=3)))
    moment = NEXT_YEAR

    prices = PostgresPrices(catalog.db, lambda: moment)
    seen: list[tuple[int, tuple[int, int, int]]] = []
    for _ in range(5):
        seen.append((await prices.advance(100), await shown(catalog, "a-1")))
        moment += HOUR
    assert seen == [
        (0, (5000, 5000, 2)),
        (1, (4000, 4000, 3)),
        (0, (4000, 4000, 3)),
        (1, (3000, 3000, 4)),
        (0, (3000, 3000, 4)),
    ]
    events = await catalog.rows("SELECT sequence FROM outbox WHERE type LIKE '%%ProductChanged' ORDER BY id")
    assert [row["sequence"] for row in events] == [1, 1, 2, 3, 4]
    (history,) = await catalog.rows(
        "SELECT before, after FROM catalog_changes WHERE operation = 'a planned price' ORDER BY id LIMIT 1"
    )
    assert (history["before"]["price"]["amount"], history["after"]["price"]["amount"]) == ("50.00", "40.00")
    assert (await shown(catalog, "b-1"))[2] == 1


async def test_a_price_that_should_hold_already_holds_at_once(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("a"))
    past = price(100, begin=0)
    past.valid_from.FromDatetime(datetime(2020, 1, 1, tzinfo=UTC))
    await set_prices(catalog, item("a-1", price(5000), past))
    assert (await shown(catalog, "a-1"))[0] == 100
    await catalog.upsert(product_input("a", variants=[variant_input("a-1", cents=6000)]))
    assert (await shown(catalog, "a-1"))[0] == 100, "an import changes the regular price, not what is planned"
    listed = await catalog.products.BatchListVariantPrices(
        pb.BatchListVariantPricesRequest(variant_ids=[(await set_prices(catalog, item("a-1")))[0].variant_id])
    )
    assert not listed.lists[0].prices
    assert (await shown(catalog, "a-1"))[0] == 0, "without a price it is not sold"


async def test_prices_of_a_batch_are_judged_one_by_one(catalog: RunningCatalog) -> None:
    await catalog.upsert(*(product_input(name) for name in "abcdefg"))
    outcomes = await set_prices(
        catalog,
        item("a-1", price(100), price(90, currency="EUR")),
        item("b-1", price(100), price(200)),
        item("c-1", price(100, begin=0, end=4), price(90, begin=3)),
        item("d-1", price(100, begin=2, end=2)),
        item("e-1", price(100, currency="XXX")),
        item("nothing", price(1)),
        item("f-1", price(1), version=7),
        item("a-1", price(1)),
        item("g-1", price(4999)),
    )
    assert problems(outcomes) == [
        [],
        [("TAKEN", "items.1.prices.1")],
        [("TAKEN", "items.2.prices.1.validFrom")],
        [("INVALID", "items.3.prices.0.validUntil")],
        [("WRONG_CURRENCY", "items.4.prices.0.price.currencyCode")],
        [("UNKNOWN_SKU", "items.5.sku")],
        [("STALE_VERSION", "items.6.expectedVersion")],
        [("TAKEN", "items.7.sku")],
        [],
    ]
    assert [outcomes[place].result for place in (0, 8)] == [catalog_pb2.UPDATED, catalog_pb2.UNCHANGED]
    assert (await shown(catalog, "a-1"), (await shown(catalog, "a-1", "EUR"))[0]) == ((100, 100, 2), 90)
    await catalog.upsert(product_input("a", name="Renamed"))
    assert (await shown(catalog, "a-1", "EUR"))[0] == 90, "what a price list says outlives an import"
    await catalog.upsert(product_input("b", variants=[variant_input("b-1", currency="EUR")]))
    assert (await shown(catalog, "b-1"))[0] == 0, "a product imported in another currency is sold in that one only"


async def test_the_database_too_refuses_two_planned_prices_at_a_time_and_strangers_set_none(
    catalog: RunningCatalog,
) -> None:
    await catalog.upsert(product_input("a"))
    await set_prices(catalog, item("a-1", price(100), price(90, begin=0, end=4)))
    with pytest.raises(psycopg.errors.ExclusionViolation):
        async with catalog.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO planned_prices SELECT variant_id, channel, currency, valid_from + interval '1 hour', "
                "'infinity', 1 FROM planned_prices"
            )
    for request, call in (
        (pb.SetVariantPricesRequest(), catalog.products.SetVariantPrices),
        (pb.BatchListVariantPricesRequest(), catalog.products.BatchListVariantPrices),
    ):
        with catalog.acting(STRANGER), pytest.raises(RemoteError) as refusal:
            await call(request)
        assert refusal.value.code == "UNAUTHENTICATED"


async def test_prices_are_set_in_channels_that_there_are_and_in_currencies_they_sell_in(
    catalog: RunningCatalog,
) -> None:
    await catalog.upsert(product_input("a"), product_input("b"), product_input("c"))
    europe = merchandising_pb2.Channel(slug="eu", name="Europe", currency_codes=["EUR"], default_locale="en")
    await catalog.merchandising.UpsertChannel(merchandising_pb2.UpsertChannelRequest(channel=europe))
    outcomes = await set_prices(
        catalog,
        item("a-1", price(90, currency="EUR"), price(100), channel="eu"),
        item("b-1", price(90, currency="EUR"), channel="uk"),
        item("c-1", price(90, currency="EUR"), channel="eu"),
        item("a-1", channel="uk"),
    )
    assert problems(outcomes) == [
        [("WRONG_CURRENCY", "items.0.prices.1.price.currencyCode")],
        [("NOT_FOUND", "items.1.channel")],
        [],
        [],
    ]
    assert await catalog.rows("SELECT DISTINCT channel FROM prices ORDER BY 1") == [
        {"channel": "eu"}, {"channel": "web"},
    ]  # fmt: skip


async def test_plans_that_are_long_over_and_reservations_that_hold_nothing_are_dropped(catalog: RunningCatalog) -> None:
    await catalog.upsert(product_input("a"))
    await set_prices(catalog, item("a-1", price(5000), price(100, begin=0, end=1), price(200, begin=2)))
    async with catalog.db.transaction() as tx:
        await tx.execute(
            "UPDATE planned_prices SET valid_from = '2020-01-01', valid_until = '2020-02-01' WHERE minor_units = 100"
        )
        await tx.execute(
            "INSERT INTO reservations (id, state, expires_at, changed_at) SELECT state || age, state, now(),"
            " now() - make_interval(days => age) FROM unnest(ARRAY['SOLD', 'EXPIRED', 'RELEASED']) AS state,"
            " unnest(ARRAY[1, 40]) AS age"
        )
        await tx.execute(
            "INSERT INTO reservation_lines (reservation_id, sku, quantity) SELECT id, 'a-1', 1 FROM reservations"
        )
    await prune(catalog.db)
    assert await catalog.rows("SELECT minor_units FROM planned_prices") == [{"minor_units": 200}]
    kept = await catalog.rows("SELECT reservation_id AS id FROM reservation_lines ORDER BY 1")
    assert [row["id"] for row in kept] == ["EXPIRED1", "RELEASED1", "SOLD1", "SOLD40"]
