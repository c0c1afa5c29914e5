"""What a text means, as a vector: texts that mean alike have vectors of about one direction."""

import hashlib
from dataclasses import dataclass

LONGEST_TEXT = 1_000
"""Characters; a model reads no further than a few hundred."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Embedding:
    """Computed from a text."""

    digest: bytes
    """Of the model and the text."""
    vector: bytes
    """A signed byte a dimension."""


def embedded_text(name: str, category_path: tuple[str, ...], description: str | None) -> str:
    """What of a product is embedded: first what says most, because a model reads no further than it can."""
    return ". ".join(part for part in (name, ", ".join(category_path), description or "") if part)[:LONGEST_TEXT]


def text_digest(model: str, text: str) -> bytes:
    """Another text, or another model, has another one."""
    return hashlib.sha256(f"{model}\n{text}".encode()).digest()[:16]
