"""What staff makes of brands. Products hold their brand's name: the reference follows it, documents a moment later."""

from collections.abc import Awaitable, Callable, Sequence

from emporium.events.v1 import events_pb2 as events
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from chassis import outbox
from chassis.database import Connection, Database
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, announce
from subgraphs.catalog.domain.arrangement import Written, missing, refused, stale
from subgraphs.catalog.domain.brand import BrandChange, BrandRemoval, NewBrand
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.slug import slugify, told_apart

LOCKED = "SELECT id, name, slug, version FROM brands WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
OTHERS = "SELECT name, slug FROM brands WHERE id <> %s AND (name = %s OR slug = %s)"
INSERT = "INSERT INTO brands (id, name, slug) VALUES (%s, %s, %s)"
UPDATE = "UPDATE brands SET name = %s, slug = %s, version = version + 1 WHERE id = %s"
MOVE = "UPDATE products SET brand = %s WHERE brand = %s"
SOLD = "SELECT id FROM products WHERE brand = %s LIMIT 1"
DELETE = "DELETE FROM brands WHERE id = %s"
TOUCH = "INSERT INTO touched_products (product_id) SELECT id FROM products WHERE brand = %s"
# Once, where the rule named both already.
RULES = """
UPDATE collections SET version = version + 1, updated_at = now(), rules = (
    SELECT jsonb_agg(CASE WHEN rule -> 'brands' ? %(old)s THEN jsonb_set(rule, '{brands}', (
        SELECT jsonb_agg(name ORDER BY place) FROM (
            SELECT CASE WHEN name = %(old)s THEN %(new)s ELSE name END AS name, min(place) AS place
            FROM jsonb_array_elements_text(rule -> 'brands') WITH ORDINALITY AS named (name, place) GROUP BY 1
        ) AS renamed)) ELSE rule END ORDER BY place)
    FROM jsonb_array_elements(rules) WITH ORDINALITY AS listed (rule, place))
WHERE rules @> jsonb_build_array(jsonb_build_object('brands', jsonb_build_array(%(old)s::text)))
RETURNING id, version
"""


class PostgresBrandWrites:
    """Fills `app.product_ports.BrandWrites`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def create(self, made: NewBrand) -> Written:
        """An address made of the name gives way to one that is there."""
        brand_id = new_id("brd")

        async def work(tx: Connection) -> Written:
            slug = made.slug or slugify(made.name) or told_apart("", made.name)
            faults = await _taken(tx, brand_id, made.name, slug)
            if made.slug is None:
                named = [each for each in faults if each.field == ("name",)]
                slug, faults = told_apart(slug, made.name) if faults != named else slug, named
            if faults:
                return refused(*faults)
            await tx.execute(INSERT, [brand_id, made.name, slug])
            await _tell(tx, "brandCreate", brand_id, 1, {}, {"name": made.name, "slug": slug})
            return Written(id=brand_id)

        return await self._looked_twice(work)

    async def _looked_twice(self, work: Callable[[Connection], Awaitable[Written]]) -> Written:
        try:
            return await self._db.retrying(work)
        except UniqueViolation:
            # Another brand took the name meanwhile; the second look finds it.
            return await self._db.retrying(work)

    async def update(self, change: BrandChange) -> Written:
        async def work(tx: Connection) -> Written:
            found = (await _locked(tx, [change.id])).get(change.id)
            if found is None:
                return refused(missing("brand", change.id, ("id",)))
            name, slug = change.name or found["name"], change.slug or found["slug"]
            old = stale("brand", found["version"], change.expected_version)
            faults = [old] if old else [*await _taken(tx, change.id, name, slug)]
            if faults:
                return refused(*faults)
            if (name, slug) != (found["name"], found["slug"]):
                await tx.execute(UPDATE, [name, slug, change.id])
                if name != found["name"]:
                    await _follow(tx, found["name"], name)
                await _tell(
                    tx, "brandUpdate", change.id, found["version"] + 1, _named(found), {"name": name, "slug": slug}
                )
            return Written(id=change.id)

        return await self._looked_twice(work)

    async def delete(self, removal: BrandRemoval) -> Written:
        async def work(tx: Connection) -> Written:
            target = removal.products_to
            known = await _locked(tx, [removal.id, *([target] if target else [])])
            found = known.get(removal.id)
            if found is None:
                return refused(missing("brand", removal.id, ("id",)))
            if target and target not in known:
                return refused(missing("brand", target, ("moveProductsTo",)))
            if old := stale("brand", found["version"], removal.expected_version):
                return refused(old)
            if not target and await (await tx.execute(SOLD, [found["name"]])).fetchone():
                message = "products have this brand; say in `moveProductsTo` which one they have then"
                return refused(Fault(code="NOT_EMPTY", field=("moveProductsTo",), message=message))
            if target:
                name = known[target]["name"]
                await tx.execute(MOVE, [name, found["name"]])
                await _follow(tx, found["name"], name)
            await tx.execute(DELETE, [removal.id])
            after = {"moveProductsTo": target} if target else {}
            await _tell(tx, "brandDelete", removal.id, found["version"] + 1, _named(found), after)
            return Written(id=removal.id)

        return await self._db.retrying(work)


async def _locked(tx: Connection, ids: Sequence[str]) -> dict[str, DictRow]:
    return {row["id"]: row async for row in await tx.execute(LOCKED, [list(ids)])}


async def _taken(tx: Connection, brand_id: str, name: str, slug: str) -> list[Fault]:
    others = await (await tx.execute(OTHERS, [brand_id, name, slug])).fetchall()
    return [
        Fault(code="TAKEN", field=(field,), message=f"the {field} {value!r} belongs to another brand")
        for field, value in (("name", name), ("slug", slug))
        if any(row[field] == value for row in others)
    ]


async def _follow(tx: Connection, old: str, new: str) -> None:
    """Rules that named it, and whatever shows its products."""
    ruled = await (await tx.execute(RULES, {"old": old, "new": new})).fetchall()
    await announce(tx, TABLES[EntityKind.COLLECTION], ((row["id"], row["version"], True) for row in ruled))
    await tx.execute(TOUCH, [new])


def _named(found: DictRow) -> dict[str, str]:
    return {"name": found["name"], "slug": found["slug"]}


async def _tell(
    tx: Connection, operation: str, brand_id: str, version: int, before: dict[str, str], after: dict[str, str]
) -> None:
    change = Change(
        kind=EntityKind.BRAND, id=brand_id, operation=operation, version=version, before=before, after=after
    )
    await changes.record(tx, [change])
    message = events.BrandChanged(brand_id=brand_id, version=version)
    await outbox.append(tx, [outbox.Event(topic=TOPIC, aggregate_id=brand_id, sequence=version, message=message)])
