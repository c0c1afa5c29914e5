"""The measured schema as Strawberry's guide writes it: its types, its DataLoaders, its executor."""

from functools import partial
from typing import Any

import strawberry
from emporium.catalog.v1.catalog_pb2 import Product as ProductMessage
from emporium.order.v1.order_pb2 import OrderStatus
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from chassis.money import decimal_amount
from infra.bench.gateway_hand import categories_of, products_of
from infra.bench.gateway_shop import orders_request, products_request, search_request, shelf_ids, shelved


@strawberry.type
class Money:
    amount: str
    currency_code: str


@strawberry.type
class PriceRange:
    min: Money


@strawberry.type
class Category:
    id: strawberry.ID
    name: str

    @strawberry.field
    async def products(self, info: strawberry.Info, first: int) -> list["Product"]:
        return [product_of(message) for message in await info.context["shelves"](first).load(self.id)]


@strawberry.type
class Image:
    url: str
    alt: str | None


@strawberry.type
class Product:
    id: strawberry.ID
    name: str
    slug: str
    description: str | None
    brand: str | None
    available_for_sale: bool
    price_range: PriceRange | None
    media: list[Image]
    category_id: strawberry.Private[str]

    @strawberry.field
    async def category(self, info: strawberry.Info) -> Category | None:
        if not self.category_id:
            return None
        row = await info.context["categories"].load(self.category_id)
        return category_of(row)

    @strawberry.field
    async def related(self, info: strawberry.Info, first: int) -> list["Product"]:
        return [product_of(message) for message in await info.context["shelves"](first).load(self.category_id)]


def category_of(message: Any) -> Category:
    return Category(id=strawberry.ID(message.id), name=message.name)


def product_of(message: ProductMessage) -> Product:
    low = message.price_range.min
    price = PriceRange(
        min=Money(amount=decimal_amount(low.minor_units, low.currency_code), currency_code=low.currency_code)
    )
    return Product(
        id=strawberry.ID(message.id),
        name=message.name,
        slug=message.slug,
        description=message.description if message.HasField("description") else None,
        brand=message.brand if message.HasField("brand") else None,
        available_for_sale=message.available_for_sale,
        price_range=price if message.HasField("price_range") else None,
        media=[Image(url=each.url, alt=each.alt if each.HasField("alt") else None) for each in message.media],
        category_id=message.category_id,
    )


@strawberry.type
class ProductPage:
    nodes: list[Product]


@strawberry.type
class FacetValue:
    value: str
    label: str
    count: int
    selected: bool


@strawberry.type
class Facet:
    key: str
    label: str
    values: list[FacetValue]


@strawberry.type
class SearchHit:
    cursor: str
    product: Product


@strawberry.type
class SearchPage:
    hits: list[SearchHit]
    facets: list[Facet]
    total_count: int | None


def search_page(message: Any) -> SearchPage:
    return SearchPage(
        hits=[SearchHit(cursor=hit.cursor, product=product_of(hit.product)) for hit in message.hits],
        facets=[
            Facet(
                key=facet.key,
                label=facet.label,
                values=[
                    FacetValue(value=each.value, label=each.label, count=each.count, selected=each.selected)
                    for each in facet.values
                ],
            )
            for facet in message.facets
        ],
        total_count=message.total_count if message.HasField("total_count") else None,
    )


@strawberry.type
class OrderLine:
    quantity: int
    name: str
    product_id: strawberry.Private[str]

    @strawberry.field
    async def product(self, info: strawberry.Info) -> Product | None:
        return product_of(await info.context["products"].load(self.product_id))


@strawberry.type
class Order:
    id: strawberry.ID
    number: str
    status: str
    lines: list[OrderLine]


@strawberry.type
class OrderPage:
    nodes: list[Order]


@strawberry.type
class Query:
    @strawberry.field
    async def products(self, info: strawberry.Info, first: int) -> ProductPage:
        response = await info.context["shop"].catalog.BatchListCategoryProducts(products_request(first))
        return ProductPage(nodes=[product_of(message) for message in response.pages[0].nodes])

    @strawberry.field
    async def product(self, info: strawberry.Info, id: strawberry.ID) -> Product | None:  # noqa: A002 (the schema's)
        return product_of(await info.context["products"].load(id))

    @strawberry.field
    async def shelves(self, info: strawberry.Info, first: int, failing: bool = False) -> list[Category | None]:
        rows = await categories_of(info.context["shop"], shelf_ids(first, failing=failing))
        return [category_of(row) for row in rows]

    @strawberry.field
    async def search(self, info: strawberry.Info, query: str, first: int) -> SearchPage:
        return search_page(await info.context["shop"].catalog.SearchProducts(search_request(query, first)))

    @strawberry.field
    async def orders(self, info: strawberry.Info, first: int) -> OrderPage:
        response = await info.context["shop"].orders.ListOrders(orders_request(first))
        return OrderPage(nodes=[_order(message) for message in response.nodes])


def _order(message: Any) -> Order:
    return Order(
        id=strawberry.ID(message.id),
        number=message.number,
        status=OrderStatus.Name(message.status),
        lines=[OrderLine(quantity=line.quantity, name=line.name, product_id=line.product_id) for line in message.lines],
    )


PARSED, CHECKED = ParserCache(), ValidationCache()
SCHEMA = strawberry.Schema(Query, extensions=[lambda: PARSED, lambda: CHECKED])


def context(ctx: Any) -> dict[str, Any]:
    """A request's: its DataLoaders."""
    by_first: dict[int, DataLoader[str, Any]] = {}

    def shelves(first: int) -> DataLoader[str, Any]:
        if first not in by_first:
            by_first[first] = DataLoader(lambda ids: shelved(ids, first, ctx), max_batch_size=1_000)
        return by_first[first]

    return {
        "shop": ctx,
        "categories": DataLoader(partial(categories_of, ctx), max_batch_size=1_000),
        "products": DataLoader(partial(products_of, ctx), max_batch_size=1_000),
        "shelves": shelves,
    }
