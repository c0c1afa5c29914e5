"""What is refused before it costs anything: too costly, too often, too much at once, guessing."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from chassis.settings import Mode, Secret
from chassis.tasks import ended
from gateway.errors import RequestRefused
from gateway.federation.compose import compose
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from gateway.settings import GatewaySettings
from gateway.slices import SLICES as REAL_SLICES
from tests.fixtures.gateway import Running, running_gateway

NESTED = """query ($n: Int = 20) { products(first: $n) { nodes { category {
  products(first: 50) { nodes { id } } } } } }"""


def error(answer: Any) -> Any:
    return answer.json()["errors"][0]


@pytest.mark.parametrize(
    ("query", "variables", "units", "rpcs"),
    [
        ("{ __typename }", {}, 0, 0),
        ("{ products { totalCount } }", {}, 10 + 3, 1),
        ("{ products(first: 3) { nodes { category { name } } } }", {}, 10 + 3 + 10 + 3, 2),
        ("query ($n: Int!) { products(first: $n) { nodes { category { name } } } }", {"n": 5}, 30, 2),
        # A page is at most 100: the field refuses more, whatever it would cost.
        ("query ($n: Int!) { products(first: $n) { totalCount } }", {"n": 5_000}, 110, 1),
        (NESTED, {}, 10 + 20 + 10 + 20 + 10 + 20 * 50, 3),
        (NESTED, {"n": 2}, 10 + 2 + 10 + 2 + 10 + 2 * 50, 3),
        ('{ a: category(id: "cat_1") { name } b: category(id: "cat_2") { name } }', {}, 22, 2),
        ("query ($all: Boolean = false) { products(first: 9) @include(if: $all) { totalCount } }", {}, 0, 0),
    ],
)
async def test_the_cost_is_known_before_anything_is_fetched(
    gateway: Running, query: str, variables: dict[str, Any], units: int, rpcs: int
) -> None:
    answer = (await gateway.post(query, variables=variables)).json()
    assert answer["extensions"]["cost"]["most"] == {"units": units, "rpcs": rpcs}
    assert answer["extensions"]["cost"]["actual"]["rpcs"] <= rpcs


async def test_what_costs_too_much_is_refused_with_its_cost_whatever_the_variables_make_of_it() -> None:
    async with running_gateway(limits=Limits(cost=1_000)) as gateway:
        assert (await gateway.post(NESTED, variables={"n": 5})).status_code == 200
        gateway.backend.calls.clear()
        refused = await gateway.post(NESTED, variables={"n": 50})
        assert refused.status_code == 400
        assert "up to 2630 units; at most 1000" in error(refused)["message"]
        assert not gateway.backend.calls


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_document_logs_in_once_whatever_its_aliases(times: int) -> None:
    operations = Operations(compose(REAL_SLICES), Limits(), Metrics(), introspection=True)
    log_in = 'a{}: tokenCreate(input: {{email: "a@example.com", password: "x"}}) {{ __typename }}'
    request = OperationRequest(query="mutation { " + " ".join(log_in.format(n) for n in range(times)) + " }")
    if times == 1:
        operations.prepare(request)
        return
    with pytest.raises(RequestRefused, match=f"{times} times `tokenCreate`; at most 1"):
        operations.prepare(request)


async def test_a_client_over_its_rate_is_told_when_to_come_back_and_others_are_served() -> None:
    async with running_gateway(rate_limit=20) as gateway:
        query = "{ products(first: 20) { totalCount } }"
        assert (await gateway.post("{ __typename }")).status_code == 200
        refused = await gateway.post(query)
        assert (refused.status_code, error(refused)["extensions"]["code"]) == (429, "RATE_LIMITED")
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert (await gateway.post("{ products { totalCount } }", token=gateway.issuer.token())).status_code == 200
        over_events = await gateway.post(query, headers={"Accept": "text/event-stream"})
        assert over_events.status_code == 429
        socket = await connect(f"ws://{gateway.url}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")])
        await socket.send(json.dumps({"type": "connection_init"}))
        await socket.recv()
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}))
        message = json.loads(await socket.recv())
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")
        await socket.close()


async def test_production_limits_rates_and_development_does_not() -> None:
    of = {mode: GatewaySettings(mode=mode, internal_token_secret=Secret("s" * 32)) for mode in Mode}
    assert (of[Mode.PRODUCTION].units_a_minute, of[Mode.DEVELOPMENT].units_a_minute) == (60_000, 0)


async def test_over_its_capacity_the_gateway_says_so_at_once_and_recovers() -> None:
    async with running_gateway(max_in_flight=2) as gateway:
        gateway.backend.delay = 30
        waiting = [asyncio.create_task(gateway.post("{ products { totalCount } }")) for _ in range(2)]
        while gateway.backend.running < 2:
            await asyncio.sleep(0.01)
        refused = await gateway.post("{ products { totalCount } }")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert error(refused)["extensions"]["code"] == "UNAVAILABLE"
        await ended(*waiting)
        gateway.backend.delay = 0
        while (await gateway.post("{ products { totalCount } }")).status_code != 200:
            await asyncio.sleep(0.01)


async def test_production_tells_the_cost_on_request_only(production_gateway: Running) -> None:
    query = "{ products(first: 4) { nodes { category { name } } } }"
    assert "extensions" not in (await production_gateway.post(query)).json()
    told = (await production_gateway.post(query, headers={"Emporium-Cost": "1"})).json()["extensions"]
    # Four products; the first has no category, the fourth's is unknown.
    cost = {"most": {"units": 28, "rpcs": 2}, "actual": {"units": 20 + 4 + 2, "rpcs": 2}, "limit": 25_000}
    assert told == {"cost": cost}
