"""A small shop of lamps, and what a shopper finds in it."""

from __future__ import annotations

from emporium.catalog.v1 import catalog_pb2 as pb

from tests.component.catalog.conftest import indexed, until
from tests.fixtures.catalog import STRANGER, RunningCatalog, product_input, variant_input

LAMPS = [
    ("lamp-1", "Arc floor lamp", "Lumo", ["Home", "Lamps"], 9900, 5, "Black"),
    ("lamp-2", "Globe desk lamp", "Lumo", ["Home", "Lamps"], 4900, 0, "White"),
    ("lamp-3", "Reed bedside lamp", "Halden", ["Home", "Lamps"], 2900, 5, "Black"),
    ("lamp-4", "Bulb for every lamp", "Halden", ["Home", "Lamp accessories"], 700, 5, "White"),
    ("chair-1", "Folding chair", "Halden", ["Home", "Chairs"], 3900, 5, "Black"),
]


def lamps() -> list[pb.ProductInput]:
    return [
        product_input(
            reference,
            name=name,
            brand=brand,
            category_path=category,
            description="Made with care.",
            attributes=[pb.Attribute(key="colour", label="Colour", value=colour)],
            variants=[variant_input(reference, cents=cents, units=units)],
        )
        for reference, name, brand, category, cents, units, colour in LAMPS
    ]


ALL = {"want_facets": True, "want_total": True, "want_highlights": True}


async def search(catalog: RunningCatalog, query: str = "", **asked: object) -> pb.SearchProductsResponse:
    request = pb.SearchProductsRequest(query=query, **{**ALL, **asked})  # type: ignore[arg-type]
    with catalog.acting(STRANGER):
        return await catalog.catalog.SearchProducts(request, timeout=30)


def names(answer: pb.SearchProductsResponse) -> list[str]:
    return [hit.product.external_reference for hit in answer.hits]


def facets(answer: pb.SearchProductsResponse) -> dict[str, dict[str, int]]:
    return {facet.key: {value.label: value.count for value in facet.values} for facet in answer.facets}


async def filled(catalog: RunningCatalog) -> RunningCatalog:
    await catalog.upsert(*lamps())
    if catalog.settings.elasticsearch_url:
        await until(lambda: indexed(catalog))
    return catalog
