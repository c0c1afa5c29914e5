"""What goes with a product: things like it, and what others bought with it."""

from __future__ import annotations

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from subgraphs.catalog.adapters.postgres.sales import PostgresSales
from tests.component.catalog.conftest import indexed, until
from tests.component.catalog.lamps import lamps
from tests.component.catalog.test_search_ranking import RANKING, ids, sale, sold
from tests.fixtures.catalog import STRANGER, RunningCatalog, product_input, variant_input


async def related(
    catalog: RunningCatalog, references: list[str], relation: pb.ProductRelation = pb.SIMILAR, first: int = 3
) -> list[list[str]]:
    known = await ids(catalog)
    request = pb.BatchListRelatedProductsRequest(
        product_ids=[known.get(each, each) for each in references], relation=relation, first=first
    )
    with catalog.acting(STRANGER):
        answer = await catalog.catalog.BatchListRelatedProducts(request, timeout=30)
    return [[product.external_reference for product in each.products] for each in answer.lists]


async def more_lamps(catalog: RunningCatalog) -> None:
    """Beside the lamps: one like the first but sold out, one that nobody may see."""
    home = ["Home", "Lamps"]
    await catalog.upsert(
        *lamps(),
        product_input(
            "twin", name="Arc floor lamp, bent", brand="Lumo", category_path=home,
            attributes=[pb.Attribute(key="colour", label="Colour", value="Black")],
            variants=[variant_input("twin", units=0)],
        ),
        product_input("secret", name="Arc floor lamp", brand="Lumo", category_path=home, published=False),
    )  # fmt: skip


async def test_products_like_others_come_by_kind_first(searchable: RunningCatalog) -> None:
    await more_lamps(searchable)
    await until(lambda: indexed(searchable))
    floor, chair, unknown, hidden = await related(searchable, ["lamp-1", "chair-1", "prd_nothing", "secret"])
    assert floor == ["lamp-3", "twin", "lamp-2"], "what can be bought; then by name, brand and colour"
    assert "chair-1" not in chair
    assert unknown == hidden == []
    many = await related(searchable, ["lamp-1", "lamp-1"], first=20)
    assert many[0] == many[1]
    assert "secret" not in many[0]
    with pytest.raises(RemoteError) as refusal:
        await related(searchable, ["lamp-1"], first=21)
    assert refusal.value.reason == "INVALID_PAGE"


async def test_the_database_relates_too_and_orders_tell_what_goes_together(catalog: RunningCatalog) -> None:
    await more_lamps(catalog)
    floor, chair = await related(catalog, ["lamp-1", "chair-1"], first=2)
    assert floor == ["twin", "lamp-2"], "its maker's, newest first"
    assert chair == []
    orders = [sale(sku, 1, f"ord_{number}") for number in (1, 2) for sku in ("lamp-1", "lamp-4", "twin")]
    await sold(catalog, *orders)
    assert await related(catalog, ["lamp-1", "lamp-2"], pb.BOUGHT_TOGETHER) == [["lamp-4", "twin"], []]
    assert await PostgresSales(catalog.db, RANKING.popularity).bought_together([], "web", 3) == []
