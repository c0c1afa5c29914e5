"""Words that staff do not want to be offered as a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chassis.spelling import in_one_spelling
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.query_ports import BlockedQueries
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.learnt_query import LONGEST, MOST_BLOCKED, BlockedQuery, phrase
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Fault


@dataclass(frozen=True)
class BlockQueries:
    """Learnt queries that have them, side by side, are gone at once and not learnt again. The shop's own list is the
    shop's affair."""

    blocked: BlockedQueries

    async def page(self, *, first: int, after: str) -> Page[BlockedQuery]:
        """By text, which is the cursor."""
        require_editor()
        found = await self.blocked.page(after, check_page(first) + 1)
        return page_of(((each.text, each) for each in found), first, after)

    async def add(self, texts: Sequence[str]) -> tuple[list[BlockedQuery], tuple[Fault, ...]]:
        """A faulty text does not hold back the others."""
        require_editor()
        check_keys(texts)
        judged = [(text, _fault(text, place)) for place, text in enumerate(texts)]
        faults = tuple(fault for _, fault in judged if fault)
        sound = _phrases(text for text, fault in judged if not fault)
        if not sound:
            return [], faults
        added = await self.blocked.add(sound, MOST_BLOCKED)
        if added is None:
            message = f"at most {MOST_BLOCKED:,} texts are blocked; remove some, or block words they have in common"
            return [], (*faults, Fault(code="LIMIT_REACHED", field=("texts",), message=message))
        return added, faults

    async def remove(self, texts: Sequence[str]) -> list[str]:
        """Those that were blocked. What they kept away has to be learnt anew."""
        require_editor()
        check_keys(texts)
        return await self.blocked.remove(_phrases(texts)) if texts else []


def _phrases(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(phrase(in_one_spelling(text)) for text in texts))


def _fault(text: str, place: int) -> Fault | None:
    field = ("texts", str(place))
    if not any(map(str.isalnum, text)):
        return Fault(code="REQUIRED", field=field, message="a blocked text has a letter or a digit")
    if len(in_one_spelling(text)) > LONGEST:
        return Fault(code="TOO_LONG", field=field, message=f"no query of more than {LONGEST} characters is learnt")
    return None
