"""CatalogService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceServicer
from emporium.common.v1.page_pb2 import ShopContext

from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.rpc.batches import bounded
from subgraphs.catalog.rpc.index_mapping import verified_message
from subgraphs.catalog.rpc.mapping import (
    DEFAULT_FIRST,
    category_message,
    category_outcome,
    draft_from,
    fault_messages,
    key_from,
    product_outcome,
    product_page_message,
    variant_message,
    variant_outcome,
    write_message,
)
from subgraphs.catalog.rpc.merchandising_mapping import moment_from
from subgraphs.catalog.rpc.search_mapping import (
    related_response,
    search_request_from,
    search_response,
    suggest_response,
)
from subgraphs.catalog.rpc.shelf_mapping import (
    categories_order,
    category_answer,
    category_change,
    category_deleted,
    category_move,
    category_removal,
    new_category,
)

DEFAULT_RELATED = 6

Context = grpc.aio.ServicerContext[Any, Any]


class CatalogServicer(CatalogServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: CatalogApp) -> None:
        self._app = app

    async def _shop(self, context: ShopContext) -> Shop:
        return await self._app.channels.shop(context.channel, context.currency_code, context.locale)

    async def BatchGetProducts(
        self, request: pb.BatchGetProductsRequest, context: Context
    ) -> pb.BatchGetProductsResponse:
        products = await self._app.look_up.by_ids(request.ids, await self._shop(request.context))
        return pb.BatchGetProductsResponse(outcomes=[product_outcome(each) for each in products])

    async def BatchFindProducts(
        self, request: pb.BatchFindProductsRequest, context: Context
    ) -> pb.BatchGetProductsResponse:
        keys = [key_from(key) for key in request.keys]
        products = await self._app.look_up.by_keys(keys, await self._shop(request.context))
        return pb.BatchGetProductsResponse(outcomes=[product_outcome(each) for each in products])

    async def BatchGetVariants(
        self, request: pb.BatchGetVariantsRequest, context: Context
    ) -> pb.BatchGetVariantsResponse:
        variants = await self._app.look_up.variants_by_ids(request.ids, await self._shop(request.context))
        return pb.BatchGetVariantsResponse(outcomes=[variant_outcome(each) for each in variants])

    async def BatchGetVariantsBySku(
        self, request: pb.BatchGetVariantsBySkuRequest, context: Context
    ) -> pb.BatchGetVariantsResponse:
        variants = await self._app.look_up.variants_by_skus(request.skus, await self._shop(request.context))
        return pb.BatchGetVariantsResponse(outcomes=[variant_outcome(each) for each in variants])

    async def BatchListVariants(
        self, request: pb.BatchListVariantsRequest, context: Context
    ) -> pb.BatchListVariantsResponse:
        lists = await self._app.look_up.variants_of(request.product_ids, await self._shop(request.context))
        return pb.BatchListVariantsResponse(
            lists=[pb.VariantList(variants=[variant_message(each) for each in variants]) for variants in lists]
        )

    async def BatchGetCategories(
        self, request: pb.BatchGetCategoriesRequest, context: Context
    ) -> pb.BatchGetCategoriesResponse:
        categories = await self._app.browse.by_ids(request.ids, await self._shop(request.context))
        return pb.BatchGetCategoriesResponse(outcomes=[category_outcome(each) for each in categories])

    async def BatchFindCategories(
        self, request: pb.BatchFindCategoriesRequest, context: Context
    ) -> pb.BatchGetCategoriesResponse:
        categories = await self._app.browse.by_slugs(request.slugs, await self._shop(request.context))
        return pb.BatchGetCategoriesResponse(outcomes=[category_outcome(each) for each in categories])

    async def BatchListSubcategories(
        self, request: pb.BatchListSubcategoriesRequest, context: Context
    ) -> pb.BatchListSubcategoriesResponse:
        lists = await self._app.browse.children_of(request.parent_ids, await self._shop(request.context))
        return pb.BatchListSubcategoriesResponse(
            lists=[pb.CategoryList(categories=[category_message(each) for each in children]) for children in lists]
        )

    async def BatchListCategoryProducts(
        self, request: pb.BatchListCategoryProductsRequest, context: Context
    ) -> pb.BatchListCategoryProductsResponse:
        pages = await self._app.browse.products_below(
            request.category_ids,
            await self._shop(request.context),
            first=request.page.first or DEFAULT_FIRST,
            after=request.page.after,
        )
        return pb.BatchListCategoryProductsResponse(pages=[product_page_message(page) for page in pages])

    async def SearchProducts(self, request: pb.SearchProductsRequest, context: Context) -> pb.SearchProductsResponse:
        asked = search_request_from(request, await self._shop(request.context))
        return search_response(await self._app.search(asked))

    async def SuggestProducts(self, request: pb.SuggestProductsRequest, context: Context) -> pb.SuggestProductsResponse:
        suggestions, degraded = await self._app.suggest(
            request.prefix,
            request.first or 8,
            await self._shop(request.context),
            products=request.want_products,
            categories=request.want_categories,
        )
        return suggest_response(suggestions, degraded)

    async def BatchListRelatedProducts(
        self, request: pb.BatchListRelatedProductsRequest, context: Context
    ) -> pb.BatchListRelatedProductsResponse:
        relate = self._app.relate
        ask = relate.bought_together if request.relation == pb.BOUGHT_TOGETHER else relate.similar
        lists = await ask(request.product_ids, request.first or DEFAULT_RELATED, await self._shop(request.context))
        return related_response(lists)

    @bounded(pb.UpsertProductsResponse, "products")
    async def UpsertProducts(self, request: pb.UpsertProductsRequest, context: Context) -> pb.UpsertProductsResponse:
        drafts = [draft_from(each, ("products", str(place))) for place, each in enumerate(request.products)]
        writes = await self._app.upsert(drafts, request.idempotency_key)
        return pb.UpsertProductsResponse(writes=[write_message(each) for each in writes])

    @bounded(pb.PublishProductsResponse, "ids")
    async def PublishProducts(self, request: pb.PublishProductsRequest, context: Context) -> pb.PublishProductsResponse:
        products, faults = await self._app.publish(
            request.ids,
            request.channels,
            published=request.published,
            at=moment_from(request, "publish_at"),
            until=moment_from(request, "publish_until"),
            expected_versions=request.expected_versions,
        )
        return pb.PublishProductsResponse(
            outcomes=[product_outcome(each) for each in products], user_errors=fault_messages(faults)
        )

    async def UpsertCategories(
        self, request: pb.UpsertCategoriesRequest, context: Context
    ) -> pb.UpsertCategoriesResponse:
        categories = await self._app.browse.upsert([tuple(each.path) for each in request.categories])
        return pb.UpsertCategoriesResponse(categories=[category_message(each) for each in categories])

    async def CreateCategory(self, request: pb.CreateCategoryRequest, context: Context) -> pb.CategoryResponse:
        return category_answer(*await self._app.arrange_categories.create(new_category(request)))

    async def UpdateCategory(self, request: pb.UpdateCategoryRequest, context: Context) -> pb.CategoryResponse:
        return category_answer(*await self._app.arrange_categories.update(category_change(request)))

    async def MoveCategory(self, request: pb.MoveCategoryRequest, context: Context) -> pb.CategoryResponse:
        return category_answer(*await self._app.arrange_categories.move(category_move(request)))

    @bounded(pb.ReorderCategoriesResponse, "categories")
    async def ReorderCategories(
        self, request: pb.ReorderCategoriesRequest, context: Context
    ) -> pb.ReorderCategoriesResponse:
        shop = await self._shop(ShopContext())
        children, faults = await self._app.arrange_categories.reorder(categories_order(request), shop)
        return pb.ReorderCategoriesResponse(
            categories=[category_message(each) for each in children], user_errors=fault_messages(faults)
        )

    async def DeleteCategory(self, request: pb.DeleteCategoryRequest, context: Context) -> pb.DeleteCategoryResponse:
        return category_deleted(await self._app.arrange_categories.delete(category_removal(request)))

    async def GetIndexStatus(self, request: pb.GetIndexStatusRequest, context: Context) -> pb.GetIndexStatusResponse:
        status = await self._app.index_status()
        return pb.GetIndexStatusResponse(
            available=status.available,
            product_count=status.product_count,
            indexed_count=status.indexed_count,
            pending_count=status.pending_count,
            lag_seconds=status.lag_seconds,
            refused_count=status.refused_count,
        )

    async def RebuildIndex(self, request: pb.RebuildIndexRequest, context: Context) -> pb.RebuildIndexResponse:
        rebuilt = await self._app.rebuild_index()
        return pb.RebuildIndexResponse(indexed_count=rebuilt.indexed_count, index_name=rebuilt.index_name)

    async def VerifyIndex(self, request: pb.VerifyIndexRequest, context: Context) -> pb.VerifyIndexResponse:
        verify = self._app.verify_index
        side = verify.index_side if request.side == pb.INDEX_SIDE_INDEX else verify.database_side
        return verified_message(await side(request.after, mend=request.mend))
