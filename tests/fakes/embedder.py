"""Texts that have a word of one kind mean alike; nothing is computed that a reader could not."""

from __future__ import annotations

from collections.abc import Sequence

KINDS = (("lamp", "light", "lantern"), ("chair", "seat", "stool"), ("bulb",))
STANDING_APART = ("arc ", "bedside", "lantern")
"""Of their kind, and alike beside."""
NEAR, ASIDE = 100, 60


class KindsOfThings:
    """Fills `app.index_ports.Embedder`, and remembers what it was asked."""

    model = "kinds"
    dimensions = len(KINDS) + 1

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        if self.broken:
            raise RuntimeError("the model is broken")
        self.asked += texts
        return [bytes(_parts(text.lower())) for text in texts]


def _parts(text: str) -> list[int]:
    parts = [NEAR if any(word in text for word in kind) else 0 for kind in KINDS]
    apart = ASIDE if any(word in text for word in STANDING_APART) else 0
    return [*parts, apart if any(parts) else NEAR]
