"""The real model: `make test-semantic`."""

from __future__ import annotations

import math

import pytest

from subgraphs.catalog.adapters.minilm.embedder import MOST_PIECES, MiniLM

pytestmark = pytest.mark.semantic


@pytest.fixture(scope="module")
def model() -> MiniLM:
    pytest.importorskip("onnxruntime", reason="emporium[semantic] is not installed: make semantic")
    return MiniLM()


def cosine(left: bytes, right: bytes) -> float:
    a, b = memoryview(left).cast("b").tolist(), memoryview(right).cast("b").tolist()
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


def test_what_means_alike_is_near(model: MiniLM) -> None:
    sofa, couch, cable = model.embed(["sofa", "couch", "usb cable"])
    # What another implementation, in numpy, computes from the same weights, to what a byte a component can tell.
    assert cosine(sofa, couch) == pytest.approx(0.856, abs=0.005)
    assert cosine(sofa, cable) == pytest.approx(0.226, abs=0.005)


def test_a_text_means_the_same_alone_and_among_others(model: MiniLM) -> None:
    texts = [f"{word} " * count for count, word in enumerate(["lamp", "desk", "chair"] * 15, start=1)]
    together = model.embed(texts)
    assert len(set(together)) == len(texts)
    for text, vector in list(zip(texts, together, strict=True))[::9]:
        assert len(vector) == model.dimensions
        assert cosine(vector, model.embed([text])[0]) > 0.999


def test_of_a_long_text_the_beginning_counts(model: MiniLM) -> None:
    long, longer = model.embed(["lamp " * MOST_PIECES, "lamp " * MOST_PIECES + "chair"])
    assert long == longer
    assert len(model.embed([""])[0]) == model.dimensions
