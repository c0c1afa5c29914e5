"""Where goods are sold: a channel has its own publications and prices, and languages it speaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chassis.locale import canonical_locale
from chassis.money import CURRENCIES
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.texts import text_fault

LONGEST_NAME = 200
MOST_LOCALES = 20
"""Each has texts of its own in the search index."""
MOST_CURRENCIES = 50

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One shop front, market or app."""

    slug: str
    """Its name in `@inContext`, in prices and publications; it never changes."""
    name: str
    currencies: tuple[str, ...]
    default_locale: str
    """Shown where an operation asks for none."""
    locales: tuple[str, ...]
    """What its texts are searched in, the default one among them."""
    version: int = 1


def in_one_spelling(channel: Channel) -> Channel:
    """The same with its locales as they are compared, the default one among them, none twice."""
    spelled = [canonical_locale(each) or each for each in (channel.default_locale, *channel.locales)]
    return replace(channel, default_locale=spelled[0], locales=tuple(dict.fromkeys(spelled)))


def channel_faults(channel: Channel) -> Iterator[Fault]:
    """What is wrong with a channel that is written."""
    if not _SLUG.fullmatch(channel.slug):
        message = "a channel is named with up to 40 lower-case letters, digits and hyphens, like web"
        yield Fault(code="INVALID", field=("slug",), message=message)
    if not channel.name.strip():
        yield Fault(code="REQUIRED", field=("name",), message="name is missing")
    elif fault := text_fault(channel.name, LONGEST_NAME, ("name",)):
        yield fault
    if not channel.currencies:
        yield Fault(code="REQUIRED", field=("currencyCodes",), message="a channel sells in at least one currency")
    for number, currency in enumerate(channel.currencies):
        if currency not in CURRENCIES:
            message = f"{currency[:10]!r} is no ISO 4217 code such as USD"
            yield Fault(code="WRONG_CURRENCY", field=("currencyCodes", str(number)), message=message)
    yield from _locale_faults(channel)
    for name, most, given in (
        ("currencyCodes", MOST_CURRENCIES, channel.currencies),
        ("locales", MOST_LOCALES, channel.locales),
    ):
        if len(given) > most:
            yield Fault(code="LIMIT_REACHED", field=(name,), message=f"at most {most}")


def _locale_faults(channel: Channel) -> Iterator[Fault]:
    places = [(("defaultLocale",), channel.default_locale)]
    places += [(("locales", str(number)), locale) for number, locale in enumerate(channel.locales)]
    for field, locale in places:
        if canonical_locale(locale) is None:
            yield Fault(code="INVALID", field=field, message=f"{locale[:40]!r} is no language tag such as en or de-AT")
