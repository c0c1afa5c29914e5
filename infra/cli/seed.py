"""What a first start finds in the shop: a catalogue with collections, two logins, a discount code."""

import asyncio
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emporium.account.v1 import account_pb2, account_pb2_grpc
from emporium.catalog.v1 import catalog_pb2, catalog_pb2_grpc, collection_pb2_grpc, merchandising_pb2_grpc
from emporium.common.v1.outcome_pb2 import TAKEN
from emporium.order.v1 import order_pb2, order_pb2_grpc

from chassis.identity import TokenMinter, acting_as, service_caller
from chassis.rpc import channel
from chassis.settings import Secret
from infra.catalog_data.generator import generate
from infra.catalog_data.records import Defaults, product_from
from infra.cli.demo_collections import make_collections

SHOPPER = "shopper@emporium.example"
ADMIN = "admin@emporium.example"
DISCOUNT_CODE = "WELCOME10"
DEMO_PRODUCTS = 200
DEMO_SEED = 1


@dataclass(frozen=True, kw_only=True)
class SeedTarget:
    """The running subgraphs of one checkout."""

    account_address: str
    catalog_address: str
    order_address: str
    internal_token_secret: Secret
    state: Path


def seed_first_start(target: SeedTarget, report: Callable[[str], None]) -> None:
    """Makes demo logins (in `<state>/demo.json`, mode 0600), the code WELCOME10, 200 products and three
    collections. Safe to repeat."""
    asyncio.run(_seed(target, report))


async def _seed(target: SeedTarget, report: Callable[[str], None]) -> None:
    with acting_as(service_caller("launcher")):
        logins = demo_logins(target.state / "demo.json")
        await asyncio.gather(_users(target, logins), _discount_code(target))
        report("demo logins and discount code made")
        await _products(target, report)


def demo_logins(path: Path) -> dict[str, dict[str, str]]:
    """The demo logins of this checkout; random passwords are made the first time."""
    if path.exists():
        found: dict[str, dict[str, str]] = json.loads(path.read_text())
        return found
    logins = {
        name: {"email": email, "password": secrets.token_urlsafe(12)}
        for name, email in (("shopper", SHOPPER), ("admin", ADMIN))
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(logins, file, indent=2)
    return logins


async def _users(target: SeedTarget, logins: dict[str, dict[str, str]]) -> None:
    minter = TokenMinter(target.internal_token_secret, "launcher")
    async with channel(target.account_address, audience="account", minter=minter) as opened:
        account: account_pb2_grpc.AccountServiceAsyncStub = account_pb2_grpc.AccountServiceStub(opened)
        for name, roles in (("shopper", [account_pb2.CUSTOMER]), ("admin", [account_pb2.CUSTOMER, account_pb2.ADMIN])):
            answer = await account.CreateUser(
                account_pb2.CreateUserRequest(
                    email=logins[name]["email"],
                    password=logins[name]["password"],
                    first_name="Ada" if name == "shopper" else "Grace",
                    roles=roles,
                )
            )
            refused = [error.input for error in answer.user_errors if error.input.code != TAKEN]
            if refused:
                raise RuntimeError(f"demo login {name}: {refused[0].message}")


async def _discount_code(target: SeedTarget) -> None:
    minter = TokenMinter(target.internal_token_secret, "launcher")
    async with channel(target.order_address, audience="order", minter=minter) as opened:
        orders: order_pb2_grpc.OrderServiceAsyncStub = order_pb2_grpc.OrderServiceStub(opened)
        code = order_pb2.DiscountCode(code=DISCOUNT_CODE, percent_off=10)
        await orders.SaveDiscountCode(order_pb2.SaveDiscountCodeRequest(discount_code=code))


async def _products(target: SeedTarget, report: Callable[[str], None]) -> None:
    minter = TokenMinter(target.internal_token_secret, "launcher")
    products = [product_from(record, Defaults()) for record in generate(DEMO_PRODUCTS, DEMO_SEED)]
    async with channel(target.catalog_address, audience="catalog", minter=minter, timeout=60) as opened:
        catalog: catalog_pb2_grpc.CatalogServiceAsyncStub = catalog_pb2_grpc.CatalogServiceStub(opened)
        request = catalog_pb2.UpsertProductsRequest(products=products, idempotency_key=f"demo-{DEMO_SEED}")
        answer = await catalog.UpsertProducts(request)
        refused = [write for write in answer.writes if write.result == catalog_pb2.REFUSED]
        if refused:
            raise RuntimeError(f"{len(refused)} demo products refused: {refused[0].user_errors[0].input.message}")
        report(f"{len(products)} products made")
        made = await make_collections(
            catalog,
            collection_pb2_grpc.CollectionServiceStub(opened),
            merchandising_pb2_grpc.MerchandisingServiceStub(opened),
            [(product, write.product_id) for product, write in zip(products, answer.writes, strict=True)],
        )
    report(f"{made} collections made")
