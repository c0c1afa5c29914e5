"""When and where a product is shown. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from subgraphs.catalog.domain.product import Fault


@dataclass(frozen=True, kw_only=True, slots=True)
class Publishing:
    """What is asked: shown or hidden now, or shown in a time to come."""

    published: bool
    at: datetime | None = None
    """Hidden until then; None: from now on."""
    until: datetime | None = None
    """Hidden from then on; None: until it is said otherwise."""
    now: datetime

    @property
    def shown(self) -> bool:
        """Now."""
        return self.published and not self.waits and (self.until is None or self.until > self.now)

    @property
    def waits(self) -> bool:
        return self.at is not None and self.at > self.now

    @property
    def plan(self) -> tuple[datetime | None, datetime | None] | None:
        """What is left to come about by itself: shown at, hidden at."""
        if not self.published or not (self.waits or (self.shown and self.until)):
            return None
        return (self.at if self.waits else None, self.until)

    def faults(self) -> Iterator[Fault]:
        if not self.published and (self.at or self.until):
            field = "publishAt" if self.at else "publishUntil"
            message = "times go with `published: true`; what is hidden is hidden at once"
            yield Fault(code="INVALID", field=(field,), message=message)
        elif self.until is not None and self.until <= (self.at or self.now):
            yield Fault(code="INVALID", field=("publishUntil",), message="the end lies behind the beginning")


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """Of one product in one channel."""

    channel: str
    published_at: datetime | None
    """None: it is not shown now."""
    publish_at: datetime | None
    publish_until: datetime | None
