"""Two rankings made one, what queries mean, and how texts are parted for the model."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from elasticsearch import AsyncElasticsearch

from chassis.settings import SettingsError
from subgraphs.catalog.adapters.elasticsearch import query_vectors
from subgraphs.catalog.adapters.elasticsearch.fusion import explained_place, fused
from subgraphs.catalog.adapters.elasticsearch.product_index import (
    DEFINITION,
    ElasticsearchIndex,
    embedding_of,
    with_embeddings,
)
from subgraphs.catalog.adapters.elasticsearch.query_vectors import QueryVectors
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.adapters.minilm import embedder
from subgraphs.catalog.adapters.minilm.embedder import MiniLM
from subgraphs.catalog.adapters.minilm.wordpiece import BEGIN, END, UNKNOWN, WordPieces, words
from subgraphs.catalog.domain.embedding import Embedding, embedded_text, text_digest
from subgraphs.catalog.domain.explanation import Explanation, ScorePart
from tests.fakes.embedder import KindsOfThings
from tests.unit.catalog.documents import document


def test_a_hit_that_both_rankings_have_early_comes_first() -> None:
    places = fused(["a", "b", "c", "d"], ["a", "b", "c"], ["c", "b"], 60)
    assert [each.product_id for each in places] == ["c", "b", "a", "d"]
    assert places[0].score == pytest.approx(1 / 63 + 1 / 61)
    assert [(each.by_words, each.by_meaning) for each in places] == [(3, 1), (2, 2), (1, None), (None, None)]
    assert all(better.score >= worse.score for better, worse in pairwise(places))


def test_without_a_meaning_the_order_is_that_by_words() -> None:
    assert [each.product_id for each in fused(["a", "b", "c"], ["a", "b", "c"], [], 60)] == ["a", "b", "c"]


def test_a_place_is_told_with_what_it_comes_from() -> None:
    (place, *_) = fused(["a", "b"], ["a", "b"], ["a"], 60)
    words_told = Explanation(score=3.0, parts=(ScorePart(reason="words in the name", value=3.0),))
    told = explained_place(place, words_told, 60)
    assert [part.reason for part in told.parts] == [
        "place 1 by words: 3.00 from + 3.00 words in the name",
        "place 1 by meaning",
    ]
    assert sum(part.value for part in told.parts) == pytest.approx(told.score)


async def test_a_query_is_embedded_once_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_vectors, "MOST", 2)
    kinds = KindsOfThings()
    meanings = QueryVectors(kinds)
    vector = await meanings.vector("Desk  Lamp")
    assert vector == [100, 0, 0, 0]
    assert await meanings.vector("desk lamp") == vector
    await meanings.vector("chair")
    await meanings.vector("desk lamp")
    await meanings.vector("sofa")
    await meanings.vector("desk lamp")
    assert kinds.asked == ["desk lamp", "chair", "sofa"]
    await meanings.vector("chair")
    assert kinds.asked[3:] == ["chair"], "the one that was not asked for longest was forgotten"


async def test_searches_at_once_share_a_vector_also_when_the_first_of_them_leaves() -> None:
    kinds = KindsOfThings()
    meanings = QueryVectors(kinds)
    first, *others = [asyncio.create_task(meanings.vector(text)) for text in ("lamp", "Lamp", " lamp")]
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == [[100, 0, 0, 0]] * 2
    assert first.cancelled()
    assert kinds.asked == ["lamp"]


async def test_a_broken_model_leaves_a_query_without_a_meaning() -> None:
    kinds = KindsOfThings()
    kinds.broken = True
    assert await QueryVectors(kinds).vector("lamp") is None


def test_a_text_is_embedded_again_when_it_or_the_model_is_another() -> None:
    text = embedded_text("Lamp", ("Home", "Lamps"), "Made with care.")
    assert text == "Lamp. Home, Lamps. Made with care."
    assert text_digest("kinds", text) == text_digest("kinds", text)
    others = [text_digest("other", text), text_digest("kinds", embedded_text("Lamp", ("Home",), None))]
    assert text_digest("kinds", text) not in others


def test_an_index_with_vectors_is_another_one() -> None:
    made = with_embeddings(DEFINITION, KindsOfThings())
    assert made["mappings"]["properties"]["embedding"]["dims"] == 4
    assert "embedding" not in DEFINITION["mappings"]["properties"]
    vector = Embedding(digest=b"", vector=bytes([1, 255, 0, 127]))
    assert embedding_of(document(embedding=vector)) == {"embedding": [1, -1, 0, 127]}
    assert embedding_of(document(embedding=vector, channels=())) == {}, "a tombstone is not to be found"
    assert embedding_of(document()) == {}


def test_switched_on_or_off_the_index_is_built_anew() -> None:
    def index(embedder: KindsOfThings | None) -> ElasticsearchIndex:
        client = AsyncElasticsearch("http://127.0.0.1:1")
        return ElasticsearchIndex(client, alias="products", shards=1, replicas=0, embedder=embedder)

    on, off, other = index(KindsOfThings()), index(None), index(OtherKinds())
    assert off.is_current(f"products-{off.digest}-1")
    assert len({on.digest, off.digest, other.digest}) == 3
    assert not on.is_current(f"products-{off.digest}-1")
    assert not off.is_current(f"products-{on.digest}-1")


class OtherKinds(KindsOfThings):
    model = "other kinds"


def test_impossible_numbers_of_semantic_search_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    for number in ("window = 0", "window = 2000", "rescued = 0", "least_cosine = 1.5", "rank_constant = -1"):
        file = tmp_path_factory.mktemp("ranking") / "ranking.toml"
        file.write_text(f"[semantic]\n{number}\n")
        with pytest.raises(SettingsError, match="semantic"):
            read_ranking(str(file))


def test_a_missing_model_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(embedder, "import_module", missing)
    with pytest.raises(SettingsError, match=r"SEARCH_SEMANTIC is on, but No module named 'numpy'.*make semantic"):
        MiniLM()


def test_words_are_parted_into_the_longest_known_pieces() -> None:
    known = ["un", "##aff", "##able", "pat", "##e", "!", "東"]
    pieces = WordPieces(known)
    assert pieces.numbers("Unaffable paté!", 10) == [BEGIN, 0, 1, 2, 3, 4, 5, END]
    assert pieces.numbers("unaffable", 4) == [BEGIN, 0, 1, END], "no more than it is asked for"
    assert pieces.numbers("xyz 東" + "a" * 101, 10) == [BEGIN, UNKNOWN, 6, UNKNOWN, END]
    assert pieces.numbers("", 10) == [BEGIN, END]


def test_words_are_bare_of_case_accents_and_control_characters() -> None:
    assert words("Naïve\tÅNGSTRÖM\u200b, ΣΑΣ x-1") == ["naive", "angstrom", ",", "σασ", "x", "-", "1"]
