"""What categories and collections have in common: an order made by hand, and how staff may name them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from subgraphs.catalog.domain.draft_rules import image_faults
from subgraphs.catalog.domain.product import Fault, Image

LONGEST_NAME = 200
LONGEST_SLUG = 200
LONGEST_DESCRIPTION = 50_000
LONGEST_URL = 20_000
"""Characters."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_URL = re.compile(r"(https?://|data:image/)\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What came of a write: the entity, or why it was refused."""

    id: str | None = None
    faults: tuple[Fault, ...] = ()


def refused(*faults: Fault) -> Written:
    return Written(faults=faults)


def spliced(order: Sequence[str], moved: Sequence[str], position: int | None) -> list[str]:
    """The order with `moved`, in their own order, put at `position` (None: the end); they may be new or in it."""
    going = set(moved)
    others = [each for each in order if each not in going]
    at = len(others) if position is None else min(position, len(others))
    return [*others[:at], *moved, *others[at:]]


def twins(ids: Iterable[str], at: tuple[str, ...]) -> Iterator[Fault]:
    """Each id stands once."""
    seen: set[str] = set()
    for index, each in enumerate(ids):
        if each in seen:
            yield Fault(code="TAKEN", field=(*at, str(index)), message=f"{each} stands twice in this list")
        seen.add(each)


def text_faults(*, name: str | None, slug: str | None, description: str | None, image: Image | None) -> Iterator[Fault]:
    """Of what is given; None is left out."""
    if name is not None:
        yield from _name_faults(name)
    if slug is not None and (len(slug) > LONGEST_SLUG or not _SLUG.fullmatch(slug)):
        message = f"a slug is written like floor-lamps, in at most {LONGEST_SLUG} characters"
        yield Fault(code="INVALID", field=("slug",), message=message)
    if description is not None and (len(description) > LONGEST_DESCRIPTION or "\x00" in description):
        message = f"a description has at most {LONGEST_DESCRIPTION:,} characters, none of them U+0000"
        yield Fault(code="TOO_LONG", field=("description",), message=message)
    if image is not None and image.url and (len(image.url) > LONGEST_URL or not _URL.fullmatch(image.url)):
        message = "a picture's address begins with https://, http:// or data:image/"
        yield Fault(code="INVALID", field=("image", "url"), message=message)
    if image is not None:
        yield from image_faults(image, ("image",))


def _name_faults(name: str) -> Iterator[Fault]:
    if not name.strip():
        yield Fault(code="REQUIRED", field=("name",), message="name is missing")
    elif len(name) > LONGEST_NAME:
        yield Fault(code="TOO_LONG", field=("name",), message=f"a name has at most {LONGEST_NAME} characters")
    elif any(character < " " for character in name):
        yield Fault(code="INVALID", field=("name",), message="a name has no control characters")


def position_faults(position: int | None) -> Iterator[Fault]:
    if position is not None and position < 0:
        yield Fault(code="INVALID", field=("position",), message="a position counts from 0")


def stale(what: str, version: int, expected: int | None, at: tuple[str, ...] = ("expectedVersion",)) -> Fault | None:
    """None while the version is the expected one, or none is expected."""
    if expected is None or expected == version:
        return None
    message = f"the {what} has version {version} now, not {expected}; read it again"
    return Fault(code="STALE_VERSION", field=at, message=message)


def missing(what: str, id: str, at: tuple[str, ...]) -> Fault:  # noqa: A002 (the graph's own word)
    return Fault(code="NOT_FOUND", field=at, message=f"there is no {what} {id}")
