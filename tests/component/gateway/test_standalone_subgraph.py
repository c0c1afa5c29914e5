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
        inventory=SimpleNamespace(),  # type: ignore[arg-type]
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


def test_production_serves_no_slice_alone() -> None:
    with pytest.raises(SettingsError, match="development mode"):
        standalone("catalog", GatewaySettings(mode=Mode.PRODUCTION, **SETTINGS), slices=SLICES)  # type: ignore[arg-type]
