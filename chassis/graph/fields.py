"""The kinds of field. Each decorator builds a Strawberry field whose metadata tells the gateway what it really is."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar, TypeVarTuple, overload

import strawberry
from strawberry.types.field import StrawberryField

from chassis.graph.permission import Permission
from chassis.graph.reading import read
from chassis.graph.searched import TellsSearched
from chassis.graph.shared import Shared

Function = TypeVar("Function", bound=Callable[..., Any])
Of = TypeVarTuple("Of")
Resolver = Callable[..., Any]
Brings = Callable[[Any], Mapping[str, Iterable[Any]]]
"""A root's row → whole rows of entities, by the entity's name."""
Decorator = Callable[[Resolver], Any]

ROOT = inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any)
INFO = inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info)
ADMIN_TAG = "admin"
KIND, PERMISSION = "kind", "permission"


def plain_function(function: Any) -> Resolver:
    """The function of a static method."""
    return function.__func__ if isinstance(function, staticmethod) else function


class Form(StrEnum):
    """How a field gets its value."""

    PLAIN = "plain"
    COMPUTED = "computed"
    LINK = "link"
    BATCHED = "batched"
    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What the gateway must know of a field to plan it."""

    form: Form = Form.PLAIN
    call: Resolver | None = None
    """The slice's own function."""
    key: str = ""
    """link: the parents' attribute that holds the entity's id; plain: the attribute, when named differently."""
    shared: Shared | None = None
    """batched and query: how its rows are shared by callers; None: not at all."""
    together: Resolver | None = None
    """query: answers the arguments of several who share it by one call."""
    searched: TellsSearched | None = None
    """query: what its callers searched for."""
    brings: Brings | None = None
    """query: rows of entities that came with its own."""


PLAIN = Kind()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a field is published."""

    permission: Permission | None = None
    admin: bool = False
    name: str | None = None
    description: str | None = None
    deprecation_reason: str | None = None

    def options(self, kind: Kind) -> dict[str, Any]:
        described = inspect.getdoc(kind.call) if kind.call else None
        return {
            "name": self.name,
            "description": self.description or described,
            "deprecation_reason": self.deprecation_reason,
            "tags": [ADMIN_TAG] if self.admin else [],
            "metadata": {KIND: kind, PERMISSION: self.permission},
        }


def computed(of: object, **shown: Any) -> Decorator:
    """`def f(message, *, arguments)`: a pure function of the message, no I/O, no await."""

    def decorate(function: Resolver) -> Any:
        function = plain_function(function)

        def resolve(root: Any, **arguments: Any) -> Any:
            return function(root, **arguments)

        return _field(Kind(form=Form.COMPUTED, call=function), of, [ROOT], resolve, shown)

    return decorate


def batched(of: object, *, shared: Shared | None = None, **shown: Any) -> Decorator:
    """`async def f(parents, ctx, *, arguments) -> list`: one result (None, an exception) a parent, in their order."""

    def decorate(function: Resolver) -> Any:
        function = plain_function(function)

        async def resolve(root: Any, info: strawberry.Info, **arguments: Any) -> Any:
            return await info.context.load(function, root, arguments)

        return _field(Kind(form=Form.BATCHED, call=function, shared=shared), of, [ROOT, INFO], resolve, shown)

    return decorate


def link(key: str, **shown: Any) -> Any:
    """The entity whose id this attribute of the parent holds, looked up by its owner; null when there is none."""

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        return await info.context.reference(info, read(root, key))

    return _field(Kind(form=Form.LINK, key=key), None, [ROOT, INFO], resolve, shown)


def attribute(name: str = "", **shown: Any) -> Any:
    """A plain field that needs options, or whose message attribute is named differently."""

    def resolve(root: Any) -> Any:
        return read(root, name)

    if name:
        return _field(Kind(key=name), None, [ROOT], resolve, shown)
    return strawberry.federation.field(**Shown(**shown).options(PLAIN))


def query(
    of: object,
    *,
    shared: Shared | None = None,
    together: Resolver | None = None,
    searched: TellsSearched | None = None,
    brings: Brings | None = None,
    **shown: Any,
) -> Decorator:
    """`async def f(ctx, *, arguments)`: a field of Query. `async def together(ctx, asked) -> list` answers several who
    share it by one call: a row (None, an exception) for the arguments of each. `searched` tells what its callers
    searched for (`chassis.graph.searched`). `brings` gives rows of entities that came with the answer, by type: links
    to them need no look-up. They are whole, as the entity's own look-up would answer this caller."""
    kind = Kind(shared=shared, together=together, searched=searched, brings=brings)
    return _root(Form.QUERY, of, shown, kind)


def mutation(of: object, **shown: Any) -> Decorator:
    """`async def f(ctx, *, input: XInput)`: a field of Mutation."""
    return _root(Form.MUTATION, of, shown)


CURSOR = "__graph_cursor__"


def cursor_of(function: Resolver) -> Callable[[Any], int] | None:
    """How an event of this subscription is numbered, if it can be resumed."""
    return getattr(function, CURSOR, None)


def subscription(of: object, *, cursor: Callable[[Any], int] | None = None, **shown: Any) -> Decorator:
    """`async def f(ctx, *, arguments)` that yields: a field of Subscription. With `cursor`, which numbers an event, it
    can be resumed: its argument `after` is then the number of the last event that arrived."""

    def decorate(function: Resolver) -> Any:
        if cursor is not None:
            setattr(function, CURSOR, cursor)

        async def resolve(root: Any, info: strawberry.Info, **arguments: Any) -> Any:  # noqa: ARG001
            async for event in function(info.context, **arguments):
                yield event

        return _field(Kind(form=Form.SUBSCRIPTION, call=function), of, [ROOT, INFO], resolve, shown)

    return decorate


def _root(
    form: Form,
    of: object,
    shown: Mapping[str, Any],
    asked: Kind = PLAIN,
) -> Decorator:
    def decorate(function: Resolver) -> Any:
        async def resolve(root: Any, info: strawberry.Info, **arguments: Any) -> Any:  # noqa: ARG001
            return await function(info.context, **arguments)

        kind = replace(asked, form=form, call=function)
        return _field(kind, of, [ROOT, INFO], resolve, shown)

    return decorate


def _field(
    kind: Kind, of: object, given: list[inspect.Parameter], resolve: Resolver, shown: Mapping[str, Any]
) -> StrawberryField:
    """Strawberry reads a resolver's signature: it gets one made of what the gateway gives and what the client may."""
    parameters = [*given, *_arguments(kind.call)]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    resolve.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    resolve.__name__ = kind.call.__name__ if kind.call else "resolve"
    resolve.__module__ = kind.call.__module__ if kind.call else __name__
    return strawberry.federation.field(
        resolver=resolve,
        graphql_type=of,
        is_subscription=kind.form is Form.SUBSCRIPTION,
        **Shown(**shown).options(kind),
    )


def _arguments(function: Resolver | None) -> list[inspect.Parameter]:
    if function is None:
        return []
    declared = inspect.signature(function, eval_str=True).parameters.values()
    # A nullable argument has no default in the schema (`= null` says nothing): left out, Python's own None applies.
    return [
        parameter.replace(default=strawberry.UNSET) if parameter.default is None else parameter
        for parameter in declared
        if parameter.kind is parameter.KEYWORD_ONLY
    ]


LOOKUP = "__graph_lookup__"


@dataclass(frozen=True)
class Lookup:
    """How an entity's look-up is called."""

    shared: Shared | None = None


def lookup_rules(function: Resolver) -> Lookup:
    """Of a function that `@lookup` made."""
    return getattr(function, LOOKUP)


@overload
def lookup(function: Function, /) -> Function: ...
@overload
def lookup(*, shared: Shared) -> Callable[[Function], Function]: ...
def lookup(function: Any = None, /, *, shared: Shared | None = None) -> Any:
    """`async def f(ids, ctx) -> list` on an entity: one row an id, in their order (None where unknown). The ids are
    unique. Callable as `Product.by_id(ids, ctx)` too."""

    def decorate(of: Any) -> Any:
        setattr(plain_function(of), LOOKUP, Lookup(shared))
        return of

    return decorate if function is None else decorate(function)
