"""Slices that do not fit together are refused at start, with their names."""

from datetime import datetime
from enum import Enum
from typing import Any

import pytest
import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.order.v1 import order_pb2

from chassis.graph import PUBLIC, Money, Node, Slice, batched, enum_of, link, lookup, query, stub, type_
from gateway.federation.compose import CompositionError, compose
from gateway.federation.graph import View


def category(**options: Any) -> type:
    @type_(catalog_pb2.Category, keys=["id"], permission=PUBLIC, **options)
    class Category:
        id: strawberry.ID
        name: str

        @lookup
        @staticmethod
        async def by_id(ids: list[str], ctx: Any) -> list[Any]:
            return []

    return Category


@query(str, permission=PUBLIC)
async def hello(ctx: Any) -> str:
    return "hello"


def faults(*slices: Slice) -> str:
    with pytest.raises(CompositionError) as refused:
        compose(slices)
    return "\n".join(refused.value.faults)


def test_two_owners_are_named() -> None:
    said = faults(Slice("catalog", types=[category()]), Slice("rogue", types=[category()]))
    assert "Category is owned by catalog and by rogue; one must use @stub" in said
    assert "Category.name is declared by catalog and rogue and is not shareable" in said


def test_a_stub_without_an_owner_is_named() -> None:
    @stub
    class Product:
        id: strawberry.ID

    @type_(order_pb2.OrderLine, permission=PUBLIC)
    class OrderLine:
        quantity: int
        product: Product | None = link("product_id")

    assert "order: Product is a stub, but no slice owns" in faults(Slice("order", types=[OrderLine]))


def test_a_field_without_a_permission_is_named() -> None:
    @type_(catalog_pb2.Category)
    class Category:
        name: str

    @query(Category)
    async def one(ctx: Any) -> Any: ...

    said = faults(Slice("catalog", query=[one]))
    assert "catalog: Category.name declares no permission" in said
    assert "catalog: Query.one declares no permission" in said


def test_a_type_that_differs_between_slices_is_named() -> None:
    @type_(catalog_pb2.PriceRange, permission=PUBLIC, shareable=True)
    class PriceRange:
        min: Money

    @type_(catalog_pb2.PriceRange, permission=PUBLIC, shareable=True, name="PriceRange")
    class Other:
        min: Money | None

    said = faults(Slice("a", types=[PriceRange]), Slice("b", types=[Other]))
    assert "PriceRange.min is Money! in a and Money in b" in said


def test_an_enum_that_differs_between_slices_is_named() -> None:
    @strawberry.enum
    class Color(Enum):
        RED = 1

    @strawberry.enum(name="Color")
    class Colour(Enum):
        RED = 2

    def asking(color: Any) -> Any:
        @query(color, permission=PUBLIC)
        async def color_(ctx: Any) -> Any: ...

        return color_

    assert "Color is not the same in a and b" in faults(
        Slice("a", query=[asking(Color)]), Slice("b", query=[asking(Colour)])
    )


def test_plain_fields_must_fit_their_messages() -> None:
    @type_(catalog_pb2.Product, permission=PUBLIC)
    class Product:
        nothing: str
        name: str | None
        description: str
        version: int
        published: str
        attributes: str
        media: list[str]
        created_at: datetime
        price_range: datetime | None

    said = faults(Slice("catalog", query=[hello], types=[Product]))
    assert "Product.nothing reads 'nothing', which emporium.catalog.v1.Product does not have" in said
    assert "Product.name is String, but proto emporium.catalog.v1.Product.name is not optional" in said
    assert "Product.description is String!, but proto emporium.catalog.v1.Product.description is optional" in said
    assert "Product.version is Int!, which proto emporium.catalog.v1.Product.version (int64) cannot be" in said
    assert "Product.published is String!, which" in said
    assert "Product.attributes is String!, but proto emporium.catalog.v1.Product.attributes is repeated" in said
    assert "Product.media is [String!]!, which" in said
    assert "Product.priceRange is DateTime, which" in said
    assert "createdAt" not in said


def test_an_entity_without_a_lookup_and_a_link_to_no_entity_are_named() -> None:
    @type_(catalog_pb2.Category, keys=["id"], permission=PUBLIC)
    class Category:
        id: strawberry.ID

    assert "catalog: entity Category has no @lookup" in faults(Slice("catalog", types=[Category]))

    @type_(catalog_pb2.Image, permission=PUBLIC)
    class Image:
        url: str

    @type_(catalog_pb2.Product, permission=PUBLIC)
    class Product:
        image: Image | None = link("category_id")

    assert "Product.image links to Image, which is not an entity" in faults(
        Slice("catalog", query=[hello], types=[Product])
    )


def test_a_stub_may_add_batched_fields_but_read_only_the_id() -> None:
    @stub
    class Category:
        id: strawberry.ID
        name: str

        @batched(int, permission=PUBLIC)
        @staticmethod
        async def popularity(categories: list[Any], ctx: Any) -> list[int]:
            return []

    said = faults(Slice("catalog", types=[category()]), Slice("stats", types=[Category]))
    assert "stats: stub Category may read only the id, not name" in said


def test_two_entities_cannot_claim_one_prefix() -> None:
    @type_(catalog_pb2.Product, keys=["id"], node="cat", permission=PUBLIC)
    class Product(Node):
        id: strawberry.ID

        @lookup
        @staticmethod
        async def by_id(ids: list[str], ctx: Any) -> list[Any]:
            return []

    said = faults(Slice("catalog", types=[category(node="cat"), Product]))
    assert "both claim ids with prefix 'cat'" in said


def test_an_enum_that_misses_a_value_of_the_contract_fails_at_import() -> None:
    with pytest.raises(TypeError, match="missing: CLOSED"):

        @enum_of(order_pb2.OrderStatus)
        class OrderStatus(Enum):
            PENDING = order_pb2.PENDING
            CONFIRMED = order_pb2.CONFIRMED
            FULFILLED = order_pb2.FULFILLED
            REJECTED = order_pb2.REJECTED
            CANCELLED = order_pb2.CANCELLED


def test_an_admin_type_and_what_returns_it_are_not_in_the_storefront() -> None:
    @query(category(admin=True), permission=PUBLIC)
    async def one(ctx: Any) -> Any: ...

    @query(str, permission=PUBLIC)
    async def two(ctx: Any) -> str: ...

    slices = [Slice("catalog", query=[one, two])]
    storefront = compose(slices, View.STOREFRONT)
    assert storefront.schema.query_type
    assert list(storefront.schema.query_type.fields) == ["two"]
    assert "Category" not in storefront.schema.type_map
    assert "Category" in compose(slices, View.ADMIN).schema.type_map
