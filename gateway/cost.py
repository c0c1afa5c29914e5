"""What an operation may cost, known before it is executed.

cost of a fetch = 10 × RPCs + keys × page      keys = rows it hangs on, at most; page = rows of each, at most

{ products(first: 20) { nodes { category { name } } } }
  products            1 key × 20            10 × 1 + 20 = 30
  products.category   20 keys × 1           10 × 1 + 20 = 30     together 60
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLList,
    GraphQLNonNull,
    IntValueNode,
    ListValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues

from chassis.graph.fields import Form
from chassis.graph.paging import MAX_PAGE
from gateway.federation.lookups import MAX_BATCH
from gateway.federation.plan import Asked, Plan, Shape

RPC_UNITS: Final = 10
UNPAGED_LIST: Final = 10
"""What a list without a page counts as: order lines, images of a product."""
REMEMBERED: Final = 256
LONGEST_LIST: Final = 1_000

Sizes = Mapping[str, int]
"""Variables that say how large a page is, by name."""


@dataclass(frozen=True)
class Cost:
    """Of an operation or of one fetch."""

    units: int
    rpcs: int


@dataclass(frozen=True)
class Part:
    """What one fetch of a plan costs at most."""

    fetch: int
    rpcs: int
    keys: int
    page: int
    """Rows of each key."""

    @property
    def cost(self) -> Cost:
        return Cost(units=RPC_UNITS * self.rpcs + self.keys * self.page, rpcs=self.rpcs)


class PlanCost:
    """What a plan costs, worked out once for each choice of page sizes."""

    def __init__(self, plan: Plan) -> None:
        self._root = plan.root
        self._sizing = tuple(sorted(set(_sizing_variables(plan.root))))
        self._by_sizes: dict[tuple[int, ...], Cost] = {}

    def of(self, variables: VariableValues) -> Cost:
        """At most, with these variables."""
        sizes = self._sizes(variables)
        cost = self._by_sizes.get(sizes)
        if cost is None:
            cost = _sum(self._parts(sizes))
            if len(self._by_sizes) < REMEMBERED:
                self._by_sizes[sizes] = cost
        return cost

    def by_fetch(self, variables: VariableValues) -> dict[int, Cost]:
        """The same by the numbers of the fetches; of types that exclude each other, the costliest only."""
        return {part.fetch: part.cost for part in self._parts(self._sizes(variables))}

    def _sizes(self, variables: VariableValues) -> tuple[int, ...]:
        return tuple([_size(variables.coerced.get(name)) for name in self._sizing])

    def _parts(self, sizes: tuple[int, ...]) -> list[Part]:
        return list(_fetches(self._root, 1, None, dict(zip(self._sizing, sizes, strict=True))))


def _sum(parts: Iterable[Part]) -> Cost:
    costs = [part.cost for part in parts]
    return Cost(units=sum(cost.units for cost in costs), rpcs=sum(cost.rpcs for cost in costs))


def _fetches(shape: Shape, rows: int, page: int | None, sizes: Sizes) -> Iterator[Part]:
    """Every fetch below `rows` objects; the first list met on the way has `page` items."""
    for asked in shape.fields():
        own = _page(asked, sizes)
        listed = _is_list(asked)
        if asked.fetch is not None:
            # `first` bounds the list inside a connection; a list itself is as long as the list it was given.
            size = own if own is not None else UNPAGED_LIST if listed else 1
            below, inner = (rows * size, None) if listed else (rows, own)
            yield Part(fetch=asked.fetch.number, rpcs=_rpcs(asked, rows), keys=rows, page=size)
        else:
            below, inner = (rows * (page or UNPAGED_LIST), None) if listed else (rows, page)
        yield from _costliest(asked, below, inner, sizes)


def _costliest(asked: Asked, rows: int, page: int | None, sizes: Sizes) -> list[Part]:
    """Of an abstract type's possible types, the one that costs most: an object is one of them only."""
    choices = [list(_fetches(shape, rows, page, sizes)) for shape in asked.shapes.values()]
    return max(choices, key=lambda parts: _sum(parts).units, default=[])


def _rpcs(asked: Asked, keys: int) -> int:
    return -(-keys // MAX_BATCH) if asked.owned.form in {Form.LINK, Form.BATCHED} else 1


def _is_list(asked: Asked) -> bool:
    type_ = asked.definition.type
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)


def _page(asked: Asked, sizes: Sizes) -> int | None:
    """How many rows each key has, where an argument says so: `first`, or a list of ids."""
    for name, definition in asked.definition.args.items():
        node = _argument(asked.nodes[0], name)
        if name == "first":
            return _literal_size(node, sizes) if node else _size(definition.default_value)
        if _is_list(asked) and isinstance(node, ListValueNode | VariableNode):
            return _literal_size(node, sizes)
    return None


def _argument(node: FieldNode, name: str) -> ValueNode | None:
    return next((each.value for each in node.arguments or () if each.name.value == name), None)


def _literal_size(node: ValueNode, sizes: Sizes) -> int:
    if isinstance(node, VariableNode):
        return sizes.get(node.name.value, 1)
    if isinstance(node, IntValueNode):
        return _size(int(node.value))
    return max(1, len(node.values)) if isinstance(node, ListValueNode) else 1


def _size(value: Any) -> int:
    """A page is 1 to 100 items: whoever asks for more is refused by the field itself."""
    if isinstance(value, list):
        return min(max(1, len(value)), LONGEST_LIST)
    return min(max(1, value), MAX_PAGE) if isinstance(value, int) else 1


def _sizing_variables(shape: Shape) -> Iterator[str]:
    for asked in shape.fields():
        for argument in asked.nodes[0].arguments or ():
            if isinstance(argument.value, VariableNode) and (argument.name.value == "first" or _is_list(asked)):
                yield argument.value.name.value
        for below in asked.shapes.values():
            yield from _sizing_variables(below)
