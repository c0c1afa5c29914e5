"""Query.channels, Mutation.channelUpsert and channelDelete, for staff."""

import strawberry
from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, CurrencyCode, Long, UserError, attribute, mutation, query, type_
from subgraphs.catalog.schema.context import CatalogContext


@type_(pb.Channel, permission=CATALOG_MANAGER, admin=True)
class Channel:
    """One shop front, market or app: with publications and prices of its own, and the languages it speaks."""

    slug: str = attribute(description="Its name in `@inContext(channel:)`.")
    name: str
    currency_codes: list[CurrencyCode]
    default_locale: str = attribute(description="Shown where an operation asks for none; a language tag such as de-AT.")
    locales: list[str] = attribute(description="What its texts are searched in, the default one among them.")
    version: Long = attribute(description="For `expectedVersion`.")


@strawberry.input
class ChannelUpsertInput:
    """A whole channel."""

    slug: str
    name: str
    currency_codes: list[CurrencyCode]
    default_locale: str
    locales: list[str] = strawberry.field(default_factory=list, description="The default one is added.")
    expected_version: Long | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the channel has another one; 0: it must be new."
    )


@type_(pb.UpsertChannelResponse, permission=CATALOG_MANAGER, admin=True)
class ChannelUpsertPayload:
    """The channel as it is now, or why it was refused."""

    channel: Channel | None
    user_errors: list[UserError]


@query(list[Channel], permission=CATALOG_MANAGER, admin=True)
async def channels(ctx: CatalogContext) -> list[pb.Channel]:
    """All channels, by slug: a handful."""
    return list((await ctx.merchandising.ListChannels(pb.ListChannelsRequest())).channels)


@mutation(ChannelUpsertPayload, permission=CATALOG_MANAGER, admin=True)
async def channel_upsert(ctx: CatalogContext, *, input: ChannelUpsertInput) -> pb.UpsertChannelResponse:
    """Opens a channel, or changes what it sells in and speaks. Its slug stays."""
    channel = pb.Channel(
        slug=input.slug,
        name=input.name,
        currency_codes=input.currency_codes,
        default_locale=input.default_locale,
        locales=input.locales,
    )
    return await ctx.merchandising.UpsertChannel(
        pb.UpsertChannelRequest(channel=channel, expected_version=input.expected_version)
    )


@strawberry.input
class ChannelDeleteInput:
    """Which channel is to go."""

    slug: str
    expected_version: Long = strawberry.field(
        description="The version that was read; refused with STALE_VERSION when there is a newer one."
    )


@type_(pb.DeleteChannelResponse, permission=CATALOG_MANAGER, admin=True)
class ChannelDeletePayload:
    """Which one is no more."""

    deleted_slug: str | None
    user_errors: list[UserError]


@mutation(ChannelDeletePayload, permission=CATALOG_MANAGER, admin=True)
async def channel_delete(ctx: CatalogContext, *, input: ChannelDeleteInput) -> pb.DeleteChannelResponse:
    """Closes a channel. NOT_EMPTY while products are published or priced in it, or collections are in it."""
    request = pb.DeleteChannelRequest(slug=input.slug, expected_version=input.expected_version)
    return await ctx.merchandising.DeleteChannel(request)
