"""The same writes as bare SQL, by pgbench on the same server: what checkout cannot be cheaper than."""

import re
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from chassis.migrate import migrate
from chassis.settings import Secret
from infra.bench.usage import admin_url, read_usage
from infra.embedded import wheels
from infra.embedded.failures import StackError
from infra.embedded.running import RunningStack
from infra.embedded.state import CHECKOUT

SCRIPT = Path(__file__).parent / "checkout_reference.sql"
DATABASE = "bench_reference"
SCHEMAS = {"ordering": "order", "catalog": "catalog"}
"""Schema → the subgraph whose tables it has."""
PATH = f"-csearch_path={','.join(SCHEMAS)}"
"""Triggers name their tables without a schema."""
_ROWS: LiteralString = """
INSERT INTO ordering.carts (id, buyer_id, channel, currency, locale)
SELECT 'crt_' || n, 'byr_' || n, 'web', 'USD', 'en' FROM generate_series(1, 1000) AS n;
INSERT INTO catalog.products (id, external_reference, name, slug, fingerprint, words)
VALUES ('prd_1', 'ref', 'Reference', 'reference', '', '');
INSERT INTO catalog.variants (id, product_id, sku, name, position)
SELECT 'var_' || n, 'prd_1', 'SKU-' || n, 'Reference', n FROM generate_series(1, 1000) AS n;
INSERT INTO catalog.stock (sku, available) SELECT sku, 1000000 FROM catalog.variants;
"""


@dataclass(frozen=True, kw_only=True)
class ReferenceRun:
    """What pgbench and /proc said."""

    clients: int
    orders_per_second: float
    postgres_cpu_ms_per_order: float


@contextmanager
def reference_database(stack: RunningStack) -> Generator[str]:
    """The tables of order and catalog in a database of their own; yields its URL. It is dropped afterwards."""
    with psycopg.connect(admin_url(stack), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        try:
            url = admin_url(stack, DATABASE)
            with psycopg.connect(url, autocommit=True, options=PATH) as made:
                for schema in SCHEMAS:
                    made.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
                for schema, subgraph in SCHEMAS.items():
                    option = quote(f"-csearch_path={schema}")
                    folder = CHECKOUT / "subgraphs" / subgraph / "adapters/postgres/migrations"
                    migrate(Secret(f"{url}?options={option}"), folder)
                made.execute(_ROWS)
                made.execute("VACUUM ANALYZE")
            yield url
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def run_script(url: str, *arguments: str) -> str:
    """pgbench on the script; what it printed. Raises StackError."""
    parts = urlsplit(url)
    command = [str(wheels.postgres_folder() / "bin" / "pgbench"), "-n", "-M", "simple", "-f", str(SCRIPT)]
    command += [*arguments, "-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
    environment = {"PGPASSWORD": str(parts.password), "PGOPTIONS": PATH, "LC_ALL": "C"}
    done = subprocess.run(
        [*command, parts.path.lstrip("/")], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StackError(f"pgbench failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def measure_reference(stack: RunningStack, *, clients: int, seconds: int) -> ReferenceRun:
    """So many connections, for so long."""
    with reference_database(stack) as url:
        before = read_usage(stack)
        printed = run_script(url, "-c", str(clients), "-j", "2", "-T", str(seconds))
        used = read_usage(stack).since(before)
    rate = re.search(r"tps = ([\d.]+)", printed)
    count = re.search(r"transactions actually processed: (\d+)", printed)
    if rate is None or count is None:
        raise StackError(f"pgbench printed something new: {printed[-300:]}")
    return ReferenceRun(
        clients=clients,
        orders_per_second=float(rate[1]),
        postgres_cpu_ms_per_order=used.cpu["postgres"] / max(1, int(count[1])),
    )
