"""The operations that GraphiQL offers fit the schema they are offered for."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldDefinitionNode,
    GraphQLSchema,
    InputValueDefinitionNode,
    ObjectTypeDefinitionNode,
    build_ast_schema,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution import get_variable_values

from gateway.web.operations import SavedOperation, View, saved_operations

SUPERGRAPH = Path(__file__).parents[2] / "gateway" / "supergraph.graphql"
PLACEHOLDERS = {"version": "1", "cartTotal": "1.00", "orderTotal": "1.00", "currency": "EUR"}
EXAMPLES = [
    pytest.param(view, operation, id=f"{view}: {operation.title}")
    for view in ("storefront", "admin")
    for operation in saved_operations(view)
]


@pytest.fixture(scope="module")
def schemas() -> dict[View, GraphQLSchema]:
    document = parse(SUPERGRAPH.read_text(encoding="utf-8"))
    shown = tuple(
        replace(type_, fields=tuple(field for field in type_.fields or () if not is_admin(field)))
        if isinstance(type_, ObjectTypeDefinitionNode)
        else type_
        for type_ in document.definitions
    )
    storefront = replace(document, definitions=shown)
    # Types of the admin view alone are left without fields: nothing leads to them.
    return {"admin": build_ast_schema(document), "storefront": build_ast_schema(storefront, assume_valid=True)}


def is_admin(node: FieldDefinitionNode | InputValueDefinitionNode) -> bool:
    return any(directive.name.value == "tag" for directive in node.directives or ())


@pytest.mark.parametrize(("view", "operation"), EXAMPLES)
def test_an_example_is_valid_in_its_view(
    view: View, operation: SavedOperation, schemas: dict[View, GraphQLSchema]
) -> None:
    assert validate(schemas[view], parse(operation.query)) == []


@pytest.mark.parametrize(("view", "operation"), EXAMPLES)
def test_an_examples_variables_fit_it(
    view: View, operation: SavedOperation, schemas: dict[View, GraphQLSchema]
) -> None:
    definition = get_operation_ast(parse(operation.query))
    assert definition is not None
    declared = definition.variable_definitions or ()
    given: dict[str, Any] = json.loads(filled(operation.variables or "{}"))
    assert set(given) <= {each.variable.name.value for each in declared}
    assert not isinstance(get_variable_values(schemas[view], declared, given), list)


def filled(variables: str) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: PLACEHOLDERS.get(match[1], match[1]), variables)


@pytest.mark.parametrize("view", ["storefront", "admin"])
def test_examples_have_titles_of_their_own(view: View) -> None:
    titles = [operation.title for operation in saved_operations(view)]
    assert len(set(titles)) == len(titles) > 0


def test_the_first_example_runs_without_anything_seen_before() -> None:
    for view in ("storefront", "admin"):
        assert "{{" not in saved_operations(view)[0].variables


@pytest.mark.parametrize("view", ["storefront", "admin"])
def test_the_page_sends_people_to_examples_that_exist(view: View) -> None:
    source = (SUPERGRAPH.parent / "web" / "src" / "memory.js").read_text(encoding="utf-8")
    listed = source.split(f"{view.upper()}_SOURCES = {{")[1].split("}")[0]
    named = set(re.findall(r"'(.+?)'", listed))
    assert named
    assert named <= {operation.title for operation in saved_operations(view)}
