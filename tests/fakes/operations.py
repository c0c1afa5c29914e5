"""Random valid operations over the fixture slices: aliases, fragments, directives, variables, unions, interfaces."""

import random
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, get_named_type, is_abstract_type, is_leaf_type

VARIABLES = (
    "$a: Boolean!, $b: Boolean!, $c: Boolean = true, $n: Int! = 2, $names: [String!], "
    '$ids: [ID!]! = ["prd_5", "prd_42"], $where: ProductWhere, $cart: ID! = "ord_5"'
)
CHOICES: tuple[dict[str, Any], ...] = (
    {},
    {"n": 1, "names": ["x"]},
    {"names": None, "ids": ["prd_1", "prd_13", "prd_17"]},
    {"where": {"order": "NEWEST", "minimum": "1.50"}, "n": 4},
    {"ids": "prd_4", "names": "alone", "where": {"names": "alone"}},  # one item for a list
    {"ids": [8, "prd_2"], "n": 3.0, "cart": 5, "c": False},  # numbers for ids, a whole float for an int
)
"""Values as clients send them; what they leave out has a default or is not given at all."""
ARGUMENTS = {
    "first": ("first: 3", "first: $n", "first: 0", "first: 7", ""),
    "where": ("where: $where", 'where: {names: ["a"], order: NEWEST}', "where: {names: $names}", ""),
    "ids": ('ids: ["prd_1", "prd_13", "prd_17", "prd_1"]', "ids: $ids", "ids: []", 'ids: "prd_2"'),
    "id": ('id: "cat_5"', 'id: "cat_3"', 'id: "cat_7"', "id: 12"),
    "input": (
        'input: {cartId: "ord_1"}',
        "input: {cartId: $cart}",
        'input: {cartId: "short", tag: "x"}',
        "input: {cartId: 6}",
    ),
    "upper": ("upper: true", "upper: $a", ""),
}
DIRECTIVES = (
    " @skip(if: $a)",
    " @include(if: $b)",
    " @include(if: true)",
    " @skip(if: $b)",
    " @include(if: $a) @skip(if: $b)",
    " @skip(if: true)",
    " @include(if: $c)",
)
MUTATIONS, SUBSCRIPTIONS = 0.12, 0.08
"""Parts of all operations."""


class Operations:
    """Deterministic by seed."""

    def __init__(self, schema: GraphQLSchema, seed: int, *, queries_only: bool = False) -> None:
        self.random = random.Random(seed)
        self._schema = schema
        self._queries_only = queries_only
        self._fragments: list[str] = []
        self._aliases = 0

    def next(self) -> tuple[str, dict[str, Any]]:
        """A document and its variables."""
        self._fragments, self._aliases = [], 0
        variables = self.random.choice(CHOICES) | {
            "a": self.random.random() < 0.5, "b": self.random.random() < 0.5,
        }  # fmt: skip
        roll = 1.0 if self._queries_only else self.random.random()
        if roll < SUBSCRIPTIONS:
            kind, body = "subscription", "{ " + self._subscription() + " }"
        elif roll < SUBSCRIPTIONS + MUTATIONS:
            kind, body = "mutation", self._set(self._schema.mutation_type, 4)
        else:
            kind, body = "query", self._set(self._schema.query_type, 5)
        return f"{kind} Q({VARIABLES}) {body} {' '.join(self._fragments)}", variables

    def _subscription(self) -> str:
        """One root field, and nothing that could take it away."""
        type_ = self._schema.subscription_type
        assert type_
        (name,) = type_.fields
        return f'{name}(id: "ord_1") {self._set(get_named_type(type_.fields[name].type), 4)}'

    def _set(self, type_: Any, depth: int) -> str:
        picked = [self._selection(type_, depth) for _ in range(self.random.randint(1, 5))]
        return "{ " + " ".join(picked) + " }"

    def _selection(self, type_: Any, depth: int) -> str:  # noqa: PLR0911 (one a kind of selection)
        roll = self.random.random()
        if is_abstract_type(type_):
            if roll < 0.3:
                return "__typename" + self._directive()
            if roll < 0.5 and getattr(type_, "fields", None):
                return self._field(type_, depth)
            member = self.random.choice(self._schema.get_possible_types(type_))
            return f"... on {member.name}{self._directive()} {self._set(member, depth)}"
        if roll < 0.1 or (not depth and not self._leaves(type_)):
            return self.random.choice(["__typename", "tn: __typename"]) + self._directive()
        if roll < 0.2 and depth:
            condition = self.random.choice(["", f" on {type_.name}"])
            return f"...{condition}{self._directive()} {self._set(type_, depth - 1)}"
        if roll < 0.3 and depth:
            return self._fragment(type_, depth)
        return self._field(type_, depth)

    def _fragment(self, type_: Any, depth: int) -> str:
        name = f"F{len(self._fragments)}"
        self._fragments.append("")
        place = len(self._fragments) - 1
        self._fragments[place] = f"fragment {name} on {type_.name} {self._set(type_, depth - 1)}"
        return f"...{name}{self._directive()}"

    def _field(self, type_: Any, depth: int) -> str:
        names = list(type_.fields) if depth else self._leaves(type_)
        if not names:
            return "__typename"
        name = self.random.choice(names)
        field: GraphQLField = type_.fields[name]
        self._aliases += 1
        arguments = self._arguments(field)
        alias = f"x{self._aliases}: " if arguments or self.random.random() < 0.2 else ""
        named = get_named_type(field.type)
        below = "" if is_leaf_type(named) else self._set(named, depth - 1)
        return f"{alias}{name}{arguments}{self._directive()} {below}"

    def _arguments(self, field: GraphQLField) -> str:
        chosen = [self.random.choice(ARGUMENTS[name]) for name in field.args]
        return f"({', '.join(filter(None, chosen))})" if any(chosen) else ""

    def _directive(self) -> str:
        return "" if self.random.random() < 0.85 else self.random.choice(DIRECTIVES)

    def _leaves(self, type_: GraphQLObjectType) -> list[str]:
        return [name for name, field in type_.fields.items() if is_leaf_type(get_named_type(field.type))]
