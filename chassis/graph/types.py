"""Types read from protobuf messages."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar, dataclass_transform

import strawberry
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from chassis.graph.fields import ADMIN_TAG, LOOKUP, Lookup, attribute, link, plain_function
from chassis.graph.permission import Permission

Class = TypeVar("Class", bound=type)
EnumClass = TypeVar("EnumClass", bound=type[Enum])
MADE = "__graph_type__"
_SPECIFIERS = (strawberry.federation.field, attribute, link)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What the gateway must know of a type."""

    message: type | None = None
    """The Python class its rows have; None for a stub."""
    permission: Permission | None = None
    shareable: bool = False
    admin: bool = False
    node: str = ""
    """Prefix of its ids, when `node(id:)` finds it."""
    stub: bool = False


def made(cls: type) -> Made | None:
    """How this class was declared; None for Strawberry's own."""
    return vars(cls).get(MADE)


@dataclass_transform(kw_only_default=True, field_specifiers=_SPECIFIERS)
def type_(
    message: type,
    *,
    keys: Sequence[str] = (),
    permission: Permission | None = None,
    shareable: bool = False,
    admin: bool = False,
    node: str = "",
    name: str | None = None,
    description: str | None = None,
) -> Callable[[Class], Class]:
    """An object type whose rows are messages of this class. `permission` holds for its fields unless they say
    otherwise; `admin` shows it in the admin view only; `keys=["id"]` makes it an entity and needs a `@lookup`;
    `node="prd"` lets `node(id:)` find it by this prefix of its ids (then inherit from `Node`)."""

    def decorate(cls: Class) -> Class:
        facts = Made(message=message, permission=permission, shareable=shareable, admin=admin, node=node)
        setattr(cls, MADE, facts)
        setattr(cls, "is_type_of", classmethod(lambda _, value, __: isinstance(value, message)))  # noqa: B010
        return strawberry.federation.type(
            cls,
            name=name,
            description=description or _documentation(cls),
            keys=list(keys),
            shareable=shareable,
            tags=[ADMIN_TAG] if admin else [],
        )

    return decorate


@dataclass_transform(kw_only_default=True, field_specifiers=_SPECIFIERS)
def interface_(
    *, permission: Permission, name: str | None = None, description: str | None = None, admin: bool = False
) -> Callable[[Class], Class]:
    """An interface; types implement it by inheriting. A row's type is told by its message class."""

    def decorate(cls: Class) -> Class:
        setattr(cls, MADE, Made(permission=permission, shareable=True, admin=admin))
        return strawberry.federation.interface(
            cls, name=name, description=description or _documentation(cls), tags=[ADMIN_TAG] if admin else []
        )

    return decorate


@dataclass_transform(kw_only_default=True, field_specifiers=_SPECIFIERS)
def stub(cls: Class) -> Class:
    """Another slice's entity, known here by its id. It may be given batched fields of this slice: then each declares
    its permission, and its parents are the owner's messages, of which only the id may be read."""
    adds_fields = any(not name.startswith("_") for name in vars(cls))
    setattr(cls, MADE, Made(stub=True))
    if adds_fields and not any(hasattr(value, LOOKUP) for value in vars(cls).values()):
        setattr(cls, "by_id", staticmethod(_identities(cls)))  # noqa: B010
    key = Key(fields=FieldSet("id"), resolvable=adds_fields)
    return strawberry.federation.type(cls, keys=[key])


def _identities(cls: type) -> Callable[..., Any]:
    async def by_id(ids: Sequence[str], ctx: object) -> list[Any]:  # noqa: ARG001
        return [cls(id=strawberry.ID(i)) for i in ids]

    setattr(by_id, LOOKUP, Lookup())
    return by_id


def lookup_of(cls: type) -> Callable[..., Any] | None:
    """The entity's `@lookup` function."""
    for value in vars(cls).values():
        function = plain_function(value)
        if hasattr(function, LOOKUP):
            return function
    return None


def enum_of(
    wrapper: EnumTypeWrapper, *, name: str | None = None, partial: bool = False
) -> Callable[[EnumClass], EnumClass]:
    """A GraphQL enum whose values are the proto enum's numbers. All but UNSPECIFIED must be there, else it raises at
    import, so that proto and graph cannot drift; `partial` allows fewer (for inputs)."""

    def decorate(cls: EnumClass) -> EnumClass:
        expected = {number for number in wrapper.values() if number}
        given = {member.value for member in cls}
        if given - expected or (expected - given and not partial):
            missing = ", ".join(wrapper.Name(number) for number in sorted(expected - given))
            raise TypeError(
                f"enum {cls.__name__} and {wrapper.DESCRIPTOR.full_name} differ; missing: {missing or 'none'}"
            )
        return strawberry.enum(cls, name=name, description=_documentation(cls))

    return decorate


@dataclass(frozen=True)
class Edge:
    """One node of a page and where it stands."""

    node: Any
    cursor: str


def _documentation(cls: type) -> str | None:
    text = cls.__dict__.get("__doc__")
    # Dataclasses and enums make up a docstring where there is none.
    if not text or text.startswith(f"{cls.__name__}(") or text == Enum.__doc__:
        return None
    return inspect.cleandoc(text)
