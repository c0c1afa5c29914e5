"""Plan → the expressions of a program's functions, over whole columns; `generate.py` shows them put together.

One walk down the plan writes all functions of all fetches: `_object` is a dict display, `_field` its values, and what
they meet on the way is noted in the fetch's column: lists add to its weight, links and batched fields begin a column
of their own, and in a careful program every place where something may be wrong is a site.

A value is *trusted* where the proto promises it (an item of a repeated field), and *bound* where Python made it: there
its class says what it is, and everything but the expected class is odd.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull

from chassis.graph.fields import Form
from chassis.graph.reading import is_choice, unwrap
from gateway.federation.columns import Column, Notebook, child_name
from gateway.federation.leaves import AS_IT_IS, EXACT_LONG, SAME_TEXT, enum_names, leaf_writer
from gateway.federation.odd import without_errors
from gateway.federation.places import Place
from gateway.federation.plan import Asked, Fetch, Meta, Shape
from gateway.federation.weights import object_weight


class NotCompilable(Exception):
    """The exact walk alone must answer this operation; says why in one word."""


class Writing(Notebook):
    """Writes the expressions of one program. `o` is a local name bound to an object, `place` the way to it."""

    def rows(self, fetch: Fetch) -> Column:
        """Writes the functions of a fetch over its rows."""
        column = self.columns[fetch.number] = Column(fetch)
        column.weights.append(f"{object_weight(fetch.asked)} * len(rows)")
        row = self.local("o")
        type_ = fetch.asked.definition.type
        if self.careful and isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type  # whether null may be there is asked at each place where the row is shown
        text = self._bound(fetch.asked, type_, row, Place.of_row(row), column)
        column.project = f"[{text} for {row} in rows]"
        return column

    # ---- objects and their fields

    def _object(self, shape: Shape, o: str, place: Place, column: Column) -> str:
        fields = (f"{self.key_of(asked.key)}: {self._field(asked, shape, o, place, column)}" for asked in shape.asked)
        return "{" + ", ".join(fields) + "}"

    def _field(self, asked: Asked | Meta, shape: Shape, o: str, at: Place, column: Column) -> str:
        if isinstance(asked, Meta):
            if asked.name != "__typename":
                raise NotCompilable("introspection")
            return repr(shape.type_name)
        place = at.field(self.key_of(asked.key), required=isinstance(asked.definition.type, GraphQLNonNull))
        guard = self.guards.get(asked)
        if guard is None:
            return self._seen(asked, shape, o, place, column)
        refused = f"given.refused[{guard}]"
        self.note_fault(asked, place, column, f"(e := {refused}) is not None")
        text = self._seen(asked, shape, o, place.when(f"{refused} is None"), column)
        return f"({text} if {refused} is None else given.odd(None))"

    def _seen(self, asked: Asked, shape: Shape, o: str, place: Place, column: Column) -> str:
        """A field the caller may see."""
        if asked.fetch is not None:
            return self._fetched(asked, asked.fetch, o, place, column)
        if asked.owned.form is Form.COMPUTED:
            return self._computed(asked, o, place, column)
        message = self.graph.messages.get(shape.type_name)
        if message is not None and issubclass(message, Message):
            return self._plain(asked, message, o, place, column)
        return self._read(asked, f"{o}.{asked.owned.attribute}", place, column)

    def _read(self, asked: Asked, source: str, place: Place, column: Column) -> str:
        """A value that is bound where it is first read."""
        value = self.local("o")
        bound = place.bound(value, source)
        return self._bound(asked, asked.definition.type, value, bound, column, f"({value} := {source})")

    def _fetched(self, asked: Asked, fetch: Fetch, o: str, place: Place, column: Column) -> str:
        below = self.rows(fetch)
        below.parent = column.fetch.number
        required = isinstance(asked.definition.type, GraphQLNonNull)
        child, key = child_name(fetch), self.local("k")
        if asked.owned.form is Form.BATCHED:
            below.collect = f"[{o} {place.clauses}]"
            self.note_place(asked, place, column, f"for {key} in ({child}(),) if {key} in b{fetch.number}", key)
            return f"{child}()"
        source = f"{o}.{asked.owned.attribute}"
        found = f"({key} := {source})"
        below.collect = f"[{key} {place.clauses} if {found}]"
        self.note_place(asked, place, column, f"if {found} in b{fetch.number}", key)
        if required:
            self.note_null(asked, place, column, f"not {source}")
        return f"({child}[{key}] if {found} else {'given.odd(None)' if required else 'None'})"

    def _computed(self, asked: Asked, o: str, place: Place, column: Column) -> str:
        if asked.shapes or asked.definition.args or self.careful:
            return self._read(asked, f"given.made({self.constant(asked)}, {o})", place, column)
        return self._read(asked, f"{self.constant(asked.owned.call)}({o})", place, column)

    def _plain(self, asked: Asked, message: type, o: str, place: Place, column: Column) -> str:
        """An attribute of a message: what the proto promises is not checked again."""
        name = asked.owned.attribute
        described: FieldDescriptor = message.DESCRIPTOR.fields_by_name[name]  # type: ignore[attr-defined]
        source = f"{o}.{name}"
        if described.is_repeated:
            return self._repeated(asked, described, source, place, column)
        if asked.shapes and is_choice(described.message_type):
            return self._read(asked, f"{self.constant(unwrap)}({source})", place, column)
        if asked.shapes:
            return self._message(asked, f"{o}.HasField({name!r})", source, place, column)
        return self._leaf(asked, described, o, source, place, column)

    # ---- values the proto promises

    def _message(self, asked: Asked, has: str, source: str, place: Place, column: Column) -> str:
        value, missing = self.local("o"), "None"
        if isinstance(asked.definition.type, GraphQLNonNull):
            missing = "given.odd(None)"
            self.note_null(asked, place, column, f"not {has}")
        text = self._trusted(asked, value, place.when(has).bound(value, source), column)
        return f"({text} if {has} and ({value} := {source}) is not None else {missing})"

    def _repeated(self, asked: Asked, described: FieldDescriptor, source: str, place: Place, column: Column) -> str:
        type_: Any = asked.definition.type
        type_ = (type_.of_type if isinstance(type_, GraphQLNonNull) else type_).of_type
        item, required = self.local("o"), isinstance(type_, GraphQLNonNull)
        column.weights.append(f"{object_weight(asked) + 1} * sum([len({source}) {place.clauses}])")
        if not asked.shapes:
            text = self._as_leaf(asked, described, item, required=True)
            if text == item:
                return f"[*{source}]"
            self.note_value(asked, type_, item, place.item(item, source, required=required), column)
        elif is_choice(described.message_type):
            source = f"map({self.constant(unwrap)}, {source})"
            text = self._bound(asked, type_, item, place.item(item, source, required=required), column)
        else:
            text = self._trusted(asked, item, place.item(item, source, required=required), column)
        return f"[{text} for {item} in {source}]"

    def _trusted(self, asked: Asked, o: str, place: Place, column: Column) -> str:
        """A message the proto says is there."""
        if len(asked.shapes) > 1:
            return self._member(asked, o, place, column, o, f"given.odd({o})")
        return self._object(next(iter(asked.shapes.values())), o, place, column)

    def _leaf(self, asked: Asked, described: FieldDescriptor, o: str, source: str, place: Place, column: Column) -> str:
        """A scalar or enum of a message. The default of one with presence is falsy: anything else is there."""
        type_ = asked.definition.type
        required = isinstance(type_, GraphQLNonNull)
        text = self._as_leaf(asked, described, source, required=required)
        if not described.has_presence:
            if text != source:
                read = f"{source} or None" if isinstance(asked.named, GraphQLEnumType) else source
                value = self.local("o")
                self.note_value(asked, type_, value, place.bound(value, read), column)
            return text
        has = f"{o}.HasField({asked.owned.attribute!r})"
        if required or text != source:
            value = self.local("o")
            read = f"{source} if {has} else None"
            self.note_value(asked, type_, value, place.bound(value, read), column)
        missing = "given.odd(None)" if required else "None"
        if text == source:
            return f"({source} or ({source} if {has} else {missing}))"
        return f"({text} if {has} else {missing})"

    def _as_leaf(self, asked: Asked, described: FieldDescriptor, source: str, *, required: bool) -> str:
        """A leaf that is there, whose proto type is known."""
        name = asked.named.name
        if isinstance(asked.named, GraphQLEnumType):
            return self._enum(asked.named, source, required=required)
        if name in AS_IT_IS.get(described.type, ()):
            return source
        value = self.local("v")
        if name == "Long":
            return f"({value} if -{EXACT_LONG} <= ({value} := {source}) <= {EXACT_LONG} else given.odd({value}))"
        if described.type == FieldDescriptor.TYPE_DOUBLE and name == "Float":
            return f"({value} if ({value} := {source}) - {value} == 0 else given.odd({value}))"  # finite
        return self._written(leaf_writer(asked), source)

    def _enum(self, named: GraphQLEnumType, source: str, *, required: bool) -> str:
        names = enum_names(named)
        if self.careful:
            other = f"given.odd({source})" if required else f"given.absent({source} or None)"
            return f"({self.constant(names)}.get({source}) or {other})"
        # Unspecified reads as null; what is not in the table raises.
        return f"{self.constant(names if required else {0: None} | names)}[{source}]"

    def _written(self, writer: Callable[[Any], Any], source: str) -> str:
        name = self.constant(writer)
        return f"given.leaf({name}, {source})" if self.careful else f"{name}({source})"

    # ---- values Python made

    def _bound(self, asked: Asked, type_: Any, v: str, place: Place, column: Column, first: str = "") -> str:
        """A value bound to `v`, or binding it where it is first read."""
        first = first or v
        required = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        missing = f"given.odd({v})" if required else f"given.absent({v})"
        self.note_value(asked, type_, v, place, column)
        if isinstance(inner, GraphQLList):
            return self._list(asked, inner.of_type, v, place, column, first, missing)
        if not asked.shapes:
            return self._loose_leaf(asked, first, v, missing)
        if len(asked.shapes) > 1:
            return self._member(asked, v, place, column, first, missing)
        (shape,) = asked.shapes.values()
        expected = self.constant(self._class(shape.type_name))
        text = self._object(shape, v, place.when(f"{v}.__class__ is {expected} or given.leads({v})"), column)
        return f"({text} if {first}.__class__ is {expected} else {missing})"

    def _list(self, asked: Asked, type_: Any, v: str, place: Place, column: Column, first: str, missing: str) -> str:
        item = self.local("o")
        listed = place.when(f"{v}.__class__ in LISTS or given.leads({v})")
        column.weights.append(f"{object_weight(asked) + 1} * sum([len({v}) {listed.clauses}])")
        below = listed.item(item, v, required=isinstance(type_, GraphQLNonNull))
        text = self._bound(asked, type_, item, below, column)
        return f"([{text} for {item} in {v}] if {first}.__class__ in LISTS else {missing})"

    def _member(self, asked: Asked, v: str, place: Place, column: Column, first: str, missing: str) -> str:
        """Which of the possible types it is, told by its class."""
        text = ""
        for shape in asked.shapes.values():
            expected = self.constant(self._class(shape.type_name))
            written = self._object(shape, v, place.when(f"{v}.__class__ is {expected}"), column)
            text += f"{written} if {v if text else first}.__class__ is {expected} else "
        return f"({text}{missing})"

    def _class(self, type_name: str) -> type:
        try:
            return self.graph.messages[type_name]
        except KeyError:
            raise NotCompilable("class") from None

    def _loose_leaf(self, asked: Asked, first: str, v: str, missing: str) -> str:
        written = self._written(without_errors(leaf_writer(asked)), v)
        if asked.named.name in SAME_TEXT:
            return f"({v} if {first}.__class__ is str else {written} if {v} is not None else {missing})"
        return f"({written} if {first} is not None else {missing})"
