"""The graph as one slice alone is asked: with `_entities` and `_service`, so that such an operation has a plan and a
cost like any other. It is planned here and never executed: graphql-core does that, over the slice's own schema."""

from dataclasses import replace
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from chassis.graph.fields import Form
from chassis.graph.permission import PUBLIC
from chassis.graph.slice import Slice
from gateway.federation.graph import OWNED, Graph, Owned, reads_only


def asked_alone(graph: Graph, piece: Slice) -> Graph:
    """The composed graph with the two root fields of a federation subgraph."""
    schema, own = graph.schema, piece.graphql_types()
    types: dict[str, Any] = dict(schema.type_map)
    sdl = GraphQLField(types["String"], extensions=_about(piece, "_Service", Form.PLAIN))
    fields = {"_service": _root(piece, GraphQLNonNull(GraphQLObjectType("_Service", {"sdl": sdl})))}
    union = own.get("_Entity")
    if isinstance(union, GraphQLUnionType):
        entity = GraphQLUnionType("_Entity", [types[member.name] for member in union.types])
        representations = GraphQLArgument(GraphQLNonNull(GraphQLList(GraphQLNonNull(own["_Any"]))))  # type: ignore[type-var]
        fields["_entities"] = _root(piece, GraphQLNonNull(GraphQLList(entity)), representations=representations)
    query = types["Query"]
    root = GraphQLObjectType("Query", {**query.fields, **fields}, description=query.description)
    others = [type_ for name, type_ in types.items() if name != "Query" and not name.startswith("__")]
    extended = GraphQLSchema(root, schema.mutation_type, None, types=others, directives=schema.directives)
    members = {member.name: member.name for member in getattr(union, "types", ())}
    found = {message: name for name, message in graph.messages.items() if name in members}
    return replace(graph, schema=extended, members={**graph.members, "_Entity": found})


def _root(piece: Slice, type_: Any, **arguments: GraphQLArgument) -> GraphQLField:
    return GraphQLField(type_, args=arguments, extensions=_about(piece, "Query", Form.QUERY))


def _about(piece: Slice, of: str, form: Form) -> dict[str, Owned]:
    about = Owned(
        slice=piece.name,
        of=of,
        form=form,
        attribute="sdl",
        call=reads_only,
        permission=PUBLIC,
        admin=False,
        arguments=dict,
    )
    return {OWNED: about}
