"""Documents nobody has sent before are no attack: what is kept of them is bounded, and so is what each costs."""

import random
import sys
from collections.abc import Callable

import pytest
from graphql import parse, validate

from gateway.documents import Documents
from gateway.errors import RequestRefused
from gateway.federation.generate import generate
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import CACHED_TEXT, Operations
from gateway.prepared import OperationRequest
from tests.fakes.differential import GRAPH, prepare

KEPT = 20


def operations(cached: int = KEPT) -> Operations:
    metrics = Metrics()
    return Operations(GRAPH, Limits(), metrics, introspection=False, known=Documents(metrics), cached=cached)


def unseen(number: int) -> str:
    return f"{{ a{number}: products(first: 3) {{ nodes {{ b{number}: name category {{ c{number}: name }} }} }} }}"


def test_a_flood_of_documents_keeps_no_more_than_the_most_recent() -> None:
    flooded = operations()
    for number in range(KEPT * 5):
        flooded.prepare(OperationRequest(query=unseen(number)))
    assert len(flooded._documents._entries) == len(flooded._plans._entries) == KEPT  # pyright: ignore[reportPrivateUsage]
    assert flooded.prepare(OperationRequest(query=unseen(KEPT * 5 - 1))).reused
    assert not flooded.prepare(OperationRequest(query=unseen(0))).reused


def test_a_long_document_is_not_kept() -> None:
    flooded = operations()
    text = unseen(1) + "#" * CACHED_TEXT
    flooded.prepare(OperationRequest(query=text))
    assert not flooded.prepare(OperationRequest(query=text)).reused


def test_what_is_refused_is_not_compiled() -> None:
    flooded = operations()
    deep = "{ products { nodes " + "{ category { parent " * 9 + "{ id }" + " } }" * 9 + " } }"
    wide = "{" + " ".join(f"a{n}: products {{ totalCount }}" for n in range(200)) + "}"
    long = "{ products { nodes { " + "id " * 3_000 + "} } }"
    for text in (deep, wide, long):
        with pytest.raises(RequestRefused):
            flooded.prepare(OperationRequest(query=text))
    assert not flooded._plans._entries  # pyright: ignore[reportPrivateUsage]


def test_compiling_takes_at_most_twice_the_calls_of_parsing_and_validating() -> None:
    """Both programs of a document, against what any server of GraphQL does with one it has not seen.

    Counted, not timed: the same on every machine, however busy.
    """
    chosen = random.Random(1)
    names = ["name", "title", "description", "published", "createdAt", "image { url alt }", "category { name path }"]
    fields = " ".join(f"x{index}: {name}" for index, name in enumerate(chosen.choices(names, k=12)))
    text = f"{{ products(first: 9) {{ nodes {{ {fields} related {{ {fields} }} }} }} }}"
    document = parse(text)
    checked = calls_of(lambda: validate(GRAPH.schema, parse(text)))
    plan, _ = prepare(document, {})
    compiled = calls_of(lambda: generate(plan).careful)
    assert 0 < compiled < 2 * checked


def calls_of(work: Callable[[], object]) -> int:
    """How many functions it calls, built-in ones included."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        assert work() is not None
    finally:
        sys.setprofile(None)
    return calls
