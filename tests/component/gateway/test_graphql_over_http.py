"""What the GraphQL-over-HTTP specification asks, and what wrong requests get."""

import asyncio
import json
from typing import Any

import pytest

from gateway.federation import answer
from gateway.limits import Limits
from tests.fixtures.gateway import Running, running_gateway

GRAPHQL = "application/graphql-response+json"
TYPENAME = json.dumps({"query": "{ __typename }"})


async def send(gateway: Running, body: str | bytes = TYPENAME, method: str = "POST", **headers: str) -> Any:
    named = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await gateway.http.request(method, "/graphql", content=body, headers=named)


@pytest.mark.parametrize(
    ("accept", "media", "status"),
    [
        (GRAPHQL, GRAPHQL, 200),
        ("application/json", "application/json", 200),
        ("*/*", "application/json", 200),
        ("", "application/json", 200),
        (f"{GRAPHQL}; charset=utf-8, application/json;q=0.9", GRAPHQL, 200),
        ("text/html", "application/json", 406),
        (f"{GRAPHQL};q=0, application/json", "application/json", 200),
    ],
)
async def test_the_answer_has_the_media_type_asked_for(gateway: Running, accept: str, media: str, status: int) -> None:
    answer = await send(gateway, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (status, f"{media}; charset=utf-8")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "BAD_REQUEST"),
        (b"\xff\xfe", 400, "BAD_REQUEST"),
        ("[]", 400, "BAD_REQUEST"),
        ('"text"', 400, "BAD_REQUEST"),
        ("{}", 400, "BAD_REQUEST"),
        ('{"query": 1}', 400, "BAD_REQUEST"),
        ('{"query": "{ __typename }", "variables": []}', 400, "BAD_REQUEST"),
        ('{"query": "{ __typename }", "variables": "x"}', 400, "BAD_REQUEST"),
        ('{"query": "{ __typename }", "operationName": 1}', 400, "BAD_REQUEST"),
        ('{"query": "{ __typename }", "operationName": "Other"}', 400, "BAD_REQUEST"),
        ('{"query": "query A { __typename } query B { __typename }"}', 400, "BAD_REQUEST"),
        ('{"query": "fragment F on Query { __typename }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
        ('{"query": "{ products("}', 400, "GRAPHQL_PARSE_FAILED"),
        ('{"query": "{ nope }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
        ('{"query": "{ products(first: \\"x\\") { totalCount } }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            '{"query": "query ($n: Int!) { products(first: $n) { totalCount } }", "variables": {"n": "x"}}',
            400,
            "BAD_USER_INPUT",
        ),
        ('{"query": "query ($n: Int!) { products(first: $n) { totalCount } }"}', 400, "BAD_USER_INPUT"),
        ('{"query": "query @inContext(currency: \\"euro\\") { __typename }"}', 400, "BAD_USER_INPUT"),
        ('{"query": "query @inContext(currency: \\"ZZZ\\") { __typename }"}', 400, "BAD_USER_INPUT"),
        (
            '{"query": "{ __typename }", "variables": {"input": {"lines": [{"sku": "a\\u0000b"}]}}}',
            400,
            "BAD_USER_INPUT",
        ),
        ('{"query": "{ product(id: \\"\\\\u0000\\") { id } }"}', 400, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_wrong_request_gets_a_clear_refusal(
    gateway: Running, body: str | bytes, status: int, code: str
) -> None:
    answer = await send(gateway, body, accept=GRAPHQL)
    assert answer.status_code == status
    errors = answer.json()["errors"]
    assert errors[0]["extensions"]["code"] == code
    assert "data" not in answer.json()
    assert "Traceback" not in answer.text


async def test_a_character_that_cannot_be_kept_is_refused_with_its_place(gateway: Running) -> None:
    body = json.dumps({"query": "{ __typename }", "variables": {"input": {"lines": [{"sku": "a\0b"}]}}})
    message = (await send(gateway, body, accept=GRAPHQL)).json()["errors"][0]["message"]
    assert message == "The variable $input.lines[0].sku has the character U+0000, which no text may have."
    written = json.dumps({"query": "query ($x: String) { __typename @skip(if: false) }", "variables": {"x": "\\u0000"}})
    assert "U+0000" not in (await send(gateway, written, accept=GRAPHQL)).text


async def test_faults_of_the_document_are_200_under_application_json(gateway: Running) -> None:
    answer = await send(gateway, '{"query": "{ nope }"}', accept="application/json")
    assert answer.status_code == 200
    assert "data" not in answer.json()


async def test_queries_go_by_get_and_mutations_do_not(gateway: Running) -> None:
    query = "query ($n: Int!) { products(first: $n) { totalCount } }"
    answer = await gateway.http.get("/graphql", params={"query": query, "variables": '{"n": 2}'})
    assert answer.json()["data"] == {"products": {"totalCount": 1000}}
    mutation = 'mutation { checkoutComplete(input: {cartId: "ord_1"}) { order { id } } }'
    refused = await gateway.http.get("/graphql", params={"query": mutation})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert not gateway.backend.calls["orders.CompleteCheckout(ord_1)"]


async def test_other_methods_are_not_allowed(gateway: Running) -> None:
    answer = await send(gateway, method="PUT")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken_so_that_no_foreign_form_can_post(gateway: Running, content_type: str) -> None:
    answer = await send(gateway, content_type=content_type)
    assert answer.status_code == 415


async def test_an_oversized_body_is_refused_before_it_is_read() -> None:
    async with running_gateway(limits=Limits(body_bytes=1_000)) as gateway:
        answer = await send(gateway, json.dumps({"query": "{ __typename }" + " " * 2_000}))
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


CHECKOUT = 'm{}: checkoutComplete(input: {{cartId: "c"}}) {{ order {{ id }} }} '


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("{ " + "".join(f"a{n}: __typename " for n in range(61)) + "}", "61 aliases"),
        ("{ category(id: 1) { " + "parent { " * 20 + "id" + " }" * 22, "22 levels"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(21)) + "}", "21 root fields"),
        (
            "{ "
            + "...F " * 4
            + "} fragment F on Query { ...G ...G ...G } fragment G on Query { id: __typename a: __typename }",
            "24 root fields",
        ),
        ("{ " + "...F " * 30 + "} fragment F on Query { __typename }", "30 times `...F` in one selection set"),
        ("{ products { nodes { " + "category { id } " * 500 + "} } }", "500 times `category`"),
        ("{ products { nodes { " + "... { category { id } } " * 300 + "} } }", "300 times `category`"),
        ("{ __typename } " + "".join(f"fragment F{n} on Query {{ id }} " for n in range(30)), "31 definitions"),
        ("mutation { " + "".join(CHECKOUT.format(n) for n in range(6)) + "}", "6 root fields"),
        ("{ __typename " + "@include(if: true) " * 61 + "}", "can only be used once"),
        ("{ " + "__typename " * 5_000 + "}", "token"),
        ("{ a" * 1_500, "Syntax Error"),
    ],
)
async def test_documents_over_a_limit_are_refused(gateway: Running, query: str, what: str) -> None:
    answer = await gateway.post(query)
    assert answer.status_code == 400
    assert what in answer.text
    assert not gateway.backend.calls


async def test_the_request_id_comes_back_and_a_bad_one_is_replaced(gateway: Running) -> None:
    assert (await send(gateway, x_request_id="abc-123")).headers["x-request-id"] == "abc-123"
    assert (await send(gateway, x_request_id="evil id; drop")).headers["x-request-id"].startswith("req_")


async def test_a_page_of_another_site_is_refused_and_a_listed_one_is_answered() -> None:
    async with running_gateway(allowed_origins="https://shop.example") as gateway:
        refused = await send(gateway, origin="https://evil.example")
        assert refused.status_code == 403
        allowed = await send(gateway, origin="https://shop.example")
        assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
        own = await send(gateway, origin=f"http://{gateway.url}")
        assert own.status_code == 200
        preflight = await gateway.http.options(
            "/graphql", headers={"origin": "https://shop.example", "access-control-request-method": "POST"}
        )
        assert preflight.status_code == 204
        assert "emporium-cart-token" in preflight.headers["access-control-allow-headers"]


async def test_introspection_works_in_development_only(gateway: Running, production_gateway: Running) -> None:
    query = """
    query ($n: String!) { a: __type(name: $n) { name } ...F }
    fragment F on Query { __schema { queryType { name } } }
    """
    answer = (await gateway.post(query, variables={"n": "Product"})).json()
    assert answer["data"] == {"a": {"name": "Product"}, "__schema": {"queryType": {"name": "Query"}}}
    refused = await production_gateway.post(query, variables={"n": "Product"})
    assert refused.status_code == 400
    unknown = (await production_gateway.post("{ productz { totalCount } }")).json()
    assert "Did you mean" not in json.dumps(unknown)
    assert "rpcs" not in (await production_gateway.post("{ __typename }")).json().get("extensions", {})


async def test_the_admin_view_shows_more_than_the_storefront(gateway: Running) -> None:
    query = '{ productsById(ids: ["prd_1"]) { version } }'
    assert (await gateway.post(query)).status_code == 400
    token = gateway.issuer.token("usr_2", "catalog_manager")
    assert (await gateway.post(query, path="/admin/graphql", token=token)).json()["data"] == {
        "productsById": [{"version": 1}]
    }


async def test_webhooks_that_come_together_are_answered_each_for_itself(gateway: Running) -> None:
    good, bad = {"webhook-signature": "good"}, {"webhook-signature": "bad"}
    answers = await asyncio.gather(*(
        gateway.http.post("/webhooks/sandbox", content=b"%d" % number, headers=bad if number % 3 == 0 else good)
        for number in range(12)
    ))  # fmt: skip
    assert [answer.status_code for answer in answers] == [400, 200, 200] * 4
    told = [line for line in gateway.backend.log if line.startswith("webhook sandbox")]
    assert {line.split()[2] for line in told} >= {str(b"%d" % number) for number in range(12)}


async def test_webhooks_are_handed_on_raw(gateway: Running) -> None:
    headers = {"webhook-signature": "good", "cookie": "secret"}
    answer = await gateway.http.post("/webhooks/sandbox", content=b'{"a": 1}', headers=headers)
    assert answer.status_code == 200
    assert "webhook sandbox" in gateway.backend.log[-1]
    assert "secret" not in gateway.backend.log[-1]
    assert (await gateway.http.post("/webhooks/sandbox", content=b"x")).status_code == 400


async def test_an_answer_that_would_grow_without_end_is_refused() -> None:
    level = "products(first: 90) { nodes { category { "
    query = '{ category(id: "cat_5") { ' + level * 4 + "id" + " } } }" * 4 + " } }"
    async with running_gateway(limits=Limits(cost=10**12)) as gateway:
        answer = await gateway.post(query)
    assert answer.json()["data"] is None
    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "ANSWER_TOO_LARGE"}


@pytest.mark.parametrize("beside", ["", " __schema { queryType { name } }"], ids=["data alone", "introspection beside"])
async def test_a_large_answer_is_the_same_as_a_small_one(
    gateway: Running, beside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it becomes JSON while the collector rests is nobody's affair."""
    shown = "id title category { id name }"
    query = f"{{ products(first: 90) {{ nodes {{ {shown} related(first: 30) {{ {shown} }} }} }}{beside} }}"
    large = (await gateway.post(query)).json()
    monkeypatch.setattr(answer, "LARGE", 10**9)
    small = (await gateway.post(query)).json()
    assert json.dumps([large["data"], large["errors"]]) == json.dumps([small["data"], small["errors"]])
    assert sum(len(node["related"]) for node in large["data"]["products"]["nodes"]) == 90 * 30
    assert ("__schema" in large["data"]) == bool(beside)
    # Some categories are refused: nulls and errors are written by another program.
    assert "category" in {error["path"][-1] for error in large["errors"]}
