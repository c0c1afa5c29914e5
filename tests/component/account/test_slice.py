"""The account slice over the running service: what a client of the graph sees."""

from __future__ import annotations

from collections import Counter
from typing import Any

import jwt
import pytest
from emporium.common.v1.page_pb2 import ShopContext

from chassis.graph import Loading
from chassis.identity import ANONYMOUS, Caller, acting_as
from subgraphs.account.schema import SLICE
from tests.component.account.running import PASSWORD, Account, claims, fresh_email

pytestmark = pytest.mark.servers


class Recorder:
    """The service's stub; calls are counted by name."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._stub, name)


class Graph(Loading):
    """One caller's context of the slice served alone."""

    def __init__(self, account: Account) -> None:
        super().__init__()
        self.account = Recorder(account.stub)
        self.caller: Caller = ANONYMOUS
        self.shop = ShopContext()

    def requested(self, *paths: str) -> bool:
        return True

    def degrade(self, why: str) -> None:
        raise AssertionError(why)

    async def run(self, document: str, **variables: Any) -> dict[str, Any]:
        with acting_as(self.caller):
            result = await SLICE.execute(document, variable_values=variables, context_value=self)
        assert not result.errors, result.errors
        assert result.data is not None
        return result.data

    async def refused(self, document: str, **variables: Any) -> list[tuple[Any, str]]:
        with acting_as(self.caller):
            result = await SLICE.execute(document, variable_values=variables, context_value=self)
        return [(error.path, getattr(error.original_error, "reason", "")) for error in result.errors or ()]


@pytest.fixture
def graph(account: Account) -> Graph:
    return Graph(account)


LOG_IN = """mutation ($input: TokenCreateInput!) {
  tokenCreate(input: $input) { accessToken accessTokenExpiresAt refreshToken userErrors { code field message } }
}"""
ME = """{ me { id email firstName roles createdAt preferences { locale currencyCode newsletter }
  addresses { id isDefault address { fullName line1 countryCode company } } defaultAddress { id }
  sessions { id userAgent current createdAt lastUsedAt } } }"""
SAVE = """mutation ($input: CustomerAddressSaveInput!) { customerAddressSave(input: $input) {
  customerAddress { id isDefault address { city } } userErrors { code field message } } }"""


async def test_a_customer_registers_logs_in_and_sees_themself(graph: Graph, account: Account) -> None:
    email = fresh_email()
    assert await graph.run("{ me { id } }") == {"me": None}
    registered = await graph.run(
        "mutation ($input: CustomerRegisterInput!) { customerRegister(input: $input) { userErrors { code field } } }",
        input={"email": email, "password": PASSWORD, "firstName": "Ada"},
    )
    assert registered == {"customerRegister": {"userErrors": []}}
    await _log_in(graph, email)

    me = (await graph.run(ME))["me"]

    assert (me["email"], me["firstName"], me["roles"]) == (email, "Ada", ["CUSTOMER"])
    assert me["preferences"] == {"locale": None, "currencyCode": None, "newsletter": False}
    assert me["addresses"] == []
    assert me["defaultAddress"] is None
    assert [session["current"] for session in me["sessions"]] == [True]
    assert me["sessions"][0]["userAgent"] == "Shop/1.0"


async def test_a_profile_and_an_address_book_are_kept(graph: Graph, account: Account) -> None:
    user = await account.register()
    await _log_in(graph, user.email)
    home = {"fullName": "Ada L.", "line1": "1 Main St", "city": "Ulm", "postalCode": "89073", "countryCode": "de"}

    saved = (await graph.run(SAVE, input={"address": home}))["customerAddressSave"]
    assert saved["customerAddress"]["isDefault"]
    wrong = await graph.run(SAVE, input={"address": {**home, "countryCode": "Germany", "city": " "}})
    assert wrong["customerAddressSave"] == {
        "customerAddress": None,
        "userErrors": [
            {"code": "REQUIRED", "field": ["address", "city"], "message": "This field is required."},
            {"code": "INVALID", "field": ["address", "countryCode"], "message": 'Use a country code such as "DE".'},
        ],
    }
    update = """mutation ($input: CustomerUpdateInput!) { customerUpdate(input: $input) {
        customer { firstName lastName preferences { locale newsletter } } userErrors { code } } }"""
    names = {"firstName": "Ada", "lastName": "L", "preferences": {"newsletter": True, "locale": "de"}}
    await graph.run(update, input=names)
    cleared = await graph.run(update, input={"lastName": None, "preferences": {"locale": None}})
    assert cleared["customerUpdate"]["customer"] == {
        "firstName": "Ada",
        "lastName": None,
        "preferences": {"locale": None, "newsletter": True},
    }
    me = (await graph.run(ME))["me"]
    assert me["defaultAddress"]["id"] == me["addresses"][0]["id"] == saved["customerAddress"]["id"]
    deleted = await graph.run(
        "mutation ($id: ID!) { customerAddressDelete(input: {id: $id}) { deletedId userErrors { code } } }",
        id=saved["customerAddress"]["id"],
    )
    assert deleted["customerAddressDelete"] == {"deletedId": saved["customerAddress"]["id"], "userErrors": []}


async def test_sessions_are_refreshed_ended_one_by_one_and_all_at_once(graph: Graph, account: Account) -> None:
    user = await account.register()
    elsewhere = claims(await account.log_in(user.email))["sid"]
    tokens = await _log_in(graph, user.email)
    refreshed = await graph.run(
        "mutation ($t: String!) { tokenRefresh(input: {refreshToken: $t}) { refreshToken userErrors { code } } }",
        t=tokens["refreshToken"],
    )
    assert refreshed["tokenRefresh"]["refreshToken"] != tokens["refreshToken"]
    end = "mutation ($id: ID!) { sessionRevoke(input: {id: $id}) { revokedCount userErrors { code field } } }"
    assert (await graph.run(end, id=elsewhere))["sessionRevoke"] == {"revokedCount": 1, "userErrors": []}
    assert (await graph.run(end, id=elsewhere))["sessionRevoke"]["userErrors"] == [
        {"code": "NOT_FOUND", "field": ["id"]}
    ]
    everywhere = await graph.run("mutation { tokensRevokeAll { revokedCount } }")
    assert everywhere["tokensRevokeAll"]["revokedCount"] == 1
    out = "mutation ($t: String!) { tokenRevoke(input: {refreshToken: $t}) { userErrors { code } } }"
    assert (await graph.run(out, t="anything")) == {"tokenRevoke": {"userErrors": []}}


async def test_the_number_of_rpcs_does_not_depend_on_the_number_of_customers(graph: Graph, account: Account) -> None:
    document = """query ($first: Int!) { customers(first: $first) { totalCount edges { cursor node {
        blocked version addresses { id } defaultAddress { id } sessions { id } } }
        pageInfo { hasNextPage endCursor } } }"""
    agent = await account.register(roles=["SUPPORT"])
    for _ in range(20):
        await account.register()
    await _log_in(graph, agent.email)
    calls = []
    for first in (1, 20):
        graph.account.calls.clear()
        page = (await graph.run(document, first=first))["customers"]
        assert len(page["edges"]) == first
        calls.append(dict(graph.account.calls))
    assert calls[0] == calls[1]
    assert calls[0] == {"ListUsers": 1, "BatchListAddresses": 2, "BatchListSessions": 1}


async def test_admins_set_roles_and_block_and_others_do_not(graph: Graph, account: Account) -> None:
    admin, user = await account.register(roles=["ADMIN"]), await account.register()
    roles = """mutation ($id: ID!, $roles: [Role!]!) { customerRolesSet(input: {id: $id, roles: $roles}) {
        customer { roles } userErrors { code } } }"""
    block = "mutation ($id: ID!) { customerBlock(input: {id: $id}) { customer { blocked } userErrors { code } } }"
    await _log_in(graph, user.email)
    assert await graph.refused(roles, id=user.id, roles=["ADMIN"]) == [(["customerRolesSet"], "FORBIDDEN")]
    assert await graph.refused(block, id=admin.id) == [(["customerBlock"], "FORBIDDEN")]
    assert await graph.refused("query ($id: ID!) { customer(id: $id) { id } }", id=admin.id) == [
        (["customer"], "FORBIDDEN")
    ]

    await _log_in(graph, admin.email)
    given = await graph.run(roles, id=user.id, roles=["SUPPORT", "CUSTOMER"])
    assert given["customerRolesSet"]["customer"] == {"roles": ["CUSTOMER", "SUPPORT"]}
    assert (await graph.run(block, id=user.id))["customerBlock"]["customer"] == {"blocked": True}
    alone = await graph.run(block, id=admin.id)
    assert alone["customerBlock"] == {"customer": None, "userErrors": [{"code": "WRONG_STATE"}]}


async def test_a_customer_erases_themself_only(graph: Graph, account: Account) -> None:
    user, other = await account.register(), await account.register()
    await _log_in(graph, user.email)
    erase = "mutation ($id: ID!) { customerDelete(input: {id: $id}) { deletedId userErrors { code } } }"
    assert await graph.refused(erase, id=other.id) == [(["customerDelete"], "FORBIDDEN")]
    assert (await graph.run(erase, id=user.id))["customerDelete"] == {"deletedId": user.id, "userErrors": []}
    assert await graph.run("{ me { id } }") == {"me": None}


async def _log_in(graph: Graph, email: str) -> dict[str, Any]:
    graph.caller = Caller(service="gateway", user_agent="Shop/1.0", ip_address="192.0.2.9")
    tokens = (await graph.run(LOG_IN, input={"email": email, "password": PASSWORD}))["tokenCreate"]
    assert tokens["userErrors"] == []
    verified = jwt.decode(tokens["accessToken"], options={"verify_signature": False})
    graph.caller = Caller(
        service="gateway", user_id=verified["sub"], session_id=verified["sid"], roles=frozenset(verified["roles"])
    )
    return tokens
