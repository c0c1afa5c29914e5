"""New products, partial changes, the archive and the record of all that, over gRPC on a real database."""

from __future__ import annotations

from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2, product_pb2
from emporium.catalog.v1 import product_pb2 as pb
from emporium.common.v1.money_pb2 import Money
from emporium.common.v1.outcome_pb2 import UserErrorCode
from emporium.common.v1.page_pb2 import PageRequest
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.errors import RemoteError
from tests.fixtures.catalog import MANAGER, SHOPPER, STRANGER, RunningCatalog, product_input, variant_input

Problem = tuple[str, str]
"""Code and field."""


def options(**chosen: str) -> list[catalog_pb2.VariantOption]:
    return [catalog_pb2.VariantOption(name=name, value=value) for name, value in chosen.items()]


def update(product_id: str, *, version: int | None = None, **values: Any) -> pb.ProductEdit:
    category_id = values.pop("category_id", None)
    paths = [*values, *(["category_id"] if category_id is not None else [])]
    return pb.ProductEdit(
        product_id=product_id,
        expected_version=version,
        update=pb.ProductValues(
            values=catalog_pb2.ProductInput(**values), category_id=category_id or "", fields=FieldMask(paths=paths)
        ),
    )


async def edit(catalog: RunningCatalog, *edits: pb.ProductEdit) -> list[pb.ProductEdited]:
    with catalog.acting(MANAGER):
        return list((await catalog.products.EditProducts(pb.EditProductsRequest(edits=edits))).edited)


async def create(catalog: RunningCatalog, *products: catalog_pb2.ProductInput, key: str = "") -> list[pb.ProductEdited]:
    request = pb.CreateProductsRequest(products=products, idempotency_key=key)
    with catalog.acting(MANAGER):
        return list((await catalog.products.CreateProducts(request)).edited)


def problems(outcome: pb.ProductEdited) -> list[Problem]:
    return [(UserErrorCode.Name(each.input.code), ".".join(each.input.field)) for each in outcome.user_errors]


async def read(catalog: RunningCatalog, product_id: str) -> catalog_pb2.Product:
    request = catalog_pb2.BatchGetProductsRequest(ids=[product_id])
    return (await catalog.catalog.BatchGetProducts(request)).outcomes[0].product


async def variants(catalog: RunningCatalog, product_id: str) -> dict[str, catalog_pb2.Variant]:
    request = catalog_pb2.BatchListVariantsRequest(product_ids=[product_id])
    return {each.sku: each for each in (await catalog.catalog.BatchListVariants(request)).lists[0].variants}


async def shoes(catalog: RunningCatalog) -> str:
    """A product in two sizes; its id."""
    sizes = [variant_input(f"shoe-{size}", options=options(Size=size)) for size in ("41", "42")]
    (write,) = await catalog.upsert(product_input("shoe", variants=sizes))
    return write.product_id


async def test_an_update_changes_what_is_given_and_nothing_else(catalog: RunningCatalog) -> None:
    product_id = await shoes(catalog)
    before = await read(catalog, product_id)
    (outcome,) = await edit(catalog, update(product_id, version=1, name="Boot", brand=""))
    after = await read(catalog, product_id)
    assert (outcome.result, after.name, after.HasField("brand"), after.version) == (
        catalog_pb2.UPDATED,
        "Boot",
        False,
        2,
    )
    for field in ("description", "attributes", "media", "options", "category_id", "slug", "price_range", "published"):
        assert getattr(after, field) == getattr(before, field), field
    assert (await variants(catalog, product_id))["shoe-41"].price.minor_units == 4999
    (same,) = await edit(catalog, update(product_id, name="Boot"))
    assert (same.result, (await read(catalog, product_id)).version) == (catalog_pb2.UNCHANGED, 2)
    (again,) = await catalog.upsert(
        product_input("shoe", variants=[variant_input("shoe-41", options=options(Size="41"))])
    )
    assert again.result == catalog_pb2.UPDATED, "an import finds the edit and writes its own again"


async def test_refused_edits_say_why_and_do_not_hold_back_the_others(catalog: RunningCatalog) -> None:
    product_id = await shoes(catalog)
    (other,) = await catalog.upsert(product_input("other"))
    outcomes = await edit(
        catalog,
        update("prd_nothing", name="x"),
        update(product_id, version=7, name="x"),
        update(other.product_id, name=" ", category_path=[""]),
    )
    assert [problems(each) for each in outcomes] == [
        [("NOT_FOUND", "id")],
        [("STALE_VERSION", "expectedVersion")],
        [("REQUIRED", "name"), ("REQUIRED", "categoryPath.0")],
    ]
    twice = await edit(catalog, update(product_id, category_id="cat_none"), update(product_id, name="Boot"))
    assert [problems(each) for each in twice] == [[("NOT_FOUND", "categoryId")], []]
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refusal:
        await catalog.products.EditProducts(pb.EditProductsRequest(edits=[update(product_id, name="mine")]))
    assert refusal.value.code == "FORBIDDEN"


async def test_variants_come_change_move_and_go(catalog: RunningCatalog) -> None:
    product_id = await shoes(catalog)
    large = variant_input("shoe-43", cents=5999, units=3, options=options(Size="43"))
    (added,) = await edit(catalog, pb.ProductEdit(product_id=product_id, add_variant=large))
    listed = await variants(catalog, product_id)
    assert listed["shoe-43"].id == added.variant_id
    assert [(each.name, list(each.values)) for each in (await read(catalog, product_id)).options] == [
        ("Size", ["41", "42", "43"])
    ]
    cheaper = pb.VariantValues(
        values=catalog_pb2.VariantInput(price=Money(minor_units=100, currency_code="USD"), weight_grams=9),
        fields=FieldMask(paths=["price", "weight_grams"]),
    )
    await edit(catalog, pb.ProductEdit(variant_id=added.variant_id, expected_version=2, update_variant=cheaper))
    order = [listed[sku].id for sku in ("shoe-43", "shoe-42", "shoe-41")]
    await edit(catalog, pb.ProductEdit(product_id=product_id, order_variants=pb.VariantOrder(variant_ids=order)))
    await edit(catalog, pb.ProductEdit(variant_id=listed["shoe-41"].id, remove_variant=pb.Removal()))
    left = await variants(catalog, product_id)
    assert [(sku, each.price.minor_units, each.quantity_available) for sku, each in left.items()] == [
        ("shoe-43", 100, 3),
        ("shoe-42", 4999, 10),
    ]
    assert left["shoe-43"].weight_grams == 9
    product = await read(catalog, product_id)
    assert (product.price_range.min.minor_units, product.version) == (100, 5)


async def test_variants_are_told_apart_by_their_options(catalog: RunningCatalog) -> None:
    product_id = await shoes(catalog)
    listed = await variants(catalog, product_id)

    def added(sku: str = "new", **chosen: str) -> pb.ProductEdit:
        return pb.ProductEdit(product_id=product_id, add_variant=variant_input(sku, options=options(**chosen)))

    refused = [
        problems((await edit(catalog, each))[0])
        for each in (
            added(Size="42"),
            added(),
            added(Colour="Red", Size="44"),
            added("shoe-41", Size="44"),
            update(product_id, options=[catalog_pb2.ProductOption(name="Size", values=["41"])]),
            pb.ProductEdit(product_id=product_id, order_variants=pb.VariantOrder(variant_ids=[listed["shoe-41"].id])),
        )
    ]
    assert refused == [
        [("TAKEN", "options")],
        [("REQUIRED", "options")],
        [("NOT_FOUND", "options.0.name")],
        [("TAKEN", "sku")],
        [("NOT_FOUND", "variants.1.options.0.value")],
        [("INVALID", "variantIds")],
    ]


async def test_a_new_product_needs_no_reference_and_is_made_once(catalog: RunningCatalog) -> None:
    nameless = product_input("", name="Café chair", variants=[variant_input("chair")])
    (made,) = await create(catalog, nameless, key="k")
    (repeated,) = await create(catalog, nameless, key="k")
    assert repeated == made
    product = await read(catalog, made.product_id)
    assert (product.slug, product.external_reference) == ("cafe-chair", made.product_id)
    (twin,) = await create(catalog, product_input("", name="Café chair", variants=[variant_input("chair-2")]))
    assert (await read(catalog, twin.product_id)).slug.startswith("cafe-chair-")
    await create(catalog, product_input("a"))
    (taken,) = await create(catalog, product_input("a", name="Another"))
    assert problems(taken) == [("TAKEN", "externalReference")]


async def test_a_deleted_product_is_gone_for_shoppers_and_comes_back_when_written_again(
    catalog: RunningCatalog,
) -> None:
    product_id = await shoes(catalog)
    (deleted,) = await edit(catalog, pb.ProductEdit(product_id=product_id, expected_version=1, archive=pb.Removal()))
    assert deleted.result == catalog_pb2.UPDATED
    with catalog.acting(STRANGER):
        assert not (await read(catalog, product_id)).id
    archived = await read(catalog, product_id)
    assert (archived.published, archived.HasField("archived_at"), archived.version) == (False, True, 2)
    (event,) = await catalog.rows(
        "SELECT sequence FROM outbox WHERE aggregate_id = %s ORDER BY id DESC LIMIT 1", [product_id]
    )
    assert event["sequence"] == 2
    (root,) = (
        (await catalog.catalog.BatchListSubcategories(catalog_pb2.BatchListSubcategoriesRequest(parent_ids=[""])))
        .lists[0]
        .categories
    )
    page = catalog_pb2.BatchListCategoryProductsRequest(category_ids=[root.id])
    assert not (await catalog.catalog.BatchListCategoryProducts(page)).pages[0].nodes
    assert problems((await edit(catalog, update(product_id, name="x")))[0]) == [("NOT_FOUND", "id")]
    (thief,) = await catalog.upsert(product_input("thief", variants=[variant_input("shoe-41")]))
    assert [UserErrorCode.Name(each.input.code) for each in thief.user_errors] == ["TAKEN"]
    (back,) = await create(catalog, product_input("shoe", name="Shoe", variants=[variant_input("shoe-41", units=99)]))
    product = await read(catalog, product_id)
    assert (back.product_id, product.version, product.published) == (product_id, 3, True)
    assert (await variants(catalog, product_id))["shoe-41"].quantity_available == 10, "its stock was never gone"


async def test_every_write_is_in_the_record_of_changes(catalog: RunningCatalog) -> None:
    product_id = await shoes(catalog)
    shoe = (await variants(catalog, product_id))["shoe-42"]
    await edit(catalog, update(product_id, name="Boot"))
    renamed = pb.VariantValues(values=catalog_pb2.VariantInput(name="Large"), fields=FieldMask(paths=["name"]))
    await edit(catalog, pb.ProductEdit(variant_id=shoe.id, update_variant=renamed))
    await edit(catalog, pb.ProductEdit(product_id=product_id, archive=pb.Removal()))

    async def told(entity_id: str, kind: int, **page: Any) -> product_pb2.CatalogChangePage:
        request = pb.ListChangesRequest(kind=kind, entity_id=entity_id, page=PageRequest(**page))  # type: ignore[arg-type]
        return await catalog.products.ListChanges(request)

    history = await told(product_id, pb.CATALOG_ENTITY_KIND_PRODUCT, first=2)
    assert [(each.operation, each.version) for each in history.nodes] == [("productDelete", 4), ("productUpdate", 2)]
    assert history.page_info.has_next_page
    change = history.nodes[1]
    assert (change.actor, [(f.field, f.before, f.after) for f in change.fields]) == (
        "user:usr_manager",
        [("name", '"Sneaker shoe"', '"Boot"')],
    )
    older = await told(product_id, pb.CATALOG_ENTITY_KIND_PRODUCT, first=2, after=history.cursors[-1])
    assert [(each.operation, each.actor) for each in older.nodes] == [("productsUpsert", "service:tests")]
    (variant,) = (await told(shoe.id, pb.CATALOG_ENTITY_KIND_PRODUCT_VARIANT, first=5)).nodes
    assert [(f.field, f.before, f.after) for f in variant.fields] == [("name", '"shoe-42"', '"Large"')]
    with catalog.acting(SHOPPER), pytest.raises(RemoteError) as refusal:
        await told("", pb.CATALOG_ENTITY_KIND_UNSPECIFIED, first=1)
    assert refusal.value.code == "FORBIDDEN"
