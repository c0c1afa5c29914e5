"""What is checked at start, so that it cannot go wrong per request: plain fields against their messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
)

from chassis.graph.fields import Form
from chassis.graph.reading import TIMESTAMP
from gateway.federation.graph import OWNED, owned

INT32 = (FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SFIXED32)
INT64 = (
    FieldDescriptor.TYPE_INT64,
    FieldDescriptor.TYPE_SINT64,
    FieldDescriptor.TYPE_SFIXED64,
    FieldDescriptor.TYPE_UINT32,
    FieldDescriptor.TYPE_UINT64,
    FieldDescriptor.TYPE_FIXED32,
    FieldDescriptor.TYPE_FIXED64,
)
SCALARS: dict[int, frozenset[str]] = {
    **dict.fromkeys(INT32, frozenset({"Int", "Long", "Float"})),
    # More than Int holds.
    **dict.fromkeys(INT64, frozenset({"Long"})),
    FieldDescriptor.TYPE_DOUBLE: frozenset({"Float"}),
    FieldDescriptor.TYPE_FLOAT: frozenset({"Float"}),
    FieldDescriptor.TYPE_BOOL: frozenset({"Boolean"}),
    FieldDescriptor.TYPE_STRING: frozenset({"String", "ID", "Decimal", "CurrencyCode"}),
}
"""What a proto scalar may be shown as."""


def object_fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    for type_name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not type_name.startswith("__"):
            for field_name, field in type_.fields.items():
                if OWNED in field.extensions:
                    yield type_name, field_name, field


def links(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Place and target of every link."""
    for type_name, field_name, field in object_fields(schema):
        if owned(field).form is Form.LINK:
            yield f"{owned(field).slice}: {type_name}.{field_name}", get_named_type(field.type).name


def field_faults(schema: GraphQLSchema, messages: Mapping[str, type]) -> Iterator[str]:
    """What of the plain and link fields does not fit the messages they are read from."""
    for type_name, field_name, field in object_fields(schema):
        about = owned(field)
        message = messages.get(type_name)
        if about.form not in {Form.PLAIN, Form.LINK} or message is None or not issubclass(message, Message):
            continue
        place = f"{about.slice}: {type_name}.{field_name}"
        name = about.attribute
        described: FieldDescriptor | None = message.DESCRIPTOR.fields_by_name.get(name)  # type: ignore[assignment]
        if described is None:
            yield f"{place} reads {name!r}, which {message.DESCRIPTOR.full_name} does not have"
        elif about.form is Form.PLAIN:
            for fault in plain_faults(field.type, described, messages):
                yield f"{place} {fault}"


def plain_faults(type_: Any, described: FieldDescriptor, messages: Mapping[str, type]) -> Iterator[str]:
    """What is wrong with reading a value of this GraphQL type from this proto field."""
    required = isinstance(type_, GraphQLNonNull)
    inner = type_.of_type if required else type_
    if isinstance(inner, GraphQLList) != described.is_repeated:
        yield f"is {type_}, but proto {described.full_name} is {'' if described.is_repeated else 'not '}repeated"
        return
    if described.is_repeated:
        if not required:
            yield f"is {type_}, but a repeated field is never null: make it {type_}!"
    else:
        yield from _presence_faults(type_, required, described)
    if not _fits(get_named_type(type_), described, messages):
        yield f"is {type_}, which proto {described.full_name} ({_proto_type(described)}) cannot be"


def _presence_faults(type_: Any, required: bool, described: FieldDescriptor) -> Iterator[str]:
    if described.message_type is not None or described.enum_type is not None:
        return  # a message has presence; an enum's 0 reads as null
    if required and described.has_presence:
        yield f"is {type_}, but proto {described.full_name} is optional: make one of them agree"
    if not required and not described.has_presence:
        yield f"is {type_}, but proto {described.full_name} is not optional: unset would read as a zero value"


def _fits(named: Any, described: FieldDescriptor, messages: Mapping[str, type]) -> bool:
    if described.enum_type is not None:
        return isinstance(named, GraphQLEnumType)
    if described.message_type is None:
        return isinstance(named, GraphQLScalarType) and named.name in SCALARS.get(described.type, ())
    if isinstance(named, GraphQLScalarType):
        return named.name == "DateTime" and described.message_type.full_name == TIMESTAMP
    # What is behind an interface or union is told row by row.
    message = messages.get(named.name)
    return is_abstract_type(named) or getattr(message, "DESCRIPTOR", None) is described.message_type


def _proto_type(described: FieldDescriptor) -> str:
    if described.message_type is not None:
        return described.message_type.full_name
    if described.enum_type is not None:
        return described.enum_type.full_name
    names = {value: name for name, value in vars(FieldDescriptor).items() if name.startswith("TYPE_")}
    return names.get(described.type, "?").removeprefix("TYPE_").lower()
