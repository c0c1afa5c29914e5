"""The committed graph is the composed one, and every field of it says who may see it."""

from pathlib import Path

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, build_schema

from chassis.graph.permission import PUBLIC, Permission
from chassis.identity import Caller
from gateway.federation.compose import compose, files
from gateway.federation.graph import Graph, View, owned
from gateway.slices import SLICES

ROOT = Path(__file__).resolve().parents[2]
ADMIN_GRAPH = compose(SLICES, View.ADMIN)
STOREFRONT = compose(SLICES, View.STOREFRONT)

ANONYMOUS = Caller(service="gateway")
GUEST = Caller(service="gateway", cart_token_hash="h")
CALLERS = {"anonymous": ANONYMOUS, "guest": GUEST} | {
    role: Caller(service="gateway", user_id="usr_1", roles=frozenset({role}))
    for role in ("customer", "support", "catalog_manager", "order_manager", "admin")
}
STAFF = {"support", "catalog_manager", "order_manager", "admin"}
EXPECTED = {
    "PUBLIC": set(CALLERS),
    "SIGNED_IN": set(CALLERS) - {"anonymous", "guest"},
    "OWNER_OR_STAFF": set(CALLERS) - {"anonymous"},
    "STAFF": STAFF,
    "SUPPORT": {"support", "admin"},
    "CATALOG_MANAGER": {"catalog_manager", "admin"},
    "ORDER_MANAGER": {"order_manager", "admin"},
    "ADMIN": {"admin"},
}


def fields(graph: Graph) -> list[tuple[str, Permission]]:
    return [
        (f"{name}.{field_name}", owned(field).permission)
        for name, type_ in graph.schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
        for field_name, field in type_.fields.items()
    ]


@pytest.mark.parametrize("path", sorted(map(str, files(SLICES))))
def test_the_committed_file_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text() == files(SLICES)[Path(path)], "run `make gen`"


def test_the_supergraph_is_a_valid_schema() -> None:
    assert isinstance(build_schema((ROOT / "gateway/supergraph.graphql").read_text()), GraphQLSchema)


@pytest.mark.parametrize(("place", "permission"), fields(ADMIN_GRAPH))
def test_each_field_lets_in_exactly_whom_its_permission_names(place: str, permission: Permission) -> None:
    expected = EXPECTED.get(permission.name)
    if expected is None:  # any_role(…)
        expected = {role.lower() for role in permission.name.split(" or ")} | {"admin"}
    let_in = {name for name, caller in CALLERS.items() if permission.refusal(caller) is None}
    assert let_in == expected, place


def test_the_storefront_shows_no_field_that_is_for_staff_only() -> None:
    for place, permission in fields(STOREFRONT):
        assert permission.refusal(GUEST) is None or permission.refusal(CALLERS["customer"]) is None, (
            f"{place} is in the storefront view, but only {permission.name} may see it: declare it admin=True"
        )


def test_what_is_only_in_the_admin_view_is_not_public() -> None:
    public = {place for place, permission in fields(STOREFRONT)}
    for place, permission in fields(ADMIN_GRAPH):
        if place not in public and place.startswith(("Query.", "Mutation.", "Subscription.")):
            assert permission != PUBLIC, place
