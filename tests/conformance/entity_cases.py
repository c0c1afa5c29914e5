"""Entities of several slices: keys that are there, missing, unknown or refused."""

from tests.conformance.federation_audit import NULL, Case

ENTITY_CASES = [
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
]
