import datetime

from emporium.catalog.v1 import stock_location_pb2 as _stock_location_pb2
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

class SortField(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SORT_FIELD_UNSPECIFIED: _ClassVar[SortField]
    RELEVANCE: _ClassVar[SortField]
    PRICE: _ClassVar[SortField]
    NAME: _ClassVar[SortField]
    CREATED_AT: _ClassVar[SortField]

class SortDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SORT_DIRECTION_UNSPECIFIED: _ClassVar[SortDirection]
    ASC: _ClassVar[SortDirection]
    DESC: _ClassVar[SortDirection]

class FacetKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACET_KIND_UNSPECIFIED: _ClassVar[FacetKind]
    LIST: _ClassVar[FacetKind]
    TREE: _ClassVar[FacetKind]
    RANGES: _ClassVar[FacetKind]

class ScoreEffect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCORE_EFFECT_UNSPECIFIED: _ClassVar[ScoreEffect]
    ADDS: _ClassVar[ScoreEffect]
    MULTIPLIES: _ClassVar[ScoreEffect]

class RescueKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESCUE_KIND_UNSPECIFIED: _ClassVar[RescueKind]
    FEWER_WORDS: _ClassVar[RescueKind]
    NEAR_CATEGORY: _ClassVar[RescueKind]
    NEAR_MEANING: _ClassVar[RescueKind]

class SuggestionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUGGESTION_KIND_UNSPECIFIED: _ClassVar[SuggestionKind]
    SUGGESTED_PRODUCT: _ClassVar[SuggestionKind]
    SUGGESTED_CATEGORY: _ClassVar[SuggestionKind]
    SUGGESTED_QUERY: _ClassVar[SuggestionKind]

class ProductRelation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRODUCT_RELATION_UNSPECIFIED: _ClassVar[ProductRelation]
    SIMILAR: _ClassVar[ProductRelation]
    BOUGHT_TOGETHER: _ClassVar[ProductRelation]

class WriteResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WRITE_RESULT_UNSPECIFIED: _ClassVar[WriteResult]
    CREATED: _ClassVar[WriteResult]
    UPDATED: _ClassVar[WriteResult]
    UNCHANGED: _ClassVar[WriteResult]
    REFUSED: _ClassVar[WriteResult]

class IndexSide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INDEX_SIDE_DATABASE: _ClassVar[IndexSide]
    INDEX_SIDE_INDEX: _ClassVar[IndexSide]

class ReservationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESERVATION_STATE_UNSPECIFIED: _ClassVar[ReservationState]
    RESERVED: _ClassVar[ReservationState]
    SECURED: _ClassVar[ReservationState]
    SOLD: _ClassVar[ReservationState]
    RELEASED: _ClassVar[ReservationState]
    EXPIRED: _ClassVar[ReservationState]
    REFUSED_SHORT: _ClassVar[ReservationState]
    RESTOCKED: _ClassVar[ReservationState]
    UNKNOWN_RESERVATION: _ClassVar[ReservationState]
SORT_FIELD_UNSPECIFIED: SortField
RELEVANCE: SortField
PRICE: SortField
NAME: SortField
CREATED_AT: SortField
SORT_DIRECTION_UNSPECIFIED: SortDirection
ASC: SortDirection
DESC: SortDirection
FACET_KIND_UNSPECIFIED: FacetKind
LIST: FacetKind
TREE: FacetKind
RANGES: FacetKind
SCORE_EFFECT_UNSPECIFIED: ScoreEffect
ADDS: ScoreEffect
MULTIPLIES: ScoreEffect
RESCUE_KIND_UNSPECIFIED: RescueKind
FEWER_WORDS: RescueKind
NEAR_CATEGORY: RescueKind
NEAR_MEANING: RescueKind
SUGGESTION_KIND_UNSPECIFIED: SuggestionKind
SUGGESTED_PRODUCT: SuggestionKind
SUGGESTED_CATEGORY: SuggestionKind
SUGGESTED_QUERY: SuggestionKind
PRODUCT_RELATION_UNSPECIFIED: ProductRelation
SIMILAR: ProductRelation
BOUGHT_TOGETHER: ProductRelation
WRITE_RESULT_UNSPECIFIED: WriteResult
CREATED: WriteResult
UPDATED: WriteResult
UNCHANGED: WriteResult
REFUSED: WriteResult
INDEX_SIDE_DATABASE: IndexSide
INDEX_SIDE_INDEX: IndexSide
RESERVATION_STATE_UNSPECIFIED: ReservationState
RESERVED: ReservationState
SECURED: ReservationState
SOLD: ReservationState
RELEASED: ReservationState
EXPIRED: ReservationState
REFUSED_SHORT: ReservationState
RESTOCKED: ReservationState
UNKNOWN_RESERVATION: ReservationState

class Image(_message.Message):
    __slots__ = ("url", "alt", "width", "height")
    URL_FIELD_NUMBER: _ClassVar[int]
    ALT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    url: str
    alt: str
    width: int
    height: int
    def __init__(self, url: _Optional[str] = ..., alt: _Optional[str] = ..., width: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class Attribute(_message.Message):
    __slots__ = ("key", "label", "value", "number", "unit")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    key: str
    label: str
    value: str
    number: float
    unit: str
    def __init__(self, key: _Optional[str] = ..., label: _Optional[str] = ..., value: _Optional[str] = ..., number: _Optional[float] = ..., unit: _Optional[str] = ...) -> None: ...

class PriceRange(_message.Message):
    __slots__ = ("min", "max")
    MIN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    min: _money_pb2.Money
    max: _money_pb2.Money
    def __init__(self, min: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., max: _Optional[_Union[_money_pb2.Money, _Mapping]] = ...) -> None: ...

class Product(_message.Message):
    __slots__ = ("id", "external_reference", "name", "slug", "description", "brand", "category_id", "attributes", "image", "media", "price_range", "available_for_sale", "published", "created_at", "updated_at", "version", "seo_title", "seo_description", "options", "archived_at", "brand_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    PRICE_RANGE_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FOR_SALE_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SEO_TITLE_FIELD_NUMBER: _ClassVar[int]
    SEO_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_AT_FIELD_NUMBER: _ClassVar[int]
    BRAND_ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    external_reference: str
    name: str
    slug: str
    description: str
    brand: str
    category_id: str
    attributes: _containers.RepeatedCompositeFieldContainer[Attribute]
    image: Image
    media: _containers.RepeatedCompositeFieldContainer[Image]
    price_range: PriceRange
    available_for_sale: bool
    published: bool
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    version: int
    seo_title: str
    seo_description: str
    options: _containers.RepeatedCompositeFieldContainer[ProductOption]
    archived_at: _timestamp_pb2.Timestamp
    brand_id: str
    def __init__(self, id: _Optional[str] = ..., external_reference: _Optional[str] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ..., description: _Optional[str] = ..., brand: _Optional[str] = ..., category_id: _Optional[str] = ..., attributes: _Optional[_Iterable[_Union[Attribute, _Mapping]]] = ..., image: _Optional[_Union[Image, _Mapping]] = ..., media: _Optional[_Iterable[_Union[Image, _Mapping]]] = ..., price_range: _Optional[_Union[PriceRange, _Mapping]] = ..., available_for_sale: _Optional[bool] = ..., published: _Optional[bool] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., version: _Optional[int] = ..., seo_title: _Optional[str] = ..., seo_description: _Optional[str] = ..., options: _Optional[_Iterable[_Union[ProductOption, _Mapping]]] = ..., archived_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., brand_id: _Optional[str] = ...) -> None: ...

class ProductOption(_message.Message):
    __slots__ = ("name", "values")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    name: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class VariantOption(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class Variant(_message.Message):
    __slots__ = ("id", "product_id", "sku", "name", "options", "price", "compare_at_price", "available_for_sale", "quantity_available", "image", "product_name", "published", "weight_grams")
    ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    COMPARE_AT_PRICE_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FOR_SALE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    id: str
    product_id: str
    sku: str
    name: str
    options: _containers.RepeatedCompositeFieldContainer[VariantOption]
    price: _money_pb2.Money
    compare_at_price: _money_pb2.Money
    available_for_sale: bool
    quantity_available: int
    image: Image
    product_name: str
    published: bool
    weight_grams: int
    def __init__(self, id: _Optional[str] = ..., product_id: _Optional[str] = ..., sku: _Optional[str] = ..., name: _Optional[str] = ..., options: _Optional[_Iterable[_Union[VariantOption, _Mapping]]] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., compare_at_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., available_for_sale: _Optional[bool] = ..., quantity_available: _Optional[int] = ..., image: _Optional[_Union[Image, _Mapping]] = ..., product_name: _Optional[str] = ..., published: _Optional[bool] = ..., weight_grams: _Optional[int] = ...) -> None: ...

class Category(_message.Message):
    __slots__ = ("id", "name", "slug", "parent_id", "path", "product_count", "seo_title", "seo_description", "description", "image", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEO_TITLE_FIELD_NUMBER: _ClassVar[int]
    SEO_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    slug: str
    parent_id: str
    path: _containers.RepeatedScalarFieldContainer[str]
    product_count: int
    seo_title: str
    seo_description: str
    description: str
    image: Image
    version: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ..., parent_id: _Optional[str] = ..., path: _Optional[_Iterable[str]] = ..., product_count: _Optional[int] = ..., seo_title: _Optional[str] = ..., seo_description: _Optional[str] = ..., description: _Optional[str] = ..., image: _Optional[_Union[Image, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class ProductOutcome(_message.Message):
    __slots__ = ("product", "error")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    product: Product
    error: _outcome_pb2.EntityError
    def __init__(self, product: _Optional[_Union[Product, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class VariantOutcome(_message.Message):
    __slots__ = ("variant", "error")
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    variant: Variant
    error: _outcome_pb2.EntityError
    def __init__(self, variant: _Optional[_Union[Variant, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class CategoryOutcome(_message.Message):
    __slots__ = ("category", "error")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    category: Category
    error: _outcome_pb2.EntityError
    def __init__(self, category: _Optional[_Union[Category, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class BatchGetProductsRequest(_message.Message):
    __slots__ = ("ids", "context")
    IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class ProductKey(_message.Message):
    __slots__ = ("id", "slug", "external_reference")
    ID_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    slug: str
    external_reference: str
    def __init__(self, id: _Optional[str] = ..., slug: _Optional[str] = ..., external_reference: _Optional[str] = ...) -> None: ...

class BatchFindProductsRequest(_message.Message):
    __slots__ = ("keys", "context")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[ProductKey]
    context: _page_pb2.ShopContext
    def __init__(self, keys: _Optional[_Iterable[_Union[ProductKey, _Mapping]]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchGetProductsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[ProductOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[ProductOutcome, _Mapping]]] = ...) -> None: ...

class BatchGetVariantsRequest(_message.Message):
    __slots__ = ("ids", "context")
    IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchGetVariantsBySkuRequest(_message.Message):
    __slots__ = ("skus", "context")
    SKUS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    skus: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, skus: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchGetVariantsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[VariantOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[VariantOutcome, _Mapping]]] = ...) -> None: ...

class BatchListVariantsRequest(_message.Message):
    __slots__ = ("product_ids", "context")
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, product_ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class VariantList(_message.Message):
    __slots__ = ("variants",)
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    variants: _containers.RepeatedCompositeFieldContainer[Variant]
    def __init__(self, variants: _Optional[_Iterable[_Union[Variant, _Mapping]]] = ...) -> None: ...

class BatchListVariantsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[VariantList]
    def __init__(self, lists: _Optional[_Iterable[_Union[VariantList, _Mapping]]] = ...) -> None: ...

class BatchGetCategoriesRequest(_message.Message):
    __slots__ = ("ids", "context")
    IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchFindCategoriesRequest(_message.Message):
    __slots__ = ("slugs", "context")
    SLUGS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    slugs: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, slugs: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class BatchGetCategoriesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[CategoryOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[CategoryOutcome, _Mapping]]] = ...) -> None: ...

class BatchListSubcategoriesRequest(_message.Message):
    __slots__ = ("parent_ids", "context")
    PARENT_IDS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    parent_ids: _containers.RepeatedScalarFieldContainer[str]
    context: _page_pb2.ShopContext
    def __init__(self, parent_ids: _Optional[_Iterable[str]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class CategoryList(_message.Message):
    __slots__ = ("categories",)
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedCompositeFieldContainer[Category]
    def __init__(self, categories: _Optional[_Iterable[_Union[Category, _Mapping]]] = ...) -> None: ...

class BatchListSubcategoriesResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[CategoryList]
    def __init__(self, lists: _Optional[_Iterable[_Union[CategoryList, _Mapping]]] = ...) -> None: ...

class BatchListCategoryProductsRequest(_message.Message):
    __slots__ = ("category_ids", "page", "context")
    CATEGORY_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    category_ids: _containers.RepeatedScalarFieldContainer[str]
    page: _page_pb2.PageRequest
    context: _page_pb2.ShopContext
    def __init__(self, category_ids: _Optional[_Iterable[str]] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class ProductPage(_message.Message):
    __slots__ = ("nodes", "page_info", "total_count", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Product]
    page_info: _page_pb2.PageInfo
    total_count: int
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[Product, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., total_count: _Optional[int] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchListCategoryProductsResponse(_message.Message):
    __slots__ = ("pages",)
    PAGES_FIELD_NUMBER: _ClassVar[int]
    pages: _containers.RepeatedCompositeFieldContainer[ProductPage]
    def __init__(self, pages: _Optional[_Iterable[_Union[ProductPage, _Mapping]]] = ...) -> None: ...

class FacetInput(_message.Message):
    __slots__ = ("facet", "values")
    FACET_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    facet: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, facet: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class AttributeFilter(_message.Message):
    __slots__ = ("key", "values", "gte", "lte")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    GTE_FIELD_NUMBER: _ClassVar[int]
    LTE_FIELD_NUMBER: _ClassVar[int]
    key: str
    values: _containers.RepeatedScalarFieldContainer[str]
    gte: float
    lte: float
    def __init__(self, key: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ..., gte: _Optional[float] = ..., lte: _Optional[float] = ...) -> None: ...

class SearchFilter(_message.Message):
    __slots__ = ("category_id", "brands", "min_price_minor_units", "max_price_minor_units", "available_for_sale", "include_unpublished", "collection_id", "attributes")
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    BRANDS_FIELD_NUMBER: _ClassVar[int]
    MIN_PRICE_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    MAX_PRICE_MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FOR_SALE_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_UNPUBLISHED_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_ID_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    category_id: str
    brands: _containers.RepeatedScalarFieldContainer[str]
    min_price_minor_units: int
    max_price_minor_units: int
    available_for_sale: bool
    include_unpublished: bool
    collection_id: str
    attributes: _containers.RepeatedCompositeFieldContainer[AttributeFilter]
    def __init__(self, category_id: _Optional[str] = ..., brands: _Optional[_Iterable[str]] = ..., min_price_minor_units: _Optional[int] = ..., max_price_minor_units: _Optional[int] = ..., available_for_sale: _Optional[bool] = ..., include_unpublished: _Optional[bool] = ..., collection_id: _Optional[str] = ..., attributes: _Optional[_Iterable[_Union[AttributeFilter, _Mapping]]] = ...) -> None: ...

class SearchProductsRequest(_message.Message):
    __slots__ = ("query", "filter", "facets", "sort_field", "sort_direction", "page", "context", "want_facets", "want_total", "want_highlights", "want_explanations", "without_attributes", "want_categories")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    SORT_FIELD_FIELD_NUMBER: _ClassVar[int]
    SORT_DIRECTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    WANT_FACETS_FIELD_NUMBER: _ClassVar[int]
    WANT_TOTAL_FIELD_NUMBER: _ClassVar[int]
    WANT_HIGHLIGHTS_FIELD_NUMBER: _ClassVar[int]
    WANT_EXPLANATIONS_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    WANT_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    query: str
    filter: SearchFilter
    facets: _containers.RepeatedCompositeFieldContainer[FacetInput]
    sort_field: SortField
    sort_direction: SortDirection
    page: _page_pb2.PageRequest
    context: _page_pb2.ShopContext
    want_facets: bool
    want_total: bool
    want_highlights: bool
    want_explanations: bool
    without_attributes: bool
    want_categories: bool
    def __init__(self, query: _Optional[str] = ..., filter: _Optional[_Union[SearchFilter, _Mapping]] = ..., facets: _Optional[_Iterable[_Union[FacetInput, _Mapping]]] = ..., sort_field: _Optional[_Union[SortField, str]] = ..., sort_direction: _Optional[_Union[SortDirection, str]] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ..., want_facets: _Optional[bool] = ..., want_total: _Optional[bool] = ..., want_highlights: _Optional[bool] = ..., want_explanations: _Optional[bool] = ..., without_attributes: _Optional[bool] = ..., want_categories: _Optional[bool] = ...) -> None: ...

class FacetValue(_message.Message):
    __slots__ = ("value", "label", "count", "selected", "level", "parent_value", "low", "high")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    SELECTED_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PARENT_VALUE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    value: str
    label: str
    count: int
    selected: bool
    level: int
    parent_value: str
    low: float
    high: float
    def __init__(self, value: _Optional[str] = ..., label: _Optional[str] = ..., count: _Optional[int] = ..., selected: _Optional[bool] = ..., level: _Optional[int] = ..., parent_value: _Optional[str] = ..., low: _Optional[float] = ..., high: _Optional[float] = ...) -> None: ...

class Facet(_message.Message):
    __slots__ = ("key", "label", "values", "kind", "unit")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    key: str
    label: str
    values: _containers.RepeatedCompositeFieldContainer[FacetValue]
    kind: FacetKind
    unit: str
    def __init__(self, key: _Optional[str] = ..., label: _Optional[str] = ..., values: _Optional[_Iterable[_Union[FacetValue, _Mapping]]] = ..., kind: _Optional[_Union[FacetKind, str]] = ..., unit: _Optional[str] = ...) -> None: ...

class ScorePart(_message.Message):
    __slots__ = ("reason", "effect", "value")
    REASON_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    effect: ScoreEffect
    value: float
    def __init__(self, reason: _Optional[str] = ..., effect: _Optional[_Union[ScoreEffect, str]] = ..., value: _Optional[float] = ...) -> None: ...

class SearchExplanation(_message.Message):
    __slots__ = ("score", "parts")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    score: float
    parts: _containers.RepeatedCompositeFieldContainer[ScorePart]
    def __init__(self, score: _Optional[float] = ..., parts: _Optional[_Iterable[_Union[ScorePart, _Mapping]]] = ...) -> None: ...

class Highlight(_message.Message):
    __slots__ = ("field", "snippet")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    field: str
    snippet: str
    def __init__(self, field: _Optional[str] = ..., snippet: _Optional[str] = ...) -> None: ...

class SearchHit(_message.Message):
    __slots__ = ("product", "cursor", "highlights", "explanation")
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    HIGHLIGHTS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    product: Product
    cursor: str
    highlights: _containers.RepeatedCompositeFieldContainer[Highlight]
    explanation: SearchExplanation
    def __init__(self, product: _Optional[_Union[Product, _Mapping]] = ..., cursor: _Optional[str] = ..., highlights: _Optional[_Iterable[_Union[Highlight, _Mapping]]] = ..., explanation: _Optional[_Union[SearchExplanation, _Mapping]] = ...) -> None: ...

class SearchRescue(_message.Message):
    __slots__ = ("kind", "ignored_words", "category_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    IGNORED_WORDS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    kind: RescueKind
    ignored_words: _containers.RepeatedScalarFieldContainer[str]
    category_id: str
    def __init__(self, kind: _Optional[_Union[RescueKind, str]] = ..., ignored_words: _Optional[_Iterable[str]] = ..., category_id: _Optional[str] = ...) -> None: ...

class SearchProductsResponse(_message.Message):
    __slots__ = ("hits", "facets", "total_count", "page_info", "did_you_mean", "degraded", "rescue", "categories")
    HITS_FIELD_NUMBER: _ClassVar[int]
    FACETS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    DID_YOU_MEAN_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    RESCUE_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[SearchHit]
    facets: _containers.RepeatedCompositeFieldContainer[Facet]
    total_count: int
    page_info: _page_pb2.PageInfo
    did_you_mean: str
    degraded: str
    rescue: SearchRescue
    categories: _containers.RepeatedCompositeFieldContainer[Category]
    def __init__(self, hits: _Optional[_Iterable[_Union[SearchHit, _Mapping]]] = ..., facets: _Optional[_Iterable[_Union[Facet, _Mapping]]] = ..., total_count: _Optional[int] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., did_you_mean: _Optional[str] = ..., degraded: _Optional[str] = ..., rescue: _Optional[_Union[SearchRescue, _Mapping]] = ..., categories: _Optional[_Iterable[_Union[Category, _Mapping]]] = ...) -> None: ...

class SuggestProductsRequest(_message.Message):
    __slots__ = ("prefix", "first", "context", "want_products", "want_categories")
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    WANT_PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    WANT_CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    prefix: str
    first: int
    context: _page_pb2.ShopContext
    want_products: bool
    want_categories: bool
    def __init__(self, prefix: _Optional[str] = ..., first: _Optional[int] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ..., want_products: _Optional[bool] = ..., want_categories: _Optional[bool] = ...) -> None: ...

class Suggestion(_message.Message):
    __slots__ = ("text", "product_id", "kind", "category_id", "product", "category")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    text: str
    product_id: str
    kind: SuggestionKind
    category_id: str
    product: Product
    category: Category
    def __init__(self, text: _Optional[str] = ..., product_id: _Optional[str] = ..., kind: _Optional[_Union[SuggestionKind, str]] = ..., category_id: _Optional[str] = ..., product: _Optional[_Union[Product, _Mapping]] = ..., category: _Optional[_Union[Category, _Mapping]] = ...) -> None: ...

class SuggestProductsResponse(_message.Message):
    __slots__ = ("suggestions", "degraded")
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    degraded: str
    def __init__(self, suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ..., degraded: _Optional[str] = ...) -> None: ...

class BatchListRelatedProductsRequest(_message.Message):
    __slots__ = ("product_ids", "relation", "first", "context")
    PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    product_ids: _containers.RepeatedScalarFieldContainer[str]
    relation: ProductRelation
    first: int
    context: _page_pb2.ShopContext
    def __init__(self, product_ids: _Optional[_Iterable[str]] = ..., relation: _Optional[_Union[ProductRelation, str]] = ..., first: _Optional[int] = ..., context: _Optional[_Union[_page_pb2.ShopContext, _Mapping]] = ...) -> None: ...

class RelatedProducts(_message.Message):
    __slots__ = ("products",)
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    products: _containers.RepeatedCompositeFieldContainer[Product]
    def __init__(self, products: _Optional[_Iterable[_Union[Product, _Mapping]]] = ...) -> None: ...

class BatchListRelatedProductsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[RelatedProducts]
    def __init__(self, lists: _Optional[_Iterable[_Union[RelatedProducts, _Mapping]]] = ...) -> None: ...

class VariantInput(_message.Message):
    __slots__ = ("sku", "name", "options", "price", "compare_at_price", "initial_quantity", "weight_grams")
    SKU_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    COMPARE_AT_PRICE_FIELD_NUMBER: _ClassVar[int]
    INITIAL_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_GRAMS_FIELD_NUMBER: _ClassVar[int]
    sku: str
    name: str
    options: _containers.RepeatedCompositeFieldContainer[VariantOption]
    price: _money_pb2.Money
    compare_at_price: _money_pb2.Money
    initial_quantity: int
    weight_grams: int
    def __init__(self, sku: _Optional[str] = ..., name: _Optional[str] = ..., options: _Optional[_Iterable[_Union[VariantOption, _Mapping]]] = ..., price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., compare_at_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., initial_quantity: _Optional[int] = ..., weight_grams: _Optional[int] = ...) -> None: ...

class ProductInput(_message.Message):
    __slots__ = ("external_reference", "name", "description", "brand", "category_path", "attributes", "media", "variants", "published", "expected_version", "options")
    EXTERNAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_PATH_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    external_reference: str
    name: str
    description: str
    brand: str
    category_path: _containers.RepeatedScalarFieldContainer[str]
    attributes: _containers.RepeatedCompositeFieldContainer[Attribute]
    media: _containers.RepeatedCompositeFieldContainer[Image]
    variants: _containers.RepeatedCompositeFieldContainer[VariantInput]
    published: bool
    expected_version: int
    options: _containers.RepeatedCompositeFieldContainer[ProductOption]
    def __init__(self, external_reference: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., brand: _Optional[str] = ..., category_path: _Optional[_Iterable[str]] = ..., attributes: _Optional[_Iterable[_Union[Attribute, _Mapping]]] = ..., media: _Optional[_Iterable[_Union[Image, _Mapping]]] = ..., variants: _Optional[_Iterable[_Union[VariantInput, _Mapping]]] = ..., published: _Optional[bool] = ..., expected_version: _Optional[int] = ..., options: _Optional[_Iterable[_Union[ProductOption, _Mapping]]] = ...) -> None: ...

class UpsertProductsRequest(_message.Message):
    __slots__ = ("products", "idempotency_key")
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    products: _containers.RepeatedCompositeFieldContainer[ProductInput]
    idempotency_key: str
    def __init__(self, products: _Optional[_Iterable[_Union[ProductInput, _Mapping]]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class ProductWrite(_message.Message):
    __slots__ = ("result", "product_id", "user_errors")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    result: WriteResult
    product_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, result: _Optional[_Union[WriteResult, str]] = ..., product_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class UpsertProductsResponse(_message.Message):
    __slots__ = ("writes", "user_errors")
    WRITES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    writes: _containers.RepeatedCompositeFieldContainer[ProductWrite]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, writes: _Optional[_Iterable[_Union[ProductWrite, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class PublishProductsRequest(_message.Message):
    __slots__ = ("ids", "published", "channels", "publish_at", "publish_until", "expected_versions")
    IDS_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_AT_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_UNTIL_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    published: bool
    channels: _containers.RepeatedScalarFieldContainer[str]
    publish_at: _timestamp_pb2.Timestamp
    publish_until: _timestamp_pb2.Timestamp
    expected_versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., published: _Optional[bool] = ..., channels: _Optional[_Iterable[str]] = ..., publish_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., publish_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_versions: _Optional[_Iterable[int]] = ...) -> None: ...

class PublishProductsResponse(_message.Message):
    __slots__ = ("outcomes", "user_errors")
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[ProductOutcome]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[ProductOutcome, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class CategoryInput(_message.Message):
    __slots__ = ("path",)
    PATH_FIELD_NUMBER: _ClassVar[int]
    path: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, path: _Optional[_Iterable[str]] = ...) -> None: ...

class UpsertCategoriesRequest(_message.Message):
    __slots__ = ("categories",)
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedCompositeFieldContainer[CategoryInput]
    def __init__(self, categories: _Optional[_Iterable[_Union[CategoryInput, _Mapping]]] = ...) -> None: ...

class UpsertCategoriesResponse(_message.Message):
    __slots__ = ("categories",)
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedCompositeFieldContainer[Category]
    def __init__(self, categories: _Optional[_Iterable[_Union[Category, _Mapping]]] = ...) -> None: ...

class CreateCategoryRequest(_message.Message):
    __slots__ = ("name", "parent_id", "slug", "description", "image", "position")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    name: str
    parent_id: str
    slug: str
    description: str
    image: Image
    position: int
    def __init__(self, name: _Optional[str] = ..., parent_id: _Optional[str] = ..., slug: _Optional[str] = ..., description: _Optional[str] = ..., image: _Optional[_Union[Image, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class UpdateCategoryRequest(_message.Message):
    __slots__ = ("id", "expected_version", "name", "slug", "description", "image")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    name: str
    slug: str
    description: str
    image: Image
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ..., description: _Optional[str] = ..., image: _Optional[_Union[Image, _Mapping]] = ...) -> None: ...

class MoveCategoryRequest(_message.Message):
    __slots__ = ("id", "expected_version", "parent_id", "position")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    parent_id: str
    position: int
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ..., parent_id: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class CategoryResponse(_message.Message):
    __slots__ = ("category", "user_errors")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    category: Category
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, category: _Optional[_Union[Category, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class CategoryPlace(_message.Message):
    __slots__ = ("id", "expected_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class ReorderCategoriesRequest(_message.Message):
    __slots__ = ("parent_id", "places")
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    parent_id: str
    places: _containers.RepeatedCompositeFieldContainer[CategoryPlace]
    def __init__(self, parent_id: _Optional[str] = ..., places: _Optional[_Iterable[_Union[CategoryPlace, _Mapping]]] = ...) -> None: ...

class ReorderCategoriesResponse(_message.Message):
    __slots__ = ("categories", "user_errors")
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedCompositeFieldContainer[Category]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, categories: _Optional[_Iterable[_Union[Category, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class DeleteCategoryRequest(_message.Message):
    __slots__ = ("id", "expected_version", "move_products_to", "move_children_to")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    MOVE_PRODUCTS_TO_FIELD_NUMBER: _ClassVar[int]
    MOVE_CHILDREN_TO_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    move_products_to: str
    move_children_to: str
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ..., move_products_to: _Optional[str] = ..., move_children_to: _Optional[str] = ...) -> None: ...

class DeleteCategoryResponse(_message.Message):
    __slots__ = ("deleted_id", "user_errors")
    DELETED_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    deleted_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, deleted_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class GetIndexStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetIndexStatusResponse(_message.Message):
    __slots__ = ("available", "product_count", "indexed_count", "pending_count", "lag_seconds", "refused_count")
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_COUNT_FIELD_NUMBER: _ClassVar[int]
    INDEXED_COUNT_FIELD_NUMBER: _ClassVar[int]
    PENDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    LAG_SECONDS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_COUNT_FIELD_NUMBER: _ClassVar[int]
    available: bool
    product_count: int
    indexed_count: int
    pending_count: int
    lag_seconds: float
    refused_count: int
    def __init__(self, available: _Optional[bool] = ..., product_count: _Optional[int] = ..., indexed_count: _Optional[int] = ..., pending_count: _Optional[int] = ..., lag_seconds: _Optional[float] = ..., refused_count: _Optional[int] = ...) -> None: ...

class RebuildIndexRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RebuildIndexResponse(_message.Message):
    __slots__ = ("indexed_count", "index_name")
    INDEXED_COUNT_FIELD_NUMBER: _ClassVar[int]
    INDEX_NAME_FIELD_NUMBER: _ClassVar[int]
    indexed_count: int
    index_name: str
    def __init__(self, indexed_count: _Optional[int] = ..., index_name: _Optional[str] = ...) -> None: ...

class VerifyIndexRequest(_message.Message):
    __slots__ = ("side", "after", "mend")
    SIDE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    MEND_FIELD_NUMBER: _ClassVar[int]
    side: IndexSide
    after: str
    mend: bool
    def __init__(self, side: _Optional[_Union[IndexSide, str]] = ..., after: _Optional[str] = ..., mend: _Optional[bool] = ...) -> None: ...

class IndexDifference(_message.Message):
    __slots__ = ("product_id", "kind", "detail")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    kind: str
    detail: str
    def __init__(self, product_id: _Optional[str] = ..., kind: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class VerifyIndexResponse(_message.Message):
    __slots__ = ("checked_count", "pending_count", "differences", "next")
    CHECKED_COUNT_FIELD_NUMBER: _ClassVar[int]
    PENDING_COUNT_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    checked_count: int
    pending_count: int
    differences: _containers.RepeatedCompositeFieldContainer[IndexDifference]
    next: str
    def __init__(self, checked_count: _Optional[int] = ..., pending_count: _Optional[int] = ..., differences: _Optional[_Iterable[_Union[IndexDifference, _Mapping]]] = ..., next: _Optional[str] = ...) -> None: ...

class StockLevel(_message.Message):
    __slots__ = ("sku", "location", "available", "reserved", "secured", "sold")
    SKU_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    RESERVED_FIELD_NUMBER: _ClassVar[int]
    SECURED_FIELD_NUMBER: _ClassVar[int]
    SOLD_FIELD_NUMBER: _ClassVar[int]
    sku: str
    location: str
    available: int
    reserved: int
    secured: int
    sold: int
    def __init__(self, sku: _Optional[str] = ..., location: _Optional[str] = ..., available: _Optional[int] = ..., reserved: _Optional[int] = ..., secured: _Optional[int] = ..., sold: _Optional[int] = ...) -> None: ...

class StockOutcome(_message.Message):
    __slots__ = ("level", "error")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    level: StockLevel
    error: _outcome_pb2.EntityError
    def __init__(self, level: _Optional[_Union[StockLevel, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class BatchGetStockRequest(_message.Message):
    __slots__ = ("skus",)
    SKUS_FIELD_NUMBER: _ClassVar[int]
    skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, skus: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetStockResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[StockOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[StockOutcome, _Mapping]]] = ...) -> None: ...

class BatchListStockLevelsRequest(_message.Message):
    __slots__ = ("skus",)
    SKUS_FIELD_NUMBER: _ClassVar[int]
    skus: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, skus: _Optional[_Iterable[str]] = ...) -> None: ...

class StockLevelList(_message.Message):
    __slots__ = ("levels",)
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    levels: _containers.RepeatedCompositeFieldContainer[StockLevel]
    def __init__(self, levels: _Optional[_Iterable[_Union[StockLevel, _Mapping]]] = ...) -> None: ...

class BatchListStockLevelsResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[StockLevelList]
    def __init__(self, lists: _Optional[_Iterable[_Union[StockLevelList, _Mapping]]] = ...) -> None: ...

class ListStockLevelsRequest(_message.Message):
    __slots__ = ("page", "location")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    location: str
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., location: _Optional[str] = ...) -> None: ...

class StockLevelPage(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[StockLevel]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[StockLevel, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class ReservationLine(_message.Message):
    __slots__ = ("sku", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class ReservationRequest(_message.Message):
    __slots__ = ("reservation_id", "order_id", "lines", "ttl_seconds")
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    TTL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    reservation_id: str
    order_id: str
    lines: _containers.RepeatedCompositeFieldContainer[ReservationLine]
    ttl_seconds: int
    def __init__(self, reservation_id: _Optional[str] = ..., order_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[ReservationLine, _Mapping]]] = ..., ttl_seconds: _Optional[int] = ...) -> None: ...

class ReserveStockRequest(_message.Message):
    __slots__ = ("reservations",)
    RESERVATIONS_FIELD_NUMBER: _ClassVar[int]
    reservations: _containers.RepeatedCompositeFieldContainer[ReservationRequest]
    def __init__(self, reservations: _Optional[_Iterable[_Union[ReservationRequest, _Mapping]]] = ...) -> None: ...

class Shortage(_message.Message):
    __slots__ = ("sku", "wanted", "available", "unknown")
    SKU_FIELD_NUMBER: _ClassVar[int]
    WANTED_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    sku: str
    wanted: int
    available: int
    unknown: bool
    def __init__(self, sku: _Optional[str] = ..., wanted: _Optional[int] = ..., available: _Optional[int] = ..., unknown: _Optional[bool] = ...) -> None: ...

class ReservationOutcome(_message.Message):
    __slots__ = ("reservation_id", "state", "shortages", "expires_at")
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SHORTAGES_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    reservation_id: str
    state: ReservationState
    shortages: _containers.RepeatedCompositeFieldContainer[Shortage]
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, reservation_id: _Optional[str] = ..., state: _Optional[_Union[ReservationState, str]] = ..., shortages: _Optional[_Iterable[_Union[Shortage, _Mapping]]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReserveStockResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[ReservationOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[ReservationOutcome, _Mapping]]] = ...) -> None: ...

class ReservationsRequest(_message.Message):
    __slots__ = ("reservation_ids",)
    RESERVATION_IDS_FIELD_NUMBER: _ClassVar[int]
    reservation_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reservation_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ReservationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[ReservationOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[ReservationOutcome, _Mapping]]] = ...) -> None: ...

class StockAdjustment(_message.Message):
    __slots__ = ("sku", "delta", "change_from_quantity", "reason", "location", "quantity")
    SKU_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FROM_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    sku: str
    delta: int
    change_from_quantity: int
    reason: str
    location: str
    quantity: int
    def __init__(self, sku: _Optional[str] = ..., delta: _Optional[int] = ..., change_from_quantity: _Optional[int] = ..., reason: _Optional[str] = ..., location: _Optional[str] = ..., quantity: _Optional[int] = ...) -> None: ...

class AdjustStockRequest(_message.Message):
    __slots__ = ("adjustments", "idempotency_key", "dry_run")
    ADJUSTMENTS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    adjustments: _containers.RepeatedCompositeFieldContainer[StockAdjustment]
    idempotency_key: str
    dry_run: bool
    def __init__(self, adjustments: _Optional[_Iterable[_Union[StockAdjustment, _Mapping]]] = ..., idempotency_key: _Optional[str] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class StockAdjustmentOutcome(_message.Message):
    __slots__ = ("level", "user_errors", "delta")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    level: StockLevel
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    delta: int
    def __init__(self, level: _Optional[_Union[StockLevel, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ..., delta: _Optional[int] = ...) -> None: ...

class AdjustStockResponse(_message.Message):
    __slots__ = ("outcomes", "repeated_answer", "user_errors")
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    REPEATED_ANSWER_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[StockAdjustmentOutcome]
    repeated_answer: bool
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[StockAdjustmentOutcome, _Mapping]]] = ..., repeated_answer: _Optional[bool] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class StockLedgerEntry(_message.Message):
    __slots__ = ("id", "sku", "kind", "available_delta", "reserved_delta", "secured_delta", "sold_delta", "reservation_id", "order_id", "created_at", "location", "reason")
    ID_FIELD_NUMBER: _ClassVar[int]
    SKU_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_DELTA_FIELD_NUMBER: _ClassVar[int]
    RESERVED_DELTA_FIELD_NUMBER: _ClassVar[int]
    SECURED_DELTA_FIELD_NUMBER: _ClassVar[int]
    SOLD_DELTA_FIELD_NUMBER: _ClassVar[int]
    RESERVATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    id: str
    sku: str
    kind: str
    available_delta: int
    reserved_delta: int
    secured_delta: int
    sold_delta: int
    reservation_id: str
    order_id: str
    created_at: _timestamp_pb2.Timestamp
    location: str
    reason: str
    def __init__(self, id: _Optional[str] = ..., sku: _Optional[str] = ..., kind: _Optional[str] = ..., available_delta: _Optional[int] = ..., reserved_delta: _Optional[int] = ..., secured_delta: _Optional[int] = ..., sold_delta: _Optional[int] = ..., reservation_id: _Optional[str] = ..., order_id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., location: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListStockLedgerRequest(_message.Message):
    __slots__ = ("sku", "page", "location", "kinds", "order_id", "since", "until")
    SKU_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    ORDER_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    sku: str
    page: _page_pb2.PageRequest
    location: str
    kinds: _containers.RepeatedScalarFieldContainer[str]
    order_id: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    def __init__(self, sku: _Optional[str] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ..., location: _Optional[str] = ..., kinds: _Optional[_Iterable[str]] = ..., order_id: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListStockLedgerResponse(_message.Message):
    __slots__ = ("entries", "page_info", "cursors")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[StockLedgerEntry]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, entries: _Optional[_Iterable[_Union[StockLedgerEntry, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...
