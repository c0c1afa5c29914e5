"""A slice served alone, as another vendor's federation router sees it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from chassis.settings import Mode, Secret, SettingsError
from gateway.bootstrap import Subgraphs
from gateway.context import Backends
from gateway.settings import GatewaySettings
from gateway.standalone import standalone
from tests.fakes.shop_backend import Backend, Catalog
from tests.fakes.shop_slices import CATALOG, SLICES
from tests.fixtures.gateway import AccountOfGateway, Issuer, OrdersOfGateway

SETTINGS = {"internal_token_secret": Secret("s" * 32), "metrics_address": ""}
ENTITIES = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { name category { name } } } }"""


@contextlib.asynccontextmanager
async def alone(name: str) -> AsyncGenerator[tuple[httpx.AsyncClient, Issuer, Backend]]:
    backend, issuer = Backend(), Issuer()
    backends: Any = Backends(
        account=AccountOfGateway(backend, issuer),  # type: ignore[arg-type]
        catalog=Catalog(backend),  # type: ignore[arg-type]
        collections=SimpleNamespace(),  # type: ignore[arg-type]
        inventory=SimpleNamespace(),  # type: ignore[arg-type]
        jobs=SimpleNamespace(),  # type: ignore[arg-type]
        merchandising=SimpleNamespace(),  # type: ignore[arg-type]
        products=SimpleNamespace(),  # type: ignore[arg-type]
        carts=SimpleNamespace(),  # type: ignore[arg-type]
        orders=OrdersOfGateway(backend),  # type: ignore[arg-type]
    )

    @contextlib.asynccontextmanager
    async def connect(_: GatewaySettings) -> AsyncGenerator[Subgraphs]:
        yield Subgraphs(backends=backends, channels={})

    app = standalone(name, GatewaySettings(mode=Mode.DEVELOPMENT, **SETTINGS), slices=SLICES, connect=connect)  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://a") as http:
        probe = {"authorization": f"Bearer {issuer.token()}"}
        while (await http.post("/graphql", json={"query": "{ __typename }"}, headers=probe)).status_code == 503:
            await asyncio.sleep(0)  # the keys are on their way
        yield http, issuer, backend


async def post(http: httpx.AsyncClient, query: str, token: str = "", **variables: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return (await http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)).json()


async def test_it_tells_its_schema_and_finds_entities_in_one_batch() -> None:
    async with alone("catalog") as (http, _, backend):
        assert (await post(http, "{ _service { sdl } }"))["data"]["_service"]["sdl"].strip() == CATALOG.sdl().strip()
        wanted = [{"__typename": "Product", "id": f"prd_{n}"} for n in (2, 3, 1)]
        found = (await post(http, ENTITIES, r=wanted))["data"]["_entities"]
        assert [row and row["name"] for row in found] == ["Product 2", None, "Product 1"]
        assert backend.calls["catalog.BatchGetProducts"] == 1


async def test_permissions_hold_without_the_gateway_too() -> None:
    customer = [{"__typename": "Customer", "id": "usr_2"}]
    async with alone("account") as (http, issuer, _):
        query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { blocked } } }"
        refused = await post(http, query, issuer.token(), r=customer)
        assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        allowed = await post(http, query, issuer.token("usr_9", "order_manager"), r=customer)
        assert allowed["data"] == {"_entities": [{"blocked": False}]}


async def test_a_forged_token_and_a_wrong_request_are_refused() -> None:
    async with alone("catalog") as (http, _, _):
        assert (
            await http.post("/graphql", json={"query": "{ __typename }"}, headers={"authorization": "Bearer x"})
        ).status_code == 401
        assert (await http.post("/graphql", json={})).status_code == 400


async def test_wrong_representations_are_told_at_their_index_and_the_others_answered() -> None:
    wrong: list[Any] = [
        {"__typename": "Product", "id": "prd_1"},
        {"__typename": "Order", "id": "ord_1"},
        {"__typename": "Product"},
        {"id": "prd_2"},
        {"__typename": "Product", "id": 5},
    ]
    async with alone("catalog") as (http, _, backend):
        answer = await post(http, ENTITIES, r=wrong)
        assert [row and row["name"] for row in answer["data"]["_entities"]] == ["Product 1", None, None, None, None]
        told = {error["path"][1]: (error["extensions"]["code"], error["message"]) for error in answer["errors"]}
        needs_key = ("BAD_USER_INPUT", "a representation of Product needs its key: a string `id`")
        assert told == {
            1: ("BAD_USER_INPUT", "'Order' is no entity of catalog"),
            2: needs_key,
            3: ("BAD_USER_INPUT", "'None' is no entity of catalog"),
            4: needs_key,
        }
        assert backend.calls == {"catalog.BatchGetProducts": 1, "catalog.BatchGetCategories": 1}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{ category(id: 1) { " + "parent { " * 16 + "name" + " }" * 16 + " } }", "levels"),
        ("{ " + " ".join(f"a{n}: products {{ totalCount }}" for n in range(61)) + " }", "aliases"),
        ("{ products(first: 100) { nodes { category { products(first: 100) { nodes { category {"
         " products(first: 100) { totalCount } } } } } } } }", "units"),
        ("{ " + "name " * 2_600 + "}", "tokens"),
        ("{ me { id } }", "Cannot query field 'me'"),
        ("subscription { orderUpdated(id: 1) { order { id } } }", "subscription"),
    ],
)  # fmt: skip
async def test_a_slice_alone_has_the_limits_of_the_gateway(query: str, says: str) -> None:
    async with alone("catalog") as (http, _, backend):
        answer = await post(http, query)
        assert "data" not in answer
        assert says in answer["errors"][0]["message"]
        assert not backend.calls


async def test_what_representations_cost_is_known_before_they_are_looked_up() -> None:
    text = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Category {
      products(first: 100) { nodes { id } } } } }"""
    async with alone("catalog") as (http, _, backend):
        many = [{"__typename": "Category", "id": f"cat_{n}"} for n in range(300)]
        refused = await post(http, text, r=many)
        assert "up to 30320 units; at most 25000" in refused["errors"][0]["message"]
        assert not backend.calls
        assert len((await post(http, text, r=many[:20]))["data"]["_entities"]) == 20


async def test_a_body_that_is_too_large_is_refused() -> None:
    async with alone("catalog") as (http, _, _):
        answer = await http.post("/graphql", json={"query": "{ __typename }", "variables": {"x": "x" * 300_000}})
        assert answer.status_code == 413


async def test_mutations_are_sent_by_post() -> None:
    text = 'mutation { checkoutComplete(input: {cartId: "ord_1"}) { order { number } } }'
    async with alone("order") as (http, issuer, backend):
        assert (await http.get("/graphql", params={"query": text})).status_code == 405
        assert not backend.calls
        assert (await post(http, text, issuer.token()))["data"]["checkoutComplete"]["order"]["number"] == "E-1"


async def test_calls_have_the_deadline_of_the_request_and_are_told() -> None:
    async with alone("catalog") as (http, _, backend):
        answer = await post(http, "{ products(first: 2) { nodes { category { name } } } }")
        assert answer["extensions"]["rpcs"]["count"] == 2
        assert all(0 < seconds <= 15 for seconds in backend.seconds_left)


def test_production_serves_no_slice_alone() -> None:
    with pytest.raises(SettingsError, match="development mode"):
        standalone("catalog", GatewaySettings(mode=Mode.PRODUCTION, **SETTINGS), slices=SLICES)  # type: ignore[arg-type]
