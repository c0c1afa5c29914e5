"""Something is down or wrong: the rest answers, with errors at exact paths."""

from tests.fixtures.gateway import Running, running_gateway

ORDERS = "{ orders(first: 5) { number lines { quantity product { name } } customer { email } } }"


async def test_a_subgraph_that_is_down_nulls_its_fields_only(gateway: Running) -> None:
    gateway.backend.down.add("catalog")
    answer = (await gateway.post(ORDERS, token=gateway.issuer.token())).json()
    assert [order["number"] for order in answer["data"]["orders"] if order] == ["E-1", "E-2", "E-3", "E-4", "E-5"]
    assert [error["path"] for error in answer["errors"]] == [
        ["orders", 1, "lines", 1, "product"],
        ["orders", 2, "lines", 1, "product"],
        ["orders", 2, "lines", 2, "product"],
    ]
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes == {"UNAVAILABLE"}


async def test_where_a_subgraph_listens_is_not_told(gateway: Running) -> None:
    gateway.backend.down.add("catalog")
    answer = await gateway.post("{ products { totalCount } }")
    assert "10.0.0.1" not in answer.text
    assert answer.json() | {"extensions": None} == {
        "data": {"products": None},
        "errors": [
            {
                "message": "A part of the platform does not answer; try again later.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["products"],
                "extensions": {"code": "UNAVAILABLE"},
            }
        ],
        "extensions": None,
    }


async def test_an_unexpected_failure_is_masked_and_found_by_the_request_id(gateway: Running) -> None:
    answer = await gateway.post(
        '{ productsById(ids: ["prd_4"]) { id showcase { __typename } } }', headers={"X-Request-ID": "find-me"}
    )
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "find-me"}
    assert "no showcase" not in answer.text
    assert error["path"] == ["productsById", 0, "showcase"]


async def test_a_refused_row_and_an_unknown_row_are_told_apart(gateway: Running) -> None:
    answer = (await gateway.post('{ productsById(ids: ["prd_1", "prd_13", "prd_17"]) { id } }')).json()
    assert answer["data"]["productsById"] == [{"id": "prd_1"}, None, None]
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["productsById", 2], "FORBIDDEN")


async def test_what_the_client_did_wrong_is_said(gateway: Running) -> None:
    (error,) = (await gateway.post("{ products(first: -1) { totalCount } }")).json()["errors"]
    assert error["message"] == "`first` is negative"
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "INVALID_INPUT"}


async def test_every_call_of_an_operation_has_the_deadline_of_the_request() -> None:
    async with running_gateway(request_seconds=3.0) as gateway:
        await gateway.post(ORDERS, token=gateway.issuer.token())
        assert len(gateway.backend.seconds_left) == 3
        assert all(0 < seconds <= 3 for seconds in gateway.backend.seconds_left)


async def test_mutations_run_one_after_the_other(gateway: Running) -> None:
    query = """mutation {
      a: checkoutComplete(input: {cartId: "ord_1"}) { order { number customer { email } } userErrors { message } }
      b: checkoutComplete(input: {cartId: "short"}) { order { number }
        userErrors { __typename code message ... on InsufficientStock { sku available } } }
      c: checkoutComplete(input: {cartId: "ord_2"}) { order { number customer { email } } }
    }"""
    answer = (await gateway.post(query, token=gateway.issuer.token())).json()
    assert [c for c in gateway.backend.log if "Checkout" in c or "Users" in c] == [
        "orders.CompleteCheckout(ord_1)",
        "account.BatchGetUsers",
        "orders.CompleteCheckout(short)",
        "orders.CompleteCheckout(ord_2)",
        "account.BatchGetUsers",
    ]
    assert answer["data"]["b"]["userErrors"] == [
        {
            "__typename": "InsufficientStock",
            "code": "INSUFFICIENT_STOCK",
            "message": "short",
            "sku": "A",
            "available": 2,
        },
        {"__typename": "InputError", "code": "INVALID", "message": "bad"},
    ]
