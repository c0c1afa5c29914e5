"""The slices of the running shop, each served alone.

A federation router of others (Hive Gateway) in front of them gives the data that our gateway gives, for every operation
that is kept in the repository; and each keeps the contract of `_entities`, with the gateway's authorisation.
"""

import contextlib
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.slices import SLICES
from gateway.web.node import NODE
from gateway.web.operations import SavedOperation, View, saved_operations
from infra.demo import operations as demo
from tests.conformance.conftest import HERE, Judge, installed
from tests.conformance.shopper import Shopper, alike, sent, visited
from tests.fixtures.processes import ended, free_port, service_process, start
from tests.fixtures.shop import RunningShop

pytestmark = pytest.mark.servers
SUBGRAPHS = [piece for piece in SLICES if piece.name != "gateway"]
EXAMPLES = [
    pytest.param(view, operation, id=f"{view}: {operation.title}")
    for view in ("storefront", "admin")
    for operation in saved_operations(view)
    if operation.kind != "subscription"  # routers serve them over transports of their own
]
DEMO = {
    "BROWSE": (demo.BROWSE, {}),
    "SEARCH": (demo.SEARCH, {"query": "watch", "where": {"availableForSale": True}}),
    "PRODUCT": (demo.PRODUCT, {"id": "{{prd}}"}),
    "HISTORY": (demo.HISTORY, {}),
    "STOCK": (demo.STOCK, {"id": "{{prd}}"}),
    "LEDGER": (demo.LEDGER, {"sku": "{{sku}}"}),
    "CODE_USE": (demo.CODE_USE, {"code": "WELCOME10"}),
}
ONCE = {"A collection's texts and address", "Rename a brand"}
"""Mutations that take a slug or a version, which is there to be taken once: the router alone sends them."""
SETTLING_SECONDS = 20.0


@dataclass
class Shops:
    """Two ways into one shop."""

    ours: str
    theirs: str
    slices: dict[str, str]
    admin: dict[str, str]
    us: Shopper = field(default_factory=Shopper)
    them: Shopper = field(default_factory=Shopper)

    def ours_for(self, view: View) -> str:
        return f"{self.ours}/admin/graphql" if view == "admin" else f"{self.ours}/graphql"

    def read_twice(self, view: View, query: str, variables: dict[str, Any]) -> tuple[Any, Any]:
        """What both say to the same client. An order may go on between the two reads: then they are read again."""
        headers = self.us.headers | (self.admin if view == "admin" else {})
        deadline = time.monotonic() + SETTLING_SECONDS
        while True:
            ours = sent(self.ours_for(view), query, variables, headers)
            theirs = sent(self.theirs, query, variables, headers)
            if ours == theirs or time.monotonic() > deadline:
                return ours, theirs


@pytest.fixture(scope="module")
def shops(shop: RunningShop, judge: Judge, tmp_path_factory: pytest.TempPathFactory) -> Generator[Shops]:
    folder = tmp_path_factory.mktemp("router")
    ports = {piece.name: free_port() for piece in SUBGRAPHS}
    router_port = free_port()
    with contextlib.ExitStack() as stack:
        for name, port in ports.items():
            arguments = ("subgraph", name, "--graphql", "--port", str(port))
            variables = {"EMPORIUM_STATE": str(shop.state)}
            stack.enter_context(service_process("infra.cli.main", folder / f"{name}.log", variables, *arguments))
        file = folder / "supergraph.graphql"
        file.write_text(supergraph(judge, folder, ports))
        command = [str(NODE), str(router_script()), str(file), str(router_port)]
        stack.enter_context(ended(start(command, folder / "router.log", {})))
        theirs = f"http://127.0.0.1:{router_port}/graphql"
        slices = {name: f"http://127.0.0.1:{port}/graphql" for name, port in ports.items()}
        wait_for([*slices.values(), theirs], folder)
        ours = shop.stack.gateway_url
        token = httpx.post(f"{ours}/dev/demo-login", json={"role": "admin"}, timeout=60).json()["accessToken"]
        yield Shops(ours=ours, theirs=theirs, slices=slices, admin={"Authorization": f"Bearer {token}"})


def supergraph(judge: Judge, folder: Path, ports: dict[str, int]) -> str:
    arguments: list[str] = []
    for piece in SUBGRAPHS:
        file = folder / f"{piece.name}.graphql"
        file.write_text(piece.sdl())
        arguments.append(f"{piece.name}={file}")
    text: str = judge("compose.mjs", *arguments)["supergraph"]
    for name, port in ports.items():
        text = text.replace(f"http://{name}.test/graphql", f"http://127.0.0.1:{port}/graphql")
    return text


def router_script() -> Path:
    """Beside its packages."""
    copy = installed(HERE / "router") / "router.mjs"
    copy.write_bytes((HERE / "router" / "router.mjs").read_bytes())
    return copy


def wait_for(urls: list[str], logs: Path) -> None:
    deadline = time.monotonic() + 90
    for url in urls:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.post(url, json={"query": "{ __typename }"}, timeout=20).status_code == 200:
                    break
            if time.monotonic() > deadline:
                pytest.fail("\n".join(log.read_text()[-2_000:] for log in logs.glob("*.log")), pytrace=False)
            time.sleep(0.1)


@pytest.mark.parametrize(("view", "operation"), EXAMPLES)
def test_the_router_answers_an_example_as_the_gateway_does(shops: Shops, view: View, operation: SavedOperation) -> None:
    """In their order: later ones use what earlier ones brought."""
    if operation.kind == "query":
        ours, theirs = shops.read_twice(view, operation.query, shops.us.filled(operation.variables))
        assert theirs == ours
        assert ours[0]
        shops.us.learn(ours[0])
        shops.them.learn(ours[0], own=False)
        return
    answers: list[Any] = []
    sides = (shops.ours_for(view), shops.us), (shops.theirs, shops.them)
    for url, shopper in sides[1:] if operation.title in ONCE else sides:
        headers = shopper.headers | (shops.admin if view == "admin" else {})
        data, errors = sent(url, operation.query, shopper.filled(operation.variables), headers)
        shopper.learn(data)
        answers.append((alike(data), errors))
    assert answers[-1] == answers[0]
    assert any(answers[0])
    assert operation.title not in ONCE or not any(value for key, value, _ in visited(data) if key == "userErrors")


@pytest.mark.parametrize("name", DEMO)
def test_the_router_answers_what_the_demo_asks(shops: Shops, name: str) -> None:
    query, variables = DEMO[name]
    shopper = shops.us
    filled = {
        key: shopper.seen[value[2:-2]] if str(value).startswith("{{") else value for key, value in variables.items()
    }
    ours, theirs = shops.read_twice("admin" if name in {"STOCK", "LEDGER", "CODE_USE"} else "storefront", query, filled)
    assert theirs == ours
    assert ours[0]


def test_the_router_too_shows_nobody_what_is_not_theirs(shops: Shops) -> None:
    text = "query ($id: ID!) { customers { totalCount } product(id: $id) { name version } }"
    data, errors = sent(shops.theirs, text, {"id": shops.us.seen["prd"]}, {})
    assert not data
    assert {code for _, code in errors} == {"UNAUTHENTICATED"}


# Slice, entity, prefix of its ids → what is asked of it.
ENTITIES = {
    ("catalog", "Product", "prd"): "name",
    ("catalog", "ProductVariant", "var"): "sku",
    ("catalog", "Category", "cat"): "name",
    ("account", "Customer", "usr"): "email",
    ("order", "Customer", "usr"): "orders(first: 1) { nodes { number } }",
    ("order", "Order", "ord"): "number",
    ("order", "Cart", "crt"): "totalQuantity",
}
ENTITY = pytest.mark.parametrize(("piece", "entity", "prefix"), ENTITIES, ids=lambda part: part)


def asked(shops: Shops, piece: str, keys: list[Any], fields: str, headers: dict[str, str]) -> Any:
    entity = next(key["__typename"] for key in keys)
    query = f"query ($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on {entity} {{ {fields} }} }} }}"
    body = {"query": query, "variables": {"r": keys}}
    return httpx.post(shops.slices[piece], json=body, headers=headers, timeout=60).json()


@ENTITY
def test_entities_come_in_order_in_one_call_with_gaps_and_errors(
    shops: Shops, piece: str, entity: str, prefix: str
) -> None:
    known = {"__typename": entity, "id": shops.us.seen[prefix]}
    unknown = {"__typename": entity, "id": f"{prefix}_{'0' * 32}"}
    stranger = {"__typename": "Stranger", "id": known["id"]}
    fields = ENTITIES[piece, entity, prefix]
    answer = asked(shops, piece, [known, unknown, known, stranger], fields, shops.admin)
    first, missing, again, wrong = answer["data"]["_entities"]
    assert first == again
    assert first
    # What order adds to a customer it answers for any id: whether there is such a customer is account's to say.
    assert missing == ({"orders": {"nodes": []}} if (piece, entity) == ("order", "Customer") else None)
    assert wrong is None
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["_entities", 3], "BAD_USER_INPUT")
    assert error["message"] == f"'Stranger' is no entity of {piece}"
    assert answer["extensions"]["rpcs"]["count"] == 1


@ENTITY
def test_an_entity_is_shown_to_whom_the_gateway_shows_it(shops: Shops, piece: str, entity: str, prefix: str) -> None:
    fields, key = ENTITIES[piece, entity, prefix], shops.us.seen[prefix]
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {entity} {{ {fields} }} }} }}"
    callers = {"nobody": {}, "owner": shops.us.headers, "another": shops.them.headers, "admin": shops.admin}
    for who, headers in callers.items():
        answer = asked(shops, piece, [{"__typename": entity, "id": key}], fields, headers)
        codes = sorted(error["extensions"]["code"] for error in answer.get("errors", ()))
        data, errors = sent(shops.ours_for("admin"), query, {"id": key}, headers)
        (row,) = answer["data"]["_entities"]
        if (piece, entity) == ("order", "Customer") and data["node"] is None:
            # Through the gateway account refuses the row; order by itself shows nobody's orders.
            assert row is None or not row["orders"]["nodes"], who
        else:
            assert (row, codes) == (data["node"], [code for _, code in errors]), who
