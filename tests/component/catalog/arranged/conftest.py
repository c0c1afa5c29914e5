"""A catalogue for tests of the tree and of collections: one service a module, an empty database a test."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Generator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import pytest_asyncio
from emporium.common.v1 import outcome_pb2
from psycopg import sql

from tests.component.catalog.conftest import index_available, until
from tests.fixtures.catalog import SERVICE, RunningCatalog, running_catalog
from tests.fixtures.stack import SharedServers

EMPTY = """
TRUNCATE categories, products, collections, collection_products, moved_categories, touched_products,
         products_to_judge, outbox CASCADE
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
    """Of a database for the module."""
    name = f"catalog_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(servers.admin_database_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER catalog").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(servers.database_url("catalog"))._replace(path=f"/{name}"))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(database_url: str) -> AsyncGenerator[RunningCatalog]:
    """Without Kafka and Elasticsearch: only PostgreSQL is vital."""
    async with running_catalog(database_url) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def catalog(service: RunningCatalog) -> AsyncGenerator[RunningCatalog]:
    """The module's service, emptied."""
    async with service.db.transaction() as tx:
        await tx.execute(EMPTY)
    with service.acting(SERVICE):
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def searching(database_url: str, servers: SharedServers) -> AsyncGenerator[RunningCatalog]:
    """With its index ready; for a module of its own."""
    async with running_catalog(
        database_url,
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        elasticsearch_url=servers.elasticsearch_url,
        search_consumer_group=f"test-{uuid.uuid4().hex[:12]}",
        search_timeout_seconds=20.0,
    ) as running:
        with running.acting(SERVICE):
            await until(lambda: index_available(running))
            yield running
