"""A slice: one subgraph's part of the graph. Complete by itself, mounted by the gateway."""

import asyncio
import inspect
from collections.abc import Sequence
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLNamedType, execute, validate
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

from chassis.errors import InvalidInput
from chassis.graph.fields import KIND, Form, Kind
from chassis.graph.reading import read
from chassis.graph.scalars import SCALARS
from chassis.graph.shared import Announcements
from chassis.graph.types import lookup_of


class Slice(strawberry.federation.Schema):
    """The fields and types of one subgraph, as a complete Apollo Federation v2 schema."""

    def __init__(
        self,
        name: str,
        *,
        query: Sequence[Any] = (),
        mutation: Sequence[Any] = (),
        subscription: Sequence[Any] = (),
        types: Sequence[type] = (),
        announces: Announcements | None = None,
    ) -> None:
        """`query`, `mutation`, `subscription` are the fields their decorators made; `types` are those no field leads
        to: entities, implementations of interfaces, stubs with fields of their own; `announces` tells what ends kept
        rows."""
        self.name = name
        self.announces = announces
        super().__init__(
            query=_root_type(name, Form.QUERY, query),
            mutation=_root_type(name, Form.MUTATION, mutation),
            subscription=_root_type(name, Form.SUBSCRIPTION, subscription),
            types=types,
            federation_version="2.9",
            config=StrawberryConfig(default_resolver=read, scalar_map=SCALARS),
        )

    def graphql_types(self) -> dict[str, GraphQLNamedType]:
        """Its types as graphql-core knows them, by name."""
        return self._schema.type_map

    def sdl(self) -> str:
        """The slice's schema in the schema definition language, as another federation router would read it."""
        return self.as_str() + "\n"

    def faults(self, document: DocumentNode) -> list[GraphQLError]:
        """What of a document does not fit this slice alone."""
        return validate(self._schema, document)

    async def answer(
        self,
        document: DocumentNode,
        variables: dict[str, Any],
        operation_name: str | None,
        *,
        context: object,
        middleware: object,
    ) -> ExecutionResult:
        """A valid operation on this slice alone, by graphql-core; its `middleware` sees every field."""
        result: Any = execute(
            self._schema,
            document,
            variable_values=variables,
            operation_name=operation_name,
            context_value=context,
            middleware=[middleware],  # type: ignore[list-item]
        )
        return await result if inspect.isawaitable(result) else result

    def entities_resolver(self, info: strawberry.Info, representations: list[FederationAny]) -> list[Any]:
        """`_entities`: one look-up a type; order, gaps, duplicates and errors by index are kept."""
        asked: list[Any] = list(representations)

        async def resolve() -> list[Any]:
            rows: list[Any] = [None] * len(asked)
            places: dict[type, list[int]] = {}
            for index, representation in enumerate(asked):
                try:
                    places.setdefault(self._entity(representation), []).append(index)
                except InvalidInput as fault:
                    rows[index] = fault
            await asyncio.gather(*(self._fill(rows, asked, origin, of, info) for origin, of in places.items()))
            return rows

        return resolve()  # type: ignore[return-value]

    def _entity(self, representation: dict[str, Any]) -> type:
        """The class of the entity that a representation stands for. Raises InvalidInput."""
        name, key = representation.get("__typename"), representation.get("id")
        definition: Any = self.get_type_by_name(name) if isinstance(name, str) else None
        if definition is None or lookup_of(getattr(definition, "origin", object)) is None:
            raise InvalidInput(f"{str(name)[:80]!r} is no entity of {self.name}")
        if not isinstance(key, str) or not key:
            raise InvalidInput(f"a representation of {name} needs its key: a string `id`")
        return definition.origin

    async def _fill(
        self, rows: list[Any], asked: list[Any], origin: type, places: list[int], info: strawberry.Info
    ) -> None:
        find: Any = lookup_of(origin)
        ids = list(dict.fromkeys(asked[place]["id"] for place in places))
        try:
            found = dict(zip(ids, await find(ids, info.context), strict=True))
        except Exception as error:  # noqa: BLE001 (the error of this type's rows; the other types answer)
            found = dict.fromkeys(ids, error)
        for place in places:
            rows[place] = found[asked[place]["id"]]


def _root_type(name: str, form: Form, fields: Sequence[StrawberryField]) -> type | None:
    for field in fields:
        kind: Kind | None = (field.metadata or {}).get(KIND)
        if kind is None or kind.form is not form:
            raise TypeError(f"slice {name}: {field.python_name} is not made by @{form.value}")
    return create_type(form.value.capitalize(), list(fields)) if fields else None
