"""The questions of the federation gateway audit (graphql-hive/federation-gateway-audit), asked of our gateway over the
fixture's slices: one case a question, answered alike by the program, by the walk and by graphql-core.

What the audit asks of directives that the slices do not have stands in NOT_ASKED, with what there is instead.
"""

from typing import Any

import pytest
from graphql import parse, validate

from gateway.federation.compose import CompositionError, compose
from gateway.federation.graph import View
from tests.conformance.federation_audit import ALL, GRAPH, Case, by_gateway, by_graphql_core
from tests.fakes.shop_backend import SHOPPER
from tests.fakes.shop_slices import CATALOG, SLICES

SHORT = 'checkoutComplete(input: {cartId: "short"})'
UNAVAILABLE = "connect to 10.0.0.1:1"
NULL = "Cannot return null for non-nullable field"

CASES = [
    Case(
        suite="simple-entity-call",
        says="a slice adds a field to another's entity",
        query="{ me { email orders(first: 1) { nodes { number } } } }",
        data={"me": {"email": "u2@example.com", "orders": {"nodes": [{"number": "E-3"}]}}},
        calls={"account.BatchGetUsers": 1, "orders.BatchListOrdersOfCustomers": 1},
    ),
    Case(
        suite="complex-entity-call",
        says="entities within entities, through three slices and back",
        query="""{ node(id: "ord_14") { ... on Order { lines { product { name
          category { name products(first: 1) { nodes { name category { name } } } } } } } } }""",
        data={
            "node": {
                "lines": [
                    {"product": None},
                    {
                        "product": {
                            "name": "Product 15",
                            "category": {
                                "name": "Category 5",
                                "products": {"nodes": [{"name": "Product 5", "category": {"name": "Category 5"}}]},
                            },
                        }
                    },
                ]
            }
        },
    ),
    Case(
        suite="parent-entity-call",
        says="an entity above an entity of the same type",
        query='{ category(id: "cat_6") { name parent { name parent { name } } } }',
        data={"category": {"name": "Category 6", "parent": {"name": "Category 5", "parent": {"name": "Category 4"}}}},
        calls={"catalog.BatchGetCategories": 3},
    ),
    Case(
        suite="parent-entity-call-complex",
        says="the same entity from two roots, one of them with more below it",
        query='{ a: category(id: "cat_2") { parent { name } } b: category(id: "cat_2") { name } }',
        data={"a": {"parent": {"name": "Category 1"}}, "b": {"name": "Category 2"}},
    ),
    Case(
        suite="null-keys",
        says="a place without a key is null and asks nobody",
        query='{ nodes(ids: ["ord_4", "ord_5"]) { ... on Order { customer { email } lines { product { name } } } } }',
        data={
            "nodes": [
                {"customer": {"email": "u0@example.com"}, "lines": []},
                {"customer": None, "lines": [{"product": None}]},
            ]
        },
        calls={"orders.BatchGetOrders": 1, "account.BatchGetUsers": 1},
    ),
    Case(
        suite="null-keys",
        says="a key that another slice does not know is null without an error",
        query='{ node(id: "ord_2") { ... on Order { lines { quantity product { name } } } } }',
        data={"node": {"lines": [{"quantity": 1, "product": None}, {"quantity": 2, "product": None}]}},
    ),
    Case(
        suite="null-keys",
        says="null among the entities of a list stays where it is",
        query='{ productsById(ids: ["prd_1"]) { related(first: 3) { name category { name } } } }',
        data={
            "productsById": [
                {
                    "related": [
                        {"name": "Product 2", "category": {"name": "Category 2"}},
                        None,
                        {"name": "Product 4", "category": None},
                    ]
                }
            ]
        },
    ),
    Case(
        suite="null-keys",
        says="a refused row is null with an error, its neighbours answer",
        query='{ productsById(ids: ["prd_1", "prd_7", "prd_3"]) { name } }',
        data={"productsById": [{"name": "Product 1"}, None, None]},
        errors=("productsById.1: not for you",),
        calls={"catalog.BatchGetProducts": 1},
    ),
    Case(
        suite="null-keys",
        says="null where none may be takes the nearest object that may",
        query='{ productsById(ids: ["prd_1", "prd_4"]) { name shelf { name } } }',
        data={"productsById": [{"name": "Product 1", "shelf": {"name": "Category 1"}}, None]},
        errors=(f"productsById.1.shelf: {NULL} shelf.",),
    ),
    Case(
        suite="nested lists",
        says="null in a list of lists of entities takes them all",
        query="{ grid { name category { name } } }",
        data={"grid": None},
        errors=(f"grid.1.0: {NULL} grid.",),
    ),
    Case(
        suite="keys-mashup",
        says="one key asked in many places is looked up once",
        query='{ productsById(ids: ["prd_1", "prd_11", "prd_21"]) { category { name } shelf { name } } }',
        data={"productsById": [{"category": {"name": "Category 1"}, "shelf": {"name": "Category 1"}}] * 3},
        calls={"catalog.BatchGetProducts": 1, "catalog.BatchGetCategories": 1},
    ),
    Case(
        suite="typename",
        says="aliases of __typename, at the root, in entities and where nothing else is asked",
        query="""{ a: __typename me { b: __typename id } category(id: "cat_2") { __typename c: __typename
          parent { d: __typename } } }""",
        data={
            "a": "Query",
            "me": {"b": "Customer", "id": "usr_2"},
            "category": {"__typename": "Category", "c": "Category", "parent": {"d": "Category"}},
        },
    ),
    Case(
        suite="typename",
        says="only __typename of an entity: an unknown one is null all the same",
        query='{ productsById(ids: ["prd_1", "prd_5"]) { related(first: 2) { __typename } } }',
        data={
            "productsById": [
                {"related": [{"__typename": "Product"}, None]},
                {"related": [{"__typename": "Product"}, None]},
            ]
        },
        errors=("productsById.1.related.1: not for you",),
    ),
    Case(
        suite="typename",
        says="of the root of a mutation",
        query=f"mutation {{ a: __typename b: {SHORT} {{ c: __typename }} }}",
        data={"a": "Mutation", "b": {"c": "CheckoutPayload"}},
    ),
    Case(
        suite="typename",
        says="of a union's members",
        query='{ productsById(ids: ["prd_5"]) { showcase { kind: __typename } } }',
        data={
            "productsById": [{"showcase": [{"kind": kind} for kind in ("Image", "Image", "Attribute", "Attribute")]}]
        },
    ),
    Case(
        suite="union-intersection",
        says="members that no fragment asks for are empty objects",
        query='{ productsById(ids: ["prd_5"]) { showcase { ... on Image { url } } } }',
        data={"productsById": [{"showcase": [{"url": "/5-0.svg"}, {"url": "/5-1.svg"}, {}, {}]}]},
    ),
    Case(
        suite="union-intersection",
        says="each member by its own fragments, named and inline",
        query="""query { productsById(ids: ["prd_5"]) {
            showcase { ...i ... on Attribute { key } ... on Image { width } } } }
          fragment i on Image { url }""",
        data={
            "productsById": [
                {
                    "showcase": [
                        {"url": "/5-0.svg", "width": 0},
                        {"url": "/5-1.svg", "width": 1},
                        {"key": "k0"},
                        {"key": "k1"},
                    ]
                }
            ]
        },
    ),
    Case(
        suite="child-type-mismatch",
        says="fields of different types under different names",
        query="""{ productsById(ids: ["prd_4"]) { image { width alt }
          pictures { width } } }""",
        data={"productsById": [{"image": None, "pictures": [{"width": 0}]}]},
    ),
    Case(
        suite="abstract-types",
        says="fields of the interface and of its implementations",
        query=f"""mutation {{ {SHORT} {{
          userErrors {{ __typename message ... on InsufficientStock {{ available }} }} }} }}""",
        data={
            "checkoutComplete": {
                "userErrors": [
                    {"__typename": "InsufficientStock", "message": "short", "available": 2},
                    {"__typename": "InputError", "message": "bad"},
                ]
            }
        },
    ),
    Case(
        suite="abstract-types",
        says="a fragment on an interface within a fragment on an object",
        query=f"""mutation {{ {SHORT} {{ userErrors {{ ... on InputError {{ ...e }} }} }} }}
          fragment e on UserError {{ code ... on InputError {{ field }} ... on InsufficientStock {{ sku }} }}""",
        data={"checkoutComplete": {"userErrors": [{}, {"code": "INVALID", "field": ["cartId"]}]}},
    ),
    Case(
        suite="union-interface-distributed",
        says="an interface whose implementations belong to three slices",
        query="""{ nodes(ids: ["ord_2", "prd_1", "usr_1"]) { __typename id
          ... on Order { number } ... on Product { name } ... on Customer { email } } }""",
        data={
            "nodes": [
                {"__typename": "Order", "id": "ord_2", "number": "E-2"},
                {"__typename": "Product", "id": "prd_1", "name": "Product 1"},
                {"__typename": "Customer", "id": "usr_1", "email": "u1@example.com"},
            ]
        },
        calls={"orders.BatchGetOrders": 1, "catalog.BatchGetProducts": 1, "account.BatchGetUsers": 1},
    ),
    Case(
        suite="node",
        says="an entity by its global id, and what hangs on it",
        query='{ node(id: "prd_1") { id ... on Product { category { id name } } } }',
        data={"node": {"id": "prd_1", "category": {"id": "cat_1", "name": "Category 1"}}},
    ),
    Case(
        suite="corrupted-supergraph-node-id",
        says="an id nobody has and an id that is none are null",
        query='{ nodes(ids: ["cat_3", "xyz_1", "", "cat_2"]) { id } }',
        data={"nodes": [None, None, None, {"id": "cat_2"}]},
    ),
    Case(
        suite="circular-reference-interface",
        says="entities that refer to each other, round and round",
        query="""{ category(id: "cat_1") { products(first: 1) { nodes { category {
          products(first: 1) { nodes { category { name } } } } } } } }""",
        data={
            "category": {
                "products": {"nodes": [{"category": {"products": {"nodes": [{"category": {"name": "Category 1"}}]}}}]}
            }
        },
        calls={"catalog.BatchGetCategories": 2, "catalog.BatchListCategoryProducts": 2},
    ),
    Case(
        suite="enum-intersection",
        says="names instead of the contract's numbers",
        query="{ orders(first: 2) { status maybeStatus } }",
        data={
            "orders": [
                {"status": "PENDING", "maybeStatus": "PENDING"},
                {"status": "CONFIRMED", "maybeStatus": "CONFIRMED"},
            ]
        },
    ),
    Case(
        suite="enum-intersection",
        says="an unspecified value is null, or an error where null may not be",
        query="""{ nodes(ids: ["ord_14", "ord_1"]) { ... on Order { maybeStatus } }
          node(id: "ord_14") { ... on Order { status } } }""",
        data={"nodes": [{"maybeStatus": None}, {"maybeStatus": "PENDING"}], "node": None},
        errors=(f"node.status: {NULL} status.",),
    ),
    Case(
        suite="include-skip",
        says="what is left out is not fetched",
        query="""query ($no: Boolean = false) { products(first: 2) { nodes {
          name category @include(if: $no) { name } } } }""",
        data={"products": {"nodes": [{"name": "Product 0"}, {"name": "Product 1"}]}},
        calls={"catalog.ListProducts": 1},
    ),
    Case(
        suite="include-skip",
        says="a whole fragment on an entity",
        query="""query ($no: Boolean!) { productsById(ids: ["prd_1"]) { name ...c @skip(if: $no) } }
          fragment c on Product { category { name } }""",
        variables={"no": True},
        data={"productsById": [{"name": "Product 1"}]},
        calls={"catalog.BatchGetProducts": 1},
    ),
    Case(
        suite="include-skip",
        says="all but __typename of an entity, which is fetched to know that it is there",
        query="""query ($yes: Boolean!) { productsById(ids: ["prd_1"]) {
          category { name @skip(if: $yes) __typename @include(if: $yes) } } }""",
        variables={"yes": True},
        data={"productsById": [{"category": {"__typename": "Category"}}]},
        calls={"catalog.BatchGetProducts": 1, "catalog.BatchGetCategories": 1},
    ),
    Case(
        suite="requires-with-argument",
        says="one field of an entity with two arguments under two names",
        query='{ productsById(ids: ["prd_1"]) { one: related(first: 1) { name } two: related(first: 2) { name } } }',
        data={"productsById": [{"one": [{"name": "Product 2"}], "two": [{"name": "Product 2"}, None]}]},
    ),
    Case(
        suite="requires-with-argument-conflict",
        says="a computed field with and without its argument",
        query='{ productsById(ids: ["prd_1"]) { quiet: title loud: title(upper: true) } }',
        data={"productsById": [{"quiet": "Product 1", "loud": "PRODUCT 1"}]},
    ),
    Case(
        suite="input-object-intersection",
        says="an input with defaults, an enum and a list, from a variable",
        query="query ($where: ProductWhere) { products(first: 1, where: $where) { totalCount } }",
        variables={"where": {"names": ["a"], "order": "NEWEST"}},
        data={"products": {"totalCount": 1000}},
    ),
    Case(
        suite="mutations",
        says="one after the other, each with entities of another slice",
        query="""mutation { a: checkoutComplete(input: {cartId: "ord_1"}) { order { number customer { email } } }
          b: checkoutComplete(input: {cartId: "ord_2"}) { order { customer { email } } } }""",
        data={
            "a": {"order": {"number": "E-1", "customer": {"email": "u1@example.com"}}},
            "b": {"order": {"customer": {"email": "u2@example.com"}}},
        },
    ),
    Case(
        suite="shared-root",
        says="roots of three slices in one operation",
        query='{ me { email } category(id: "cat_1") { name } orders(first: 1) { number } }',
        data={"me": {"email": "u2@example.com"}, "category": {"name": "Category 1"}, "orders": [{"number": "E-1"}]},
        calls={"account.BatchGetUsers": 1, "catalog.BatchGetCategories": 1, "orders.ListOrders": 1},
    ),
    Case(
        suite="shared-root",
        says="a slice that is down takes its own fields only",
        query='{ category(id: "cat_1") { name } orders(first: 2) { number lines { quantity product { name } } } }',
        down=frozenset({"catalog"}),
        data={
            "category": None,
            "orders": [
                {"number": "E-1", "lines": [{"quantity": 1, "product": None}]},
                {"number": "E-2", "lines": [{"quantity": 1, "product": None}, {"quantity": 2, "product": None}]},
            ],
        },
        errors=(f"category: {UNAVAILABLE}", f"orders.1.lines.1.product: {UNAVAILABLE}"),
    ),
    Case(
        suite="provides-only-requested-fields",
        says="selections of one entity from several places are one",
        query="""{ products(first: 2) { nodes { category { name } } }
          products(first: 2) { nodes { name category { path } } } }""",
        data={
            "products": {
                "nodes": [
                    {"category": None, "name": "Product 0"},
                    {"category": {"name": "Category 1", "path": ["All", "1"]}, "name": "Product 1"},
                ]
            }
        },
        calls={"catalog.ListProducts": 1, "catalog.BatchGetCategories": 1},
    ),
    Case(
        suite="simple-inaccessible",
        says="a field that is not for this caller is refused where it stands",
        query="{ me { email blocked } }",
        caller=SHOPPER,
        data={"me": None},
        errors=("me.blocked: You may not do this. (required=ORDER_MANAGER)",),
    ),
]

ONE_OWNER = "a field has one owner; a second one fails composition (tests/unit/gateway/test_composition.py)"
KEY_ONLY = "a slice reads of another's entity its key alone, so nothing is fetched for it: composition refuses more"
OWNER_ANSWERS = "the owner answers every field of its entity; a slice that knows some of them cannot shorten the way"
NO_INTERFACE_OBJECT = "fields are added to entities, never to interfaces"
FEDERATION_1 = "federation 1's `extend`: a stub is what borrows an entity (simple-entity-call)"
NOT_ASKED = {
    "executable-directive-definition-default-arguments": "@inContext: test_graphql_over_http.py",
    "fed1-external-extends": FEDERATION_1,
    "fed1-external-extends-resolvable": FEDERATION_1,
    "fed1-external-extension": FEDERATION_1,
    "fed2-external-extends": FEDERATION_1,
    "fed2-external-extension": FEDERATION_1,
    "interface-object-indirect-extension": NO_INTERFACE_OBJECT,
    "interface-object-with-requires": NO_INTERFACE_OBJECT,
    "mysterious-external": KEY_ONLY,
    "nested-provides": OWNER_ANSWERS,
    "non-resolvable-interface-object": NO_INTERFACE_OBJECT,
    "override-type-interface": ONE_OWNER,
    "override-with-requires": ONE_OWNER,
    "provides-on-interface": OWNER_ANSWERS,
    "provides-on-union": OWNER_ANSWERS,
    "requires-circular": KEY_ONLY,
    "requires-interface": KEY_ONLY,
    "requires-requires": KEY_ONLY,
    "requires-with-fragments": KEY_ONLY,
    "simple-interface-object": NO_INTERFACE_OBJECT,
    "simple-override": ONE_OWNER,
    "simple-requires-provides": KEY_ONLY,
    "unavailable-override": ONE_OWNER,
}
SUITES = 46
"""Of the audit; ours on nested lists is one more."""


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_case_gives_what_is_expected_by_program_walk_and_reference(case: Case) -> None:
    by_program, by_walk = await by_gateway(case, compiled=True), await by_gateway(case, compiled=False)
    for outcome in (by_program, by_walk):
        assert (outcome.data, outcome.errors) == (case.data, case.errors)
        if case.calls is not None:
            assert outcome.calls == case.calls
    theirs = await by_graphql_core(case)
    assert theirs.data == case.data
    assert [told.partition(":")[0] for told in theirs.errors] == [told.partition(":")[0] for told in case.errors]


def test_every_suite_of_the_audit_is_asked_or_answered_for() -> None:
    asked = {case.suite for case in CASES} - {"nested lists"}
    assert not asked & set(NOT_ASKED)
    assert len(asked) + len(NOT_ASKED) == SUITES


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (
            "{ productsById(ids: []) { showcase { ... on Image { n: width } ... on Attribute { n: number } } } }",
            "conflict",
        ),
        ("{ products { nodes { ... on Order { number } } } }", "can never be of type"),
        ("{ node(id: 1) { name } }", "Cannot query field"),
    ],
)
def test_what_cannot_be_answered_is_said_before_anything_runs(query: str, says: str) -> None:
    assert says in validate(GRAPH.schema, parse(query))[0].message


@pytest.mark.parametrize(("view", "shown"), [(View.STOREFRONT, False), (View.ADMIN, True)])
def test_what_is_inaccessible_is_not_in_the_view(view: View, shown: bool) -> None:
    faults = validate(compose(ALL, view).schema, parse("{ products { nodes { version } } }"))
    assert bool(faults) != shown


def test_a_root_field_of_two_slices_is_refused() -> None:
    twice: list[Any] = [*SLICES, type(CATALOG)("again", query=[shared_root()])]
    with pytest.raises(CompositionError, match=r"Query\.category is declared by catalog and again"):
        compose(twice)


def shared_root() -> Any:
    import strawberry

    from chassis.graph import PUBLIC, query
    from tests.fakes.shop_slices import Category

    @query(Category | None, permission=PUBLIC, name="category")
    async def category(ctx: Any, *, id: strawberry.ID) -> Any:  # noqa: A002 (the schema's name)
        return None

    return category
