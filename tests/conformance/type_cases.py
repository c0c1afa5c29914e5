"""Types: what an object is called, unions, interfaces, enums."""

from tests.conformance.federation_audit import NULL, Case

SHORT = 'checkoutComplete(input: {cartId: "short"})'

TYPE_CASES = [
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
]
