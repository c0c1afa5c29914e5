"""Prices and availability, asked of catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.common.v1.page_pb2 import ShopContext as ShopContextMessage

from chassis.errors import RemoteError
from chassis.identity import acting_as, service_caller
from subgraphs.order.domain.cart import ShopContext
from subgraphs.order.domain.pricing import Offer
from subgraphs.order.saga.outcome import NotReached

if TYPE_CHECKING:
    # Only the type stubs know the async form.
    from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceAsyncStub


class CatalogPrices:
    def __init__(self, catalog: CatalogServiceAsyncStub) -> None:
        self._catalog = catalog

    async def offers(self, skus: Sequence[str], context: ShopContext) -> dict[str, Offer]:
        """Raises NotReached (for the saga) or RemoteError."""
        message = ShopContextMessage(channel=context.channel, currency_code=context.currency, locale=context.locale)
        request = pb.BatchGetVariantsBySkuRequest(skus=skus, context=message)
        with acting_as(service_caller("order")):
            response = await self._catalog.BatchGetVariantsBySku(request)
        variants = [outcome.variant for outcome in response.outcomes if outcome.WhichOneof("outcome") == "variant"]
        return {variant.sku: offer_of(variant, context.currency) for variant in variants}


class SagaPrices:
    """The same for the saga, which waits for a neighbour that cannot be reached."""

    def __init__(self, prices: CatalogPrices) -> None:
        self._prices = prices

    async def offers(self, skus: Sequence[str], context: ShopContext) -> dict[str, Offer]:
        """Raises NotReached."""
        try:
            return await self._prices.offers(skus, context)
        except RemoteError as error:
            if error.retryable:
                raise NotReached(str(error)) from error
            raise


def offer_of(variant: pb.Variant, currency: str) -> Offer:
    priced = variant.HasField("price") and variant.price.currency_code == currency
    name = variant.product_name
    if variant.name and variant.name != name:
        name = f"{name} – {variant.name}" if name else variant.name
    return Offer(
        sku=variant.sku,
        variant_id=variant.id,
        product_id=variant.product_id,
        name=name,
        price=variant.price.minor_units if priced else None,
        published=variant.published,
        available=variant.quantity_available,
        grams=variant.weight_grams,
    )
