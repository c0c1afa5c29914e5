"""Products of a page of hits, read while the engine still counts its facets."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from chassis.tasks import ended
from subgraphs.catalog.app.ports import Products
from subgraphs.catalog.domain.product import Product
from subgraphs.catalog.domain.search import SearchRequest


class ProductsAhead:
    """Counting takes longer than finding: the database's part is over by then."""

    def __init__(self, products: Products, request: SearchRequest) -> None:
        self._products = products
        self._request = request
        self._reads: dict[tuple[str, ...], asyncio.Task[list[Product | None]]] = {}
        """Two where the engine found hits and failed at counting, so that another one answers."""

    def begin(self, ids: Sequence[str]) -> None:
        """Reads them, if nobody has begun to. Returns at once."""
        asked = self._request
        if tuple(ids) not in self._reads:
            reading = self._products.by_ids(
                ids,
                asked.shop,
                unpublished=asked.include_unpublished,
                # Facets are called as the hits call their attributes.
                attributes=asked.want_attributes or asked.want_facets,
            )
            self._reads[tuple(ids)] = asyncio.ensure_future(reading)

    async def of(self, ids: Sequence[str]) -> list[Product | None]:
        """In this order, None for those the shop does not show."""
        self.begin(ids)
        return await self._reads[tuple(ids)]

    async def close(self) -> None:
        """Ends what nobody waits for."""
        await ended(*self._reads.values())


@asynccontextmanager
async def products_ahead(products: Products, request: SearchRequest) -> AsyncGenerator[ProductsAhead]:
    ahead = ProductsAhead(products, request)
    try:
        yield ahead
    finally:
        await ahead.close()
