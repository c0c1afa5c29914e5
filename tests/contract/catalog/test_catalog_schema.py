"""The committed schema of the catalog slice is the slice's own."""

from __future__ import annotations

from pathlib import Path

from subgraphs.catalog import schema


def test_the_committed_schema_is_the_slices_own() -> None:
    committed = Path(schema.__file__).with_name("schema.graphql")
    assert committed.read_text() == schema.SLICE.sdl(), f"print SLICE.sdl() into {committed.name}"
