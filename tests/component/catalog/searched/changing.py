"""Changes of what is sold, drawn by chance: in the service and in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import collection_pb2, product_pb2, stock_location_pb2

from chassis.ids import new_id
from tests.component.catalog.searched.asking import Compared
from tests.component.catalog.searched.catalogue import BRANDS, SHOPS, facts, input_of, set_prices
from tests.component.catalog.searched.catalogue import PRICES as AMOUNTS
from tests.component.catalog.searched.model import Item
from tests.component.catalog.test_attribute_definitions import define, definition

Change = Callable[[Random, Compared], Awaitable[None]]


def one_of(random: Random, at: Compared) -> Item:
    return random.choice(at.shop.items)


async def a_price(random: Random, at: Compared) -> None:
    item = one_of(random, at)
    variant = random.choice(item.variants)
    variant.prices = {shop: random.choice(AMOUNTS) for shop in random.sample(SHOPS, random.randrange(4))}
    await set_prices(at.catalog, [item])


async def stock(random: Random, at: Compared) -> None:
    variant = random.choice(one_of(random, at).variants)
    place = random.choice(("default", "outlet", "closed"))
    wanted = random.choice((0, 0, 4))
    delta = wanted - variant.units.get(place, 0)
    if not delta:
        return
    variant.units[place] = wanted
    line = pb.StockAdjustment(sku=variant.sku, location=place, delta=delta)
    asked = pb.AdjustStockRequest(adjustments=[line], idempotency_key=new_id("key"))
    assert not any(each.user_errors for each in (await at.catalog.inventory.AdjustStock(asked)).outcomes)


async def a_location(random: Random, at: Compared) -> None:
    place = random.choice(("outlet", "closed"))
    active = at.shop.locations[place] = not at.shop.locations[place]
    asked = stock_location_pb2.UpsertStockLocationRequest(id=place, name=place, active=active)
    assert not (await at.catalog.inventory.UpsertStockLocation(asked)).user_errors


async def a_publication(random: Random, at: Compared) -> None:
    item, channel = one_of(random, at), random.choice(("web", "eu"))
    item.channels ^= {channel}
    asked = pb.PublishProductsRequest(ids=[item.id], channels=[channel], published=channel in item.channels)
    assert not (await at.catalog.catalog.PublishProducts(asked)).user_errors


async def a_product(random: Random, at: Compared) -> None:
    """Written anew, as an import does it."""
    item = one_of(random, at)
    item.name, item.brand, item.facts = f"{item.name} again", random.choice(BRANDS), facts(random)
    item.category = random.choice([each.category for each in at.shop.items])
    published = "web" in item.channels
    message = input_of(item)
    message.published = published
    (write,) = await at.catalog.upsert(message)
    assert write.product_id == item.id, write
    await set_prices(at.catalog, [item])


async def a_removal(random: Random, at: Compared) -> None:
    item = one_of(random, at)
    at.shop.items.remove(item)
    edit = product_pb2.ProductEdit(product_id=item.id, archive=product_pb2.Removal())
    (edited,) = (await at.catalog.products.EditProducts(product_pb2.EditProductsRequest(edits=[edit]))).edited
    assert not edited.user_errors, edited


async def a_move(random: Random, at: Compared) -> None:
    """A category with all below it, to another parent or to the roots."""
    path = random.choice(sorted(at.categories))
    target = random.choice([*sorted(each for each in at.categories if each[: len(path)] != path), ()])
    moved = (*target, path[-1])
    deepest = max(len(each) for each in at.categories if each[: len(path)] == path)
    if moved in at.categories or deepest - len(path) + len(moved) > 10:
        return
    asked = pb.MoveCategoryRequest(id=at.categories[path], parent_id=at.categories.get(target, ""))
    answer = await at.catalog.catalog.MoveCategory(asked)
    assert not answer.user_errors, answer
    _rename(at, path, moved)


async def a_category(random: Random, at: Compared) -> None:
    path = random.choice(sorted(at.categories))
    renamed = (*path[:-1], f'{path[-1]} "{random.choice(("zorvex", "fendrog"))} x"'.replace('"', " "))
    asked = pb.UpdateCategoryRequest(id=at.categories[path], name=renamed[-1])
    if renamed in at.categories:
        return
    answer = await at.catalog.catalog.UpdateCategory(asked)
    assert not answer.user_errors, answer
    _rename(at, path, renamed)


def _rename(at: Compared, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    def renamed(path: tuple[str, ...]) -> tuple[str, ...]:
        return new + path[len(old) :] if path[: len(old)] == old else path

    for item in at.shop.items:
        item.category = renamed(item.category)
    paths = {renamed(path): category_id for path, category_id in at.categories.items()}
    at.categories.clear()
    at.categories.update(paths)


async def a_brand(random: Random, at: Compared) -> None:
    """Its products follow."""
    old = random.choice(sorted({item.brand for item in at.shop.items if item.brand and "cme" not in item.brand}))
    rows = await at.catalog.rows("SELECT id FROM brands WHERE name = %s", [old])
    new = f"{old} quimbla {random.randrange(10**9)}"
    asked = product_pb2.UpdateBrandRequest(id=rows[0]["id"], name=new)
    answer = await at.catalog.products.UpdateBrand(asked)
    assert not answer.user_errors, answer
    for item in at.shop.items:
        item.brand = new if item.brand == old else item.brand


async def a_definition(random: Random, at: Compared) -> None:
    key = random.choice(("secret", "material", "size"))
    hidden = key in at.shop.hidden
    await define(at.catalog, definition(key, facetable=hidden))
    if hidden:
        at.shop.hidden.remove(key)
    else:
        at.shop.hidden.add(key)


async def a_member(random: Random, at: Compared) -> None:
    item = one_of(random, at)
    asked = collection_pb2.CollectionProductsRequest(collection_id=at.collections["picks"], product_ids=[item.id])
    picks = at.shop.picks
    change = at.catalog.collections
    await (change.RemoveCollectionProducts if item.reference in picks else change.AddCollectionProducts)(asked)
    picks ^= {item.reference}


CHANGES: tuple[Change, ...] = (
    a_price, stock, a_location, a_publication, a_product, a_removal, a_move, a_category, a_brand, a_definition,
    a_member,
)  # fmt: skip
