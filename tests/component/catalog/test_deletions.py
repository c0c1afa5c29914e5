"""Channels and stock locations go when nothing is in them, and say what is."""

from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2, stock_location_pb2
from emporium.common.v1 import outcome_pb2

from chassis.errors import RemoteError
from tests.component.catalog.located_stock import adjust
from tests.fixtures.catalog import SHOPPER, RunningCatalog, product_input

pytestmark = [pytest.mark.servers]
Code = outcome_pb2.UserErrorCode


async def delete_channel(catalog: RunningCatalog, slug: str, version: int) -> str:
    """The code of the refusal and what it says, or "gone"."""
    request = merchandising_pb2.DeleteChannelRequest(slug=slug, expected_version=version)
    return refusal(await catalog.merchandising.DeleteChannel(request)) or "gone"


async def delete_location(catalog: RunningCatalog, location: str, version: int) -> str:
    request = stock_location_pb2.DeleteStockLocationRequest(id=location, expected_version=version)
    return refusal(await catalog.inventory.DeleteStockLocation(request)) or "gone"


def refusal(answer: Any) -> str:
    return " ".join(
        f"{Code.Name(each.input.code)} {each.input.message.partition(';')[0]}" for each in answer.user_errors
    )


async def test_a_channel_goes_when_nothing_is_in_it(catalog: RunningCatalog) -> None:
    channel = merchandising_pb2.Channel(slug="eu", name="Europe", currency_codes=["EUR"], default_locale="de")
    await catalog.merchandising.UpsertChannel(merchandising_pb2.UpsertChannelRequest(channel=channel))
    (written,) = await catalog.upsert(product_input("a"))
    publishing = {"ids": [written.product_id], "channels": ["eu"]}
    await catalog.catalog.PublishProducts(pb.PublishProductsRequest(**publishing, published=True))
    assert await delete_channel(catalog, "eu", 1) == "NOT_EMPTY eu has publications"
    await catalog.catalog.PublishProducts(pb.PublishProductsRequest(**publishing, published=False))
    assert (await delete_channel(catalog, "eu", 2)).startswith("STALE_VERSION")
    assert await delete_channel(catalog, "eu", 1) == "gone"
    assert (await delete_channel(catalog, "eu", 1)).startswith("NOT_FOUND")
    assert (await delete_channel(catalog, "web", 1)).startswith("WRONG_STATE")
    listed = await catalog.merchandising.ListChannels(merchandising_pb2.ListChannelsRequest())
    assert [each.slug for each in listed.channels] == ["web"]
    (change,) = await catalog.rows("SELECT * FROM catalog_changes WHERE entity_id = 'eu' ORDER BY id DESC LIMIT 1")
    assert (change["operation"], change["after"]) == ("channelDelete", {})
    with catalog.acting(SHOPPER), pytest.raises(RemoteError):
        await delete_channel(catalog, "web", 1)


async def test_a_location_goes_that_never_held_stock(catalog: RunningCatalog) -> None:
    for place in ("typo", "berlin"):
        request = stock_location_pb2.UpsertStockLocationRequest(id=place, name=place)
        await catalog.inventory.UpsertStockLocation(request)
    await catalog.upsert(product_input("a"))
    for delta in (1, -1):
        await adjust(catalog, {"sku": "a-1", "location": "berlin", "delta": delta})
    assert (await delete_location(catalog, "typo", 2)).startswith("STALE_VERSION")
    assert await delete_location(catalog, "typo", 1) == "gone"
    assert (await delete_location(catalog, "typo", 1)).startswith("NOT_FOUND")
    assert (await delete_location(catalog, "berlin", 1)).startswith("NOT_EMPTY it holds stock, or did")
    assert (await delete_location(catalog, "default", 1)).startswith("WRONG_STATE")
    places = await catalog.rows("SELECT id FROM stock_locations ORDER BY id")
    assert [each["id"] for each in places] == ["berlin", "default"]
    with catalog.acting(SHOPPER), pytest.raises(RemoteError):
        await delete_location(catalog, "berlin", 1)
