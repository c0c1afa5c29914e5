"""A catalogue for tests of the tree and of collections: one database a module, emptied for each test."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from emporium.common.v1 import outcome_pb2
from emporium.common.v1.page_pb2 import ShopContext
from psycopg import sql

from chassis import identity
from chassis.identity import Caller
from chassis.migrate import migrate
from chassis.settings import Secret
from gateway.context import Backends, RequestContext
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from gateway.slices import SLICES
from subgraphs.catalog.bootstrap import MIGRATIONS
from tests.fixtures.catalog import MANAGER, RunningCatalog, running_catalog
from tests.fixtures.stack import SharedServers

GRAPH = compose(SLICES, View.ADMIN)
OPERATIONS = Operations(GRAPH, Limits(), Metrics(), introspection=False)
Ask = Callable[..., Awaitable[Any]]

EMPTY = """
TRUNCATE categories, products, collections, collection_products, moved_categories, touched_products,
         products_to_judge, outbox, brands, former_slugs, translations CASCADE
"""


def told(answer: Any) -> list[tuple[str, list[str]]]:
    """Code and field of each user error."""
    return [(outcome_pb2.UserErrorCode.Name(each.input.code), list(each.input.field)) for each in answer.user_errors]


async def caught_up(catalog: RunningCatalog) -> bool:
    """Nothing is left that is to follow what was written."""
    (row,) = await catalog.rows(
        "SELECT EXISTS (SELECT FROM moved_categories) OR EXISTS (SELECT FROM touched_products)"
        " OR EXISTS (SELECT FROM products_to_judge) AS waiting"
    )
    return not row["waiting"]


@pytest.fixture(scope="module")
def database_url(servers: SharedServers) -> Generator[str]:
    """Of a database for the module, with its tables."""
    name = f"catalog_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(servers.admin_database_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER catalog").format(sql.Identifier(name)))
        url = urlunsplit(urlsplit(servers.database_url("catalog"))._replace(path=f"/{name}"))
        migrate(Secret(url), MIGRATIONS)
        yield url
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def catalog(database_url: str) -> AsyncGenerator[RunningCatalog]:
    """On the module's database, emptied while nobody is at it. Without Kafka and Elasticsearch."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(EMPTY)
    async with running_catalog(database_url) as running:
        yield running


@pytest.fixture
def ask(catalog: RunningCatalog) -> Ask:
    """Executes as staff or as `caller`; with `calls`, so many RPCs and no more."""

    async def executed(
        text: str, caller: Caller = MANAGER, calls: int | None = None, channel: str = "web", **variables: Any
    ) -> Any:
        none: Any = SimpleNamespace()
        backends: Any = Backends(
            **{name: getattr(catalog, name, none) or none for name in Backends.__dataclass_fields__}
        )
        context = RequestContext(GRAPH, backends, caller, ShopContext(channel=channel, currency_code="USD"), Metrics())
        with identity.acting_as(caller):
            answer = await OPERATIONS.execute(
                OPERATIONS.prepare(OperationRequest(query=text, variables=variables)), context
            )
        assert not answer.errors, answer.errors
        if calls is not None:
            assert len(context.calls.made) == calls, context.calls.made
        return answer.data

    return executed
