"""How sets of rows are written: one JSON text a set, one statement a set, and all at the end of their transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString, Protocol

import orjson

from chassis.database import Connection

Row = dict[str, Any]
Statement = tuple[LiteralString, Sequence[object]]
"""SQL and its parameters."""


def recordset(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows for `jsonb_to_recordset`: one parameter however many columns, an eighth of the CPU of an array a column."""
    return orjson.dumps(list(rows)).decode()


class Writer(Protocol):
    """Keeps what is to be written until the transaction is about to end, so that a set is one statement however
    many asked for a part of it."""

    def take(self) -> Iterable[Statement]:
        """What is to be written now; each is handed out once."""
        ...


async def flush(connection: Connection, writers: Iterable[Writer]) -> None:
    """Writes what the writers kept, in their order, in one round trip."""
    statements = [statement for writer in writers for statement in writer.take()]
    if len(statements) == 1:
        await connection.execute(*statements[0])
    elif statements:
        async with connection.pipeline():
            for statement, parameters in statements:
                await connection.execute(statement, parameters)
