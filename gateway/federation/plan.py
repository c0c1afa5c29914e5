"""An operation as a tree of fetches: what is asked, where, and which places wait for a round trip.

A *shape* is what is asked of one object type, an *asked* field one response key of it. Fields that cost a round trip
(root, batched, link) hold a *fetch*: it starts when the rows it hangs on are there, whatever its siblings do.

    { orders { lines { product { name } } } }

    fetch 0  orders            root     rows: list of Order
      fetch 1  lines.product   link     keys: product_id of every line → rows: Product by id
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSkipDirective,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.execution.values import VariableValues, get_argument_values, get_directive_values

from chassis.graph.fields import Form
from chassis.graph.permission import PUBLIC
from gateway.federation.graph import Graph, Owned, owned

FETCHED = frozenset({Form.QUERY, Form.MUTATION, Form.SUBSCRIPTION, Form.BATCHED, Form.LINK})
INTROSPECTION = frozenset({"__schema", "__type"})
UNCHANGEABLE = (str, int, float, Decimal, Enum, type(None))


@dataclass(eq=False)
class Fetch:
    """One round trip for all rows of one place."""

    number: int
    asked: "Asked"
    children: list["Fetch"] = field(default_factory=list)


@dataclass(eq=False)
class Asked:
    """One response key of one object type."""

    key: str
    nodes: list[FieldNode]
    definition: GraphQLField
    owned: Owned
    named: GraphQLNamedType
    """The field's type without lists and non-nulls."""
    shapes: dict[str, "Shape"] = field(default_factory=dict)
    """Object type → what is asked of it; empty for leaves."""
    fetch: Fetch | None = None
    constant_arguments: dict[str, Any] | None = None
    """Its function's arguments, when no variable decides them."""

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @cached_property
    def locations(self) -> list[dict[str, int]]:
        """Where the document says so."""
        found = GraphQLError("", self.nodes).locations or ()
        return [{"line": each.line, "column": each.column} for each in found]

    def asks(self, path: list[str]) -> bool:
        """Is this path of field names (not aliases) selected below?"""
        if not path:
            return True
        below = (asked for shape in self.shapes.values() for asked in shape.fields())
        return any(asked.name == path[0] and asked.asks(path[1:]) for asked in below)


@dataclass(eq=False)
class Meta:
    """`__typename`; at the root also `__schema` and `__type`, which graphql-core answers."""

    key: str
    nodes: list[FieldNode]

    @property
    def name(self) -> str:
        return self.nodes[0].name.value


@dataclass(eq=False)
class Shape:
    """What is asked of one object type, in the order of the answer."""

    type_name: str
    asked: list[Asked | Meta]
    reaching: list[Asked] = field(default_factory=list)
    """Of `asked`, those on the way to a fetch."""

    def fields(self) -> Iterator[Asked]:
        return (asked for asked in self.asked if isinstance(asked, Asked))


@dataclass(frozen=True, eq=False)
class Plan:
    """An operation, ready to be executed any number of times."""

    graph: Graph
    document: DocumentNode
    operation: OperationDefinitionNode
    root: Shape
    roots: list[Fetch]
    fetch_count: int
    guarded: list[Asked]
    """Fields not everyone may see."""
    merged: frozenset[str]
    """Entities that several places look up: their ids travel together."""

    @property
    def serial(self) -> bool:
        return self.operation.operation is OperationType.MUTATION

    @property
    def introspection(self) -> list[Meta]:
        return [asked for asked in self.root.asked if isinstance(asked, Meta) and asked.name in INTROSPECTION]


def plan_operation(
    graph: Graph, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> Plan:
    """The plan of a valid operation. It depends on the variables only through `@skip` and `@include`."""
    root_type = graph.schema.get_root_type(operation.operation)
    if root_type is None:
        raise ValueError(f"the schema has no {operation.operation.value}")
    planner = _Planner(graph, document, variables)
    roots: list[Fetch] = []
    root = planner.shape(root_type, [operation.selection_set], roots)
    merged = frozenset(name for name, places in planner.linked.items() if places > 1)
    return Plan(graph, document, operation, root, roots, planner.fetch_count, planner.guarded, merged)


def steering_variables(document: DocumentNode) -> frozenset[str]:
    """Names of the variables that `@skip` and `@include` read: they are part of a plan's cache key."""
    return frozenset(_steering(document.definitions))


def _steering(nodes: Iterable[Any]) -> Iterator[str]:
    for node in nodes:
        for directive in getattr(node, "directives", None) or ():
            yield from _read_variables(directive)
        selections: SelectionSetNode | None = getattr(node, "selection_set", None)
        if selections is not None:
            yield from _steering(selections.selections)


def _read_variables(directive: DirectiveNode) -> Iterator[str]:
    if directive.name.value in {"skip", "include"}:
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                yield argument.value.name.value


def _uses_variables(arguments: Iterable[ArgumentNode]) -> bool:
    return any(_names_variable(argument.value) for argument in arguments)


def _names_variable(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_names_variable, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_names_variable(each.value) for each in value.fields)
    return isinstance(value, VariableNode)


def _constant(about: Owned, definition: GraphQLField, node: FieldNode) -> dict[str, Any] | None:
    """Arguments that are the same in every execution; None when wrong, or changeable by who gets them."""
    try:
        arguments = about.arguments(get_argument_values(definition, node))
    except GraphQLError:
        return None
    return arguments if all(isinstance(value, UNCHANGEABLE) for value in arguments.values()) else None


class _Planner:
    def __init__(self, graph: Graph, document: DocumentNode, variables: VariableValues) -> None:
        self.graph = graph
        self.variables = variables
        self.fragments: Mapping[str, FragmentDefinitionNode] = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self.fetch_count = 0
        self.guarded: list[Asked] = []
        self.linked: Counter[str] = Counter()

    def shape(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode], fetches: list[Fetch]) -> Shape:
        """What the selection sets together ask of the type; fetches found are added to `fetches`."""
        grouped: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(type_, selections, grouped)
        asked = [self._asked(type_, key, nodes, fetches) for key, nodes in grouped.items()]
        reaching = [
            each
            for each in asked
            if isinstance(each, Asked) and (each.fetch or any(shape.reaching for shape in each.shapes.values()))
        ]
        return Shape(type_.name, asked, reaching)

    def _asked(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode], fetches: list[Fetch]) -> Asked | Meta:
        definition = type_.fields.get(nodes[0].name.value)
        if definition is None:
            return Meta(key, nodes)
        about = owned(definition)
        named = get_named_type(definition.type)
        asked = Asked(key, nodes, definition, about, named)
        if definition.args and not _uses_variables(nodes[0].arguments or ()):
            asked.constant_arguments = _constant(about, definition, nodes[0])
        if about.form is Form.LINK:
            self.linked[named.name] += 1
        if about.permission != PUBLIC:
            self.guarded.append(asked)
        if about.form in FETCHED:
            asked.fetch = Fetch(self.fetch_count, asked)
            self.fetch_count += 1
            fetches.append(asked.fetch)
        if is_composite_type(named):
            possible = self.graph.schema.get_possible_types(named) if is_abstract_type(named) else [named]
            below = asked.fetch.children if asked.fetch else fetches
            sets = [node.selection_set for node in nodes if node.selection_set]
            asked.shapes = {each.name: self.shape(each, sets, below) for each in possible}  # type: ignore[arg-type]
        return asked

    def _collect(
        self, type_: GraphQLObjectType, selections: SelectionSetNode, grouped: dict[str, list[FieldNode]]
    ) -> None:
        for node in selections.selections:
            if not self._wanted(node):
                continue
            if isinstance(node, FieldNode):
                grouped.setdefault((node.alias or node.name).value, []).append(node)
                continue
            fragment: Any = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            if self._applies(fragment, type_):
                self._collect(type_, fragment.selection_set, grouped)

    def _wanted(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not include or bool(include["if"])

    def _applies(self, fragment: FragmentDefinitionNode | InlineFragmentNode, type_: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self.graph.schema.type_map[fragment.type_condition.name.value]
        return condition is type_ or (is_abstract_type(condition) and self.graph.schema.is_sub_type(condition, type_))
