"""MerchandisingService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import merchandising_pb2 as pb
from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceServicer

from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.rpc.merchandising_mapping import seo_change_from, text_write_message

Context = grpc.aio.ServicerContext[Any, Any]


class MerchandisingServicer(MerchandisingServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: CatalogApp) -> None:
        self._app = app

    async def UpdateSeo(self, request: pb.UpdateSeoRequest, context: Context) -> pb.TextWritesResponse:
        writes = await self._app.seo([seo_change_from(each) for each in request.changes])
        return pb.TextWritesResponse(writes=[text_write_message(each) for each in writes])

    async def BatchListFormerSlugs(
        self, request: pb.BatchListFormerSlugsRequest, context: Context
    ) -> pb.BatchListFormerSlugsResponse:
        lists = await self._app.seo.former_slugs(request.ids)
        return pb.BatchListFormerSlugsResponse(lists=[pb.SlugList(slugs=slugs) for slugs in lists])
