"""The slices compose with `@theguild/federation-composition`, into the very graph that the gateway serves."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, lexicographic_sort_schema, print_schema, print_type

from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.slices import SLICES

NULL_DEFAULT = re.compile(r" = null$", re.MULTILINE)


@pytest.fixture(scope="module")
def composed(judge: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("subgraphs")
    arguments: list[str] = []
    for piece in SLICES:
        file = folder / f"{piece.name}.graphql"
        file.write_text(piece.sdl())
        arguments.append(f"{piece.name}={file}")
    return judge("compose.mjs", *arguments)


def types(sdl: str) -> dict[str, str]:
    """Every type in a normal form: members sorted. An absent default and `= null` mean the same to a field that gives
    both as null."""
    schema = lexicographic_sort_schema(build_schema(sdl))
    return {
        name: NULL_DEFAULT.sub("", print_type(type_))
        for name, type_ in schema.type_map.items()
        if not name.startswith("__")
    }


def test_the_slices_compose_without_an_error(composed: Any) -> None:
    assert composed["errors"] == []
    for piece in SLICES:
        assert f'(name: "{piece.name}"' in composed["supergraph"]


@pytest.mark.parametrize("view", View)
def test_the_composed_public_schema_is_the_gateways(composed: Any, view: View) -> None:
    ours = types(print_schema(compose(SLICES, view).schema))
    assert types(composed[view.value]) == ours
