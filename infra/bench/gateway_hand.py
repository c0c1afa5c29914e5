"""The measured operations as one would write them without GraphQL: the same calls, the same answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from emporium.catalog.v1.catalog_pb2 import BatchGetCategoriesRequest, BatchGetProductsRequest
from emporium.order.v1.order_pb2 import OrderStatus

from chassis.graph import outcomes
from chassis.money import decimal_amount
from gateway.context import RequestContext
from gateway.errors import Reported
from infra.bench.gateway_operations import NESTED
from infra.bench.gateway_shop import orders_request, products_request, search_request, shelf_ids, shelved

NESTED_CATEGORY = [{"line": 2, "column": NESTED.splitlines()[1].index("category") + 1}]
"""Where the document of the nested operation asks for the category."""

Answered = tuple[dict[str, Any], list[Reported]]


async def categories_of(ctx: RequestContext, ids: list[str]) -> list[Any]:
    return outcomes(await ctx.catalog.BatchGetCategories(BatchGetCategoriesRequest(ids=ids)))


async def products_of(ctx: RequestContext, ids: list[str]) -> list[Any]:
    return outcomes(await ctx.catalog.BatchGetProducts(BatchGetProductsRequest(ids=ids)))


def _price(prices: Any) -> dict[str, Any]:
    low = prices.min
    return {"min": {"amount": decimal_amount(low.minor_units, low.currency_code), "currencyCode": low.currency_code}}


async def _named(ctx: RequestContext, products: Sequence[Any]) -> dict[str, Any]:
    """Categories by id; an exception where the look-up failed."""
    ids = list(dict.fromkeys(product.category_id for product in products if product.HasField("category_id")))
    rows = await categories_of(ctx, ids)
    return {
        key: row if isinstance(row, Exception) else {"id": row.id, "name": row.name}
        for key, row in zip(ids, rows, strict=True)
    }


async def listing(ctx: RequestContext, variables: dict[str, Any]) -> Answered:
    response = await ctx.catalog.BatchListCategoryProducts(products_request(variables["first"]))
    nodes = response.pages[0].nodes
    categories = await _named(ctx, nodes)
    rows = [
        {
            "id": product.id,
            "name": product.name,
            "slug": product.slug,
            "description": product.description if product.HasField("description") else None,
            "brand": product.brand if product.HasField("brand") else None,
            "availableForSale": product.available_for_sale,
            "priceRange": _price(product.price_range) if product.HasField("price_range") else None,
            "category": categories[product.category_id] if product.HasField("category_id") else None,
        }
        for product in nodes
    ]
    return {"products": {"nodes": rows}}, []


async def product_page(ctx: RequestContext, variables: dict[str, Any]) -> Answered:
    (product,) = await products_of(ctx, [variables["id"]])
    # Both hang on the product alone. One after the other: a task costs more than it saves here.
    (related,) = await shelved([product.category_id], 8, ctx)
    (category,) = await categories_of(ctx, [product.category_id])
    page = {
        "id": product.id,
        "name": product.name,
        "slug": product.slug,
        "description": product.description if product.HasField("description") else None,
        "brand": product.brand if product.HasField("brand") else None,
        "availableForSale": product.available_for_sale,
        "priceRange": _price(product.price_range) if product.HasField("price_range") else None,
        "media": [{"url": image.url, "alt": image.alt if image.HasField("alt") else None} for image in product.media],
        "category": {"id": category.id, "name": category.name},
        "related": [
            {
                "id": other.id,
                "name": other.name,
                "slug": other.slug,
                "priceRange": _price(other.price_range) if other.HasField("price_range") else None,
            }
            for other in related
        ],
    }
    return {"product": page}, []


async def order_history(ctx: RequestContext, variables: dict[str, Any]) -> Answered:
    orders = (await ctx.orders.ListOrders(orders_request(variables["first"]))).nodes
    ids = list(dict.fromkeys(line.product_id for order in orders for line in order.lines))
    rows = await products_of(ctx, ids)
    categories = await _named(ctx, rows)
    products = {
        key: {
            "id": row.id,
            "name": row.name,
            "category": categories[row.category_id] if row.HasField("category_id") else None,
        }
        for key, row in zip(ids, rows, strict=True)
    }
    shown = [
        {
            "id": order.id,
            "number": order.number,
            "status": OrderStatus.Name(order.status),
            "lines": [
                {"quantity": line.quantity, "name": line.name, "product": products[line.product_id]}
                for line in order.lines
            ],
        }
        for order in orders
    ]
    return {"orders": {"nodes": shown}}, []


async def search(ctx: RequestContext, variables: dict[str, Any]) -> Answered:
    page = await ctx.catalog.SearchProducts(search_request(variables["query"], variables["first"]))
    categories = await _named(ctx, [hit.product for hit in page.hits])
    hits = [
        {
            "cursor": hit.cursor,
            "product": {
                "id": product.id,
                "name": product.name,
                "slug": product.slug,
                "brand": product.brand if product.HasField("brand") else None,
                "availableForSale": product.available_for_sale,
                "priceRange": _price(product.price_range) if product.HasField("price_range") else None,
                "category": categories[product.category_id] if product.HasField("category_id") else None,
            },
        }
        for hit in page.hits
        for product in (hit.product,)
    ]
    facets = [
        {
            "key": facet.key,
            "label": facet.label,
            "values": [
                {"value": each.value, "label": each.label, "count": each.count, "selected": each.selected}
                for each in facet.values
            ],
        }
        for facet in page.facets
    ]
    total = page.total_count if page.HasField("total_count") else None
    return {"search": {"totalCount": total, "hits": hits, "facets": facets}}, []


async def nested(ctx: RequestContext, variables: dict[str, Any]) -> Answered:
    shelves = await categories_of(ctx, shelf_ids(variables["first"], failing=variables["failing"]))
    pages = await shelved([shelf.id for shelf in shelves], 100, ctx)
    categories = await _named(ctx, [product for page in pages for product in page])
    errors: list[Reported] = []

    def category(shelf: int, index: int, product: Any) -> Any:
        found = categories[product.category_id] if product.HasField("category_id") else None
        if isinstance(found, Exception):
            errors.append(Reported(found, ("shelves", shelf, "products", index, "category"), NESTED_CATEGORY))
            return None
        return found

    rows = [
        {
            "id": shelf.id,
            "name": shelf.name,
            "products": [
                {
                    "id": product.id,
                    "name": product.name,
                    "slug": product.slug,
                    "description": product.description if product.HasField("description") else None,
                    "brand": product.brand if product.HasField("brand") else None,
                    "availableForSale": product.available_for_sale,
                    "category": category(number, index, product),
                }
                for index, product in enumerate(page)
            ],
        }
        for number, (shelf, page) in enumerate(zip(shelves, pages, strict=True))
    ]
    return {"shelves": rows}, errors


BY_NAME: dict[str, Callable[[RequestContext, dict[str, Any]], Awaitable[Answered]]] = {
    "Listing": listing,
    "ProductPage": product_page,
    "OrderHistory": order_history,
    "Search": search,
    "Nested": nested,
}
