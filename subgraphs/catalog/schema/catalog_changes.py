"""Query.catalogChanges, for staff."""

from datetime import datetime
from enum import Enum

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, attribute, connection, enum_of, page_request, query, type_
from subgraphs.catalog.schema.context import CatalogContext


@enum_of(pb.CatalogEntityKind)
class CatalogEntityKind(Enum):
    """What can be changed."""

    PRODUCT = pb.CATALOG_ENTITY_KIND_PRODUCT
    PRODUCT_VARIANT = pb.CATALOG_ENTITY_KIND_PRODUCT_VARIANT
    ATTRIBUTE_DEFINITION = pb.CATALOG_ENTITY_KIND_ATTRIBUTE_DEFINITION
    BRAND = pb.CATALOG_ENTITY_KIND_BRAND
    CATEGORY = pb.CATALOG_ENTITY_KIND_CATEGORY
    COLLECTION = pb.CATALOG_ENTITY_KIND_COLLECTION
    TRANSLATION = pb.CATALOG_ENTITY_KIND_TRANSLATION
    REDIRECT = pb.CATALOG_ENTITY_KIND_REDIRECT
    PUBLICATION = pb.CATALOG_ENTITY_KIND_PUBLICATION
    STOCK = pb.CATALOG_ENTITY_KIND_STOCK
    LOCATION = pb.CATALOG_ENTITY_KIND_LOCATION
    JOB = pb.CATALOG_ENTITY_KIND_JOB
    CHANNEL = pb.CATALOG_ENTITY_KIND_CHANNEL
    BLOCKED_QUERY = pb.CATALOG_ENTITY_KIND_BLOCKED_QUERY


@type_(pb.ChangedField, permission=CATALOG_MANAGER, admin=True)
class ChangedField:
    """One field that differs."""

    field: str
    before: str | None = attribute(description="JSON; null where there was nothing.")
    after: str | None = attribute(description="JSON; null where there is nothing now.")


@type_(pb.CatalogChange, permission=CATALOG_MANAGER, admin=True)
class CatalogChange:
    """Who changed what, and when. It cannot be rewritten."""

    id: str
    kind: CatalogEntityKind
    entity_id: strawberry.ID
    version: Long = attribute(description="The entity's after the change; 0 where it has none.")
    actor: str = attribute(description='"user:usr_…"; "service:…" for imports and work nobody asked for.')
    request_id: str
    operation: str = attribute(description="The mutation, where it was one.")
    fields: list[ChangedField] = attribute(
        description="What differs. Of a new entity only what names it: the rest stands in the entity."
    )
    changed_at: datetime


CatalogChangeConnection = connection(
    CatalogChange, pb.CatalogChangePage, name="CatalogChangeConnection", permission=CATALOG_MANAGER, admin=True
)


@query(CatalogChangeConnection, permission=CATALOG_MANAGER, admin=True)
async def catalog_changes(
    ctx: CatalogContext,
    *,
    kind: CatalogEntityKind | None = None,
    id: strawberry.ID | None = None,
    first: int = 20,
    after: str | None = None,
) -> pb.CatalogChangePage:
    """The record of changes, newest first: of one entity, of one kind, or of all."""
    chosen = kind.value if kind else pb.CATALOG_ENTITY_KIND_UNSPECIFIED
    request = pb.ListChangesRequest(kind=chosen, entity_id=id or "", page=page_request(first, after))
    return await ctx.products.ListChanges(request)
