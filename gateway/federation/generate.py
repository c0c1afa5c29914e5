"""Plan → Python source: three functions a fetch, over whole columns, without a call or an object an item but the dict.

    { orders { number lines { product { name } } } }

    def collect1(rows, made): return [k4 for o1 in rows … for o2 in o1.lines if (k4 := o2.product_id)]
    def project1(rows, made): return [{'#3': o3.name} if o3.__class__ is c1 else absent(o3) for o3 in rows]
    def project0(rows, made, t1): return [[{'#0': o1.number, '#1': [{'#2': t1[k4] …} for o2 in o1.lines]} …] …]
    def weigh0(rows, made): return 1 * len(rows) + 3 * sum([len(o1.lines) for o1 in rows …])

`collect` reads from the parent fetch's rows what a child hangs on (keys of a link, parents of a batched field), in the
order in which `project` will ask for the child's answers: a link's by key (`t1[key]`), a batched field's in step
(`n1()`). `weigh` says how many values a fetch writes at most.

Generated code knows no error: what is not the plain case raises, and `project.py` walks the same rows exactly.
No text of a client gets here: response keys are numbers (`'#3'`), put in place after compilation; argument values and
everything else that is not the schema's own name are bound constants (`c1`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull

from chassis.graph.fields import Form
from chassis.graph.reading import is_choice, unwrap
from gateway.federation import odd
from gateway.federation.checks import INT32
from gateway.federation.graph import Graph
from gateway.federation.plan import Asked, Fetch, Meta, Plan, Shape
from gateway.federation.program import Generated, Program
from gateway.federation.project import leaf_writer
from gateway.federation.weights import object_weight

SAME_TEXT = frozenset({"String", "ID", "Decimal", "CurrencyCode"})
"""Scalars that write a string as it is."""
AS_IT_IS = {
    FieldDescriptor.TYPE_STRING: SAME_TEXT,
    FieldDescriptor.TYPE_BOOL: frozenset({"Boolean"}),
    **dict.fromkeys(INT32, frozenset({"Int", "Long"})),
}
"""Proto type → scalars that write its values as they are."""
EXACT_LONG = 2**53

Clauses = tuple[str, ...]
"""How to reach a place from the rows of its fetch: `for` and `if` of a comprehension."""


class NotCompilable(Exception):
    """The exact walk alone must answer this operation; says why in one word."""


@dataclass
class _Column:
    """What is known of a fetch while its functions are written."""

    fetch: Fetch
    collect: str = ""
    project: str = ""
    parent: int = -1
    weights: list[str] = field(default_factory=list)


def generate(plan: Plan) -> Program:
    """Compiles a plan. Raises NotCompilable."""
    writing = _Writing(plan.graph)
    for fetch in plan.roots:
        writing.rows(fetch)
    columns = [writing.columns[number] for number in sorted(writing.columns)]
    source = "\n".join(line for column in columns for line in _functions(column)) + "\n"
    names = odd.NAMES | writing.constants
    try:
        code = compile(source, "<plan>", "exec")
        exec(_with_keys(code, writing.keys), names)  # noqa: S102 (our own text: see the module's docstring)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise NotCompilable("nesting") from error
    return Program(
        source=source,
        fetches=[
            Generated(
                fetch=column.fetch,
                parent=column.parent,
                collect=names.get(f"collect{column.fetch.number}"),
                project=names[f"project{column.fetch.number}"],
                weigh=names[f"weigh{column.fetch.number}"],
            )
            for column in columns
        ],
    )


def _functions(column: _Column) -> list[str]:
    number = column.fetch.number
    children = "".join(f", {_child(child)}" for child in column.fetch.children)
    lines = [
        f"def project{number}(rows, made{children}): return {column.project}",
        f"def weigh{number}(rows, made): return {' + '.join(column.weights)}",
    ]
    if column.collect:
        lines.insert(0, f"def collect{number}(rows, made): return {column.collect}")
    return lines


def _child(fetch: Fetch) -> str:
    """A link's answers are a table by key; a batched field's come in step with its parents."""
    return f"{'t' if fetch.asked.owned.form is Form.LINK else 'n'}{fetch.number}"


def _with_keys(code: CodeType, keys: Sequence[str]) -> CodeType:
    """Response keys in place of their numbers."""
    known = {f"#{number}": key for number, key in enumerate(keys)}

    def placed(constant: Any) -> Any:
        if isinstance(constant, CodeType):
            return _with_keys(constant, keys)
        if isinstance(constant, tuple):
            return tuple(placed(each) for each in constant)
        return known.get(constant, constant) if isinstance(constant, str) else constant

    return code.replace(co_consts=tuple(placed(each) for each in code.co_consts))


class _Writing:
    """Writes the expressions. `o` is a local name bound to an object, `at` the way to it from the fetch's rows."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.columns: dict[int, _Column] = {}
        self.constants: dict[str, Any] = {}
        self.keys: list[str] = []
        self._key_numbers: dict[str, int] = {}
        self._locals = 0

    def rows(self, fetch: Fetch) -> _Column:
        """Writes the functions of a fetch over its rows."""
        column = self.columns[fetch.number] = _Column(fetch)
        column.weights.append(f"{object_weight(fetch.asked)} * len(rows)")
        row = self._local("o")
        text = self._bound(fetch.asked, fetch.asked.definition.type, row, (f"for {row} in rows",), column)
        column.project = f"[{text} for {row} in rows]"
        return column

    def _constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def _local(self, letter: str) -> str:
        self._locals += 1
        return f"{letter}{self._locals}"

    def _key(self, key: str) -> str:
        if key not in self._key_numbers:
            self._key_numbers[key] = len(self.keys)
            self.keys.append(key)
        return f"'#{self._key_numbers[key]}'"

    def _object(self, shape: Shape, o: str, at: Clauses, column: _Column) -> str:
        return "{" + ", ".join(f"{self._key(a.key)}: {self._field(a, shape, o, at, column)}" for a in shape.asked) + "}"

    def _field(self, asked: Asked | Meta, shape: Shape, o: str, at: Clauses, column: _Column) -> str:
        if isinstance(asked, Meta):
            if asked.name != "__typename":
                raise NotCompilable("introspection")
            return repr(shape.type_name)
        if asked.fetch is not None:
            return self._fetched(asked, asked.fetch, o, at, column)
        if asked.owned.form is Form.COMPUTED:
            return self._computed(asked, o, at, column)
        message = self.graph.messages.get(shape.type_name)
        if message is not None and issubclass(message, Message):
            return self._plain(asked, message, o, at, column)
        value = self._local("o")
        source = f"{o}.{asked.owned.attribute}"
        clauses = (*at, f"for {value} in ({source},)")
        return self._bound(asked, asked.definition.type, value, clauses, column, f"({value} := {source})")

    def _fetched(self, asked: Asked, fetch: Fetch, o: str, at: Clauses, column: _Column) -> str:
        below = self.rows(fetch)
        below.parent = column.fetch.number
        if asked.owned.form is Form.BATCHED:
            below.collect = f"[{o} {' '.join(at)}]"
            return f"{_child(fetch)}()"
        key = self._local("k")
        found = f"({key} := {o}.{asked.owned.attribute})"
        below.collect = f"[{key} {' '.join(at)} if {found}]"
        missing = "odd(None)" if isinstance(asked.definition.type, GraphQLNonNull) else "None"
        return f"({_child(fetch)}[{key}] if {found} else {missing})"

    def _computed(self, asked: Asked, o: str, at: Clauses, column: _Column) -> str:
        value = self._local("o")
        if asked.shapes or asked.definition.args:
            source = f"made({self._constant(asked)}, {o})"
        else:
            source = f"{self._constant(asked.owned.call)}({o})"
        clauses = (*at, f"for {value} in ({source},)")
        return self._bound(asked, asked.definition.type, value, clauses, column, f"({value} := {source})")

    def _plain(self, asked: Asked, message: type, o: str, at: Clauses, column: _Column) -> str:
        """An attribute of a message: what the proto promises is not checked again."""
        name = asked.owned.attribute
        described: FieldDescriptor = message.DESCRIPTOR.fields_by_name[name]  # type: ignore[attr-defined]
        type_, source, value = asked.definition.type, f"{o}.{name}", self._local("o")
        required = isinstance(type_, GraphQLNonNull)
        missing = "odd(None)" if required else "None"
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        choice = described.message_type is not None and is_choice(described.message_type) and bool(asked.shapes)
        if described.is_repeated:
            return self._repeated(asked, inner, described, source, at, column)
        if choice:
            source = f"{self._constant(unwrap)}({source})"
            clauses = (*at, f"for {value} in ({source},)")
            return self._bound(asked, type_, value, clauses, column, f"({value} := {source})")
        has = f"{o}.HasField({name!r})"
        if asked.shapes:
            text = self._trusted(asked, value, (*at, f"if {has}", f"for {value} in ({source},)"), column)
            return f"({text} if {has} and ({value} := {source}) is not None else {missing})"
        text = self._leaf(asked, described, source, required=required)
        return f"({text} if {has} else {missing})" if described.has_presence else text

    def _repeated(
        self, asked: Asked, type_: Any, described: FieldDescriptor, source: str, at: Clauses, column: _Column
    ) -> str:
        item = self._local("o")
        column.weights.append(f"{object_weight(asked) + 1} * sum([len({source}) {' '.join(at)}])")
        if not asked.shapes:
            text = self._leaf(asked, described, item, required=True)
            return f"[*{source}]" if text == item else f"[{text} for {item} in {source}]"
        if is_choice(described.message_type):
            source = f"map({self._constant(unwrap)}, {source})"
            text = self._bound(asked, type_.of_type, item, (*at, f"for {item} in {source}"), column)
        else:
            text = self._trusted(asked, item, (*at, f"for {item} in {source}"), column)
        return f"[{text} for {item} in {source}]"

    def _trusted(self, asked: Asked, o: str, at: Clauses, column: _Column) -> str:
        """A message the proto says is there."""
        if len(asked.shapes) > 1:
            return self._member(asked, o, at, column, o, f"odd({o})")
        return self._object(next(iter(asked.shapes.values())), o, at, column)

    def _bound(self, asked: Asked, type_: Any, v: str, at: Clauses, column: _Column, first: str = "") -> str:
        """A value from Python, bound to `v` (or binding it where it is first read): its class says what it is."""
        first = first or v
        required = isinstance(type_, GraphQLNonNull)
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        missing = f"odd({v})" if required else f"absent({v})"
        if isinstance(inner, GraphQLList):
            item = self._local("o")
            listed = (*at, f"if {v}.__class__ in LISTS or leads({v})")
            column.weights.append(f"{object_weight(asked) + 1} * sum([len({v}) {' '.join(listed)}])")
            text = self._bound(asked, inner.of_type, item, (*listed, f"for {item} in {v}"), column)
            return f"([{text} for {item} in {v}] if {first}.__class__ in LISTS else {missing})"
        if not asked.shapes:
            return self._loose_leaf(asked, first, v, missing)
        if len(asked.shapes) > 1:
            return self._member(asked, v, at, column, first, missing)
        (shape,) = asked.shapes.values()
        expected = self._constant(self._class(shape.type_name))
        text = self._object(shape, v, (*at, f"if {v}.__class__ is {expected} or leads({v})"), column)
        return f"({text} if {first}.__class__ is {expected} else {missing})"

    def _member(self, asked: Asked, v: str, at: Clauses, column: _Column, first: str, missing: str) -> str:
        """Which of the possible types it is, told by its class."""
        text = ""
        for shape in asked.shapes.values():
            expected = self._constant(self._class(shape.type_name))
            written = self._object(shape, v, (*at, f"if {v}.__class__ is {expected}"), column)
            text += f"{written} if {v if text else first}.__class__ is {expected} else "
        return f"({text}{missing})"

    def _class(self, type_name: str) -> type:
        try:
            return self.graph.messages[type_name]
        except KeyError:
            raise NotCompilable("class") from None

    def _leaf(self, asked: Asked, described: FieldDescriptor, source: str, *, required: bool) -> str:
        """A leaf whose proto type is known."""
        name = asked.named.name
        if isinstance(asked.named, GraphQLEnumType):
            names: dict[int, str | None] = {
                getattr(value.value, "value", value.value): name for name, value in asked.named.values.items()
            }
            # Unspecified reads as null; what is not in the table raises.
            return f"{self._constant(names if required else {0: None} | names)}[{source}]"
        if name in AS_IT_IS.get(described.type, ()):
            return source
        value = self._local("v")
        if name == "Long":
            return f"({value} if -{EXACT_LONG} <= ({value} := {source}) <= {EXACT_LONG} else odd({value}))"
        if described.type == FieldDescriptor.TYPE_DOUBLE and name == "Float":
            return f"({value} if ({value} := {source}) - {value} == 0 else odd({value}))"  # finite
        return f"{self._constant(leaf_writer(asked))}({source})"

    def _loose_leaf(self, asked: Asked, first: str, v: str, missing: str) -> str:
        writer = self._constant(odd.without_errors(leaf_writer(asked)))
        if asked.named.name in SAME_TEXT:
            return f"({v} if {first}.__class__ is str else {writer}({v}) if {v} is not None else {missing})"
        return f"({writer}({v}) if {first} is not None else {missing})"
