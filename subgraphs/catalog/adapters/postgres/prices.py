"""What variants cost: regular and planned prices, and the one in force, which follows the clock."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres import price_statements as sql
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.adapters.postgres.product_history import money
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, announce
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.price import Price, PriceList, ShownPrice, in_force
from subgraphs.catalog.domain.product import Fault, ProductWrite, WriteResult

OPERATION = "productVariantPricesSet"
Clock = Callable[[], datetime]
Lists = dict[tuple[str, str], tuple[Price, ...]]
"""By variant id and channel."""


def now() -> datetime:
    return datetime.now(UTC)


async def write_regular(tx: Connection, channel: str, columns: Sequence[list[Any]], moment: datetime | None) -> None:
    """The prices that come with products: owner, currency, price and the one it is compared with. With a moment, some
    of the variants were there before: what planned prices they have goes before the regular one."""
    owners, currencies, *_ = columns
    if not owners:
        return
    await tx.execute(sql.REGULAR, [channel, *columns])
    if moment is not None:
        await tx.execute(sql.OTHER_CURRENCIES, [owners, currencies, channel])
        await tx.execute(sql.SETTLE_REGULAR, {"variant_ids": owners, "moment": moment})


async def told_of(tx: Connection, variant_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """All that each of the variants costs, as the record of changes has it."""
    told: dict[str, dict[str, object]] = defaultdict(dict)
    for (variant_id, channel), prices in (await _lists(tx, variant_ids)).items() if variant_ids else ():
        told[variant_id][f"prices.{channel}"] = _told(prices)
    return told


class PostgresPrices:
    """Fills `app.product_ports.Prices`."""

    def __init__(self, db: Database, clock: Clock = now) -> None:
        self._db = db
        self._clock = clock

    async def lists(self, variant_ids: Sequence[str]) -> list[list[ShownPrice]]:
        """By channel and currency, the regular one first, then by time."""
        async with self._db.reading() as connection:
            found = await _lists(connection, variant_ids)
        moment = self._clock()
        shown: dict[str, list[ShownPrice]] = {each: [] for each in variant_ids}
        for (variant_id, channel), prices in found.items():
            held = {
                each.currency: in_force([p for p in prices if p.currency == each.currency], moment) for each in prices
            }
            shown[variant_id] += [
                ShownPrice(channel=channel, price=each, in_force=held[each.currency] is each) for each in prices
            ]
        return [shown[each] for each in variant_ids]

    async def replace(self, asked: Sequence[PriceList]) -> list[ProductWrite]:
        """Each list by itself: refused when unknown or stale, else all that the variant costs in its channel."""

        async def work(tx: Connection) -> list[ProductWrite]:
            skus = [each.sku for each in asked]
            variants = {row["sku"]: row async for row in await tx.execute(sql.LOCK_PRICED, [skus])}
            before = await _lists(tx, [row["variant_id"] for row in variants.values()])
            writes = [_judge(each, variants.get(each.sku), before) for each in asked]
            changing = {
                (write.variant_id or "", each.channel): each
                for each, write in zip(asked, writes, strict=True)
                if write.result is WriteResult.UPDATED
            }
            if changing:
                owners = {row["variant_id"]: row["id"] for row in variants.values()}
                await self._write(tx, changing, before, owners, OPERATION)
            return writes

        return await self._db.retrying(work)

    async def take_over(
        self, tx: Connection, asked: Mapping[str, Sequence[PriceList]], channel: str, operation: str
    ) -> set[str]:
        """All that variants cost, by SKU, beside the regular price in `channel` that came with their product; the ids
        of the products that cost something else by it."""
        variants = {row["sku"]: row async for row in await tx.execute(sql.LOCK_PRICED, [list(asked)])}
        before = await _lists(tx, [row["variant_id"] for row in variants.values()])
        with_product = {
            row["variant_id"]: row["currency"]
            async for row in await tx.execute(
                sql.WITH_PRODUCT, [[each["variant_id"] for each in variants.values()], channel]
            )
        }
        wanted: dict[tuple[str, str], PriceList] = {}
        for sku, row in variants.items():
            variant_id = row["variant_id"]
            lists = {each.channel: each.prices for each in asked[sku]}
            own = [
                each
                for each in before.get((variant_id, channel), ())
                if each.regular and each.currency == with_product.get(variant_id)
            ]
            lists[channel] = (*own, *lists.get(channel, ()))
            there = {each: () for of, each in before if of == variant_id}
            for each, listed in {**there, **lists}.items():
                if set(before.get((variant_id, each), ())) != set(listed):
                    wanted[variant_id, each] = PriceList(sku=sku, channel=each, prices=listed)
        if wanted:
            owners = {row["variant_id"]: row["id"] for row in variants.values()}
            await self._write(tx, wanted, before, owners, operation)
            await tx.execute(sql.CAME_WITH_PRODUCT, [list(with_product), list(with_product.values()), channel])
        return {variants[each.sku]["id"] for each in wanted.values()}

    async def _write(
        self,
        tx: Connection,
        changing: Mapping[tuple[str, str], PriceList],
        before: Lists,
        owners: Mapping[str, str],
        operation: str,
    ) -> None:
        variant_ids = sorted({variant_id for variant_id, _ in changing})
        rows = orjson.dumps([_row(key, price) for key, each in changing.items() for price in each.prices]).decode()
        await tx.execute(sql.CLEAR, [[key[0] for key in changing], [key[1] for key in changing]])
        await tx.execute(sql.LISTED, [rows])
        await tx.execute(sql.PLANNED, [rows])
        await tx.execute(sql.SETTLE_LISTED, {"variant_ids": variant_ids, "moment": self._clock()})
        by_hand = operation == OPERATION
        versions = await _announce(tx, {owners[each] for each in variant_ids}, by_hand=by_hand)
        await changes.record(
            tx,
            [
                Change(
                    kind=EntityKind.PRODUCT_VARIANT, id=key[0], version=versions[owners[key[0]]],
                    operation=operation,
                    before={f"prices.{key[1]}": _told(before.get(key, ()))},
                    after={f"prices.{key[1]}": _told(each.prices)},
                )
                for key, each in changing.items()
            ],
        )  # fmt: skip

    async def due_in(self) -> float | None:
        async with self._db.reading() as connection:
            row = await (await connection.execute(sql.NEXT_CHANGE)).fetchone()
        return (row["at"] - self._clock()).total_seconds() if row and row["at"] else None

    async def advance(self, limit: int) -> int:
        """Lets planned prices begin and end whose time has come; how many products changed. Any number of processes
        may do it at once."""

        async def work(tx: Connection) -> int:
            moment = self._clock()
            locked = [row["id"] async for row in await tx.execute(sql.LOCK_DUE, [moment, limit])]
            if not locked:
                return 0
            settled = await (await tx.execute(sql.SETTLE_DUE, {"product_ids": locked, "moment": moment})).fetchall()
            moved = [row for row in settled if row["before"] != row["minor_units"]]
            versions = await _announce(tx, {row["product_id"] for row in settled}, by_hand=False)
            await changes.record(tx, [_advance(row, versions[row["product_id"]]) for row in moved])
            return len(versions)

        return await self._db.retrying(work)


async def _lists(connection: Connection, variant_ids: Sequence[str]) -> Lists:
    found: dict[tuple[str, str], list[Price]] = defaultdict(list)
    for row in await (await connection.execute(sql.LISTS, {"ids": list(variant_ids)})).fetchall():
        price = Price(
            minor_units=row["minor_units"], compare_at_minor_units=row["compare_at"], currency=row["currency"],
            valid_from=row["valid_from"], valid_until=row["valid_until"],
        )  # fmt: skip
        found[row["variant_id"], row["channel"]].append(price)
    return {key: tuple(prices) for key, prices in found.items()}


def _judge(asked: PriceList, variant: DictRow | None, before: Lists) -> ProductWrite:
    if variant is None:
        fault = Fault(code="UNKNOWN_SKU", field=(*asked.at, "sku"), message=f"no variant has the SKU {asked.sku!r}")
        return ProductWrite(result=WriteResult.REFUSED, faults=(fault,))
    ids = {"product_id": variant["id"], "variant_id": variant["variant_id"]}
    if asked.expected_version is not None and asked.expected_version != variant["version"]:
        message = f"the product has version {variant['version']} now, not {asked.expected_version}; read it again"
        fault = Fault(code="STALE_VERSION", field=(*asked.at, "expectedVersion"), message=message)
        return ProductWrite(result=WriteResult.REFUSED, faults=(fault,), **ids)
    same = set(before.get((variant["variant_id"], asked.channel), ())) == set(asked.prices)
    return ProductWrite(result=WriteResult.UNCHANGED if same else WriteResult.UPDATED, **ids)


async def _announce(tx: Connection, product_ids: Iterable[str], *, by_hand: bool) -> dict[str, int]:
    """The products' versions from now on."""
    rows = await (await tx.execute(sql.TOUCH, [by_hand, list(product_ids)])).fetchall()
    versions = {row["id"]: row["version"] for row in rows}
    await refresh_offers(tx, list(versions))
    await announce(tx, TABLES[EntityKind.PRODUCT], [(row["id"], row["version"], row["published"]) for row in rows])
    return versions


def _row(key: tuple[str, str], price: Price) -> dict[str, object]:
    return {
        "variant_id": key[0],
        "channel": key[1],
        "currency": price.currency,
        "regular": price.regular,
        "minor_units": price.minor_units,
        "compare_at": price.compare_at_minor_units,
        "valid_from": price.valid_from,
        "valid_until": price.valid_until,
    }


def _told(prices: Iterable[Price]) -> list[dict[str, object]]:
    return [
        {
            "price": money(each.minor_units, each.currency),
            "compareAtPrice": money(each.compare_at_minor_units, each.currency),
            "validFrom": each.valid_from,
            "validUntil": each.valid_until,
        }
        for each in prices
    ]


def _advance(row: DictRow, version: int) -> Change:
    return Change(
        kind=EntityKind.PRODUCT_VARIANT, id=row["variant_id"], version=version, operation="a planned price",
        before={"price": money(row["before"], row["currency"])},
        after={"price": money(row["minor_units"], row["currency"])},
    )  # fmt: skip
