"""A slice: one subgraph's part of the graph. Complete by itself, mounted by the gateway."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLNamedType, graphql
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

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

    async def answer(
        self,
        document: str,
        variables: dict[str, Any],
        operation_name: str | None,
        *,
        context: object,
        middleware: object,
    ) -> ExecutionResult:
        """An operation on this slice alone, by graphql-core; its `middleware` sees every field."""
        return await graphql(
            self._schema,
            document,
            variable_values=variables,
            operation_name=operation_name,
            context_value=context,
            middleware=[middleware],
        )

    def entities_resolver(self, info: strawberry.Info, representations: list[FederationAny]) -> list[Any]:
        """`_entities`: one look-up a type; order, gaps, duplicates and errors by index are kept."""

        async def resolve() -> list[Any]:
            rows: list[Any] = [None] * len(representations)
            indexes: dict[str, list[int]] = {}
            for index, representation in enumerate(representations):
                indexes.setdefault(representation["__typename"], []).append(index)  # type: ignore[index]
            await asyncio.gather(
                *(self._fill(rows, representations, of, places, info.context) for of, places in indexes.items())
            )
            return rows

        return resolve()  # type: ignore[return-value]

    async def _fill(
        self, rows: list[Any], representations: list[Any], of: str, places: list[int], context: object
    ) -> None:
        definition = self.get_type_by_name(of)
        find: Callable[..., Any] | None = lookup_of(definition.origin) if definition else None  # type: ignore[union-attr]
        ids = list(dict.fromkeys(representations[place]["id"] for place in places))
        try:
            if find is None:
                raise LookupError(f"{of} is not an entity of {self.name}")
            found = dict(zip(ids, await find(ids, context), strict=True))
        except Exception as error:  # noqa: BLE001 (the error of this type's rows; the other types answer)
            found = dict.fromkeys(ids, error)
        for place in places:
            rows[place] = found[representations[place]["id"]]


def _root_type(name: str, form: Form, fields: Sequence[StrawberryField]) -> type | None:
    for field in fields:
        kind: Kind | None = (field.metadata or {}).get(KIND)
        if kind is None or kind.form is not form:
            raise TypeError(f"slice {name}: {field.python_name} is not made by @{form.value}")
    return create_type(form.value.capitalize(), list(fields)) if fields else None
