"""Collections of a few lamps."""

from __future__ import annotations

from typing import Any

from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.page_pb2 import PageRequest

from tests.fixtures.catalog import RunningCatalog, product_input, variant_input

LAMPS = [
    ("arc", "Arc floor lamp", "Lumo", ["Home", "Lamps"], 9900, 5, "Black"),
    ("globe", "Globe desk lamp", "Lumo", ["Home", "Lamps"], 4900, 0, "White"),
    ("reed", "Reed bedside LAMP", "Halden", ["Home", "Lamps", "Bedside"], 2900, 5, "Black"),
    ("bulb", "Bulb", "Halden", ["Home", "Spare parts"], 700, 5, "White"),
    ("chair", "Folding chair", "Halden", ["Garden"], 3900, 5, "Black"),
]


async def lamps(catalog: RunningCatalog) -> dict[str, str]:
    """Ids by reference, oldest first."""
    writes = await catalog.upsert(
        *(
            product_input(
                reference, name=name, brand=brand, category_path=category,
                attributes=[catalog_pb2.Attribute(key="colour", label="Colour", value=colour)],
                variants=[variant_input(reference, cents=cents, units=units)],
            )
            for reference, name, brand, category, cents, units, colour in LAMPS
        )
    )  # fmt: skip
    return {lamp[0]: write.product_id for lamp, write in zip(LAMPS, writes, strict=True)}


def ruled(*rules: pb.CollectionRule, match: Any = pb.MATCH_ALL) -> pb.CollectionRules:
    return pb.CollectionRules(match=match, rules=rules)


def price(low: int | None = None, high: int | None = None, currency: str = "USD") -> pb.CollectionRule:
    condition = pb.PriceCondition(
        min=None if low is None else Money(minor_units=low, currency_code=currency),
        max=None if high is None else Money(minor_units=high, currency_code=currency),
    )
    return pb.CollectionRule(price=condition)


async def create(catalog: RunningCatalog, name: str = "Picks", **more: Any) -> pb.Collection:
    answer = await catalog.collections.CreateCollection(pb.CreateCollectionRequest(name=name, published=True, **more))
    assert not answer.user_errors, answer
    return answer.collection


async def listed(catalog: RunningCatalog, collection_id: str, **asked: Any) -> list[str]:
    """References of the products, page after page, two at a time."""
    found: list[str] = []
    after = ""
    while True:
        request = pb.BatchListCollectionProductsRequest(
            collection_ids=[collection_id], page=PageRequest(first=2, after=after), **asked
        )
        (page,) = (await catalog.collections.BatchListCollectionProducts(request)).pages
        found += [product.external_reference for product in page.nodes]
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor


async def category_id(catalog: RunningCatalog, *path: str) -> str:
    (row,) = await catalog.rows("SELECT id FROM categories WHERE path = %s", [list(path)])
    return str(row["id"])
