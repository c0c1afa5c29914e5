"""Which media type the client wants, as the GraphQL-over-HTTP specification has it."""

from dataclasses import dataclass
from typing import Final

from gateway.errors import RequestRefused

JSON: Final = "application/json"
GRAPHQL: Final = "application/graphql-response+json"
EVENTS: Final = "text/event-stream"
OFFERED: Final = (GRAPHQL, JSON, EVENTS)


@dataclass(frozen=True)
class Accepted:
    """One entry of an Accept header."""

    media: str
    quality: float


def choose(accept: str) -> str:
    """The media type to answer with; a client that says nothing gets `application/json`.

    Raises RequestRefused (406) when none of ours is acceptable.
    """
    if not accept.strip():
        return JSON
    entries = sorted(map(_entry, accept.split(",")), key=lambda entry: -entry.quality)
    for entry in entries:
        if entry.quality <= 0:
            continue
        if entry.media in OFFERED:
            return entry.media
        if entry.media in {"*/*", "application/*"}:
            return JSON
        if entry.media == "text/*":
            return EVENTS
    raise RequestRefused.because(406, "NOT_ACCEPTABLE", f"Answers are {', '.join(OFFERED)}.")


def _entry(text: str) -> Accepted:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
        if name.strip() == "charset" and value.strip('" ') not in {"utf-8", "utf8"}:
            return Accepted(media, 0.0)
    return Accepted(media, quality)
