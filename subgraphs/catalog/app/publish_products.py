"""Shows products to shoppers of a channel, or hides them: now, or by itself when the time comes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import Products, Publications
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.product import Fault, Product
from subgraphs.catalog.domain.publication import Publication, Publishing


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class PublishProducts:
    """Repeatable; the products as they are afterwards, None for unknown and archived ones."""

    publications: Publications
    products: Products
    channels: ChannelDirectory
    now: Callable[[], datetime] = _now

    async def __call__(
        self,
        ids: Sequence[str],
        channels: Sequence[str] = (),
        *,
        published: bool,
        at: datetime | None = None,
        until: datetime | None = None,
        expected_versions: Sequence[int] = (),
    ) -> tuple[list[Product | None], tuple[Fault, ...]]:
        """As the first of the channels shows them; the default channel for none. A stale one holds back no other."""
        require_editor()
        check_keys(ids)
        publishing = Publishing(published=published, at=at, until=until, now=self.now())
        unknown = await self.channels.unknown(channels)
        known = await self.channels.known([] if unknown else channels)
        shop = await self.channels.shop(known[0], "", "")
        faults = (*unknown, *publishing.faults(), *_counted(ids, expected_versions))
        if not faults:
            versions = dict(zip(ids, expected_versions, strict=True)) if expected_versions else {}
            current = await self.publications.publish(ids, known, publishing, versions)
            faults = tuple(_stale(ids, versions, current))
        products = await self.products.by_ids(ids, shop, unpublished=True)
        return [None if each is None or each.archived_at else each for each in products], faults

    async def listed(self, ids: Sequence[str]) -> list[list[Publication]]:
        """Where each product is shown, or will be, by channel; for staff."""
        require_editor()
        check_keys(ids)
        return await self.publications.of(ids)


def _counted(ids: Sequence[str], versions: Sequence[int]) -> Iterator[Fault]:
    if versions and (len(versions) != len(ids) or len(set(ids)) < len(ids)):
        message = f"{len(versions)} versions for {len(ids)} products: name each product once, with its version"
        yield Fault(code="INVALID", field=("expectedVersions",), message=message)


def _stale(ids: Sequence[str], expected: Mapping[str, int], current: Mapping[str, int]) -> Iterator[Fault]:
    for index, each in enumerate(ids):
        if each in current and current[each] != expected.get(each, current[each]):
            message = f"{each} has version {current[each]} now, not {expected[each]}; read it again"
            yield Fault(code="STALE_VERSION", field=("expectedVersions", str(index)), message=message)
