"""What is selected, with which arguments, of which roots, by whom."""

from tests.conformance.federation_audit import Case
from tests.fakes.shop_backend import SHOPPER

UNAVAILABLE = "connect to 10.0.0.1:1"

SELECTION_CASES = [
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
