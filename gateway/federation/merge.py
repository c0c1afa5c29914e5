"""Types of the same name from several slices become one type; every object field learns who owns it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    specified_scalar_types,
)
from strawberry import ID
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

from chassis.graph.fields import ADMIN_TAG, KIND, PERMISSION, PLAIN, Form, Kind
from chassis.graph.permission import PUBLIC
from chassis.graph.slice import Slice
from chassis.graph.types import Made, made
from gateway.federation.graph import OWNED, Owned, View, reads_only

FEDERATION_FIELDS = frozenset({"_entities", "_service"})
ROOT_TYPES = frozenset({"Query", "Mutation", "Subscription"})
SCALARS: tuple[Any, ...] = (str, int, float, bool, ID)


@dataclass(frozen=True)
class Part:
    """One slice's share of a type."""

    piece: Slice
    graphql: GraphQLNamedType
    origin: type
    made: Made | None
    keys: bool

    @classmethod
    def of(cls, piece: Slice, type_: GraphQLNamedType) -> "Part":
        definition: Any = piece.get_type_by_name(type_.name)
        origin: type = getattr(definition, "origin", None) or object
        directives = getattr(definition, "directives", None) or ()
        keys = any(type(directive).__name__ == "Key" for directive in directives)
        return cls(piece, type_, origin, made(origin), keys)

    @property
    def slice(self) -> str:
        return self.piece.name

    @property
    def admin(self) -> bool:
        return self.made is not None and self.made.admin


class Merging:
    """The work of one composition; `faults` collects what does not fit."""

    def __init__(self, parts: dict[str, list[Part]], view: View) -> None:
        self.parts = parts
        self.view = view
        self.faults: list[str] = []
        self.messages: dict[str, type] = {}
        self._types: dict[str, GraphQLNamedType] = dict(specified_scalar_types)
        hidden = {name for name, of in parts.items() if view is View.STOREFRONT and any(part.admin for part in of)}
        self.kept = set(parts) - hidden

    def types(self) -> dict[str, GraphQLNamedType]:
        """Every type by name; fields are resolved later, when all types are known."""
        for name, parts in self.parts.items():
            if len({_form(part.graphql) for part in parts}) > 1:
                self.faults.append(f"{name} is of different kinds in {_names(parts)}")
            for part in parts:
                if part.made is not None and part.made.message is not None:
                    self.messages.setdefault(name, part.made.message)
            self._types[name] = self._merge(name, parts)
        return self._types

    def _merge(self, name: str, parts: list[Part]) -> GraphQLNamedType:
        first = parts[0].graphql
        config: dict[str, Any] = dict(first.to_kwargs())
        config["description"] = next((part.graphql.description for part in parts if part.graphql.description), None)
        if isinstance(first, GraphQLObjectType | GraphQLInterfaceType):
            made_of = GraphQLObjectType if isinstance(first, GraphQLObjectType) else GraphQLInterfaceType
            config |= {"fields": self._fields(name, parts), "interfaces": self._interfaces(parts)}
            config.pop("is_type_of", None)
            config.pop("resolve_type", None)
            return made_of(**config)
        if isinstance(first, GraphQLUnionType):
            config |= {"types": self._union(parts), "resolve_type": None}
            return GraphQLUnionType(**config)
        if isinstance(first, GraphQLInputObjectType):
            self._require_equal(name, parts, lambda t: {n: str(f.type) for n, f in t.fields.items()})
            config["fields"] = self._input_fields(first)
            return GraphQLInputObjectType(**config)
        if isinstance(first, GraphQLEnumType):
            self._require_equal(name, parts, lambda t: {n: _number(v.value) for n, v in t.values.items()})
        else:
            self._require_equal(name, parts, lambda t: t.coerce_output_value)
        return first  # Strawberry's own object: it carries values and parsers

    def _require_equal(self, name: str, parts: list[Part], shape: Callable[[Any], Any]) -> None:
        first = parts[0]
        for part in parts[1:]:
            if part.graphql is not first.graphql and shape(part.graphql) != shape(first.graphql):
                self.faults.append(f"{name} is not the same in {first.slice} and {part.slice}")

    def _interfaces(self, parts: list[Part]) -> Callable[[], list[Any]]:
        names = dict.fromkeys(i.name for part in parts for i in getattr(part.graphql, "interfaces", ()))
        return lambda: [self._types[name] for name in names if name in self.kept]

    def _union(self, parts: list[Part]) -> Callable[[], list[Any]]:
        names = dict.fromkeys(member.name for part in parts for member in getattr(part.graphql, "types", ()))
        return lambda: [self._types[name] for name in names if name in self.kept]

    def _input_fields(self, first: GraphQLInputObjectType) -> Callable[[], dict[str, GraphQLInputField]]:
        def fields() -> dict[str, GraphQLInputField]:
            out: dict[str, GraphQLInputField] = {}
            for name, field in first.fields.items():
                config: dict[str, Any] = dict(field.to_kwargs()) | {"type_": self._reference(field.type)}
                if config.get("default_value", Undefined) is None:
                    config["default_value"] = Undefined  # `= null` says nothing; Strawberry gives None anyway
                out[name] = GraphQLInputField(**config)
            return out

        return fields

    def _fields(self, name: str, parts: list[Part]) -> Callable[[], dict[str, GraphQLField]]:
        def fields() -> dict[str, GraphQLField]:
            merged: dict[str, GraphQLField] = {}
            owners: dict[str, tuple[Part, bool]] = {}
            for part in parts:
                for field_name, field in part.graphql.fields.items():  # type: ignore[attr-defined]
                    source: StrawberryField | None = field.extensions.get("strawberry-definition")
                    if field_name in FEDERATION_FIELDS or source is None or self._borrowed(part, field_name, source):
                        continue
                    shareable = _shareable(part, source)
                    if field_name in owners:
                        self._same(
                            f"{name}.{field_name}", merged[field_name], field, owners[field_name], part, shareable
                        )
                        continue
                    owners[field_name] = (part, shareable)
                    if (field_owner := self._owned(name, field_name, part, source)) and self._visible(
                        field_owner, field
                    ):
                        merged[field_name] = self._field(field, field_owner)
            return merged

        return fields

    def _borrowed(self, part: Part, field_name: str, source: StrawberryField) -> bool:
        """A stub's key is the owner's; it may add fields, but not plain ones."""
        if part.made is None or not part.made.stub:
            return False
        kind: Kind = (source.metadata or {}).get(KIND, PLAIN)
        if field_name != "id" and kind.form in {Form.PLAIN, Form.LINK}:
            self.faults.append(f"{part.slice}: stub {part.graphql.name} may read only the id, not {field_name}")
        return field_name == "id"

    def _same(
        self,
        place: str,
        mine: GraphQLField,
        theirs: GraphQLField,
        owner: tuple[Part, bool],
        part: Part,
        shareable: bool,
    ) -> None:
        first, first_shareable = owner
        if str(mine.type) != str(theirs.type):
            self.faults.append(f"{place} is {mine.type} in {first.slice} and {theirs.type} in {part.slice}")
        elif not (shareable and first_shareable):
            self.faults.append(f"{place} is declared by {first.slice} and {part.slice} and is not shareable")

    def _owned(self, name: str, field_name: str, part: Part, source: StrawberryField) -> Owned | None:
        metadata = source.metadata or {}
        kind: Kind = metadata.get(KIND, PLAIN)
        permission = metadata.get(PERMISSION) or (part.made.permission if part.made else None)
        if permission is None:
            self.faults.append(f"{part.slice}: {name}.{field_name} declares no permission")
            return None
        if name not in ROOT_TYPES and part.made is None:
            self.faults.append(f"{part.slice}: {name} is not made by type_, interface_ or stub")
        admin = part.admin or _tagged(source)
        if kind.shared is not None and (admin or permission != PUBLIC):
            self.faults.append(f"{part.slice}: {name}.{field_name} is shared, but not everybody may see it")
        return Owned(
            slice="any" if _shareable(part, source) else part.slice,
            of=name,
            form=kind.form,
            attribute=kind.key or source.python_name,
            call=kind.call or reads_only,
            permission=permission,
            admin=admin,
            arguments=_conversion(source.arguments, part.piece.schema_converter) if source.arguments else dict,
            shared=kind.shared,
            together=kind.together,
            searched=kind.searched,
            brings=kind.brings,
        )

    def _visible(self, field_owner: Owned, field: GraphQLField) -> bool:
        named = field.type
        while hasattr(named, "of_type"):
            named = named.of_type  # type: ignore[attr-defined]
        known = named.name in self.kept or named.name in specified_scalar_types  # type: ignore[attr-defined]
        return known and not (self.view is View.STOREFRONT and field_owner.admin)

    def _field(self, field: GraphQLField, field_owner: Owned) -> GraphQLField:
        arguments = {
            name: GraphQLArgument(**dict(argument.to_kwargs()) | {"type_": self._reference(argument.type)})  # type: ignore[arg-type]
            for name, argument in field.args.items()
        }
        return GraphQLField(
            self._reference(field.type),
            args=arguments,
            description=field.description,
            deprecation_reason=field.deprecation_reason,
            extensions={OWNED: field_owner},
        )

    def _reference(self, type_: Any) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return GraphQLNonNull(self._reference(type_.of_type))
        if isinstance(type_, GraphQLList):
            return GraphQLList(self._reference(type_.of_type))
        return self._types[type_.name]


def _form(type_: GraphQLNamedType) -> str:
    forms = (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType, GraphQLInputObjectType, GraphQLEnumType)
    return next((form.__name__ for form in forms if isinstance(type_, form)), "scalar")


def _number(value: Any) -> Any:
    return getattr(value, "value", value)


def _names(parts: list[Part]) -> str:
    return " and ".join(part.slice for part in parts)


def _shareable(part: Part, source: StrawberryField) -> bool:
    return (part.made is not None and part.made.shareable) or any(
        type(directive).__name__ == "Shareable" for directive in source.directives or ()
    )


def _tagged(source: StrawberryField) -> bool:
    return any(getattr(directive, "name", "") == ADMIN_TAG for directive in source.directives or ())


def _conversion(
    arguments: Sequence[StrawberryArgument], converter: GraphQLCoreConverter
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Coerced values by their names in the schema → the function's keyword arguments."""
    name_of = converter.config.name_converter.from_argument
    # Scalars are given as they are: only their names differ.
    scalars = {name_of(each): str(each.python_name) for each in arguments if _is_scalar(each)}
    others = [each for each in arguments if not _is_scalar(each)]

    def convert(values: dict[str, Any]) -> dict[str, Any]:
        found = {python: values[name] for name, python in scalars.items() if name in values}
        if others:
            found |= convert_arguments(
                values, others, scalar_registry=converter.scalar_registry, config=converter.config
            )
        return found

    return convert


def _is_scalar(argument: StrawberryArgument) -> bool:
    """Of GraphQL's own, or null."""
    type_ = argument.type
    return (type_.of_type if isinstance(type_, StrawberryOptional) else type_) in SCALARS
