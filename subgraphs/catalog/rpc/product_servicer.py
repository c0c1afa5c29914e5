"""ProductService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import product_pb2 as pb
from emporium.catalog.v1.product_pb2_grpc import ProductServiceServicer

from subgraphs.catalog.app.product_app import ProductApp
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.rpc.attribute_mapping import definition_draft_from, definition_page, definition_write_message
from subgraphs.catalog.rpc.batches import bounded
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, draft_from, fault_messages
from subgraphs.catalog.rpc.product_mapping import (
    brand_change_from,
    brand_message,
    brand_outcome,
    brand_page,
    brand_removal_from,
    change_page,
    edit_from,
    edited_message,
    kind_from,
    new_brand_from,
    price_list_from,
    price_message,
    prices_set_message,
)

Context = grpc.aio.ServicerContext[Any, Any]


class ProductServicer(ProductServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: ProductApp, default_shop: Shop) -> None:
        self._app = app
        self._default = default_shop

    async def CreateProducts(self, request: pb.CreateProductsRequest, context: Context) -> pb.EditProductsResponse:
        drafts = [draft_from(each) for each in request.products]
        writes = await self._app.edit.create(drafts, request.idempotency_key)
        return pb.EditProductsResponse(edited=[edited_message(each) for each in writes])

    async def EditProducts(self, request: pb.EditProductsRequest, context: Context) -> pb.EditProductsResponse:
        writes = await self._app.edit.edit([edit_from(each) for each in request.edits])
        return pb.EditProductsResponse(edited=[edited_message(each) for each in writes])

    @bounded(pb.SetVariantPricesResponse, "items")
    async def SetVariantPrices(
        self, request: pb.SetVariantPricesRequest, context: Context
    ) -> pb.SetVariantPricesResponse:
        asked = [price_list_from(each, place, self._default.channel) for place, each in enumerate(request.items)]
        writes = await self._app.prices(asked)
        return pb.SetVariantPricesResponse(outcomes=[prices_set_message(each) for each in writes])

    async def BatchListVariantPrices(
        self, request: pb.BatchListVariantPricesRequest, context: Context
    ) -> pb.BatchListVariantPricesResponse:
        lists = await self._app.prices.lists(request.variant_ids)
        return pb.BatchListVariantPricesResponse(
            lists=[pb.VariantPriceList(prices=[price_message(each) for each in prices]) for prices in lists]
        )

    async def ListAttributeDefinitions(
        self, request: pb.ListAttributeDefinitionsRequest, context: Context
    ) -> pb.ListAttributeDefinitionsResponse:
        asked = request.page
        return definition_page(await self._app.attributes.page(first=asked.first or DEFAULT_FIRST, after=asked.after))

    @bounded(pb.UpsertAttributeDefinitionsResponse, "definitions")
    async def UpsertAttributeDefinitions(
        self, request: pb.UpsertAttributeDefinitionsRequest, context: Context
    ) -> pb.UpsertAttributeDefinitionsResponse:
        drafts = [definition_draft_from(each, place) for place, each in enumerate(request.definitions)]
        writes = await self._app.attributes.upsert(drafts)
        return pb.UpsertAttributeDefinitionsResponse(writes=[definition_write_message(each) for each in writes])

    @bounded(pb.DeleteAttributeDefinitionsResponse, "keys")
    async def DeleteAttributeDefinitions(
        self, request: pb.DeleteAttributeDefinitionsRequest, context: Context
    ) -> pb.DeleteAttributeDefinitionsResponse:
        deleted, faults = await self._app.attributes.delete(request.keys, request.expected_versions)
        return pb.DeleteAttributeDefinitionsResponse(deleted_keys=deleted, user_errors=fault_messages(faults))

    async def BatchGetBrands(self, request: pb.BatchGetBrandsRequest, context: Context) -> pb.BatchGetBrandsResponse:
        found = await self._app.brands.by_ids(request.ids)
        return pb.BatchGetBrandsResponse(outcomes=[brand_outcome(each) for each in found])

    async def BatchFindBrands(self, request: pb.BatchFindBrandsRequest, context: Context) -> pb.BatchGetBrandsResponse:
        found = await self._app.brands.by_slugs(request.slugs)
        return pb.BatchGetBrandsResponse(outcomes=[brand_outcome(each) for each in found])

    async def CreateBrand(self, request: pb.CreateBrandRequest, context: Context) -> pb.BrandResponse:
        brand, faults = await self._app.edit_brands.create(new_brand_from(request))
        return pb.BrandResponse(brand=brand_message(brand) if brand else None, user_errors=fault_messages(faults))

    async def UpdateBrand(self, request: pb.UpdateBrandRequest, context: Context) -> pb.BrandResponse:
        brand, faults = await self._app.edit_brands.update(brand_change_from(request))
        return pb.BrandResponse(brand=brand_message(brand) if brand else None, user_errors=fault_messages(faults))

    async def DeleteBrand(self, request: pb.DeleteBrandRequest, context: Context) -> pb.DeleteBrandResponse:
        written = await self._app.edit_brands.delete(brand_removal_from(request))
        return pb.DeleteBrandResponse(deleted_id=written.id, user_errors=fault_messages(written.faults))

    async def ListBrands(self, request: pb.ListBrandsRequest, context: Context) -> pb.BrandPage:
        asked = request.page
        return brand_page(await self._app.brands.page(first=asked.first or DEFAULT_FIRST, after=asked.after))

    async def ListChanges(self, request: pb.ListChangesRequest, context: Context) -> pb.CatalogChangePage:
        asked = request.page
        page = await self._app.changes(
            kind_from(request.kind), request.entity_id, first=asked.first or DEFAULT_FIRST, after=asked.after
        )
        return change_page(page)
