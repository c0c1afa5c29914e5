"""Between the messages of channels and texts and their domain."""

from datetime import datetime

from emporium.catalog.v1 import merchandising_pb2 as pb
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from chassis.wire import moment, timestamp
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.domain.publication import Publication
from subgraphs.catalog.domain.texts import SeoChange, TextWrite
from subgraphs.catalog.domain.translation import LONGEST, TRANSLATED, Term, Translation, TranslationDraft
from subgraphs.catalog.rpc.mapping import fault_messages


def seo_change_from(message: pb.SeoChange) -> SeoChange:
    return SeoChange(
        id=message.id,
        slug=message.slug if message.HasField("slug") else None,
        title=message.title if message.HasField("title") else None,
        description=message.description if message.HasField("description") else None,
        expected_version=message.expected_version if message.HasField("expected_version") else None,
    )


def text_write_message(write: TextWrite) -> pb.TextWrite:
    kind = None if write.faults else TRANSLATED.get(write.id.partition("_")[0])
    return pb.TextWrite(
        product_id=write.id if kind is EntityKind.PRODUCT else None,
        category_id=write.id if kind is EntityKind.CATEGORY else None,
        collection_id=write.id if kind is EntityKind.COLLECTION else None,
        variant_id=write.id if kind is EntityKind.PRODUCT_VARIANT else None,
        attribute_key=write.id.removeprefix("att_") if kind is EntityKind.ATTRIBUTE_DEFINITION else None,
        user_errors=fault_messages(write.faults),
    )


def channel_message(channel: Channel) -> pb.Channel:
    return pb.Channel(
        slug=channel.slug,
        name=channel.name,
        currency_codes=channel.currencies,
        default_locale=channel.default_locale,
        locales=channel.locales,
        version=channel.version,
    )


def channel_from(message: pb.Channel) -> Channel:
    return Channel(
        slug=message.slug,
        name=message.name,
        currencies=tuple(message.currency_codes),
        default_locale=message.default_locale,
        locales=tuple(message.locales),
    )


def publication_message(publication: Publication) -> pb.Publication:
    return pb.Publication(
        channel=publication.channel,
        published=publication.published_at is not None,
        published_at=_timestamp(publication.published_at),
        publish_at=_timestamp(publication.publish_at),
        publish_until=_timestamp(publication.publish_until),
    )


def _timestamp(given: datetime | None) -> Timestamp | None:
    return timestamp(given) if given is not None else None


def moment_from(message: Message, name: str) -> datetime | None:
    """Of a field that may be unset."""
    return moment(getattr(message, name)) if message.HasField(name) else None


def translation_message(translation: Translation) -> pb.Translation:
    return pb.Translation(
        id=translation.id,
        locale=translation.locale,
        **translation.fields,
        terms=[
            pb.TranslatedTerm(option=term.option or None, value=term.value or None, text=text)
            for term, text in translation.terms.items()
        ],
        version=translation.version,
        updated_at=_timestamp(translation.updated_at),
    )


def translation_from(message: pb.TranslationInput) -> TranslationDraft:
    given = message.translation
    fields = {name: getattr(given, name) for name in LONGEST if given.HasField(name)}
    terms = {Term(option=each.option, value=each.value): each.text for each in given.terms}
    return TranslationDraft(
        translation=Translation(id=given.id, locale=given.locale, fields=fields, terms=terms),
        expected_version=message.expected_version if message.HasField("expected_version") else None,
    )


def translation_key_from(message: pb.TranslationKey) -> TranslationDraft:
    """A translation without a text: it is to go."""
    return TranslationDraft(
        translation=Translation(id=message.id, locale=message.locale, fields={}),
        expected_version=message.expected_version if message.HasField("expected_version") else None,
    )
