"""The words that present an entity: its address, what search engines are told, its translations. Pure."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.slug import slugify

KINDS = {"prd": EntityKind.PRODUCT, "cat": EntityKind.CATEGORY, "col": EntityKind.COLLECTION}
"""What has an address, by the prefix of its id."""
LONGEST_SLUG = 200
LONGEST = {"title": 300, "description": 1_000}
"""Characters; search engines show some 60 and 160 of them."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUL = "\x00"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeoChange:
    """What becomes of an entity's address and of what search engines are told. None: stays; "": is taken away."""

    id: str
    slug: str | None = None
    title: str | None = None
    description: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextWrite:
    """The outcome of one write: made, or refused for these faults."""

    id: str
    faults: tuple[Fault, ...] = ()
    changed: bool = False
    """Is it another text than before?"""


def seo_faults(changes: Sequence[SeoChange]) -> list[tuple[Fault, ...]]:
    """Of each change, in order; twins in one batch are refused at their second place."""
    ids, slugs = Counter[str](), Counter[Hashable]()
    found: list[tuple[Fault, ...]] = []
    for number, change in enumerate(changes):
        at = ("changes", str(number))
        kind = kind_of(change.id)
        faults = [*_change_faults(change, at)]
        if kind is None:
            faults.append(unknown(change.id, at))
        ids[change.id] += 1
        slugs[kind, change.slug] += 1
        if ids[change.id] > 1:
            faults.append(Fault(code="TAKEN", field=(*at, "id"), message=f"{change.id} stands twice in this batch"))
        if change.slug is not None and slugs[kind, change.slug] > 1:
            message = f"the slug {change.slug!r} stands twice in this batch"
            faults.append(Fault(code="TAKEN", field=(*at, "slug"), message=message))
        found.append(tuple(faults))
    return found


def kind_of(entity_id: str) -> EntityKind | None:
    """By the prefix; None for what has no address."""
    return KINDS.get(entity_id.partition("_")[0])


def unknown(entity_id: str, at: tuple[str, ...], *, among: str = "product, category or collection") -> Fault:
    message = f"there is no {among} {entity_id[:60]!r}"
    return Fault(code="NOT_FOUND", field=(*at, "id"), message=message)


def stale(what: str, version: int, expected: int, at: tuple[str, ...]) -> Fault:
    message = f"{what} has version {version} now, not {expected}; read it again"
    return Fault(code="STALE_VERSION", field=(*at, "expectedVersion"), message=message)


def text_fault(text: str, longest: int, at: tuple[str, ...]) -> Fault | None:
    """A text that the database or a page cannot hold."""
    if _NUL in text:
        return Fault(code="INVALID", field=at, message=f"{at[-1]} contains the character U+0000; remove it")
    if len(text) > longest:
        message = f"{at[-1]} has {len(text):,} characters; at most {longest:,}"
        return Fault(code="TOO_LONG", field=at, message=message)
    return None


def _change_faults(change: SeoChange, at: tuple[str, ...]) -> Iterator[Fault]:
    if change.slug is not None and (len(change.slug) > LONGEST_SLUG or not _SLUG.fullmatch(change.slug)):
        like = slugify(change.slug)[:LONGEST_SLUG].strip("-") or "blue-sneaker"
        message = f"a slug has lower-case letters, digits and single hyphens, at most {LONGEST_SLUG}: {like!r}"
        yield Fault(code="INVALID", field=(*at, "slug"), message=message)
    for name, text in (("title", change.title), ("description", change.description)):
        fault = text_fault(text or "", LONGEST[name], (*at, name))
        if fault is not None:
            yield fault
