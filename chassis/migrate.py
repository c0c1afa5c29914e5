"""Migrations: plain SQL files `NNNN_what.sql`, forward only, applied in order, each in a transaction.

A line `-- include: outbox` stands for the chassis' own tables in `chassis/sql/outbox.sql`.
"""

import re
from pathlib import Path
from typing import LiteralString, cast

import psycopg

from chassis.settings import Secret

SHARED_SQL = Path(__file__).parent / "sql"
LOCK_KEY = 0x656D706F
_INCLUDE = re.compile(r"^-- include: (\w+)\s*$", re.MULTILINE)
_NAME = re.compile(r"^\d{4}_\w+\.sql$")


class MigrationError(Exception):
    """A migration is misnamed or failed; the message names the file."""


def files(folder: Path) -> list[Path]:
    """The migrations in order. Raises MigrationError for a name that is not `NNNN_what.sql` or a repeated number."""
    found = sorted(folder.glob("*.sql"))
    for path in found:
        if not _NAME.match(path.name):
            raise MigrationError(f"{path.name}: name migrations NNNN_what.sql")
    numbers = [path.name[:4] for path in found]
    if len(set(numbers)) != len(numbers):
        raise MigrationError(f"{folder}: two migrations share a number")
    return found


def text_of(path: Path) -> str:
    """The SQL with its includes in place."""
    return _INCLUDE.sub(lambda match: (SHARED_SQL / f"{match[1]}.sql").read_text(), path.read_text())


def pending(url: Secret, folder: Path) -> list[str]:
    """Names of the migrations this database lacks."""
    with psycopg.connect(url.reveal(), autocommit=True) as connection:
        return [path.name for path in files(folder) if path.name not in _applied(connection)]


def migrate(url: Secret, folder: Path) -> list[str]:
    """Applies what is pending and returns the names; other processes wait meanwhile. Raises MigrationError."""
    done: list[str] = []
    with psycopg.connect(url.reveal(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
        applied = _applied(connection)
        for path in files(folder):
            if path.name in applied:
                continue
            try:
                with connection.transaction():
                    connection.execute("SET LOCAL lock_timeout = '5s'")
                    # The files are the project's own, as trusted as its code.
                    connection.execute(cast("LiteralString", text_of(path)))
                    connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [path.name])
            except psycopg.Error as error:
                raise MigrationError(f"{path.name}: {error}") from error
            done.append(path.name)
    return done


def _applied(connection: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    connection.execute(
        """CREATE TABLE IF NOT EXISTS schema_migrations
           (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"""
    )
    return {str(row[0]) for row in connection.execute("SELECT name FROM schema_migrations")}
