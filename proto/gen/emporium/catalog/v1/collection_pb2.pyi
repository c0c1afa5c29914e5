import datetime

from emporium.catalog.v1 import catalog_pb2 as _catalog_pb2
from emporium.common.v1 import money_pb2 as _money_pb2
from emporium.common.v1 import outcome_pb2 as _outcome_pb2
from emporium.common.v1 import page_pb2 as _page_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleMatch(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_MATCH_UNSPECIFIED: _ClassVar[RuleMatch]
    MATCH_ALL: _ClassVar[RuleMatch]
    MATCH_ANY: _ClassVar[RuleMatch]
RULE_MATCH_UNSPECIFIED: RuleMatch
MATCH_ALL: RuleMatch
MATCH_ANY: RuleMatch

class AttributeCondition(_message.Message):
    __slots__ = ("key", "values")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    key: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, key: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class PriceCondition(_message.Message):
    __slots__ = ("min", "max")
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    min: _money_pb2.Money
    max: _money_pb2.Money
    def __init__(self, min: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., max: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class CollectionRule(_message.Message):
    __slots__ = ("brands", "category_id", "attribute", "price", "available_for_sale", "name_contains", "created_after")
    BRANDS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FOR_SALE_FIELD_NUMBER: _ClassVar[int]
    NAME_CONTAINS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AFTER_FIELD_NUMBER: _ClassVar[int]
    brands: _containers.RepeatedScalarFieldContainer[str]
    category_id: str
    attribute: AttributeCondition
    price: PriceCondition
    available_for_sale: bool
    name_contains: str
    created_after: _timestamp_pb2.Timestamp
    def __init__(self, brands: _Optional[_Iterable[str]] = ..., category_id: _Optional[str] = ..., attribute: _Optional[_Union[AttributeCondition, _Mapping]] = ..., price: _Optional[_Union[PriceCondition, _Mapping]] = ..., available_for_sale: _Optional[bool] = ..., name_contains: _Optional[str] = ..., created_after: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CollectionRules(_message.Message):
    __slots__ = ("match", "rules")
    MATCH_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    match: RuleMatch
    rules: _containers.RepeatedCompositeFieldContainer[CollectionRule]
    def __init__(self, match: _Optional[_Union[RuleMatch, str]] = ..., rules: _Optional[_Iterable[_Union[CollectionRule, _Mapping]]] = ...) -> None: ...

class Collection(_message.Message):
    __slots__ = ("id", "name", "slug", "description", "image", "published", "rules", "product_count", "version", "created_at", "updated_at", "seo_title", "seo_description", "channels")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_COUNT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    SEO_TITLE_FIELD_NUMBER: _ClassVar[int]
    SEO_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    slug: str
    description: str
    image: _catalog_pb2.Image
    published: bool
    rules: CollectionRules
    product_count: int
    version: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    seo_title: str
    seo_description: str
    channels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ..., description: _Optional[str] = ..., image: _Optional[_Union[_catalog_pb2.Image, _Mapping]] = ..., published: _Optional[bool] = ..., rules: _Optional[_Union[CollectionRules, _Mapping]] = ..., product_count: _Optional[int] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., seo_title: _Optional[str] = ..., seo_description: _Optional[str] = ..., channels: _Optional[_Iterable[str]] = ...) -> None: ...

class ChannelNames(_message.Message):
    __slots__ = ("slugs",)
    SLUGS_FIELD_NUMBER: _ClassVar[int]
    slugs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, slugs: _Optional[_Iterable[str]] = ...) -> None: ...

class CollectionOutcome(_message.Message):
    __slots__ = ("collection", "error")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    collection: Collection
    error: _outcome_pb2.EntityError
    def __init__(self, collection: _Optional[_Union[Collection, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class BatchGetCollectionsRequest(_message.Message):
    __slots__ = ("ids", "context")
    IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchFindCollectionsRequest(_message.Message):
    __slots__ = ("slugs", "context")
    SLUGS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    slugs: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, slugs: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchGetCollectionsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[CollectionOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[CollectionOutcome, _Mapping]]] = ...) -> None: ...

class ListCollectionsRequest(_message.Message):
    __slots__ = ("page", "context")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    context: _page_pb2.ShopContext
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class CollectionPage(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Collection]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[Collection, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchListCollectionProductsRequest(_message.Message):
    __slots__ = ("collection_ids", "page", "context", "sort_field", "sort_direction")
    COLLECTION_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_FIELD_NUMBER: _ClassVar[int]
    SORT_DIRECTION_FIELD_NUMBER: _ClassVar[int]
    collection_ids: _containers.RepeatedScalarFieldContainer[str]
    page: _page_pb2.PageRequest
    context: _page_pb2.ShopContext
    sort_field: _catalog_pb2.SortField
    sort_direction: _catalog_pb2.SortDirection
    def __init__(self, collection_ids: _Optional[_Iterable[str]] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ..., sort_field: _Optional[_Union[_catalog_pb2.SortField, str]] = ..., sort_direction: _Optional[_Union[_catalog_pb2.SortDirection, str]] = ...) -> None: ...

class BatchListCollectionProductsResponse(_message.Message):
    __slots__ = ("pages",)
    PAGES_FIELD_NUMBER: _ClassVar[int]
    pages: _containers.RepeatedCompositeFieldContainer[_catalog_pb2.ProductPage]
    def __init__(self, pages: _Optional[_Iterable[_Union[_catalog_pb2.ProductPage, _Mapping]]] = ...) -> None: ...

class BatchListProductCollectionsRequest(_message.Message):
    __slots__ = ("product_ids", "context")
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, product_ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class CollectionList(_message.Message):
    __slots__ = ("collections",)
    COLLECTIONS_FIELD_NUMBER: _ClassVar[int]
    collections: _containers.RepeatedCompositeFieldContainer[Collection]
    def __init__(self, collections: _Optional[_Iterable[_Union[Collection, _Mapping]]] = ...) -> None: ...

class BatchListProductCollectionsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[CollectionList]
    def __init__(self, lists: _Optional[_Iterable[_Union[CollectionList, _Mapping]]] = ...) -> None: ...

class CreateCollectionRequest(_message.Message):
    __slots__ = ("name", "slug", "description", "image", "published", "rules", "product_ids", "channels")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    name: str
    slug: str
    description: str
    image: _catalog_pb2.Image
    published: bool
    rules: CollectionRules
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    channels: ChannelNames
    def __init__(self, name: _Optional[str] = ..., slug: _Optional[str] = ..., description: _Optional[str] = ..., image: _Optional[_Union[_catalog_pb2.Image, _Mapping]] = ..., published: _Optional[bool] = ..., rules: _Optional[_Union[CollectionRules, _Mapping]] = ..., product_ids: _Optional[_Iterable[str]] = ..., channels: _Optional[_Union[ChannelNames, _Mapping]] = ...) -> None: ...

class UpdateCollectionRequest(_message.Message):
    __slots__ = ("id", "expected_version", "name", "slug", "description", "image", "published", "rules", "channels")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    name: str
    slug: str
    description: str
    image: _catalog_pb2.Image
    published: bool
    rules: CollectionRules
    channels: ChannelNames
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ..., description: _Optional[str] = ..., image: _Optional[_Union[_catalog_pb2.Image, _Mapping]] = ..., published: _Optional[bool] = ..., rules: _Optional[_Union[CollectionRules, _Mapping]] = ..., channels: _Optional[_Union[ChannelNames, _Mapping]] = ...) -> None: ...

class DeleteCollectionRequest(_message.Message):
    __slots__ = ("id", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class DeleteCollectionResponse(_message.Message):
    __slots__ = ("deleted_id", "user_errors")
    DELETED_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    deleted_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, deleted_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class CollectionProductsRequest(_message.Message):
    __slots__ = ("collection_id", "expected_version", "product_ids", "position")
    COLLECTION_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    collection_id: str
    expected_version: int
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    position: int
    def __init__(self, collection_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., product_ids: _Optional[_Iterable[str]] = ..., position: _Optional[int] = ...) -> None: ...

class CollectionResponse(_message.Message):
    __slots__ = ("collection", "user_errors")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    collection: Collection
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, collection: _Optional[_Union[Collection, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...
