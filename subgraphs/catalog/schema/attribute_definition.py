"""Query.attributeDefinitions, and the mutations of definitions, for staff."""

from enum import Enum
from typing import Any

import strawberry
from emporium.catalog.v1 import merchandising_pb2
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import (
    CATALOG_MANAGER,
    Long,
    UserError,
    attribute,
    batched,
    computed,
    connection,
    enum_of,
    mutation,
    page_request,
    query,
    type_,
)
from chassis.graph.reading import unwrap
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.products_upsert import WriteResult
from subgraphs.catalog.schema.translation import EntityTranslation


@enum_of(pb.AttributeType)
class AttributeType(Enum):
    """What the values of an attribute are."""

    TEXT = pb.ATTRIBUTE_TYPE_TEXT
    NUMBER = pb.ATTRIBUTE_TYPE_NUMBER
    BOOLEAN = pb.ATTRIBUTE_TYPE_BOOLEAN
    CHOICE = pb.ATTRIBUTE_TYPE_CHOICE


@type_(pb.AttributeDefinition, permission=CATALOG_MANAGER, admin=True)
class AttributeDefinition:
    """What the attributes of one key mean. Keys without a definition are free-form."""

    id: strawberry.ID = attribute(description="For `translationsUpsert`.")
    key: str
    label: str
    type: AttributeType
    unit: str | None = attribute(description="Of a NUMBER: products give it in this unit or in none.")
    choices: list[str] = attribute(description="Of a CHOICE.")
    facetable: bool = attribute(description="Whether shoppers can narrow a search by it.")
    searchable: bool = attribute(description="Whether a search finds products by its words.")
    version: Long = attribute(description="For `expectedVersion`.")

    @batched(list[EntityTranslation], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def translations(definitions: list[pb.AttributeDefinition], ctx: CatalogContext) -> list[Any]:
        """What it, its unit and its choices are called in other languages, by locale."""
        request = merchandising_pb2.BatchListTranslationsRequest(ids=[each.id for each in definitions])
        return [found.translations for found in (await ctx.merchandising.BatchListTranslations(request)).lists]


AttributeDefinitionConnection = connection(
    AttributeDefinition,
    pb.ListAttributeDefinitionsResponse,
    name="AttributeDefinitionConnection",
    permission=CATALOG_MANAGER,
    admin=True,
)


@query(AttributeDefinitionConnection, permission=CATALOG_MANAGER, admin=True)
async def attribute_definitions(
    ctx: CatalogContext, *, first: int = 20, after: str | None = None
) -> pb.ListAttributeDefinitionsResponse:
    """All definitions, by key."""
    return await ctx.products.ListAttributeDefinitions(
        pb.ListAttributeDefinitionsRequest(page=page_request(first, after))
    )


@strawberry.input
class AttributeDefinitionInput:
    """A whole definition: what is left out takes its default."""

    key: str = strawberry.field(description="Like screen_size.")
    label: str
    type: AttributeType
    unit: str | None = None
    choices: list[str] = strawberry.field(default_factory=list)
    facetable: bool = True
    searchable: bool = False
    expected_version: Long | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the definition has another one; 0: it must be new."
    )

    def message(self) -> pb.AttributeDefinition:
        return pb.AttributeDefinition(
            key=self.key,
            label=self.label,
            type=self.type.value,
            unit=self.unit,
            choices=self.choices,
            facetable=self.facetable,
            searchable=self.searchable,
            expected_version=self.expected_version,
        )


@strawberry.input
class AttributeDefinitionsUpsertInput:
    """At most 1,000 definitions."""

    definitions: list[AttributeDefinitionInput]


@type_(pb.AttributeDefinitionWrite, permission=CATALOG_MANAGER, admin=True)
class AttributeDefinitionWrite:
    """The outcome of one definition."""

    result: WriteResult
    definition: AttributeDefinition | None = attribute(description="As it is now.")
    user_errors: list[UserError]


@type_(pb.UpsertAttributeDefinitionsResponse, permission=CATALOG_MANAGER, admin=True)
class AttributeDefinitionsUpsertPayload:
    """An outcome a definition, in their order; a faulty one does not hold back the others."""

    writes: list[AttributeDefinitionWrite]

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.UpsertAttributeDefinitionsResponse) -> list[Any]:
        """Of all definitions."""
        of_each = [error for write in response.writes for error in write.user_errors]
        return [unwrap(error) for error in (*response.user_errors, *of_each)]


@mutation(AttributeDefinitionsUpsertPayload, permission=CATALOG_MANAGER, admin=True)
async def attribute_definitions_upsert(
    ctx: CatalogContext, *, input: AttributeDefinitionsUpsertInput
) -> pb.UpsertAttributeDefinitionsResponse:
    """Defines attributes by key. Products that are written from then on must fit; search follows within seconds."""
    request = pb.UpsertAttributeDefinitionsRequest(definitions=[each.message() for each in input.definitions])
    return await ctx.products.UpsertAttributeDefinitions(request)


@strawberry.input
class AttributeDefinitionsDeleteInput:
    """At most 1,000 keys."""

    keys: list[str]
    expected_versions: list[Long] | None = strawberry.field(
        default=None,
        description="One a key, in their order; a definition that has another one is refused with STALE_VERSION.",
    )


@type_(pb.DeleteAttributeDefinitionsResponse, permission=CATALOG_MANAGER, admin=True)
class AttributeDefinitionsDeletePayload:
    """What is gone."""

    deleted_keys: list[str] = attribute(description="Those that were defined.")
    user_errors: list[UserError] = attribute(description="One for each unknown key and stale version.")


@mutation(AttributeDefinitionsDeletePayload, permission=CATALOG_MANAGER, admin=True)
async def attribute_definitions_delete(
    ctx: CatalogContext, *, input: AttributeDefinitionsDeleteInput
) -> pb.DeleteAttributeDefinitionsResponse:
    """Drops definitions. The attributes stay with their products, free-form from then on."""
    request = pb.DeleteAttributeDefinitionsRequest(keys=input.keys, expected_versions=input.expected_versions)
    return await ctx.products.DeleteAttributeDefinitions(request)
