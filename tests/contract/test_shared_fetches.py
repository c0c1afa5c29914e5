"""Which fetches callers share: the whole list, kept by hand, and why none of them can tell what is private.

A shared fetch is called for nobody, so what it can answer is what anybody gets. Here every one of the real slices is
called in such a context, over services that note who asks.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2, collection_pb2, product_pb2
from google.protobuf.message_factory import GetMessageClass
from graphql import GraphQLObjectType

from chassis import identity
from chassis.graph.fields import Form, lookup_rules
from chassis.graph.permission import PUBLIC
from chassis.graph.shared import Shared
from chassis.identity import Caller
from gateway.context import DEFAULT_SHOP, Backends, RequestContext, Selected, UndeclaredSelection
from gateway.federation.compose import CompositionError, compose
from gateway.federation.graph import View, owned
from gateway.federation.plan import FETCHED
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from gateway.sharing.sharing import NOBODY, Sharing, shares
from gateway.sharing.store import Store
from gateway.slices import SLICES
from tests.fakes.shop_slices import SLICES as FIXTURES
from tests.fakes.shop_slices import Order as FixtureOrder

GRAPH = compose(SLICES, View.ADMIN)
STOREFRONT = compose(SLICES, View.STOREFRONT)
SHARED = {
    "Brand", "Category", "Category.children", "Category.products", "Collection", "Collection.products", "Product",
    "Product.boughtTogether", "Product.collections", "Product.related", "Product.variants", "ProductVariant",
    "Query.brand", "Query.brands",
    "Query.categories", "Query.category",
    "Query.collection", "Query.collections", "Query.product", "Query.search", "Query.searchSuggest",
}  # fmt: skip
"""Add to it what every visitor of the shop may be shown, and nothing else."""
CUSTOMER = Caller(
    service="gateway", user_id="usr_1", session_id="ses_1", roles=frozenset({"customer"}), cart_token_hash="c" * 64,
    ip_address="192.0.2.1", user_agent="secret agent", request_id="req_1",
)  # fmt: skip


def fetches() -> Iterator[tuple[str, Shared | None]]:
    """Every fetch of the real slices."""
    for entity in GRAPH.entities.values():
        yield entity.name, entity.shared
    for type_ in GRAPH.schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                if owned(field).form in FETCHED - {Form.LINK}:
                    yield f"{type_.name}.{name}", owned(field).shared


def test_exactly_these_fetches_are_shared() -> None:
    assert {name for name, rules in fetches() if rules is not None} == SHARED


def test_all_that_is_catalogs_and_everybodys() -> None:
    """No row of account or order is ever shared, and none that only some may see."""
    for name in SHARED:
        type_name, _, field_name = name.partition(".")
        if field_name:
            about = owned(GRAPH.schema.type_map[type_name].fields[field_name])  # type: ignore[attr-defined]
            assert (about.slice, about.permission, about.admin) == ("catalog", PUBLIC, False)
        else:
            assert GRAPH.entities[name].slice == "catalog"


@pytest.mark.parametrize("role", ["support", "catalog_manager", "order_manager", "admin", "service"])
def test_staff_and_services_share_nothing(role: str) -> None:
    caller = Caller(service="gateway", user_id="usr_9", roles=frozenset({role, "customer"}))
    assert not shares(caller)
    assert context(caller).sharing is None


def test_a_fetch_that_not_everybody_may_see_cannot_be_shared() -> None:
    rules = lookup_rules(FixtureOrder.by_id)
    object.__setattr__(rules, "shared", Shared(kept=1))
    try:
        with pytest.raises(CompositionError, match="order: Order is shared, but not everybody may see it"):
            compose(FIXTURES)
    finally:
        object.__setattr__(rules, "shared", None)


METHODS = {
    **catalog_pb2.DESCRIPTOR.services_by_name,
    **collection_pb2.DESCRIPTOR.services_by_name,
    **product_pb2.DESCRIPTOR.services_by_name,
}


class Catalog:
    """Answers every RPC of both services with what is there, and notes as whom and with what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, tuple[Caller, Any]] = {}

    def __getattr__(self, method: str) -> Any:
        services = (METHODS[name] for name in ("CatalogService", "CollectionService", "ProductService"))
        described = next(each.methods_by_name[method] for each in services if method in each.methods_by_name)

        async def call(request: Any) -> Any:
            self.asked[method] = (identity.current(), request)
            answer = GetMessageClass(described.output_type)()
            for field in ("outcomes", "lists", "pages"):
                if hasattr(answer, field):
                    keys = next(value for _, value in request.ListFields())
                    for key in keys:
                        row = getattr(answer, field).add()
                        if field == "outcomes":
                            self._fill(row, key)
            return answer

        return call

    def _fill(self, row: Any, key: Any) -> None:
        (of,) = [field.name for field in row.DESCRIPTOR.fields if field.name != "error"]
        made = getattr(row, of)
        made.id = key if isinstance(key, str) else key.slug
        if of == "product":
            made.category_id, made.version = "cat_1", 3
        if of == "variant":
            made.product_id = "prd_1"


def context(caller: Caller, catalog: Any = None, sharing: Sharing | None = None, fresh: bool = False) -> RequestContext:
    none: Any = SimpleNamespace()
    asked: Any = catalog or Catalog()
    backends = Backends(
        account=none,
        catalog=asked,
        collections=asked,
        inventory=none,
        jobs=none,
        merchandising=none,
        products=asked,
        carts=none,
        orders=none,
    )
    mine = sharing or Sharing(Store(1_000_000), Metrics())
    return RequestContext(STOREFRONT, backends, caller, DEFAULT_SHOP, Metrics(), sharing=mine, fresh=lambda: fresh)


EVERY_SHARED_FETCH = """{
  product(slug: "p") { id category { id parent { id } children { id } products { nodes { id } } } variants { id }
    collections { id } related { id } boughtTogether { id } }
  categories { id } category(slug: "c") { id } node(id: "var_1") { id ... on ProductVariant { product { id } } }
  collection(slug: "c") { id products { nodes { id } } } collections { nodes { id } } found: node(id: "col_1") { id }
  brand(slug: "b") { id } brands { nodes { id } } made: node(id: "brd_1") { id }
  search(query: "q") { totalCount facets { key } edges { highlights { field } } } searchSuggest(prefix: "p") { text }
}"""
OPERATIONS = Operations(STOREFRONT, Limits(), Metrics(), introspection=False)


async def test_every_shared_rpc_is_called_for_nobody_and_told_nothing_of_the_caller() -> None:
    catalog = Catalog()
    ctx = context(CUSTOMER, catalog)
    with identity.acting_as(CUSTOMER):
        answer = await OPERATIONS.execute(OPERATIONS.prepare(OperationRequest(query=EVERY_SHARED_FETCH)), ctx)
    assert answer.errors == []
    assert len(catalog.asked) == 19, sorted(catalog.asked)
    assert {caller for caller, _ in catalog.asked.values()} == {NOBODY}
    assert Caller(service="gateway") == NOBODY
    for _, request in catalog.asked.values():
        assert "usr_1" not in str(request)
        assert "locale" not in str(request), "what a fetch does not vary with is not told to it"


async def test_every_row_that_is_kept_can_be_kept_elsewhere_too() -> None:
    sharing = Sharing(Store(1_000_000), Metrics())
    ctx = context(CUSTOMER, sharing=sharing)
    await OPERATIONS.execute(OPERATIONS.prepare(OperationRequest(query=EVERY_SHARED_FETCH)), ctx)
    kept = {name for name, rules in fetches() if rules is not None and rules.kept}
    assert kept == SHARED - {"ProductVariant", "Product.variants"}, "quantities change without an event"
    keys: Any = sharing.store._entries  # pyright: ignore[reportPrivateUsage]
    places = [key[0] for key in keys]
    assert {place[0] for place in places if isinstance(place, tuple)} == kept


async def test_a_shared_root_is_not_told_of_a_selection_it_did_not_declare() -> None:
    with pytest.raises(UndeclaredSelection):
        Selected(paths={"facets": True}).asks(["totalCount"])


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ('{ product(slug: "p") { id category { id } variants { id } } categories { id } }', True),
        ('{ product(slug: "p") { id } me { id } }', False),
        ('{ product(slug: "p") { id } cart(id: "crt_1") { lines { product { name } } } }', False),
        ('{ product(slug: "p") { id version } }', False),
        ('{ product(slug: "p") { id variants { stock { available } } } }', False),
        ('{ product(slug: "p") { id } deliveryMethods { code } }', False),
        ('{ node(id: "prd_1") { id } }', False),
        ('{ product(slug: "p") { id } __schema { queryType { name } } }', False),
        ("{ __typename }", False),
        ("mutation { productPublish(input: {ids: []}) { products { id } } }", False),
    ],
)
def test_an_answer_is_shared_only_if_all_of_it_is_everybodys(text: str, whole: bool) -> None:
    operations = Operations(GRAPH, Limits(), Metrics(), introspection=True)
    assert operations.prepare(OperationRequest(query=text)).compiled.shared is whole
