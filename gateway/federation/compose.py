"""Slices → one graph. A conflict is a start-up error that names the slices and what to do.

`python -m gateway.federation.compose --write` writes `gateway/supergraph.graphql` and each slice's `schema.graphql`;
`--check` says whether they are up to date.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    is_abstract_type,
    specified_directives,
    specified_scalar_types,
    validate_schema,
)

from chassis.graph.fields import lookup_rules
from chassis.graph.permission import PUBLIC
from chassis.graph.slice import Slice
from chassis.graph.types import lookup_of
from gateway.federation.checks import field_faults, links
from gateway.federation.graph import Entity, Graph, View
from gateway.federation.merge import Merging, Part
from gateway.federation.supergraph import print_supergraph

HIDDEN = frozenset({"_Service", "_Entity", "_Any", "_FieldSet", "link__Import", "link__Purpose"})
ROOTS = ("Query", "Mutation", "Subscription")
IN_CONTEXT = GraphQLDirective(
    name="inContext",
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION, DirectiveLocation.SUBSCRIPTION],
    args={name: GraphQLArgument(GraphQLString) for name in ("channel", "currency", "locale")},
    description="What prices, publication and texts depend on. Left out: the shop's defaults.",
)


class CompositionError(Exception):
    """The slices do not fit together; the message lists every fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("the slices do not compose:\n" + "\n".join(f"  - {fault}" for fault in faults))


def compose(slices: Sequence[Slice], view: View = View.ADMIN) -> Graph:
    """Merges the slices. Raises CompositionError with all faults that were found."""
    parts = _parts(slices)
    merging = Merging(parts, view)
    entities = _entities(merging)
    merging.faults += _unowned(merging, entities)
    schema = _schema(merging)
    faults = merging.faults
    if not faults:
        faults = [*field_faults(schema, merging.messages), *_link_faults(schema, entities)]
    if faults:
        raise CompositionError(list(dict.fromkeys(faults)))
    return Graph(
        view=view,
        schema=schema,
        entities={name: entity for name, entity in entities.items() if name in schema.type_map},
        members=_members(schema, merging),
        messages=merging.messages,
    )


def _parts(slices: Iterable[Slice]) -> dict[str, list[Part]]:
    parts: dict[str, list[Part]] = {}
    for piece in slices:
        for name, type_ in piece.graphql_types().items():
            if not name.startswith("__") and name not in HIDDEN and name not in specified_scalar_types:
                parts.setdefault(name, []).append(Part.of(piece, type_))
    return parts


def _schema(merging: Merging) -> GraphQLSchema:
    """graphql-core resolves fields lazily and wraps what goes wrong there; here it is unwrapped."""
    types = merging.types()
    try:
        schema = GraphQLSchema(
            *(_root(types, name) for name in ROOTS),
            types=[type_ for name, type_ in types.items() if name in merging.kept and _led_to(type_, merging.view)],
            directives=[*specified_directives, IN_CONTEXT],
        )
    except (TypeError, GraphQLError) as error:
        raise CompositionError(merging.faults or [str(error.__cause__ or error)]) from error
    if not merging.faults and (errors := validate_schema(schema)):
        raise CompositionError([error.message for error in errors])
    return schema


def _led_to(type_: GraphQLNamedType, view: View) -> bool:
    """What no field leads to is still in the admin view; in the storefront's only what an interface may turn out as."""
    return view is View.ADMIN or bool(isinstance(type_, GraphQLObjectType) and type_.interfaces)


def _root(types: dict[str, GraphQLNamedType], name: str) -> GraphQLObjectType | None:
    root = types.get(name)
    return root if isinstance(root, GraphQLObjectType) and root.fields else None


def _entities(merging: Merging) -> dict[str, Entity]:
    """Each entity and its owner: the slice that says which messages its rows are."""
    found: dict[str, Entity] = {}
    for name, parts in merging.parts.items():
        for part in parts:
            facts = part.made
            if facts is None or facts.message is None or not part.keys:
                continue
            lookup = lookup_of(part.origin)
            if lookup is None:
                merging.faults.append(f"{part.slice}: entity {name} has no @lookup")
            elif name in found:
                merging.faults.append(f"{name} is owned by {found[name].slice} and by {part.slice}; one must use @stub")
            else:
                shared = lookup_rules(lookup).shared
                if shared is not None and (facts.admin or facts.permission != PUBLIC):
                    merging.faults.append(f"{part.slice}: {name} is shared, but not everybody may see it")
                found[name] = Entity(name=name, slice=part.slice, lookup=lookup, prefix=facts.node, shared=shared)
    prefixes: dict[str, str] = {}
    for name, entity in found.items():
        if entity.prefix and prefixes.setdefault(entity.prefix, name) != name:
            merging.faults.append(f"{prefixes[entity.prefix]} and {name} both claim ids with prefix {entity.prefix!r}")
    return found


def _unowned(merging: Merging, entities: dict[str, Entity]) -> Iterable[str]:
    for name, parts in merging.parts.items():
        stubs = [part.slice for part in parts if part.made is not None and part.made.stub]
        if stubs and name not in entities:
            yield f"{', '.join(stubs)}: {name} is a stub, but no slice owns an entity of that name"


def _link_faults(schema: GraphQLSchema, entities: dict[str, Entity]) -> Iterable[str]:
    for place, target in links(schema):
        if target not in entities:
            yield f"{place} links to {target}, which is not an entity"


def _members(schema: GraphQLSchema, merging: Merging) -> dict[str, dict[type, str]]:
    return {
        name: {merging.messages[member.name]: member.name for member in schema.get_possible_types(type_)}
        for name, type_ in schema.type_map.items()
        if is_abstract_type(type_)
    }


def files(slices: Sequence[Slice]) -> dict[Path, str]:
    """What is generated and committed: path from the repository's root → text."""
    graph = compose(slices, View.ADMIN)
    written = {Path("gateway/supergraph.graphql"): print_supergraph(graph)}
    for piece in slices:
        folder = Path("subgraphs") / piece.name / "schema"
        if folder.is_dir():
            written[folder / "schema.graphql"] = piece.sdl()
    return written


def main() -> int:
    from gateway.slices import SLICES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the files")
    parser.add_argument("--check", action="store_true", help="exit 1 when a file is not up to date")
    arguments = parser.parse_args()
    try:
        wanted = files(SLICES)
    except CompositionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text() != text]
    for path in stale:
        if arguments.write:
            path.write_text(wanted[path])
            sys.stderr.write(f"wrote {path}\n")
        elif arguments.check:
            sys.stderr.write(f"{path} is not up to date; run `make gen`\n")
    return 1 if stale and arguments.check and not arguments.write else 0


if __name__ == "__main__":
    sys.exit(main())
