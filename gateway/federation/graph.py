"""The composed graph: what planning and execution know of every type and field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from google.protobuf.message import Message
from graphql import GraphQLField, GraphQLSchema

from chassis.graph.fields import Brings, Form
from chassis.graph.permission import Permission
from chassis.graph.searched import TellsSearched
from chassis.graph.shared import Shared

OWNED = "owned"


class View(StrEnum):
    """What of the graph an endpoint shows."""

    STOREFRONT = "storefront"
    """All but what is declared `admin`."""
    ADMIN = "admin"
    """All."""


@dataclass(frozen=True, kw_only=True)
class Owned:
    """What execution must know of a field."""

    slice: str
    """Who declared it; "any" for values that all slices share."""
    of: str
    """The type it is a field of."""
    form: Form
    attribute: str
    """plain: the message's attribute; link: the one that holds the id."""
    call: Callable[..., Any]
    """The slice's own function; not for plain fields and links."""
    permission: Permission
    admin: bool
    arguments: Callable[[dict[str, Any]], dict[str, Any]]
    """GraphQL argument values → the slice function's keyword arguments."""
    shared: Shared | None = None
    """How its rows are shared by callers; None: not at all."""
    together: Callable[..., Any] | None = None
    """A shared root's: a row for each of several callers' arguments."""
    searched: TellsSearched | None = None
    """A root's: what its callers searched for."""
    brings: Brings | None = None
    """A root's: rows of entities that came with its own."""


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A type that is found by id, and who finds it."""

    name: str
    slice: str
    lookup: Callable[..., Any]
    prefix: str
    shared: Shared | None = None
    """How its rows are shared by callers; None: not at all."""


class ResolutionError(Exception):
    """A row's message class belongs to no possible type."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """An executable schema without resolvers: every object field carries its `Owned`."""

    view: View
    schema: GraphQLSchema
    entities: Mapping[str, Entity]
    members: Mapping[str, Mapping[type, str]]
    """Abstract type → message class → object type."""
    messages: Mapping[str, type]
    """Object type → the class of its rows."""

    def entity_of(self, id: str) -> Entity | None:  # noqa: A002 (the graph's own word)
        """The entity whose ids begin like this one."""
        prefix = id.partition("_")[0]
        return next((entity for entity in self.entities.values() if prefix and entity.prefix == prefix), None)


def describe(row: Any) -> str:
    """What a row is, for an error."""
    return row.DESCRIPTOR.full_name if isinstance(row, Message) else type(row).__name__


def reads_only(*_: Any, **__: Any) -> Any:
    """The `call` of fields that have none."""
    raise TypeError("plain fields and links call nothing")


def owned(field: GraphQLField) -> Owned:
    return field.extensions[OWNED]
