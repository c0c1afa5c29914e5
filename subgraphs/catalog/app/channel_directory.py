"""The channels there are, and the shop an operation means by channel, currency and locale."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chassis.locale import canonical_locale, fallbacks
from chassis.money import CURRENCIES
from subgraphs.catalog.app.ports import Channels
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.channel import Channel, channel_faults, in_one_spelling
from subgraphs.catalog.domain.errors import UnknownChannel
from subgraphs.catalog.domain.product import Fault, Shop

LIVE_SECONDS = 5.0
"""How old what is known of the channels may be."""
AGAIN_SECONDS = 0.5
"""A channel that is not known may be new: so often it is looked for."""


@dataclass
class ChannelDirectory:
    """Kept in memory: every look-up needs it, and it changes once in a blue moon."""

    channels: Channels
    default: Channel
    """Always there, also while the database has no row of it."""
    own_locale: str
    """What names and descriptions are written in at first."""
    now: Callable[[], float] = time.monotonic
    _known: Mapping[str, Channel] = field(default_factory=dict[str, Channel])
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def shop(self, channel: str, currency: str, locale: str) -> Shop:
        """Empty parts are the defaults. Raises InvalidShop and UnknownChannel."""
        asked = Shop(channel=channel or self.default.slug, currency=currency or self.default.currencies[0])
        found = await self._channel(asked.channel)
        shown = fallbacks(canonical_locale(locale) or found.default_locale, self.own_locale)
        searched = next((each for each in shown if each in found.locales), None)
        return Shop(channel=found.slug, currency=asked.currency, locales=shown, indexed_locale=searched)

    async def known(self, slugs: Sequence[str]) -> list[str]:
        """The slugs, or the default channel's for none. Raises UnknownChannel."""
        return [(await self._channel(slug)).slug for slug in dict.fromkeys(slugs)] or [self.default.slug]

    async def currencies(self, slug: str) -> Collection[str] | None:
        """What the channel sells in; None where there is none. The first version of the default one is a guess, made
        when the database was: it stands in nobody's way."""
        try:
            found = await self._channel(slug)
        except UnknownChannel:
            return None
        guessed = found.slug == self.default.slug and found.version == 1
        return CURRENCIES if guessed else found.currencies

    async def all(self) -> list[Channel]:
        """By slug, as they are now; for staff."""
        require_editor()
        await self._read()
        return [self._known[slug] for slug in sorted(self._known)]

    async def unknown(self, slugs: Sequence[str]) -> list[Fault]:
        """Those of an input's `channels` that there are not; for staff."""
        known = {each.slug for each in await self.all()} if slugs else set[str]()
        return [
            Fault(
                code="NOT_FOUND",
                field=("channels", str(index)),
                message=f"there is no channel {each[:40]!r}; `channels` lists those there are",
            )
            for index, each in enumerate(slugs)
            if each not in known
        ]

    async def upsert(self, channel: Channel, expected_version: int | None) -> tuple[Channel | None, tuple[Fault, ...]]:
        """The channel as it is afterwards, or why it was refused."""
        require_editor()
        channel = in_one_spelling(channel)
        faults = tuple(channel_faults(channel))
        if faults:
            return None, faults
        written = await self.channels.upsert(channel, expected_version)
        if isinstance(written, Fault):
            return None, (written,)
        await self._read()
        return written, ()

    async def delete(self, slug: str, expected_version: int) -> Fault | None:
        """Why it stays: only what nothing is in any more can go."""
        require_editor()
        if slug == self.default.slug:
            return Fault(
                code="WRONG_STATE", field=("slug",), message=f"{slug} is the channel of whoever names none; it stays"
            )
        fault = await self.channels.delete(slug, expected_version)
        await self._read()
        return fault

    async def _channel(self, slug: str) -> Channel:
        age = self.now() - self._read_at
        if age > LIVE_SECONDS or (slug not in self._known and age > AGAIN_SECONDS):
            async with self._reading:
                if self.now() - self._read_at >= age:
                    await self._read()
        if slug not in self._known:
            raise UnknownChannel(channel=slug)
        return self._known[slug]

    async def _read(self) -> None:
        found = {each.slug: each for each in await self.channels.all()}
        self._known = {self.default.slug: self.default, **found}
        self._read_at = self.now()
