"""What a subgraph writes its GraphQL slice with. Everything that costs a round trip takes and returns a list.

A slice is `subgraphs/<name>/schema/`: one file a type or mutation, and `__init__.py` with `SLICE = Slice(…)`. No
`from __future__ import annotations` there: Strawberry reads real annotations. It imports Strawberry, the stubs and
`chassis.graph` only.

**The context**, typed by what the slice calls::

    class CatalogContext(Context, Protocol):                    # schema/context.py
        catalog: CatalogServiceAsyncStub                        # from emporium.catalog.v1.catalog_pb2_grpc
        inventory: InventoryServiceAsyncStub
    # all of them: account, catalog, collections, inventory, jobs, merchandising, products, carts, orders

`ctx.catalog.SearchProducts(request)` is awaited like a plain function: the caller's identity, the deadline and the
trace travel by themselves, errors arrive as `chassis.errors.RemoteError`; let them through. `ctx.caller` is who asks,
`ctx.shop` the ShopContext message of the operation, `ctx.requested("totalCount", "facets")` whether any of these is
selected below the present field, `ctx.degrade("answered from the database")` fills `extensions.degraded`.

**Types** are read from messages; a *plain* field is an attribute of its message and needs no resolver::

    @type_(pb.Category, keys=["id"], node="cat", permission=PUBLIC)
    class Category(Node):                                       # Node only together with node="prefix"
        '''A shelf of the shop.'''                              # becomes the description
        id: strawberry.ID
        name: str
        path: list[str]
        parent: "Category | None" = link("parent_id")           # an entity by the id the message holds

        @lookup                                                 # what links, node(id:) and other slices use
        @staticmethod
        async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
            return outcomes(await ctx.catalog.BatchGetCategories(pb.BatchGetCategoriesRequest(ids=ids)))

    @type_(pb.Product, keys=["id"], node="prd", permission=PUBLIC)
    class Product(Node):
        id: strawberry.ID
        name: str
        description: str | None                                 # `| None` needs proto `optional` (or a message)
        price_range: PriceRange | None
        created_at: datetime                                    # google.protobuf.Timestamp
        version: Long = attribute(permission=CATALOG_MANAGER, admin=True)   # int64; only in the admin view
        pictures: list[Image] = attribute("media")              # message attribute named differently
        category: Category | None = link("category_id")

        @computed(str, deprecation_reason="Use `name`.")        # pure function of the message
        @staticmethod
        def title(product: pb.Product) -> str: ...

        @batched(list[ProductVariant])                          # one call with all parents
        @staticmethod
        async def variants(products: list[pb.Product], ctx: CatalogContext, *, first: int = 20) -> list[Any]:
            '''The variants one can buy.'''
            ...                                                 # one result (list, message, None, exception) a product

Methods are static (no self: they get messages). Arguments are keyword-only and typed; a nullable one defaults to None:
`after: str | None = None`. Raise `chassis.errors` (InvalidInput, NotFound, …) for what the client did wrong.

**Enums** carry the proto's numbers and are checked against it at import::

    @enum_of(pb.PaymentStatus)
    class PaymentStatus(Enum):
        PENDING = pb.PAYMENT_PENDING                            # all values but UNSPECIFIED, which reads as null

**Interfaces and unions**: a row's type is told by its message class. A message that is only a oneof is looked through,
so `user_errors: list[UserError]` over `repeated emporium.common.v1.UserError` is the interface. Put the implementations
into the slice's `types`. Unions: `Media = Annotated[Image | Video, strawberry.union("Media")]`; add
`permission` to the members.

**Inputs** are plain Strawberry: `@strawberry.input class CartLineInput: sku: str; quantity: int`.

**Lists** are Relay connections over a page message (`nodes`, `page_info`, perhaps `cursors`, `total_count`)::

    ProductConnection = connection(Product, pb.ProductPage, name="ProductConnection", permission=PUBLIC)

    @query(ProductConnection, permission=PUBLIC)
    async def products(ctx: CatalogContext, *, first: int = 20, after: str | None = None) -> pb.ProductPage:
        '''All products.'''
        return await ctx.catalog.…(pb.…(page=page_request(first, after), context=ctx.shop))

**Roots** are module-level functions; permission is theirs to declare (payload and other types declare their own)::

    @type_(pb.CartResponse, permission=PUBLIC)
    class CartPayload:
        cart: Cart | None
        user_errors: list[UserError]
        warnings: list[AutomaticChange]                         # GraphQL name: Warning

    @mutation(CartPayload, permission=PUBLIC)
    async def cart_lines_add(ctx: OrderContext, *, input: CartLinesAddInput) -> pb.CartResponse: ...

    @subscription(OrderUpdate, permission=OWNER_OR_STAFF)
    async def order_updated(ctx: OrderContext, *, id: strawberry.ID, after: Long | None = None):
        async for update in ctx.orders.WatchOrder(pb.WatchOrderRequest(order_id=id, after_sequence=after)):
            yield update

**Another slice's entity** is borrowed by a stub of the same GraphQL name. `Customer` is account's (message User),
`Product`, `ProductVariant` and `Category` are catalog's, `Cart` and `Order` are order's::

    @stub
    class ProductVariant:
        id: strawberry.ID

    @stub                                                       # a stub may get fields of this slice
    class Customer:
        id: strawberry.ID

        @batched(OrderConnection, permission=OWNER_OR_STAFF)
        @staticmethod
        async def orders(customers: list[Identified], ctx: OrderContext, *, first: int = 10) -> list[pb.OrderPage]: ...

Permissions: PUBLIC, SIGNED_IN, OWNER_OR_STAFF (the subgraph filters rows by owner), STAFF, SUPPORT, CATALOG_MANAGER,
ORDER_MANAGER, ADMIN, `any_role("support", "order_manager")`. A field without one (own or its type's) fails composition.
`admin=True` on a type or field: only in `/admin/graphql`.

**Sharing**: nothing is shared by callers unless the fetch says so, next to its RPC (`chassis.graph.shared`)::

    @lookup(shared=Shared(kept=60, varies=("channel", "currency_code")))       # kept until an event ends it
    @batched(list[ProductVariant], shared=Shared(varies=…))                    # shared while it is asked, never kept
    @query(Product | None, permission=PUBLIC, shared=Shared(kept=60, varies=…, changes_with=…))

It is called for nobody: without the caller, without what it does not `vary` with, and its RPCs carry the gateway's own
identity. Staff never share. What ends a kept row is told by the slice: `Slice(…, announces=Announcements(topic, {…}))`.

Types of two files that need each other: `Annotated["Product", strawberry.lazy("subgraphs.catalog.schema.product")]`.

**The slice**::

    SLICE = Slice("catalog", query=[products, search], mutation=[…], subscription=[…],
                  types=[Product, Category, *USER_ERRORS])

Check it alone: `print(SLICE.sdl())`; execute it alone against a fake: `await SLICE.execute(text, context_value=fake)`
where the fake inherits `Loading` and has the stubs, `caller`, `shop`, `requested`, `degrade`.
`python -m gateway.federation.compose --check` composes all slices and says what is wrong.
"""

from typing import Protocol

from chassis.graph.context import Context, EntityFault, outcomes
from chassis.graph.fields import attribute, batched, computed, link, lookup, mutation, query, subscription
from chassis.graph.loading import Loading
from chassis.graph.paging import connection, page_request
from chassis.graph.permission import (
    ADMIN,
    CATALOG_MANAGER,
    ORDER_MANAGER,
    OWNER_OR_STAFF,
    PUBLIC,
    SIGNED_IN,
    STAFF,
    SUPPORT,
    Permission,
    any_role,
)
from chassis.graph.scalars import CurrencyCode, Long
from chassis.graph.searched import Searched
from chassis.graph.shared import Announcements, Change, Shared, ShopPart, entity_name
from chassis.graph.slice import Slice
from chassis.graph.types import Edge, enum_of, interface_, stub, type_
from chassis.graph.values import (
    USER_ERRORS,
    AutomaticChange,
    InputError,
    InsufficientStock,
    Money,
    MoneyInput,
    Node,
    PageInfo,
    PostalAddress,
    PostalAddressInput,
    PriceChanged,
    UserError,
    UserErrorCode,
)
from chassis.spelling import in_one_spelling


class Identified(Protocol):
    """A parent of another slice's type: only its id may be read."""

    @property
    def id(self) -> str: ...


__all__ = [
    "ADMIN",
    "CATALOG_MANAGER",
    "ORDER_MANAGER",
    "OWNER_OR_STAFF",
    "PUBLIC",
    "SIGNED_IN",
    "STAFF",
    "SUPPORT",
    "USER_ERRORS",
    "Announcements",
    "AutomaticChange",
    "Change",
    "Context",
    "CurrencyCode",
    "Edge",
    "EntityFault",
    "Identified",
    "InputError",
    "InsufficientStock",
    "Loading",
    "Long",
    "Money",
    "MoneyInput",
    "Node",
    "PageInfo",
    "Permission",
    "PostalAddress",
    "PostalAddressInput",
    "PriceChanged",
    "Searched",
    "Shared",
    "ShopPart",
    "Slice",
    "UserError",
    "UserErrorCode",
    "any_role",
    "attribute",
    "batched",
    "computed",
    "connection",
    "entity_name",
    "enum_of",
    "in_one_spelling",
    "interface_",
    "link",
    "lookup",
    "mutation",
    "outcomes",
    "page_request",
    "query",
    "stub",
    "subscription",
    "type_",
]
