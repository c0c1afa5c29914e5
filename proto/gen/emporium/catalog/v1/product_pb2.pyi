import datetime

from emporium.catalog.v1 import catalog_pb2 as _catalog_pb2
from emporium.common.v1 import money_pb2 as _money_pb2
from emporium.common.v1 import outcome_pb2 as _outcome_pb2
from emporium.common.v1 import page_pb2 as _page_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AttributeType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ATTRIBUTE_TYPE_UNSPECIFIED: _ClassVar[AttributeType]
    ATTRIBUTE_TYPE_TEXT: _ClassVar[AttributeType]
    ATTRIBUTE_TYPE_NUMBER: _ClassVar[AttributeType]
    ATTRIBUTE_TYPE_BOOLEAN: _ClassVar[AttributeType]
    ATTRIBUTE_TYPE_CHOICE: _ClassVar[AttributeType]

class CatalogEntityKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATALOG_ENTITY_KIND_UNSPECIFIED: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_PRODUCT: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_PRODUCT_VARIANT: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_ATTRIBUTE_DEFINITION: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_BRAND: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_CATEGORY: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_COLLECTION: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_TRANSLATION: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_REDIRECT: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_PUBLICATION: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_STOCK: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_LOCATION: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_JOB: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_CHANNEL: _ClassVar[CatalogEntityKind]
    CATALOG_ENTITY_KIND_BLOCKED_QUERY: _ClassVar[CatalogEntityKind]
ATTRIBUTE_TYPE_UNSPECIFIED: AttributeType
ATTRIBUTE_TYPE_TEXT: AttributeType
ATTRIBUTE_TYPE_NUMBER: AttributeType
ATTRIBUTE_TYPE_BOOLEAN: AttributeType
ATTRIBUTE_TYPE_CHOICE: AttributeType
CATALOG_ENTITY_KIND_UNSPECIFIED: CatalogEntityKind
CATALOG_ENTITY_KIND_PRODUCT: CatalogEntityKind
CATALOG_ENTITY_KIND_PRODUCT_VARIANT: CatalogEntityKind
CATALOG_ENTITY_KIND_ATTRIBUTE_DEFINITION: CatalogEntityKind
CATALOG_ENTITY_KIND_BRAND: CatalogEntityKind
CATALOG_ENTITY_KIND_CATEGORY: CatalogEntityKind
CATALOG_ENTITY_KIND_COLLECTION: CatalogEntityKind
CATALOG_ENTITY_KIND_TRANSLATION: CatalogEntityKind
CATALOG_ENTITY_KIND_REDIRECT: CatalogEntityKind
CATALOG_ENTITY_KIND_PUBLICATION: CatalogEntityKind
CATALOG_ENTITY_KIND_STOCK: CatalogEntityKind
CATALOG_ENTITY_KIND_LOCATION: CatalogEntityKind
CATALOG_ENTITY_KIND_JOB: CatalogEntityKind
CATALOG_ENTITY_KIND_CHANNEL: CatalogEntityKind
CATALOG_ENTITY_KIND_BLOCKED_QUERY: CatalogEntityKind

class CreateProductsRequest(_message.Message):
    __slots__ = ("products", "idempotency_key")
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    products: _containers.RepeatedCompositeFieldContainer[_catalog_pb2.ProductInput]
    idempotency_key: str
    def __init__(self, products: _Optional[_Iterable[_Union[_catalog_pb2.ProductInput, _Mapping]]] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class ProductValues(_message.Message):
    __slots__ = ("values", "category_id", "fields")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_ID_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    values: _catalog_pb2.ProductInput
    category_id: str
    fields: _field_mask_pb2.FieldMask
    def __init__(self, values: _Optional[_Union[_catalog_pb2.ProductInput, _Mapping]] = ..., category_id: _Optional[str] = ..., fields: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class VariantValues(_message.Message):
    __slots__ = ("values", "fields")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    values: _catalog_pb2.VariantInput
    fields: _field_mask_pb2.FieldMask
    def __init__(self, values: _Optional[_Union[_catalog_pb2.VariantInput, _Mapping]] = ..., fields: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class VariantOrder(_message.Message):
    __slots__ = ("variant_ids",)
    VARIANT_IDS_FIELD_NUMBER: _ClassVar[int]
    variant_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, variant_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class Removal(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProductEdit(_message.Message):
    __slots__ = ("product_id", "variant_id", "expected_version", "update", "add_variant", "update_variant", "remove_variant", "order_variants", "archive")
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    ADD_VARIANT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_VARIANT_FIELD_NUMBER: _ClassVar[int]
    REMOVE_VARIANT_FIELD_NUMBER: _ClassVar[int]
    ORDER_VARIANTS_FIELD_NUMBER: _ClassVar[int]
    ARCHIVE_FIELD_NUMBER: _ClassVar[int]
    product_id: str
    variant_id: str
    expected_version: int
    update: ProductValues
    add_variant: _catalog_pb2.VariantInput
    update_variant: VariantValues
    remove_variant: Removal
    order_variants: VariantOrder
    archive: Removal
    def __init__(self, product_id: _Optional[str] = ..., variant_id: _Optional[str] = ..., expected_version: _Optional[int] = ..., update: _Optional[_Union[ProductValues, _Mapping]] = ..., add_variant: _Optional[_Union[_catalog_pb2.VariantInput, _Mapping]] = ..., update_variant: _Optional[_Union[VariantValues, _Mapping]] = ..., remove_variant: _Optional[_Union[Removal, _Mapping]] = ..., order_variants: _Optional[_Union[VariantOrder, _Mapping]] = ..., archive: _Optional[_Union[Removal, _Mapping]] = ...) -> None: ...

class EditProductsRequest(_message.Message):
    __slots__ = ("edits",)
    EDITS_FIELD_NUMBER: _ClassVar[int]
    edits: _containers.RepeatedCompositeFieldContainer[ProductEdit]
    def __init__(self, edits: _Optional[_Iterable[_Union[ProductEdit, _Mapping]]] = ...) -> None: ...

class ProductEdited(_message.Message):
    __slots__ = ("result", "product_id", "variant_id", "user_errors")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    result: _catalog_pb2.WriteResult
    product_id: str
    variant_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, result: _Optional[_Union[_catalog_pb2.WriteResult, str]] = ..., product_id: _Optional[str] = ..., variant_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class EditProductsResponse(_message.Message):
    __slots__ = ("edited",)
    EDITED_FIELD_NUMBER: _ClassVar[int]
    edited: _containers.RepeatedCompositeFieldContainer[ProductEdited]
    def __init__(self, edited: _Optional[_Iterable[_Union[ProductEdited, _Mapping]]] = ...) -> None: ...

class VariantPrice(_message.Message):
    __slots__ = ("price", "compare_at_price", "valid_from", "valid_until", "in_force", "channel")
    PRICE_FIELD_NUMBER: _ClassVar[int]
    COMPARE_AT_PRICE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    price: _money_pb2.Money
    compare_at_price: _money_pb2.Money
    valid_from: _timestamp_pb2.Timestamp
    valid_until: _timestamp_pb2.Timestamp
    in_force: bool
    channel: str
    def __init__(self, price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., compare_at_price: _Optional[_Union[_money_pb2.Money, _Mapping]] = ..., valid_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., valid_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., in_force: _Optional[bool] = ..., channel: _Optional[str] = ...) -> None: ...

class VariantPrices(_message.Message):
    __slots__ = ("sku", "channel", "prices", "expected_version")
    SKU_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PRICES_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    sku: str
    channel: str
    prices: _containers.RepeatedCompositeFieldContainer[VariantPrice]
    expected_version: int
    def __init__(self, sku: _Optional[str] = ..., channel: _Optional[str] = ..., prices: _Optional[_Iterable[_Union[VariantPrice, _Mapping]]] = ..., expected_version: _Optional[int] = ...) -> None: ...

class SetVariantPricesRequest(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[VariantPrices]
    def __init__(self, items: _Optional[_Iterable[_Union[VariantPrices, _Mapping]]] = ...) -> None: ...

class VariantPricesSet(_message.Message):
    __slots__ = ("result", "variant_id", "user_errors")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    VARIANT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    result: _catalog_pb2.WriteResult
    variant_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, result: _Optional[_Union[_catalog_pb2.WriteResult, str]] = ..., variant_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class SetVariantPricesResponse(_message.Message):
    __slots__ = ("outcomes", "user_errors")
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[VariantPricesSet]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[VariantPricesSet, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class BatchListVariantPricesRequest(_message.Message):
    __slots__ = ("variant_ids",)
    VARIANT_IDS_FIELD_NUMBER: _ClassVar[int]
    variant_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, variant_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class VariantPriceList(_message.Message):
    __slots__ = ("prices",)
    PRICES_FIELD_NUMBER: _ClassVar[int]
    prices: _containers.RepeatedCompositeFieldContainer[VariantPrice]
    def __init__(self, prices: _Optional[_Iterable[_Union[VariantPrice, _Mapping]]] = ...) -> None: ...

class BatchListVariantPricesResponse(_message.Message):
    __slots__ = ("lists",)
    LISTS_FIELD_NUMBER: _ClassVar[int]
    lists: _containers.RepeatedCompositeFieldContainer[VariantPriceList]
    def __init__(self, lists: _Optional[_Iterable[_Union[VariantPriceList, _Mapping]]] = ...) -> None: ...

class AttributeDefinition(_message.Message):
    __slots__ = ("key", "label", "type", "unit", "choices", "facetable", "searchable", "version", "expected_version", "id")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    FACETABLE_FIELD_NUMBER: _ClassVar[int]
    SEARCHABLE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    key: str
    label: str
    type: AttributeType
    unit: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    facetable: bool
    searchable: bool
    version: int
    expected_version: int
    id: str
    def __init__(self, key: _Optional[str] = ..., label: _Optional[str] = ..., type: _Optional[_Union[AttributeType, str]] = ..., unit: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ..., facetable: _Optional[bool] = ..., searchable: _Optional[bool] = ..., version: _Optional[int] = ..., expected_version: _Optional[int] = ..., id: _Optional[str] = ...) -> None: ...

class ListAttributeDefinitionsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ListAttributeDefinitionsResponse(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[AttributeDefinition]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[AttributeDefinition, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class UpsertAttributeDefinitionsRequest(_message.Message):
    __slots__ = ("definitions",)
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    definitions: _containers.RepeatedCompositeFieldContainer[AttributeDefinition]
    def __init__(self, definitions: _Optional[_Iterable[_Union[AttributeDefinition, _Mapping]]] = ...) -> None: ...

class AttributeDefinitionWrite(_message.Message):
    __slots__ = ("result", "definition", "user_errors")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    result: _catalog_pb2.WriteResult
    definition: AttributeDefinition
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, result: _Optional[_Union[_catalog_pb2.WriteResult, str]] = ..., definition: _Optional[_Union[AttributeDefinition, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class UpsertAttributeDefinitionsResponse(_message.Message):
    __slots__ = ("writes", "user_errors")
    WRITES_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    writes: _containers.RepeatedCompositeFieldContainer[AttributeDefinitionWrite]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, writes: _Optional[_Iterable[_Union[AttributeDefinitionWrite, _Mapping]]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class DeleteAttributeDefinitionsRequest(_message.Message):
    __slots__ = ("keys", "expected_versions")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    expected_versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, keys: _Optional[_Iterable[str]] = ..., expected_versions: _Optional[_Iterable[int]] = ...) -> None: ...

class DeleteAttributeDefinitionsResponse(_message.Message):
    __slots__ = ("deleted_keys", "user_errors")
    DELETED_KEYS_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    deleted_keys: _containers.RepeatedScalarFieldContainer[str]
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, deleted_keys: _Optional[_Iterable[str]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class Brand(_message.Message):
    __slots__ = ("id", "name", "slug", "version")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    slug: str
    version: int
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class BrandOutcome(_message.Message):
    __slots__ = ("brand", "error")
    BRAND_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    brand: Brand
    error: _outcome_pb2.EntityError
    def __init__(self, brand: _Optional[_Union[Brand, _Mapping]] = ..., error: _Optional[_Union[_outcome_pb2.EntityError, _Mapping]] = ...) -> None: ...

class BatchGetBrandsRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchFindBrandsRequest(_message.Message):
    __slots__ = ("slugs",)
    SLUGS_FIELD_NUMBER: _ClassVar[int]
    slugs: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, slugs: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchGetBrandsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[BrandOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[BrandOutcome, _Mapping]]] = ...) -> None: ...

class CreateBrandRequest(_message.Message):
    __slots__ = ("name", "slug")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    name: str
    slug: str
    def __init__(self, name: _Optional[str] = ..., slug: _Optional[str] = ...) -> None: ...

class UpdateBrandRequest(_message.Message):
    __slots__ = ("id", "expected_version", "name", "slug")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SLUG_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    name: str
    slug: str
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ..., name: _Optional[str] = ..., slug: _Optional[str] = ...) -> None: ...

class BrandResponse(_message.Message):
    __slots__ = ("brand", "user_errors")
    BRAND_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    brand: Brand
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, brand: _Optional[_Union[Brand, _Mapping]] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class DeleteBrandRequest(_message.Message):
    __slots__ = ("id", "expected_version", "move_products_to")
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    MOVE_PRODUCTS_TO_FIELD_NUMBER: _ClassVar[int]
    id: str
    expected_version: int
    move_products_to: str
    def __init__(self, id: _Optional[str] = ..., expected_version: _Optional[int] = ..., move_products_to: _Optional[str] = ...) -> None: ...

class DeleteBrandResponse(_message.Message):
    __slots__ = ("deleted_id", "user_errors")
    DELETED_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ERRORS_FIELD_NUMBER: _ClassVar[int]
    deleted_id: str
    user_errors: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.UserError]
    def __init__(self, deleted_id: _Optional[str] = ..., user_errors: _Optional[_Iterable[_Union[_outcome_pb2.UserError, _Mapping]]] = ...) -> None: ...

class ListBrandsRequest(_message.Message):
    __slots__ = ("page",)
    PAGE_FIELD_NUMBER: _ClassVar[int]
    page: _page_pb2.PageRequest
    def __init__(self, page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class BrandPage(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[Brand]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[Brand, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...

class ListChangesRequest(_message.Message):
    __slots__ = ("kind", "entity_id", "page")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    kind: CatalogEntityKind
    entity_id: str
    page: _page_pb2.PageRequest
    def __init__(self, kind: _Optional[_Union[CatalogEntityKind, str]] = ..., entity_id: _Optional[str] = ..., page: _Optional[_Union[_page_pb2.PageRequest, _Mapping]] = ...) -> None: ...

class ChangedField(_message.Message):
    __slots__ = ("field", "before", "after")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    field: str
    before: str
    after: str
    def __init__(self, field: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class CatalogChange(_message.Message):
    __slots__ = ("id", "kind", "entity_id", "version", "actor", "request_id", "operation", "fields", "changed_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: CatalogEntityKind
    entity_id: str
    version: int
    actor: str
    request_id: str
    operation: str
    fields: _containers.RepeatedCompositeFieldContainer[ChangedField]
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[_Union[CatalogEntityKind, str]] = ..., entity_id: _Optional[str] = ..., version: _Optional[int] = ..., actor: _Optional[str] = ..., request_id: _Optional[str] = ..., operation: _Optional[str] = ..., fields: _Optional[_Iterable[_Union[ChangedField, _Mapping]]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CatalogChangePage(_message.Message):
    __slots__ = ("nodes", "page_info", "cursors")
    NODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_INFO_FIELD_NUMBER: _ClassVar[int]
    CURSORS_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[CatalogChange]
    page_info: _page_pb2.PageInfo
    cursors: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, nodes: _Optional[_Iterable[_Union[CatalogChange, _Mapping]]] = ..., page_info: _Optional[_Union[_page_pb2.PageInfo, _Mapping]] = ..., cursors: _Optional[_Iterable[str]] = ...) -> None: ...
