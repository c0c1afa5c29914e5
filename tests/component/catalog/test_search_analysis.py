"""The embedded Elasticsearch parts texts into words as a full distribution does.

Expected are the answers that Elasticsearch's reference prints for its own examples.
"""

from typing import Any

import httpx
import pytest

from tests.fixtures.stack import SharedServers

EXAMPLES: list[tuple[str, Any, str, list[str]]] = [
    ("standard", "stemmer", "the foxes jumping quickly", ["the", "fox", "jump", "quickli"]),
    ("standard", "asciifolding", "açaí à la carte", ["acai", "a", "la", "carte"]),
    ("standard", "stop", "a quick fox jumps over the lazy dog", ["quick", "fox", "jumps", "over", "lazy", "dog"]),
    (
        "standard", {"type": "edge_ngram", "min_gram": 1, "max_gram": 2}, "the quick brown fox jumps",
        ["t", "th", "q", "qu", "b", "br", "f", "fo", "j", "ju"],  # codespell:ignore fo
    ),
    (
        "keyword", "word_delimiter_graph", "Neil's-Super-Duper-XL500--42+AutoCoder",
        ["Neil", "Super", "Duper", "XL", "500", "42", "Auto", "Coder"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tokenizer", "token_filter", "text", "words"), EXAMPLES)
def test_words_are_those_of_a_full_distribution(
    servers: SharedServers, tokenizer: str, token_filter: Any, text: str, words: list[str]
) -> None:
    asked = {"tokenizer": tokenizer, "filter": [token_filter], "text": text}
    answer = httpx.post(f"{servers.elasticsearch_url}/_analyze", json=asked, timeout=30)
    assert [each["token"] for each in answer.json()["tokens"]] == words
