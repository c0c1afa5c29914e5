"""MerchandisingService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import merchandising_pb2 as pb
from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceServicer

from chassis.wire import moment
from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.rpc.batches import bounded
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, fault_messages
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
from subgraphs.catalog.rpc.query_mapping import blocked_message, blocked_page, learnt_page, searched_from

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

    async def DeleteChannel(self, request: pb.DeleteChannelRequest, context: Context) -> pb.DeleteChannelResponse:
        fault = await self._app.channels.delete(request.slug, request.expected_version)
        if fault:
            return pb.DeleteChannelResponse(user_errors=fault_messages([fault]))
        return pb.DeleteChannelResponse(deleted_slug=request.slug)

    async def BatchListPublications(
        self, request: pb.BatchListPublicationsRequest, context: Context
    ) -> pb.BatchListPublicationsResponse:
        lists = await self._app.publish.listed(request.product_ids)
        return pb.BatchListPublicationsResponse(
            lists=[pb.PublicationList(publications=[publication_message(each) for each in found]) for found in lists]
        )

    @bounded(pb.TextWritesResponse, "changes")
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

    @bounded(pb.TextWritesResponse, "translations")
    async def UpsertTranslations(
        self, request: pb.UpsertTranslationsRequest, context: Context
    ) -> pb.TextWritesResponse:
        writes = await self._app.translate.upsert([translation_from(each) for each in request.translations])
        return pb.TextWritesResponse(writes=[text_write_message(each) for each in writes])

    @bounded(pb.TextWritesResponse, "keys")
    async def DeleteTranslations(
        self, request: pb.DeleteTranslationsRequest, context: Context
    ) -> pb.TextWritesResponse:
        writes = await self._app.translate.delete([translation_key_from(each) for each in request.keys])
        return pb.TextWritesResponse(writes=[text_write_message(each) for each in writes])

    async def RecordSearches(self, request: pb.RecordSearchesRequest, context: Context) -> pb.RecordSearchesResponse:
        searched = [searched_from(each) for each in request.queries]
        await self._app.learn_queries(request.batch_id, moment(request.askers_until), searched)
        return pb.RecordSearchesResponse()

    async def ListLearntQueries(
        self, request: pb.ListLearntQueriesRequest, context: Context
    ) -> pb.ListLearntQueriesResponse:
        asked, channel = request.page, request.channel if request.HasField("channel") else None
        learn = self._app.learn_queries
        return learnt_page(await learn.page(channel, first=asked.first or DEFAULT_FIRST, after=asked.after))

    async def ListBlockedQueries(
        self, request: pb.ListBlockedQueriesRequest, context: Context
    ) -> pb.ListBlockedQueriesResponse:
        asked = request.page
        return blocked_page(await self._app.block_queries.page(first=asked.first or DEFAULT_FIRST, after=asked.after))

    @bounded(pb.AddBlockedQueriesResponse, "texts")
    async def AddBlockedQueries(
        self, request: pb.AddBlockedQueriesRequest, context: Context
    ) -> pb.AddBlockedQueriesResponse:
        blocked, faults = await self._app.block_queries.add(request.texts)
        return pb.AddBlockedQueriesResponse(
            blocked_queries=[blocked_message(each) for each in blocked], user_errors=fault_messages(faults)
        )

    @bounded(pb.RemoveBlockedQueriesResponse, "texts")
    async def RemoveBlockedQueries(
        self, request: pb.RemoveBlockedQueriesRequest, context: Context
    ) -> pb.RemoveBlockedQueriesResponse:
        return pb.RemoveBlockedQueriesResponse(texts=await self._app.block_queries.remove(request.texts))
