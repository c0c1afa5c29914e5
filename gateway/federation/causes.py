"""What is wrong with a value that careful programs wrote as null."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLList, GraphQLNonNull

from gateway.federation.graph import Graph, ResolutionError, describe
from gateway.federation.leaves import leaf_writer
from gateway.federation.odd import LISTS, OddCase
from gateway.federation.plan import Asked
from gateway.federation.troubles import NoList, NullRefused, WriteRefused

Cause = Callable[[Any], Exception | None]


def cause_of(graph: Graph, asked: Asked, type_: Any) -> Cause:
    """Value → why it cannot be shown as this type; None: it can, or null may be there."""
    required = isinstance(type_, GraphQLNonNull)
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    refused = NullRefused.of(asked) if required else None
    wrong = _list(asked) if isinstance(inner, GraphQLList) else _row(graph, asked) if asked.shapes else _leaf(asked)

    def cause(value: Any) -> Exception | None:
        if value is None:
            return refused
        return value if isinstance(value, Exception) else wrong(value)

    return cause


def _list(asked: Asked) -> Cause:
    def wrong(value: Any) -> Exception | None:
        if value.__class__ in LISTS:
            return None
        if isinstance(value, list | tuple):
            raise OddCase(type(value).__name__)
        return NoList.of(asked)

    return wrong


def _row(graph: Graph, asked: Asked) -> Cause:
    expected = frozenset(graph.messages[name] for name in asked.shapes)

    def wrong(value: Any) -> Exception | None:
        if value.__class__ in expected:
            return None
        if len(expected) == 1:
            raise OddCase(type(value).__name__)  # it may still be read like one
        return ResolutionError(f"{describe(value)} is no {asked.named.name}")

    return wrong


def _leaf(asked: Asked) -> Cause:
    write = leaf_writer(asked)

    def wrong(value: Any) -> Exception | None:
        try:
            write(value)
        except Exception as error:  # noqa: BLE001 (it becomes the error of this field)
            return WriteRefused.of(asked, error)
        return None

    return wrong
