"""graphql-core's own execution of a composed graph: the reference the gateway's executor is compared with.

Each batched resolver is called through a loader; `requested` is always true.
"""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    execute,
    subscribe,
)
from graphql.execution import ExecutionResult

from chassis.errors import EmporiumError
from chassis.graph.fields import Form
from chassis.graph.reading import read
from gateway.federation.graph import Graph, Owned, owned


def with_resolvers(graph: Graph) -> Graph:
    """Puts a resolver on every field of this graph (compose one for it alone)."""
    for type_ in graph.schema.type_map.values():
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            members = graph.members[type_.name]
            type_.resolve_type = lambda value, info, abstract, members=members: members[type(value)]  # type: ignore[misc]
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for field in type_.fields.values():
                about = owned(field)
                field.resolve = resolver(graph, about, _named(field.type))
                if about.form is Form.SUBSCRIPTION:
                    field.subscribe, field.resolve = field.resolve, lambda event, info, **_: event
    return graph


def _named(type_: Any) -> str:
    while hasattr(type_, "of_type"):
        type_ = type_.of_type
    return type_.name


def resolver(graph: Graph, about: Owned, target: str) -> Any:
    def refuse(info: Any) -> None:
        if refusal := about.permission.refusal(info.context.caller):
            raise refusal

    async def root(source: Any, info: Any, **values: Any) -> Any:
        refuse(info)
        return await about.call(info.context, **about.arguments(values))

    def events(source: Any, info: Any, **values: Any) -> Any:
        refuse(info)
        return about.call(info.context, **about.arguments(values))

    async def batched(source: Any, info: Any, **values: Any) -> Any:
        refuse(info)
        return await info.context.load(about.call, source, about.arguments(values))

    async def linked(source: Any, info: Any) -> Any:
        refuse(info)
        key = read(source, about.attribute)
        return await info.context.load(graph.entities[target].lookup, key, {}) if key else None

    def plain(source: Any, info: Any) -> Any:
        refuse(info)
        return read(source, about.attribute)

    def computed(source: Any, info: Any, **values: Any) -> Any:
        refuse(info)
        return about.call(source, **about.arguments(values))

    forms = {
        Form.SUBSCRIPTION: events,
        Form.BATCHED: batched,
        Form.LINK: linked,
        Form.PLAIN: plain,
        Form.COMPUTED: computed,
    }
    return forms.get(about.form, root)


async def reference(graph: Graph, document: DocumentNode, context: Any, variables: dict[str, Any]) -> ExecutionResult:
    answer: Any = execute(graph.schema, document, context_value=context, variable_values=variables)
    return await answer if hasattr(answer, "__await__") else answer


async def references(
    graph: Graph, document: DocumentNode, context: Any, variables: dict[str, Any]
) -> list[ExecutionResult]:
    """The answer; of a subscription one for every event, and its source's failure as the last."""
    if all(getattr(each, "operation", None) is not OperationType.SUBSCRIPTION for each in document.definitions):
        return [await reference(graph, document, context, variables)]
    stream: Any = subscribe(graph.schema, document, context_value=context, variable_values=variables)
    stream = await stream if hasattr(stream, "__await__") else stream
    if isinstance(stream, ExecutionResult):
        return [stream]
    found: list[ExecutionResult] = []
    try:
        async for answer in stream:
            found.append(answer)
    except EmporiumError as error:
        operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
        (field,) = operation.selection_set.selections
        assert isinstance(field, FieldNode)
        found.append(ExecutionResult(None, [GraphQLError(str(error), path=[(field.alias or field.name).value])]))
    return found
