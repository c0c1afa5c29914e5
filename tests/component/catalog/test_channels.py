"""Channels: what is published in one of them only is found in no other, now and by plan."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2
from emporium.common.v1 import outcome_pb2
from emporium.common.v1.page_pb2 import ShopContext
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.database import Database
from chassis.errors import RemoteError
from chassis.wire import timestamp
from subgraphs.catalog.adapters.postgres.publications import PostgresPublications
from tests.component.catalog.conftest import indexed, until
from tests.fixtures.catalog import SHOPPER, RunningCatalog, product_input

pytestmark = [pytest.mark.servers]

EU = ShopContext(channel="eu", currency_code="USD")
WEB = ShopContext(channel="web", currency_code="USD")


async def open_eu(catalog: RunningCatalog, **changes: Any) -> merchandising_pb2.UpsertChannelResponse:
    values: dict[str, Any] = {
        "slug": "eu", "name": "Europe", "currency_codes": ["EUR", "USD"], "default_locale": "de", "locales": ["de-at"],
    }  # fmt: skip
    channel = merchandising_pb2.Channel(**(values | changes))
    return await catalog.merchandising.UpsertChannel(merchandising_pb2.UpsertChannelRequest(channel=channel))


async def publish(catalog: RunningCatalog, ids: list[str], channels: list[str], **more: Any) -> Any:
    asked: dict[str, Any] = {"ids": ids, "channels": channels, "published": True, **more}
    return await catalog.catalog.PublishProducts(pb.PublishProductsRequest(**asked))


async def everywhere(catalog: RunningCatalog, product: pb.Product, shop: ShopContext) -> set[str]:
    """The ways by which a shopper of this shop comes to the product."""
    ask, found = catalog.catalog, set[str]()
    with catalog.acting(SHOPPER):
        by_id = await ask.BatchGetProducts(pb.BatchGetProductsRequest(ids=[product.id], context=shop))
        key = pb.ProductKey(slug=product.slug)
        by_slug = await ask.BatchFindProducts(pb.BatchFindProductsRequest(keys=[key], context=shop))
        listed = await ask.BatchListCategoryProducts(
            pb.BatchListCategoryProductsRequest(category_ids=[product.category_id], context=shop)
        )
        (category,) = (
            await ask.BatchGetCategories(pb.BatchGetCategoriesRequest(ids=[product.category_id], context=shop))
        ).outcomes
        bought = await ask.BatchGetVariantsBySku(
            pb.BatchGetVariantsBySkuRequest(skus=[f"{product.external_reference}-1"], context=shop)
        )
        searched = await ask.SearchProducts(pb.SearchProductsRequest(query="sneaker", context=shop, want_facets=True))
        suggested = await ask.SuggestProducts(pb.SuggestProductsRequest(prefix="snea", context=shop))
    ways = {
        "id": any(each.product.id == product.id for each in by_id.outcomes),
        "slug": any(each.product.id == product.id for each in by_slug.outcomes),
        "listing": any(each.id == product.id for page in listed.pages for each in page.nodes),
        "count": category.category.product_count > 0,
        "sku": any(each.variant.product_id == product.id for each in bought.outcomes),
        "search": any(hit.product.id == product.id for hit in searched.hits),
        "facets": any(value.count for facet in searched.facets for value in facet.values),
        "suggest": any(each.product_id == product.id for each in suggested.suggestions),
    }
    found |= {way for way, there in ways.items() if there}
    return found


EVERY_WAY = {"id", "slug", "listing", "count", "sku", "search", "facets", "suggest"}


async def sneaker(catalog: RunningCatalog, **changes: Any) -> pb.Product:
    (write,) = await catalog.upsert(product_input("a", **changes))
    found = await catalog.catalog.BatchGetProducts(pb.BatchGetProductsRequest(ids=[write.product_id]))
    return found.outcomes[0].product


@pytest.fixture(params=["catalog", "searchable"])
def either(request: pytest.FixtureRequest) -> RunningCatalog:
    """With a search engine and without."""
    return request.getfixturevalue(request.param)


async def test_what_is_published_in_one_channel_is_found_in_no_other(either: RunningCatalog) -> None:
    catalog = either
    await open_eu(catalog)
    product = await sneaker(catalog, published=False)
    await publish(catalog, [product.id], ["eu"])
    if catalog.settings.elasticsearch_url:
        await until(lambda: indexed(catalog))
    assert await everywhere(catalog, product, EU) == EVERY_WAY
    assert await everywhere(catalog, product, WEB) == set()


async def test_publishing_again_changes_nothing_and_each_change_is_recorded_once(catalog: RunningCatalog) -> None:
    await open_eu(catalog)
    product = await sneaker(catalog)
    for _ in range(2):
        answer = await publish(catalog, [product.id, "prd_unknown"], ["eu", "web"])
        assert [each.HasField("product") for each in answer.outcomes] == [True, False]
    rows = await catalog.rows("SELECT version, before, after FROM catalog_changes WHERE operation = 'productPublish'")
    assert rows == [{"version": 2, "before": {"channels": ["web"]}, "after": {"channels": ["eu", "web"]}}]
    announced = await catalog.rows("SELECT FROM outbox WHERE aggregate_id = %s", [product.id])
    assert len(announced) == 2
    hide = pb.PublishProductsRequest(ids=[product.id], expected_versions=[1])
    stale = await catalog.catalog.PublishProducts(hide)
    assert [list(error.input.field) for error in stale.user_errors] == [["expectedVersions", "0"]]
    hide.expected_versions.append(2)
    uneven = await catalog.catalog.PublishProducts(hide)
    assert [list(error.input.field) for error in uneven.user_errors] == [["expectedVersions"]]
    assert stale.outcomes[0].product.published
    hide.expected_versions[:] = [2]
    hidden = await catalog.catalog.PublishProducts(hide)
    assert not hidden.user_errors
    assert not hidden.outcomes[0].product.published
    await publish(catalog, [product.id], ["web"])
    request = merchandising_pb2.BatchListPublicationsRequest(product_ids=[product.id, "prd_unknown"])
    lists = (await catalog.merchandising.BatchListPublications(request)).lists
    assert [[each.channel for each in found.publications] for found in lists] == [["eu", "web"], []]


async def test_a_plan_shows_and_hides_a_product_by_itself(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog, published=False)
    tomorrow, later = (timestamp(datetime.now(UTC) + timedelta(days=days)) for days in (1, 2))
    await publish(catalog, [product.id], [], publish_at=tomorrow, publish_until=later)
    assert await plan_of(catalog, product) == (False, True, True)
    await hurry(catalog, "publish_at")
    await until(lambda: shown(catalog, product))
    assert await plan_of(catalog, product) == (True, False, True)
    await hurry(catalog, "publish_until")
    await until(lambda: hidden(catalog, product))
    assert await catalog.rows("SELECT FROM planned_publications") == []
    changes = await catalog.rows(
        "SELECT actor, after FROM catalog_changes WHERE operation = 'publication plan' ORDER BY id"
    )
    assert changes == [
        {"actor": "service:catalog", "after": {"channels": ["web"]}},
        {"actor": "service:catalog", "after": {"channels": []}},
    ]


async def plan_of(catalog: RunningCatalog, product: pb.Product) -> tuple[bool, bool, bool]:
    """Shown, to be shown, to be hidden."""
    request = merchandising_pb2.BatchListPublicationsRequest(product_ids=[product.id])
    (found,) = (await catalog.merchandising.BatchListPublications(request)).lists[0].publications
    return found.published, found.HasField("publish_at"), found.HasField("publish_until")


async def hurry(catalog: RunningCatalog, column: str) -> None:
    """The planned moment comes."""
    statement = f"UPDATE planned_publications SET {column} = now() - interval '1 second' RETURNING product_id"
    await catalog.rows(statement)


async def shown(catalog: RunningCatalog, product: pb.Product) -> bool:
    return bool(await catalog.rows("SELECT FROM publications WHERE product_id = %s", [product.id]))


async def hidden(catalog: RunningCatalog, product: pb.Product) -> bool:
    return not await shown(catalog, product)


async def test_what_was_planned_ends_with_the_next_word_of_staff(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    tomorrow = timestamp(datetime.now(UTC) + timedelta(days=1))
    await publish(catalog, [product.id], [], publish_until=tomorrow)
    assert await plan_of(catalog, product) == (True, False, True)
    (planned,) = await catalog.rows("SELECT version, before, after FROM catalog_changes WHERE kind = 'PUBLICATION'")
    assert (planned["version"], planned["before"]) == (2, {}), "whoever read the product before knows no plan of it"
    end = planned["after"]["plan.web"]["publishUntil"]
    assert datetime.fromisoformat(end) == tomorrow.ToDatetime(tzinfo=UTC)
    await publish(catalog, [product.id], [])
    (*_, ended) = await catalog.rows("SELECT before FROM catalog_changes WHERE kind = 'PUBLICATION' ORDER BY id")
    assert ended["before"] == planned["after"]
    assert await plan_of(catalog, product) == (True, False, False)
    await publish(catalog, [product.id], [], publish_at=tomorrow)
    assert await plan_of(catalog, product) == (False, True, False)


async def test_both_moments_missed_leave_it_hidden(catalog: RunningCatalog, fresh_plans: Database) -> None:
    product = await sneaker(catalog, published=False)
    await catalog.rows(
        "INSERT INTO planned_publications VALUES (%s, 'web', now() - interval '2 h', now() - interval '1 h')"
        " RETURNING product_id",
        [product.id],
    )
    await PostgresPublications(fresh_plans).follow_plans(10)
    assert await catalog.rows("SELECT FROM planned_publications") == []
    assert await hidden(catalog, product)


@pytest.fixture
def fresh_plans(catalog: RunningCatalog) -> Database:
    return catalog.db


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"published": False, "publish_at": Timestamp(seconds=4_000_000_000)}, "publishAt"),
        ({"publish_until": Timestamp(seconds=1)}, "publishUntil"),
    ],
)
async def test_times_that_cannot_be_meant_are_refused(catalog: RunningCatalog, asked: Any, field: str) -> None:
    product = await sneaker(catalog)
    answer = await publish(catalog, [product.id], [], **asked)
    assert [list(error.input.field) for error in answer.user_errors] == [[field]]
    assert await shown(catalog, product)


async def test_an_unknown_channel_is_named_in_the_error_and_a_new_one_is_known_at_once(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog)
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refused:
        await catalog.catalog.BatchGetProducts(pb.BatchGetProductsRequest(ids=[product.id], context=EU))
    assert (refused.value.reason, refused.value.facts) == ("UNKNOWN_CHANNEL", {"channel": "eu"})
    told = (await publish(catalog, [product.id], ["eu"])).user_errors
    assert [(each.input.code, list(each.input.field)) for each in told] == [(outcome_pb2.NOT_FOUND, ["channels", "0"])]
    opened = await open_eu(catalog)
    assert (list(opened.channel.locales), opened.channel.version) == (["de", "de-AT"], 1)
    assert await everywhere(catalog, product, EU) == set()
    listed = await catalog.merchandising.ListChannels(merchandising_pb2.ListChannelsRequest())
    assert [each.slug for each in listed.channels] == ["eu", "web"]


async def test_a_channel_is_changed_by_who_knows_its_version(catalog: RunningCatalog) -> None:
    await open_eu(catalog)
    assert (await open_eu(catalog, name="EU")).channel.version == 2
    assert (await open_eu(catalog, name="EU")).channel.version == 2, "nothing changed"
    channel = merchandising_pb2.Channel(slug="eu", name="x", currency_codes=["EUR"], default_locale="de")
    stale = merchandising_pb2.UpsertChannelRequest(channel=channel, expected_version=1)
    (error,) = (await catalog.merchandising.UpsertChannel(stale)).user_errors
    assert "version 2 now" in error.input.message
    faulty = await open_eu(catalog, slug="E U", name=" ", currency_codes=["EUR", "XXQ"], locales=["german!"])
    assert [list(each.input.field) for each in faulty.user_errors] == [
        ["slug"], ["name"], ["currencyCodes", "1"], ["locales", "1"],
    ]  # fmt: skip
    changes = await catalog.rows("SELECT before, after FROM catalog_changes WHERE kind = 'CHANNEL' ORDER BY id")
    assert [each["after"].get("name") for each in changes] == ["Europe", "EU"]
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refused:
        await open_eu(catalog)
    assert refused.value.status == "PERMISSION_DENIED"


async def test_a_write_that_hides_a_product_ends_the_plan_to_show_it(catalog: RunningCatalog) -> None:
    product = await sneaker(catalog, published=False)
    tomorrow = timestamp(datetime.now(UTC) + timedelta(days=1))
    await publish(catalog, [product.id], [], publish_at=tomorrow)
    results = [(await catalog.upsert(product_input("a", published=False)))[0].result for _ in range(2)]
    assert results == [pb.UPDATED, pb.UNCHANGED]
    assert await catalog.rows("SELECT FROM planned_publications") == []
