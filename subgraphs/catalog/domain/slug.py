"""Names as they stand in an address."""

import hashlib
import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def slugify(text: str) -> str:
    """`"Café & Bar 2"` → `"cafe-bar-2"`; "" when nothing of it is a Latin letter or a digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_WORD.sub("-", plain).strip("-")


def told_apart(slug: str, source: str) -> str:
    """Two sources that look the same as a slug are told apart by a piece of their hash."""
    mark = hashlib.sha256(source.encode()).hexdigest()[:8]
    return f"{slug}-{mark}" if slug else mark


def product_slug(name: str, external_reference: str) -> str:
    """Readable, stable, and as unique as the external reference."""
    reference = slugify(external_reference)
    if reference != external_reference:
        reference = told_apart(reference[:40], external_reference)
    readable = slugify(name)[:60].strip("-")
    return f"{readable}-{reference}" if readable else reference


def category_slug(path: tuple[str, ...]) -> str:
    """Of the names from the root: `("Computers", "Notebooks")` → `"computers-notebooks"`."""
    return "-".join(slugify(name) or told_apart("", name) for name in path)


def attribute_key(label: str) -> str:
    """`"Screen size"` → `"screen_size"`."""
    return slugify(label).replace("-", "_")
