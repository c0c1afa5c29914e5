"""A customer's life with the shop, through the public graph: gateway and account as processes, real servers."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from emporium.account.v1 import account_pb2 as pb
from emporium.account.v1.account_pb2_grpc import AccountServiceStub

from chassis.identity import TokenMinter, acting_as, service_caller
from chassis.rpc import channel
from chassis.settings import Secret
from tests.fixtures.processes import free_address, service_process
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers

INTERNAL = "internal-token-secret-of-this-test-run"
PASSWORD = "a password of some length"
REVOCATION_SECONDS = 5.0
"""Within which an ended session is refused at the gateway."""


@dataclass(frozen=True)
class Shop:
    """Where the processes listen."""

    gateway: str
    account: str

    async def create_user(self, *roles: str) -> str:
        """As the launcher makes users; returns the e-mail."""
        email = f"{uuid.uuid4().hex}@example.com"
        minter = TokenMinter(Secret(INTERNAL), "launcher")
        async with channel(self.account, audience="account", minter=minter) as opened:
            with acting_as(service_caller("launcher")):
                request = pb.CreateUserRequest(email=email, password=PASSWORD, roles=roles)
                await AccountServiceStub(opened).CreateUser(request)
        return email


@dataclass
class Client:
    """One device."""

    http: httpx.AsyncClient
    access_token: str = ""
    refresh_token: str = ""
    path: str = "/graphql"

    async def send(self, document: str, **variables: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        body = {"query": document, "variables": variables}
        response = await self.http.post(self.path, json=body, headers=headers)
        return response.json()

    async def run(self, document: str, **variables: Any) -> Any:
        """The answer of the only root field."""
        answer = await self.send(document, **variables)
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        return value

    async def log_in(self, email: str, password: str = PASSWORD) -> None:
        answer = await self.run(LOG_IN, input={"email": email, "password": password})
        assert answer["userErrors"] == []
        self.access_token, self.refresh_token = answer["accessToken"], answer["refreshToken"]

    async def code(self, document: str, **variables: Any) -> str:
        """`extensions.code` of the first error, "" without one."""
        errors = (await self.send(document, **variables)).get("errors") or [{"extensions": {"code": ""}}]
        return errors[0]["extensions"]["code"]

    async def is_refused_soon(self) -> bool:
        deadline = time.monotonic() + REVOCATION_SECONDS
        while time.monotonic() < deadline:
            if await self.code("{ me { id } }") == "UNAUTHENTICATED":
                return True
        return False


LOG_IN = """mutation ($input: TokenCreateInput!) {
  tokenCreate(input: $input) { accessToken refreshToken userErrors { code } } }"""
REFRESH = """mutation ($input: TokenRefreshInput!) {
  tokenRefresh(input: $input) { accessToken refreshToken userErrors { code } } }"""


@pytest.fixture(scope="module")
def shop(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    gateway, account = free_address(), free_address()
    common = {"MODE": "development", "INTERNAL_TOKEN_SECRET": INTERNAL, "REDIS_URL": servers.redis_url}
    logs = tmp_path_factory.mktemp("logs")
    with contextlib.ExitStack() as stack:
        stack.enter_context(
            service_process(
                "subgraphs.account",
                logs / "account.log",
                {
                    **common,
                    "DATABASE_URL": servers.database_url("account"),
                    "TOKEN_KEY_ENCRYPTION_SECRET": "k" * 40,
                    "LISTEN_ADDRESS": account,
                },
            )
        )
        addresses = {"ACCOUNT_ADDRESS": account, "CATALOG_ADDRESS": "127.0.0.1:1", "ORDER_ADDRESS": "127.0.0.1:1"}
        listen = {"LISTEN_ADDRESS": gateway, "METRICS_ADDRESS": ""}
        stack.enter_context(service_process("gateway", logs / "gateway.log", {**common, **addresses, **listen}))
        _wait_for_keys(f"http://{gateway}")
        yield Shop(gateway=f"http://{gateway}", account=account)


@pytest.fixture
async def device(shop: Shop) -> AsyncGenerator[Callable[..., Client]]:
    async with contextlib.AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = []

        def connect(path: str = "/graphql") -> Client:
            opened.append(httpx.AsyncClient(base_url=shop.gateway, headers={"User-Agent": f"device {len(opened)}"}))
            stack.push_async_callback(opened[-1].aclose)
            return Client(opened[-1], path=path)

        yield connect


async def test_a_customer_registers_logs_in_keeps_an_address_and_refreshes(device: Callable[..., Client]) -> None:
    email, client = f"{uuid.uuid4().hex}@example.com", device()
    register = "mutation ($input: CustomerRegisterInput!) { customerRegister(input: $input) { userErrors { code } } }"
    assert await client.run("{ me { id } }") is None
    for _ in range(2):  # a known e-mail is not told
        assert await client.run(register, input={"email": email, "password": PASSWORD}) == {"userErrors": []}
    await client.log_in(email)
    save = """mutation ($input: CustomerAddressSaveInput!) { customerAddressSave(input: $input) {
        customerAddress { id isDefault } userErrors { code field } } }"""
    home = {"fullName": "Ada L.", "line1": "1 Main St", "city": "Ulm", "postalCode": "89073", "countryCode": "DE"}
    saved = await client.run(save, input={"address": home})
    assert saved["customerAddress"]["isDefault"]

    refreshed = await client.run(REFRESH, input={"refreshToken": client.refresh_token})
    client.access_token = refreshed["accessToken"]

    me = await client.run("""{ me { id email addresses { id address { city } } defaultAddress { id }
        sessions { userAgent current } } }""")
    assert me["email"] == email
    assert me["addresses"][0]["id"] == me["defaultAddress"]["id"] == saved["customerAddress"]["id"]
    assert me["sessions"] == [{"userAgent": "device 0", "current": True}]


async def test_wrong_passwords_and_unknown_emails_are_answered_alike(shop: Shop, device: Callable[..., Client]) -> None:
    email = await shop.create_user()
    known = await device().run(LOG_IN, input={"email": email, "password": "not the password"})
    unknown = await device().run(LOG_IN, input={"email": "nobody@example.com", "password": PASSWORD})
    assert known == unknown
    assert known["userErrors"] == [{"code": "CREDENTIALS_INVALID"}]


async def test_ending_a_session_elsewhere_locks_that_device_out_within_seconds(
    shop: Shop, device: Callable[..., Client]
) -> None:
    email = await shop.create_user()
    phone, laptop = device(), device()
    await phone.log_in(email)
    await laptop.log_in(email)
    sessions = (await laptop.run("{ me { sessions { id current } } }"))["sessions"]
    other = next(session["id"] for session in sessions if not session["current"])

    end = "mutation ($id: ID!) { sessionRevoke(input: {id: $id}) { revokedCount } }"
    assert await laptop.run(end, id=other) == {"revokedCount": 1}

    assert await phone.is_refused_soon()
    phone.access_token = ""
    refreshed = await phone.run(REFRESH, input={"refreshToken": phone.refresh_token})
    assert refreshed["userErrors"] == [{"code": "TOKEN_INVALID"}]
    assert (await laptop.run("{ me { email } }"))["email"] == email


async def test_an_admin_blocks_a_customer_in_the_admin_view_only(shop: Shop, device: Callable[..., Client]) -> None:
    customer, admin = device(), device("/admin/graphql")
    await customer.log_in(await shop.create_user())
    await admin.log_in(await shop.create_user("CUSTOMER", "ADMIN"))
    customer_id = (await customer.run("{ me { id } }"))["id"]
    block = "mutation ($id: ID!) { customerBlock(input: {id: $id}) { customer { blocked } userErrors { code } } }"

    assert await customer.code(block, id=customer_id) == "GRAPHQL_VALIDATION_FAILED"
    customer.path = "/admin/graphql"
    assert await customer.code(block, id=customer_id) == "FORBIDDEN"
    assert await customer.code("{ customers { nodes { email } } }") == "FORBIDDEN"
    customer.path = "/graphql"
    answer = await admin.run(block, id=customer_id)

    assert answer == {"customer": {"blocked": True}, "userErrors": []}
    assert await customer.is_refused_soon()


async def test_what_needs_a_login_says_so_and_a_forged_token_is_refused(device: Callable[..., Client]) -> None:
    client = device()
    assert await client.code("mutation { tokensRevokeAll { revokedCount } }") == "UNAUTHENTICATED"
    client.access_token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9."
    assert await client.code("{ me { id } }") == "UNAUTHENTICATED"


async def test_an_erased_customer_is_gone(shop: Shop, device: Callable[..., Client]) -> None:
    email, client = await shop.create_user(), device()
    await client.log_in(email)
    my_id = (await client.run("{ me { id } }"))["id"]
    erase = "mutation ($id: ID!) { customerDelete(input: {id: $id}) { deletedId userErrors { code } } }"
    assert await client.run(erase, id=my_id) == {"deletedId": my_id, "userErrors": []}
    answer = await device().run(LOG_IN, input={"email": email, "password": PASSWORD})
    assert answer["userErrors"] == [{"code": "CREDENTIALS_INVALID"}]
    assert await client.is_refused_soon()


def _wait_for_keys(gateway: str) -> None:
    """A token that is no token is refused, and not for lack of keys, once account has been asked."""
    deadline = time.monotonic() + 60
    seen = ""
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            headers = {"Authorization": "Bearer nonsense"}
            seen = httpx.post(f"{gateway}/graphql", json={"query": "{ __typename }"}, headers=headers).text
            if "TOKEN_INVALID" in seen:
                return
        time.sleep(0.1)
    pytest.fail(f"the gateway is not ready: {seen}")
