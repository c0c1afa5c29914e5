"""CollectionService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import collection_pb2 as pb
from emporium.catalog.v1.collection_pb2_grpc import CollectionServiceServicer
from emporium.common.v1.page_pb2 import ShopContext

from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.rpc.batches import bounded
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, page_info, product_page_message
from subgraphs.catalog.rpc.shelf_mapping import (
    collection_answer,
    collection_change,
    collection_deleted,
    collection_message,
    collection_outcome,
    collection_products,
    expected_version,
    new_collection,
    page_asked,
)

Context = grpc.aio.ServicerContext[Any, Any]


class CollectionServicer(CollectionServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: CatalogApp) -> None:
        self._browse, self._arrange, self._channels = app.browse_collections, app.arrange_collections, app.channels

    async def _shop(self, context: ShopContext) -> Shop:
        return await self._channels.shop(context.channel, context.currency_code, context.locale)

    async def BatchGetCollections(
        self, request: pb.BatchGetCollectionsRequest, context: Context
    ) -> pb.BatchGetCollectionsResponse:
        found = await self._browse.by_ids(request.ids, await self._shop(request.context))
        return pb.BatchGetCollectionsResponse(outcomes=[collection_outcome(each) for each in found])

    async def BatchFindCollections(
        self, request: pb.BatchFindCollectionsRequest, context: Context
    ) -> pb.BatchGetCollectionsResponse:
        found = await self._browse.by_slugs(request.slugs, await self._shop(request.context))
        return pb.BatchGetCollectionsResponse(outcomes=[collection_outcome(each) for each in found])

    async def ListCollections(self, request: pb.ListCollectionsRequest, context: Context) -> pb.CollectionPage:
        page = await self._browse.page(
            request.page.first or DEFAULT_FIRST, request.page.after, await self._shop(request.context)
        )
        return pb.CollectionPage(
            nodes=[collection_message(each) for each in page.items],
            cursors=page.cursors,
            page_info=page_info(page),
        )

    async def BatchListCollectionProducts(
        self, request: pb.BatchListCollectionProductsRequest, context: Context
    ) -> pb.BatchListCollectionProductsResponse:
        shop = await self._shop(request.context)
        pages = await self._browse.products_in(request.collection_ids, shop, page_asked(request))
        return pb.BatchListCollectionProductsResponse(pages=[product_page_message(page) for page in pages])

    async def BatchListProductCollections(
        self, request: pb.BatchListProductCollectionsRequest, context: Context
    ) -> pb.BatchListProductCollectionsResponse:
        lists = await self._browse.of_products(request.product_ids, await self._shop(request.context))
        return pb.BatchListProductCollectionsResponse(
            lists=[pb.CollectionList(collections=[collection_message(each) for each in found]) for found in lists]
        )

    @bounded(pb.CollectionResponse, "productIds")
    async def CreateCollection(self, request: pb.CreateCollectionRequest, context: Context) -> pb.CollectionResponse:
        return collection_answer(*await self._arrange.create(new_collection(request)))

    async def UpdateCollection(self, request: pb.UpdateCollectionRequest, context: Context) -> pb.CollectionResponse:
        return collection_answer(*await self._arrange.update(collection_change(request)))

    async def DeleteCollection(
        self, request: pb.DeleteCollectionRequest, context: Context
    ) -> pb.DeleteCollectionResponse:
        return collection_deleted(await self._arrange.delete(request.id, expected_version(request)))

    @bounded(pb.CollectionResponse, "productIds")
    async def AddCollectionProducts(
        self, request: pb.CollectionProductsRequest, context: Context
    ) -> pb.CollectionResponse:
        return collection_answer(*await self._arrange.add(collection_products(request)))

    @bounded(pb.CollectionResponse, "productIds")
    async def RemoveCollectionProducts(
        self, request: pb.CollectionProductsRequest, context: Context
    ) -> pb.CollectionResponse:
        return collection_answer(*await self._arrange.remove(collection_products(request)))

    @bounded(pb.CollectionResponse, "productIds")
    async def ReorderCollectionProducts(
        self, request: pb.CollectionProductsRequest, context: Context
    ) -> pb.CollectionResponse:
        return collection_answer(*await self._arrange.reorder(collection_products(request)))
