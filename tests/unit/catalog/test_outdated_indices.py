"""Indices of earlier definitions: which of them may answer while another one is filled."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from subgraphs.catalog.adapters.elasticsearch.connection import Health
from subgraphs.catalog.adapters.elasticsearch.index_likeness import fits
from subgraphs.catalog.adapters.elasticsearch.product_index import DEFINITION
from subgraphs.catalog.app.keep_index import KeepIndex

Change = Callable[[dict[str, Any], dict[str, Any]], object]
"""What differs today: of the fields, and of the whole definition."""
NAMED = {"type": "custom", "tokenizer": "standard"}


@pytest.mark.parametrize(
    "change",
    [
        lambda fields, _: fields.pop("popularity"),
        lambda fields, _: fields["brand"]["fields"].pop("words"),
        lambda fields, _: fields["codes"].update(norms=True),
        lambda _, whole: whole["settings"]["index"]["analysis"]["analyzer"]["words"].update(NAMED),
    ],
    ids=["a field less", "a part of a field less", "other norms", "other analysis"],
)
def test_an_index_that_has_all_that_is_asked_of_it_goes_on_answering(change: Change) -> None:
    today = deepcopy(DEFINITION)
    change(today["mappings"]["properties"], today)
    assert fits(today, DEFINITION)


@pytest.mark.parametrize(
    "change",
    [
        lambda fields, _: fields.update(colour={"type": "keyword"}),
        lambda fields, _: fields["name"]["fields"].update(stemmed={"type": "text"}),
        lambda fields, _: fields["popularity"].update(type="integer"),
        lambda fields, _: fields["other_attributes"].update(doc_values=True),
        lambda _, whole: whole["mappings"].update(_meta={"terms": 2}),
        lambda _, whole: whole["mappings"]["dynamic_templates"].clear(),
        lambda _, whole: whole["settings"]["index"]["analysis"]["analyzer"].update(other=NAMED),
    ],
    ids=[
        "a new field",
        "a new part of a field",
        "another type",
        "sortable now",
        "other terms",
        "other prices",
        "a new name",
    ],
)
def test_an_index_that_lacks_what_is_asked_of_it_is_not_asked(change: Change) -> None:
    today = deepcopy(DEFINITION)
    change(today["mappings"]["properties"], today)
    assert not fits(today, DEFINITION)


@pytest.mark.parametrize("fitting", [True, False])
async def test_searches_go_to_an_outdated_index_that_fits_until_the_new_one_is_there(*, fitting: bool) -> None:
    health, asked = Health(), []

    async def answer(value: Any) -> Any:
        return value

    async def rebuild() -> None:
        asked.append(health.ready)

    store: Any = SimpleNamespace(
        live=lambda: answer(["old"]), is_current=lambda name: name == "new", fits=lambda name: answer(fitting)
    )
    rebuilds: Any = SimpleNamespace(made_here=lambda names: answer(set(names)))
    nothing: Any = None
    await KeepIndex(store, nothing, health, SimpleNamespace(rebuild=rebuild), rebuilds).look()  # type: ignore[arg-type]
    assert asked == [fitting], "it is built anew either way"
