"""MerchandisingService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import merchandising_pb2 as pb
from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceServicer

from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.rpc.mapping import fault_messages
from subgraphs.catalog.rpc.merchandising_mapping import (
    channel_from,
    channel_message,
    publication_message,
    seo_change_from,
    text_write_message,
    translation_from,
    translation_key_from,
    translation_message,
)

Context = grpc.aio.ServicerContext[Any, Any]


class MerchandisingServicer(MerchandisingServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: CatalogApp) -> None:
        self._app = app

    async def ListChannels(self, request: pb.ListChannelsRequest, context: Context) -> pb.ListChannelsResponse:
        channels = await self._app.channels.all()
        return pb.ListChannelsResponse(channels=[channel_message(each) for each in channels])

    async def UpsertChannel(self, request: pb.UpsertChannelRequest, context: Context) -> pb.UpsertChannelResponse:
        expected = request.expected_version if request.HasField("expected_version") else None
        channel, faults = await self._app.channels.upsert(channel_from(request.channel), expected)
        return pb.UpsertChannelResponse(
            channel=channel_message(channel) if channel else None, user_errors=fault_messages(faults)
        )

    async def BatchListPublications(
        self, request: pb.BatchListPublicationsRequest, context: Context
    ) -> pb.BatchListPublicationsResponse:
        lists = await self._app.publish.listed(request.product_ids)
        return pb.BatchListPublicationsResponse(
            lists=[pb.PublicationList(publications=[publication_message(each) for each in found]) for found in lists]
        )

    async def UpdateSeo(self, request: pb.UpdateSeoRequest, context: Context) -> pb.TextWritesResponse:
        writes = await self._app.seo([seo_change_from(each) for each in request.changes])
        return pb.TextWritesResponse(writes=[text_write_message(each) for each in writes])

    async def BatchListFormerSlugs(
        self, request: pb.BatchListFormerSlugsRequest, context: Context
    ) -> pb.BatchListFormerSlugsResponse:
        lists = await self._app.seo.former_slugs(request.ids)
        return pb.BatchListFormerSlugsResponse(lists=[pb.SlugList(slugs=slugs) for slugs in lists])

    async def BatchListTranslations(
        self, request: pb.BatchListTranslationsRequest, context: Context
    ) -> pb.BatchListTranslationsResponse:
        lists = await self._app.translate.listed(request.ids)
        return pb.BatchListTranslationsResponse(
            lists=[pb.TranslationList(translations=[translation_message(each) for each in found]) for found in lists]
        )

    async def UpsertTranslations(
        self, request: pb.UpsertTranslationsRequest, context: Context
    ) -> pb.TextWritesResponse:
        writes = await self._app.translate.upsert([translation_from(each) for each in request.translations])
        return pb.TextWritesResponse(writes=[text_write_message(each) for each in writes])

    async def DeleteTranslations(
        self, request: pb.DeleteTranslationsRequest, context: Context
    ) -> pb.TextWritesResponse:
        writes = await self._app.translate.delete([translation_key_from(each) for each in request.keys])
        return pb.TextWritesResponse(writes=[text_write_message(each) for each in writes])
