"""What a document may cost before it is executed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

GUESSABLE = frozenset({"cartDiscountCodeAdd", "customerRegister", "orderByNumber", "tokenCreate", "tokenRefresh"})
"""Root fields that tell whether a guess was right: each once in a document, so that limits on attempts count."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds; a document over one is refused with its actual number."""

    body_bytes: int = 256 * 1024
    tokens: int = 2_500
    depth: int = 16
    aliases: int = 60
    root_fields: int = 20
    mutations: int = 5
    """Root fields of a mutation: no guessing passwords a hundred at a time."""
    directives: int = 60
    definitions: int = 30
    cost: int = 25_000
    """Units of `gateway.cost`: what the plan may fetch at most."""
    repeats: int = 5
    """How often one selection set may name the same response key or fragment."""


def limit_faults(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """What a valid document has too much of. Fragments count where they are spread."""
    return [_fault(what, actual, most) for what, actual, most in _counts(document, limits) if actual > most]


def early_faults(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """What is refused before validation, whose check that equal response keys can be merged compares each with each:
    minutes of work in a few kilobytes."""
    if len(document.definitions) > limits.definitions:
        return [_fault("definitions", len(document.definitions), limits.definitions)]
    for node in _nodes(document):
        selections: SelectionSetNode | None = getattr(node, "selection_set", None)
        if selections is not None and not isinstance(node, InlineFragmentNode):
            name, times = max(Counter(_names(selections)).items(), key=lambda entry: entry[1], default=("", 0))
            if times > limits.repeats:
                return [_fault(f"times `{name[:60]}` in one selection set", times, limits.repeats)]
    return []


def guessing_faults(root_fields: Iterable[str]) -> list[GraphQLError]:
    """Root fields that are asked too often, whatever their aliases."""
    times = Counter(name for name in root_fields if name in GUESSABLE)
    return [_fault(f"times `{name}`", count, 1) for name, count in times.items() if count > 1]


def cost_faults(units: int, limits: Limits) -> list[GraphQLError]:
    if units <= limits.cost:
        return []
    message = f"The operation costs up to {units} units; at most {limits.cost} are allowed. Ask for smaller pages."
    return [GraphQLError(message)]


def _fault(what: str, actual: int, most: int) -> GraphQLError:
    return GraphQLError(f"The document has {actual} {what}; at most {most} are allowed.")


def _names(selections: SelectionSetNode) -> Iterator[str]:
    """Response keys and fragments of one selection set, inline fragments included."""
    pending: list[Any] = list(selections.selections)
    while pending:
        node = pending.pop()
        if isinstance(node, FieldNode):
            yield (node.alias or node.name).value
        elif isinstance(node, FragmentSpreadNode):
            yield f"...{node.name.value}"
        else:
            pending.extend(node.selection_set.selections)


def _counts(document: DocumentNode, limits: Limits) -> Iterator[tuple[str, int, int]]:
    fields = [node for node in _nodes(document) if isinstance(node, FieldNode)]
    yield "aliases", sum(1 for node in fields if node.alias), limits.aliases
    yield (
        "directives",
        sum(len(getattr(node, "directives", None) or ()) for node in _nodes(document)),
        limits.directives,
    )
    measured = _Measured(document)
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            # Introspection is deep by nature, and answered without a subgraph.
            yield "levels", measured.depth(operation.selection_set), limits.depth
            is_mutation = operation.operation is OperationType.MUTATION
            most = limits.mutations if is_mutation else limits.root_fields
            yield "root fields", measured.width(operation.selection_set), most


def _nodes(document: DocumentNode) -> Iterator[Any]:
    pending: list[Any] = list(document.definitions)
    while pending:
        node = pending.pop()
        yield node
        selections: SelectionSetNode | None = getattr(node, "selection_set", None)
        if selections is not None:
            pending.extend(selections.selections)


class _Measured:
    """Depth and width with fragments spread; each fragment is measured once (a valid document has no cycles)."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._depths: dict[str, int] = {}
        self._widths: dict[str, int] = {}

    def depth(self, selections: SelectionSetNode) -> int:
        return max((self._depth_of(node) for node in selections.selections), default=0)

    def _depth_of(self, node: Any) -> int:
        if isinstance(node, FieldNode):
            if node.name.value.startswith("__"):
                return 1
            return 1 + (self.depth(node.selection_set) if node.selection_set else 0)
        if not isinstance(node, FragmentSpreadNode):
            return self.depth(node.selection_set)
        name = node.name.value
        if name not in self._depths:
            self._depths[name] = self.depth(self._fragments[name].selection_set)
        return self._depths[name]

    def width(self, selections: SelectionSetNode) -> int:
        return sum(self._width_of(node) for node in selections.selections)

    def _width_of(self, node: Any) -> int:
        if isinstance(node, FieldNode):
            return 1
        if not isinstance(node, FragmentSpreadNode):
            return self.width(node.selection_set)
        name = node.name.value
        if name not in self._widths:
            self._widths[name] = self.width(self._fragments[name].selection_set)
        return self._widths[name]
