"""The committed schema of the order slice is the slice's own."""

from pathlib import Path

from subgraphs.order import schema


def test_the_committed_schema_is_the_slices_own() -> None:
    committed = Path(schema.__file__).with_name("schema.graphql")
    assert committed.read_text() == schema.SLICE.sdl(), f"print SLICE.sdl() into {committed.name}"
