"""Attribute definitions as messages."""

from typing import cast

from emporium.catalog.v1 import product_pb2 as pb

from subgraphs.catalog.domain.attribute_definition import (
    AttributeDefinition,
    AttributeType,
    DefinitionDraft,
    DefinitionWrite,
)
from subgraphs.catalog.domain.errors import InvalidEdit
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.rpc.mapping import fault_messages, page_info

TYPE = "ATTRIBUTE_TYPE_"


def definition_draft_from(message: pb.AttributeDefinition, place: int) -> DefinitionDraft:
    """Raises InvalidEdit for a type that is none."""
    if not message.type:
        raise InvalidEdit(unknown="type")
    return DefinitionDraft(
        definition=AttributeDefinition(
            key=message.key,
            label=message.label,
            type=AttributeType(pb.AttributeType.Name(message.type).removeprefix(TYPE)),
            unit=message.unit or None,
            choices=tuple(message.choices),
            facetable=message.facetable,
            searchable=message.searchable,
        ),
        expected_version=message.expected_version if message.HasField("expected_version") else None,
        at=("definitions", str(place)),
    )


def definition_message(definition: AttributeDefinition) -> pb.AttributeDefinition:
    return pb.AttributeDefinition(
        id=definition.id,
        key=definition.key,
        label=definition.label,
        type=cast("pb.AttributeType", pb.AttributeType.Value(TYPE + definition.type)),
        unit=definition.unit,
        choices=definition.choices,
        facetable=definition.facetable,
        searchable=definition.searchable,
        version=definition.version,
    )


def definition_write_message(write: DefinitionWrite) -> pb.AttributeDefinitionWrite:
    return pb.AttributeDefinitionWrite(
        result=write.result.value,
        definition=definition_message(write.definition) if write.definition else None,
        user_errors=fault_messages(write.faults),
    )


def definition_page(page: Page[AttributeDefinition]) -> pb.ListAttributeDefinitionsResponse:
    return pb.ListAttributeDefinitionsResponse(
        nodes=[definition_message(each) for each in page.items], cursors=page.cursors, page_info=page_info(page)
    )
