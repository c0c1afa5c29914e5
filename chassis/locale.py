"""Language tags as they are compared: BCP 47 without extensions, in one spelling."""

import re

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|[0-9]{3}))?", re.ASCII | re.IGNORECASE)


def canonical_locale(text: str) -> str | None:
    """`"DE_at"` → `"de-AT"`; None for what is no language tag such as en, de-AT or zh-Hant-TW."""
    found = _TAG.fullmatch(text)
    if found is None:
        return None
    language, script, region = found.groups()
    parts = [language.lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def language_of(locale: str) -> str:
    """`"de-AT"` → `"de"`."""
    return locale.partition("-")[0]


def fallbacks(locale: str, own: str) -> tuple[str, ...]:
    """Whose translations are shown, best first: `("de-AT", "de")`. Nothing follows where `own` comes in, the language
    that texts are written in at first: those need no translation."""
    found: list[str] = []
    parts = locale.split("-")
    for end in range(len(parts), 0, -1):
        tag = "-".join(parts[:end])
        if tag == own or (end == 1 and tag == language_of(own)):
            break
        found.append(tag)
    return tuple(found)
