"""What lifts a hit and how far, what is said of it, and what is found where nothing has the words."""

from __future__ import annotations

import math

import orjson
import pytest
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.postgres.sales import PostgresSales
from subgraphs.catalog.app.count_sales import CountSales
from tests.component.catalog.conftest import indexed, until
from tests.component.catalog.lamps import filled, names, search
from tests.fixtures.catalog import MANAGER, RunningCatalog, product_input, variant_input

RANKING = read_ranking()
SELL = """
INSERT INTO stock_ledger (sku, kind, sold_delta, order_id, created_at)
SELECT sku, 'sold', units, order_id, now() - make_interval(mins => 5, days => age)
FROM jsonb_to_recordset(%s::jsonb) AS sale (sku text, units int, order_id text, age int)
"""


def sale(sku: str, units: int, order: str = "", age: int = 0) -> dict[str, object]:
    return {"sku": sku, "units": units, "order_id": order, "age": age}


async def sold(catalog: RunningCatalog, *sales: dict[str, object]) -> list[str]:
    """The products whose band moved."""
    async with catalog.db.transaction() as tx:
        await tx.execute("UPDATE sales_progress SET read_to = now() - interval '80 days'")
        await tx.execute("DELETE FROM stock_ledger WHERE kind = 'sold'")
        await tx.execute(SELL, [orjson.dumps(sales).decode()])
    return await PostgresSales(catalog.db, RANKING.popularity).count()


async def bands(catalog: RunningCatalog) -> dict[str, int]:
    rows = await catalog.rows("SELECT product_id, band FROM product_popularity WHERE band > 0")
    return {row["product_id"]: row["band"] for row in rows}


async def ids(catalog: RunningCatalog) -> dict[str, str]:
    return {row["external_reference"]: row["id"] for row in await catalog.rows("SELECT * FROM products")}


async def test_what_sells_is_counted_in_bands_that_do_not_flap(catalog: RunningCatalog) -> None:
    await filled(catalog)
    known = await ids(catalog)
    lamp, chair, other = known["lamp-1"], known["chair-1"], known["lamp-2"]
    assert await sold(catalog, sale("lamp-1", 12), sale("chair-1", 2), sale("lamp-2", 12, age=60)) == [lamp]
    assert await bands(catalog) == {lamp: 2}, "what was sold long ago hardly counts"
    waiting = await catalog.rows("SELECT product_id FROM index_entries WHERE wanted_version > indexed_version")
    assert waiting == [{"product_id": lamp}], "the index hears of it even if whoever counted ends now"
    assert not await sold(catalog, sale("chair-1", 1)), "3 is reached, but the first two have aged by a breath"
    assert await sold(catalog, sale("chair-1", 1), sale("lamp-2", -1)) == [chair]
    assert await bands(catalog) == {lamp: 2, chair: 1}
    await catalog.rows("UPDATE product_popularity SET score = 8.5, due_at = now() - interval '1 hour' RETURNING 1")
    assert await sold(catalog) == [other]
    assert await bands(catalog) == {lamp: 2, chair: 1, other: 1}, "8.5 is less than band 2 begins at, enough to stay"
    due = await catalog.rows("SELECT due_at > now() AS later FROM product_popularity WHERE band > 0")
    assert all(row["later"] for row in due)
    await catalog.rows("UPDATE product_popularity SET score = 0.1, due_at = now() - interval '1 hour' RETURNING 1")
    await sold(catalog)
    assert not await bands(catalog)


async def test_several_orders_tell_what_goes_together(catalog: RunningCatalog) -> None:
    await filled(catalog)
    known = await ids(catalog)
    baskets = [("lamp-1", "lamp-4"), ("lamp-1", "lamp-4"), ("lamp-1", "chair-1"), ("chair-1", "lamp-4")]
    await sold(catalog, *(sale(sku, 1, f"ord_{place}") for place, basket in enumerate(baskets) for sku in basket))
    sales = PostgresSales(catalog.db, RANKING.popularity)
    asked = [known["lamp-1"], known["chair-1"], known["lamp-3"]]
    assert await sales.bought_together(asked, "web", 5) == [[known["lamp-4"]], [], []], "one order is nobody's business"
    assert await sales.bought_together(asked[:1], "outlet", 5) == [[]]


async def explained(catalog: RunningCatalog, query: str) -> list[tuple[str, float, float]]:
    """Of each hit how well it matches and what that is multiplied by for business; sums are checked."""
    request = pb.SearchProductsRequest(query=query, want_explanations=True)
    with catalog.acting(MANAGER):
        answer = await catalog.catalog.SearchProducts(request, timeout=30)
    found: list[tuple[str, float, float]] = []
    for hit in answer.hits:
        parts = hit.explanation.parts
        match = sum(part.value for part in parts if part.effect == pb.ADDS)
        factors = {part.reason: part.value for part in parts if part.effect == pb.MULTIPLIES}
        assert match * math.prod(factors.values()) == pytest.approx(hit.explanation.score, rel=1e-3), hit
        business = math.prod(value for reason, value in factors.items() if "sells" in reason or "for sale" in reason)
        found.append((hit.product.external_reference, hit.explanation.score / business, business))
    return found


async def check_bounded_business(catalog: RunningCatalog) -> None:
    """Equal matches: what sells comes first. Whatever matches worse by more than the bound stays behind."""
    before = await explained(catalog, "desk lamp")
    known = await ids(catalog)
    worst = before[-1][0]
    await sold(catalog, sale("twin-2", 400), sale(worst, 400))
    counting = CountSales(PostgresSales(catalog.db, RANKING.popularity), 60)
    await catalog.rows("UPDATE product_popularity SET band = 0, due_at = now() - interval '1 hour' RETURNING 1")
    assert await counting.look() == 2
    await until(lambda: indexed(catalog))
    after = await explained(catalog, "desk lamp")
    order = [name for name, _, _ in after]
    assert order.index("twin-2") < order.index("twin-1")
    assert set(order) == {name for name, _, _ in before}
    assert max(business for _, _, business in after) == pytest.approx(RANKING.most_business)
    worse = {name: match for name, match, _ in after}
    for place, name in enumerate(order):
        for behind in order[place + 1 :]:
            assert worse[behind] <= worse[name] * RANKING.most_business
    assert worse[worst] * RANKING.most_business < worse[order[0]], "the check can fail"
    assert order[0] != worst
    assert known[worst] in await bands(catalog)


async def check_explanations_are_for_staff(catalog: RunningCatalog) -> None:
    with pytest.raises(RemoteError) as refusal:
        await search(catalog, "lamp", want_explanations=True)
    assert refusal.value.code == "UNAUTHENTICATED"
    assert not (await search(catalog, "lamp")).hits[0].HasField("explanation")


async def check_rescues(catalog: RunningCatalog) -> None:
    some = await search(catalog, "bedside zzzqqq")
    assert (some.rescue.kind, list(some.rescue.ignored_words)) == (pb.FEWER_WORDS, ["zzzqqq"])
    assert names(some) == ["lamp-3"]
    near = await search(catalog, "khair")
    assert near.rescue.kind == pb.NEAR_CATEGORY
    assert names(near) == ["chair-1"]
    assert near.rescue.category_id == near.hits[0].product.category_id
    joined = await search(catalog, "bed side lamp")
    assert (joined.did_you_mean, names(joined)[0]) == ("bedside lamp", "lamp-3")
    nothing = await search(catalog, "zzzqqq")
    assert not nothing.hits
    assert not (await search(catalog, "lamp")).HasField("rescue")


async def test_ranking_on_the_search_engine(searchable: RunningCatalog) -> None:
    twins = [
        product_input(
            f"twin-{number}",
            name="Desk lamp",
            category_path=["Home", "Lamps"],
            variants=[variant_input(f"twin-{number}")],
        )
        for number in (1, 2)
    ]
    await searchable.upsert(*twins)
    await filled(searchable)
    await check_explanations_are_for_staff(searchable)
    await check_rescues(searchable)
    await check_bounded_business(searchable)
