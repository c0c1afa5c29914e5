import datetime

from emporium.common.v1 import outcome_pb2 as _outcome_pb2
from emporium.common.v1 import page_pb2 as _page_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Channel(_message.Message):
    __slots__ = ("slug", "name", "currency_codes", "default_locale", "locales", "version")
    SLUG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_CODES_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LOCALE_FIELD_NUMBER: _ClassVar[int]
    LOCALES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    slug: str
    name: str
    currency_codes: _containers.RepeatedScalarFieldContainer[str]
    default_locale: str
    locales: _containers.RepeatedScalarFieldContainer[str]
    version: int
    def __init__(self, slug: _Optional[str] = ..., name: _Optional[str] = ..., currency_codes: _Optional[_Iterable[str]] = ..., default_locale: _Optional[str] = ..., locales: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ...) -> None: ...

class ListChannelsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListChannelsResponse(_message.Message):
    __slots__ = ("channels",)
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    channels: _containers.RepeatedCompositeFieldContainer[Channel]
    def __init__(self, channels: _Optional[_Iterable[_Union[Channel, _Mapping]]] = ...) -> None: ...

class UpsertChannelRequest(_message.Message):
    __slots__ = ("channel", "expected_version")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    channel: Channel
    expected_version: int
    def __init__(self, channel: _Optional[_Union[Channel, _Mapping]] = ..., expected_version: _Optional[int] = ...) -> None: ...

class UpsertChannelResponse(_message.Message):
    __slots__ = ("channel", "user_errors")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    channel: Channel
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, channel: _Optional[_Union[Channel, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class DeleteChannelRequest(_message.Message):
    __slots__ = ("slug", "expected_version")
    SLUG_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    slug: str
    expected_version: int
    def __init__(self, slug: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteChannelResponse(_message.Message):
    __slots__ = ("deleted_slug", "user_errors")
    DELETED_SLUG_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    deleted_slug: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, deleted_slug: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class Publication(_message.Message):
    __slots__ = ("channel", "published", "published_at", "publish_at", "publish_until")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_AT_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_AT_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_UNTIL_FIELD_NUMBER: _ClassVar[int]
    channel: str
    published: bool
    published_at: _timestamp_pb2.Timestamp
    publish_at: _timestamp_pb2.Timestamp
    publish_until: _timestamp_pb2.Timestamp
    def __init__(self, channel: _Optional[str] = ..., published: _Optional[bool] = ..., published_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., publish_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., publish_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PublicationList(_message.Message):
    __slots__ = ("publications",)
    PUBLICATIONS_FIELD_NUMBER: _ClassVar[int]
    publications: _containers.RepeatedCompositeFieldContainer[Publication]
    def __init__(self, publications: _Optional[_Iterable[_Union[Publication, _Mapping]]] = ...) -> None: ...

class BatchListPublicationsRequest(_message.Message):
    __slots__ = ("product_ids",)
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, product_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchListPublicationsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[PublicationList]
    def __init__(self, lists: _Optional[_Iterable[_Union[PublicationList, _Mapping]]] = ...) -> None: ...

class SeoChange(_message.Message):
    __slots__ = ("id", "slug", "title", "description", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    slug: str
    title: str
    description: str
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., slug: _Optional[str] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class UpdateSeoRequest(_message.Message):
    __slots__ = ("changes",)
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[SeoChange]
    def __init__(self, changes: _Optional[_Iterable[_Union[SeoChange, _Mapping]]] = ...) -> None: ...

class TextWrite(_message.Message):
    __slots__ = ("product_id", "category_id", "collection_id", "variant_id", "attribute_key", "user_errors")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTE_KEY_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    category_id: str
    collection_id: str
    variant_id: str
    attribute_key: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, product_id: _Optional[str] = ..., category_id: _Optional[str] = ..., collection_id: _Optional[str] = ..., variant_id: _Optional[str] = ..., attribute_key: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class TextWritesResponse(_message.Message):
    __slots__ = ("writes", "user_errors")
    WRITES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    writes: _containers.RepeatedCompositeFieldContainer[TextWrite]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, writes: _Optional[_Iterable[_Union[TextWrite, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class BatchListFormerSlugsRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SlugList(_message.Message):
    __slots__ = ("slugs",)
    SLUGS_FIELD_NUMBER: _ClassVar[int]
    slugs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, slugs: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchListFormerSlugsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[SlugList]
    def __init__(self, lists: _Optional[_Iterable[_Union[SlugList, _Mapping]]] = ...) -> None: ...

class TranslatedTerm(_message.Message):
    __slots__ = ("option", "value", "text")
    OPTION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    option: str
    value: str
    text: str
    def __init__(self, option: _Optional[str] = ..., value: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Translation(_message.Message):
    __slots__ = ("id", "locale", "name", "description", "seo_title", "seo_description", "version", "updated_at", "unit", "terms")
    ID_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SEO_TITLE_FIELD_NUMBER: _ClassVar[int]
    SEO_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    id: str
    locale: str
    name: str
    description: str
    seo_title: str
    seo_description: str
    version: int
    updated_at: _timestamp_pb2.Timestamp
    unit: str
    terms: _containers.RepeatedCompositeFieldContainer[TranslatedTerm]
    def __init__(self, id: _Optional[str] = ..., locale: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., seo_title: _Optional[str] = ..., seo_description: _Optional[str] = ..., version: _Optional[int] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unit: _Optional[str] = ..., terms: _Optional[_Iterable[_Union[TranslatedTerm, _Mapping]]] = ...) -> None: ...

class TranslationList(_message.Message):
    __slots__ = ("translations",)
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    translations: _containers.RepeatedCompositeFieldContainer[Translation]
    def __init__(self, translations: _Optional[_Iterable[_Union[Translation, _Mapping]]] = ...) -> None: ...

class BatchListTranslationsRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchListTranslationsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[TranslationList]
    def __init__(self, lists: _Optional[_Iterable[_Union[TranslationList, _Mapping]]] = ...) -> None: ...

class TranslationInput(_message.Message):
    __slots__ = ("translation", "expected_version")
    TRANSLATION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    translation: Translation
    expected_version: int
    def __init__(self, translation: _Optional[_Union[Translation, _Mapping]] = ..., expected_version: _Optional[int] = ...) -> None: ...

class UpsertTranslationsRequest(_message.Message):
    __slots__ = ("translations",)
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    translations: _containers.RepeatedCompositeFieldContainer[TranslationInput]
    def __init__(self, translations: _Optional[_Iterable[_Union[TranslationInput, _Mapping]]] = ...) -> None: ...

class TranslationKey(_message.Message):
    __slots__ = ("id", "locale", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    locale: str
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., locale: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteTranslationsRequest(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[TranslationKey]
    def __init__(self, keys: _Optional[_Iterable[_Union[TranslationKey, _Mapping]]] = ...) -> None: ...

class SearchedQuery(_message.Message):
    __slots__ = ("channel", "locale", "text", "askers")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ASKERS_FIELD_NUMBER: _ClassVar[int]
    channel: str
    locale: str
    text: str
    askers: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, channel: _Optional[str] = ..., locale: _Optional[str] = ..., text: _Optional[str] = ..., askers: _Optional[_Iterable[int]] = ...) -> None: ...

class RecordSearchesRequest(_message.Message):
    __slots__ = ("batch_id", "askers_until", "queries")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    ASKERS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    askers_until: _timestamp_pb2.Timestamp
    queries: _containers.RepeatedCompositeFieldContainer[SearchedQuery]
    def __init__(self, batch_id: _Optional[str] = ..., askers_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., queries: _Optional[_Iterable[_Union[SearchedQuery, _Mapping]]] = ...) -> None: ...

class RecordSearchesResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LearntQuery(_message.Message):
    __slots__ = ("channel", "locale", "text", "weight", "asked_at")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    LOCALE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    channel: str
    locale: str
    text: str
    weight: float
    asked_at: _timestamp_pb2.Timestamp
    def __init__(self, channel: _Optional[str] = ..., locale: _Optional[str] = ..., text: _Optional[str] = ..., weight: _Optional[float] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListLearntQueriesRequest(_message.Message):
    __slots__ = ("page", "channel")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    channel: str
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., channel: _Optional[str] = ...) -> None: ...

class ListLearntQueriesResponse(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[LearntQuery]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[LearntQuery, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class BlockedQuery(_message.Message):
    __slots__ = ("text", "blocked_by", "blocked_at")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_BY_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_AT_FIELD_NUMBER: _ClassVar[int]
    text: str
    blocked_by: str
    blocked_at: _timestamp_pb2.Timestamp
    def __init__(self, text: _Optional[str] = ..., blocked_by: _Optional[str] = ..., blocked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListBlockedQueriesRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ListBlockedQueriesResponse(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[BlockedQuery]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[BlockedQuery, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class AddBlockedQueriesRequest(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ...) -> None: ...

class AddBlockedQueriesResponse(_message.Message):
    __slots__ = ("blocked_queries", "user_errors")
    BLOCKED_QUERIES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    blocked_queries: _containers.RepeatedCompositeFieldContainer[BlockedQuery]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, blocked_queries: _Optional[_Iterable[_Union[BlockedQuery, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class RemoveBlockedQueriesRequest(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ...) -> None: ...

class RemoveBlockedQueriesResponse(_message.Message):
    __slots__ = ("texts", "user_errors")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...
