"""Learns what shoppers search for, from the gateways' counts, and tells staff what was learnt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chassis.spelling import in_one_spelling
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.cursors import cursor, keys_of
from subgraphs.catalog.app.limits import check_page
from subgraphs.catalog.app.query_ports import LearntQueries
from subgraphs.catalog.app.sight import require_editor, require_service
from subgraphs.catalog.domain.errors import TooManyKeys, UnknownChannel
from subgraphs.catalog.domain.learnt_query import LONGEST, LearntQuery, SearchedQuery
from subgraphs.catalog.domain.page import Page, page_of

MOST_SEARCHED = 10_000


@dataclass(frozen=True)
class LearnQueries:
    """By channel and by the language of the index that answered, whatever the shopper called it."""

    queries: LearntQueries
    channels: ChannelDirectory
    is_on: bool

    async def __call__(self, batch_id: str, askers_until: datetime, searched: list[SearchedQuery]) -> None:
        """Counts a batch; one that was counted is not counted again. Raises Forbidden for all but services."""
        require_service()
        if len(searched) > MOST_SEARCHED:
            raise TooManyKeys(keys=len(searched))
        if not self.is_on:
            return
        if learnable := await self._in_one_spelling(searched):
            await self.queries.record(batch_id, askers_until, learnable)

    async def page(self, channel: str | None, *, first: int, after: str) -> Page[LearntQuery]:
        """Those of one channel or of all, the most asked first; for staff. The rest is nobody's to see."""
        require_editor()
        found = await self.queries.page(channel, keys_of(after, int, str, str, str), check_page(first) + 1)
        keyed = ((cursor(each.standing, each.channel, each.locale, each.text), each) for each in found)
        return page_of(keyed, first, after)

    async def _in_one_spelling(self, searched: Iterable[SearchedQuery]) -> list[SearchedQuery]:
        shops: dict[tuple[str, str], tuple[str, str] | None] = {}
        askers: dict[tuple[str, str, str], frozenset[int]] = {}
        for each in searched:
            asked = (each.channel, each.locale)
            if asked not in shops:
                shops[asked] = await self._place(*asked)
            place, text = shops[asked], in_one_spelling(each.text)
            if place is not None and 0 < len(text) <= LONGEST:
                key = (*place, text)
                askers[key] = askers.get(key, frozenset()) | each.askers
        return [
            SearchedQuery(channel=channel, locale=locale, text=text, askers=found)
            for (channel, locale, text), found in askers.items()
        ]

    async def _place(self, channel: str, locale: str) -> tuple[str, str] | None:
        try:
            shop = await self.channels.shop(channel, "", locale)
        except UnknownChannel:
            return None
        return shop.channel, shop.indexed_locale or ""
