"""Every path that a user error may name leads into an input of its subgraph's mutations."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLInputObjectType, GraphQLSchema, build_schema, get_named_type

import gateway
from tests.fixtures.parsing import parsed

ROOT = Path(gateway.__file__).parents[1]
LAYERS = ("domain", "app", "checkout", "rpc", "adapters")
MAKERS = {"Problem", "Adjustment", "Fault", "InputError", "UserError", "user_error"}
HELPERS = {"quantity_problem": 1, "email_problem": 1, "problems": 0}
"""They take a path after so many other arguments."""


def schema_of(slice_: str) -> GraphQLSchema:
    return build_schema((ROOT / f"subgraphs/{slice_}/schema/schema.graphql").read_text(), assume_valid=True)


def inputs(schema: GraphQLSchema) -> tuple[set[str], set[str]]:
    """Names at the top of a mutation's input, and names anywhere in the inputs it is made of."""
    assert schema.mutation_type is not None
    top: set[str] = set()
    every: set[str] = set()
    seen: set[str] = set()
    queue: list[GraphQLInputObjectType] = []
    for field in schema.mutation_type.fields.values():
        for name, argument in field.args.items():
            type_ = get_named_type(argument.type)
            if name == "input" and isinstance(type_, GraphQLInputObjectType):
                top |= type_.fields.keys()
                queue.append(type_)
            else:
                top.add(name)
    while queue:
        type_ = queue.pop()
        if type_.name in seen:
            continue
        seen.add(type_.name)
        every |= type_.fields.keys()
        queue += [
            below
            for one in type_.fields.values()
            if isinstance(below := get_named_type(one.type), GraphQLInputObjectType)
        ]
    return top, every | top


def named_paths(file: Path) -> Iterator[tuple[int, list[str | None]]]:
    """The literal paths of a module: line, and its parts, None where a part is computed."""
    for node in ast.walk(parsed(file.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in MAKERS:
            for keyword in node.keywords:
                if keyword.arg == "field" and isinstance(keyword.value, ast.Tuple | ast.List):
                    yield node.lineno, [part_of(one) for one in keyword.value.elts]
        elif called in HELPERS:
            yield node.lineno, [part_of(one) for one in node.args[HELPERS[called] :]]


def part_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def wrong_paths(slice_: str, folder: Path) -> list[str]:
    top, every = inputs(schema_of(slice_))
    found: list[str] = []
    for layer in LAYERS:
        for file in sorted((folder / layer).rglob("*.py")):
            for line, path in named_paths(file):
                known = not path or path[0] is None or path[0] in top
                if not known or any(part is not None and part not in every for part in path[1:]):
                    found.append(f"{file.relative_to(folder)}:{line} {path}")
    return found


@pytest.mark.parametrize("slice_", ["account", "catalog", "order"])
def test_user_errors_name_paths_of_the_input(slice_: str) -> None:
    assert wrong_paths(slice_, ROOT / "subgraphs" / slice_) == []


def test_a_path_below_a_name_that_is_no_input_is_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "save.py").write_text('Problem(code="INVALID", message="", field=("discountCode", "code"))')
    assert wrong_paths("order", tmp_path) == ["app/save.py:1 ['discountCode', 'code']"]
