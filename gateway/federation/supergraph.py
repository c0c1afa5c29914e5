"""The graph as text, committed as `gateway/supergraph.graphql`: its diff shows what the public API becomes, who owns
what, and who may see it."""

from dataclasses import replace
from typing import Any

from graphql import (
    ArgumentNode,
    DefinitionNode,
    DirectiveNode,
    FieldDefinitionNode,
    GraphQLObjectType,
    NameNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    parse,
    print_ast,
    print_schema,
)

from chassis.graph.fields import ADMIN_TAG
from gateway.federation.graph import Graph, owned

HEADER = '''# Composed by `make gen` from the slices in subgraphs/*/schema. Do not edit.

"""Which slice answers the field, and who may see it."""
directive @owner(slice: String!, permission: String!) on FIELD_DEFINITION

"""Only in the view of this name."""
directive @tag(name: String!) on FIELD_DEFINITION

'''


def print_supergraph(graph: Graph) -> str:
    """The whole graph with the owner and permission of every field."""
    document = parse(print_schema(graph.schema))
    definitions = tuple(_annotated(definition, graph) for definition in document.definitions)
    return HEADER + print_ast(replace(document, definitions=definitions)) + "\n"


def _annotated(definition: DefinitionNode, graph: Graph) -> DefinitionNode:
    if not isinstance(definition, ObjectTypeDefinitionNode):
        return definition
    type_: Any = graph.schema.type_map[definition.name.value]
    return replace(definition, fields=tuple(_marked(field, type_) for field in definition.fields or ()))


def _marked(node: FieldDefinitionNode, type_: GraphQLObjectType) -> FieldDefinitionNode:
    about = owned(type_.fields[node.name.value])
    marks = [_directive("owner", slice=about.slice, permission=about.permission.name)]
    if about.admin:
        marks.append(_directive("tag", name=ADMIN_TAG))
    return replace(node, directives=(*(node.directives or ()), *marks))


def _directive(name: str, /, **arguments: str) -> DirectiveNode:
    return DirectiveNode(
        name=NameNode(value=name),
        arguments=tuple(
            ArgumentNode(name=NameNode(value=key), value=StringValueNode(value=value, block=False))
            for key, value in arguments.items()
        ),
    )
