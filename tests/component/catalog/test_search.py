"""Search by both engines: the same API, the same facets; and what happens between them."""

from __future__ import annotations

import dataclasses

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.page_pb2 import PageRequest, ShopContext

from chassis.errors import RemoteError
from subgraphs.catalog.domain.search import read_cursor
from tests.component.catalog.conftest import indexed, until
from tests.component.catalog.lamps import facets, filled, names, search
from tests.fixtures.catalog import MANAGER, STRANGER, RunningCatalog, product_input


async def check_search(catalog: RunningCatalog) -> None:
    """What holds for both engines."""
    found = await search(catalog, "lamp")
    assert set(names(found)) == {"lamp-1", "lamp-2", "lamp-3", "lamp-4"}
    assert found.total_count == 4
    assert set(names(await search(catalog, '-"lamp" or'))) == set(names(found)), "signs are no operators"
    assert facets(found) == {
        "category": {"Home": 4, "Home › Lamps": 3, "Home › Lamp accessories": 1},
        "brand": {"Halden": 2, "Lumo": 2},
        "price": {"USD 0 to 10": 1, "USD 25 to 50": 2, "USD 50 to 100": 1},
        "availability": {"In stock": 3, "Sold out": 1},
        "colour": {"Black": 2, "White": 2},
    }
    assert "<em>lamp</em>" in {hl.field: hl.snippet for hl in found.hits[0].highlights}["name"]
    unmarked = await search(catalog, "lamp", want_highlights=False)
    assert names(unmarked) == names(found)
    assert not any(hit.highlights for hit in unmarked.hits)


async def check_other_currency(catalog: RunningCatalog) -> None:
    """Where a product has no price, it is not for sale, whatever is in stock."""
    euros, stocked = ShopContext(currency_code="EUR"), [pb.FacetInput(facet="availability", values=["IN_STOCK"])]
    assert not (await search(catalog, "lamp", context=euros, filter=pb.SearchFilter(available_for_sale=True))).hits
    assert not (await search(catalog, "lamp", context=euros, facets=stocked)).hits
    unsold = await search(catalog, "lamp", context=euros, filter=pb.SearchFilter(available_for_sale=False))
    assert unsold.total_count == 4
    assert facets(unsold)["availability"] == {"Sold out": 4}


async def check_facets(catalog: RunningCatalog) -> None:
    chosen = [pb.FacetInput(facet="brand", values=["Lumo"]), pb.FacetInput(facet="colour", values=["Black"])]
    narrowed = await search(catalog, "lamp", facets=chosen)
    assert names(narrowed) == ["lamp-1"]
    counted = facets(narrowed)
    assert counted["brand"] == {"Halden": 1, "Lumo": 1}, "as if no brand were chosen"
    assert counted["colour"] == {"Black": 1, "White": 1}, "as if no colour were chosen"
    assert counted["availability"] == {"In stock": 1}
    either_brand = await search(catalog, "lamp", facets=[pb.FacetInput(facet="brand", values=["Lumo", "Halden"])])
    assert either_brand.total_count == 4
    cheap = await search(catalog, "", facets=[pb.FacetInput(facet="price", values=["2500-5000"])])
    assert set(names(cheap)) == {"lamp-2", "lamp-3", "chair-1"}
    nothing = await search(catalog, "lamp", facets=[pb.FacetInput(facet="brand", values=["Nobody"])])
    assert not nothing.hits
    (brand,) = [facet for facet in nothing.facets if facet.key == "brand"]
    assert [(value.label, value.count) for value in brand.values if value.selected] == [("Nobody", 0)]


async def check_filters(catalog: RunningCatalog) -> None:
    in_stock = await search(catalog, "lamp", filter=pb.SearchFilter(available_for_sale=True))
    assert set(names(in_stock)) == {"lamp-1", "lamp-3", "lamp-4"}
    dear = await search(catalog, filter=pb.SearchFilter(min_price_minor_units=3900, max_price_minor_units=4900))
    assert set(names(dear)) == {"lamp-2", "chair-1"}
    lumo = await search(catalog, filter=pb.SearchFilter(brands=["Lumo"]))
    assert lumo.total_count == 2


async def check_order_and_pages(catalog: RunningCatalog) -> None:
    for direction, expected in ((pb.ASC, [700, 2900, 3900, 4900, 9900]), (pb.DESC, [9900, 4900, 3900, 2900, 700])):
        prices: list[int] = []
        after = ""
        while True:
            page = await search(
                catalog, sort_field=pb.PRICE, sort_direction=direction, page=PageRequest(first=2, after=after)
            )
            prices += [hit.product.price_range.min.minor_units for hit in page.hits]
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
        assert prices == expected
    by_name = await search(catalog, sort_field=pb.NAME)
    assert names(by_name) == ["lamp-1", "lamp-4", "chair-1", "lamp-2", "lamp-3"]


async def check_bad_input(catalog: RunningCatalog) -> None:
    for bad, reason in (
        ({"page": PageRequest(first=101)}, "INVALID_PAGE"),
        ({"page": PageRequest(first=-1)}, "INVALID_PAGE"),
        ({"page": PageRequest(first=5, after="nonsense")}, "INVALID_CURSOR"),
        ({"facets": [pb.FacetInput(facet="price", values=["cheap"])]}, "INVALID_SEARCH"),
        ({"query": "x" * 501}, "INVALID_SEARCH"),
        ({"context": ShopContext(currency_code="dollars")}, "INVALID_SHOP"),
        ({"context": ShopContext(channel="web.*")}, "INVALID_SHOP"),
    ):
        with pytest.raises(RemoteError) as refusal:
            await search(catalog, **bad)  # type: ignore[arg-type]
        assert refusal.value.reason == reason
    for odd in ("'; DROP TABLE products --", '"\\(', "*", "\x00", "   ", "🙂", "a & | ! b:*"):
        await search(catalog, odd)


async def check_suggestions(catalog: RunningCatalog) -> None:
    async def offered(prefix: str) -> list[tuple[int, str]]:
        with catalog.acting(STRANGER):
            answer = await catalog.catalog.SuggestProducts(pb.SuggestProductsRequest(prefix=prefix), timeout=30)
        return [(each.kind, each.text) for each in answer.suggestions]

    assert await offered("bedside la") == [(pb.SUGGESTED_PRODUCT, "Reed bedside lamp")]
    lamps = await offered("lam")
    assert lamps[:2] == [(pb.SUGGESTED_CATEGORY, "Home › Lamps"), (pb.SUGGESTED_CATEGORY, "Home › Lamp accessories")]
    assert {kind for kind, _ in lamps[2:]} == {pb.SUGGESTED_PRODUCT}
    assert len(lamps) == 6
    assert await offered("100%_\\") == []


CHECKS = [
    check_search,
    check_facets,
    check_other_currency,
    check_filters,
    check_order_and_pages,
    check_bad_input,
    check_suggestions,
]


async def test_the_database_answers_searches(catalog: RunningCatalog) -> None:
    await filled(catalog)
    for check in CHECKS:
        await check(catalog)
    assert (
        await search(catalog, "lamp")
    ).degraded == "The search engine is not connected yet. Answered from the database."


async def test_the_search_engine_answers_the_same_api(searchable: RunningCatalog) -> None:
    await filled(searchable)
    for check in CHECKS:
        await check(searchable)
    found = await search(searchable, "lamp")
    assert not found.HasField("degraded")
    assert names(found)[-1] == "lamp-4", "a thing for lamps stands below lamps"


async def test_changes_are_searchable_within_moments(searchable: RunningCatalog) -> None:
    await filled(searchable)
    delays: list[float] = []
    for number in range(5):
        await searchable.upsert(product_input(f"new-{number}", name=f"Qwertz{number} thing"))

        async def found(wanted: str = f"qwertz{number}") -> bool:
            answer = await search(searchable, wanted)
            return bool(answer.hits) and not answer.did_you_mean

        delays.append(await until(found))
    assert sorted(delays)[2] < 2.0


async def next_page(catalog: RunningCatalog, after: str) -> pb.SearchProductsResponse:
    return await search(catalog, sort_field=pb.NAME, page=PageRequest(first=2, after=after))


async def test_a_list_that_is_paged_stays_as_it_was(searchable: RunningCatalog) -> None:
    await filled(searchable)
    second = await next_page(searchable, (await next_page(searchable, "")).page_info.end_cursor)
    assert names(second) == ["chair-1", "lamp-2"]
    await searchable.upsert(product_input("newcomer", name="Newcomer after the second page"))
    await until(lambda: indexed(searchable))
    assert "newcomer" in names(await search(searchable, sort_field=pb.NAME))
    rest = await next_page(searchable, second.page_info.end_cursor)
    assert names(rest) == ["lamp-3"]


async def test_a_list_whose_snapshot_is_gone_goes_on_in_the_present(searchable: RunningCatalog) -> None:
    await filled(searchable)
    second = await next_page(searchable, (await next_page(searchable, "")).page_info.end_cursor)
    cursor = read_cursor(second.page_info.end_cursor, "NAME+")
    assert cursor is not None
    assert cursor.snapshot
    for snapshot in ("bm9uc2Vuc2U=", cursor.snapshot[:-8] + "AAAAAAAA"):
        rest = await next_page(searchable, str(dataclasses.replace(cursor, snapshot=snapshot)))
        assert names(rest) == ["lamp-3"]
        assert not rest.HasField("degraded"), "what a client sends says nothing about the engine"


async def test_a_withdrawn_product_is_found_no_more_and_comes_back(searchable: RunningCatalog) -> None:
    await filled(searchable)
    product_id = (await search(searchable, "chair")).hits[0].product.id
    for published in (False, True):
        with searchable.acting(MANAGER):
            await searchable.catalog.PublishProducts(pb.PublishProductsRequest(ids=[product_id], published=published))

        async def shown(wanted: bool = published) -> bool:
            return bool((await search(searchable, "chair")).total_count) is wanted

        await until(shown)


async def test_selling_out_shows_in_the_availability_facet(searchable: RunningCatalog) -> None:
    await filled(searchable)
    line = pb.ReservationLine(sku="chair-1", quantity=5)
    await searchable.inventory.ReserveStock(
        pb.ReserveStockRequest(reservations=[pb.ReservationRequest(reservation_id="r", lines=[line])])
    )

    async def sold_out() -> bool:
        return facets(await search(searchable, "chair"))["availability"] == {"Sold out": 1}

    await until(sold_out)


async def test_a_misspelled_query_finds_what_is_meant(searchable: RunningCatalog) -> None:
    await filled(searchable)
    found = await search(searchable, "bedsid lmap")
    assert found.did_you_mean == "bedside lamp"
    assert names(found)[0] == "lamp-3"


async def test_staff_find_what_is_not_published(searchable: RunningCatalog) -> None:
    await searchable.upsert(product_input("secret", name="Secret lamp", published=False))
    request = pb.SearchProductsRequest(query="secret", filter=pb.SearchFilter(include_unpublished=True))
    with searchable.acting(MANAGER):
        assert names(await searchable.catalog.SearchProducts(request)) == ["secret"]
    with searchable.acting(STRANGER), pytest.raises(RemoteError) as refusal:
        await searchable.catalog.SearchProducts(request)
    assert refusal.value.code == "UNAUTHENTICATED"
