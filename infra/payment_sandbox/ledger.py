"""The provider's own books, in SQLite: payments, refunds, every move of money, and what was answered to which key."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, card TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS intents (
    id TEXT PRIMARY KEY, attempt TEXT, amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,
    method TEXT NOT NULL, metadata TEXT NOT NULL, received INTEGER NOT NULL DEFAULT 0,
    refunded INTEGER NOT NULL DEFAULT 0, decline_code TEXT, action_url TEXT, return_url TEXT,
    created REAL NOT NULL, version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS intents_by_attempt ON intents (attempt);
CREATE TABLE IF NOT EXISTS refunds (
    id TEXT PRIMARY KEY, intent TEXT NOT NULL REFERENCES intents, amount INTEGER NOT NULL, status TEXT NOT NULL,
    metadata TEXT NOT NULL, created REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_of_intent ON refunds (intent);
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY, intent TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, intent TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, delivery TEXT NOT NULL,
    created REAL NOT NULL, delivered INTEGER NOT NULL DEFAULT 0
);
"""
INTENT_COLUMNS = (
    "id", "attempt", "amount", "currency", "status", "method", "metadata", "received", "refunded", "decline_code",
    "action_url", "return_url", "created", "version",
)  # fmt: skip
SAVE_INTENT = """
INSERT INTO intents VALUES (:id, :attempt, :amount, :currency, :status, :method, :metadata, :received, :refunded,
    :decline_code, :action_url, :return_url, :created, :version)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, received = excluded.received, refunded = excluded.refunded,
    decline_code = excluded.decline_code, action_url = excluded.action_url, version = intents.version + 1
"""
INTENTS_PAGE = """
SELECT * FROM intents WHERE ? IS NULL OR rowid < (SELECT rowid FROM intents WHERE id = ?) ORDER BY rowid DESC LIMIT ?
"""
REFUNDS_PAGE = """
SELECT r.*, i.currency FROM refunds r JOIN intents i ON i.id = r.intent
WHERE (? IS NULL OR r.intent = ?) AND (? IS NULL OR r.rowid < (SELECT rowid FROM refunds WHERE id = ?))
ORDER BY r.rowid DESC LIMIT ?
"""
EVENTS_PAGE = """
SELECT * FROM events WHERE ? IS NULL OR rowid < (SELECT rowid FROM events WHERE id = ?) ORDER BY rowid DESC LIMIT ?
"""
ENTRIES_PAGE = """
SELECT e.*, json_extract(i.metadata, '$.order') AS "order" FROM entries e JOIN intents i ON i.id = e.intent
WHERE (? IS NULL OR json_extract(i.metadata, '$.order') = ?) AND e.number > ? ORDER BY e.number LIMIT ?
"""
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Page:
    limit: int
    after: str | None = None
    """The last one of the page before."""


class Ledger:
    """One connection; every method is one short transaction, so nothing is half written when the process dies."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def rows(self, statement: str, *parameters: object) -> list[Row]:
        return [dict(row) for row in self._db.execute(statement, parameters)]

    def write(self, statement: str, *parameters: object) -> None:
        self._db.execute(statement, parameters)

    def save(self, intent: Row, *, kind: str | None = None, amount: int = 0) -> None:
        """The payment, and the move of money that made it so."""
        with self._transaction():
            self._db.execute(SAVE_INTENT, {name: intent[name] for name in INTENT_COLUMNS})
            if kind is not None:
                self._enter(intent, kind, amount)

    def save_refund(self, refund: Row, intent: Row) -> None:
        with self._transaction():
            self._db.execute("INSERT INTO refunds VALUES (:id, :intent, :amount, :status, :metadata, :created)", refund)
            self._db.execute(SAVE_INTENT, {name: intent[name] for name in INTENT_COLUMNS})
            self._enter(intent, "refunded", refund["amount"])

    def intent(self, intent_id: str) -> Row | None:
        rows = self.rows("SELECT * FROM intents WHERE id = ?", intent_id)
        return rows[0] if rows else None

    def intents_of_attempt(self, attempt: str) -> list[Row]:
        return self.rows("SELECT * FROM intents WHERE attempt = ? ORDER BY created", attempt)

    def answer(self, key: str) -> Row | None:
        rows = self.rows("SELECT * FROM answers WHERE key = ?", key)
        return rows[0] if rows else None

    def remember(self, key: str, request: str, status: int, body: bytes) -> None:
        """What a key was answered, errors too: a repeated key gets the same again."""
        self.write("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)", key, request, status, body.decode())

    def card_of(self, token: str) -> str | None:
        """The card for which the page gave this token out."""
        rows = self.rows("SELECT card FROM tokens WHERE token = ?", token)
        return rows[0]["card"] if rows else None

    def intents_page(self, page: Page) -> list[Row]:
        """Newest first; one more than asked for when there are more."""
        return self.rows(INTENTS_PAGE, page.after, page.after, page.limit + 1)

    def refunds_page(self, intent_id: str | None, page: Page) -> list[Row]:
        return self.rows(REFUNDS_PAGE, intent_id, intent_id, page.after, page.after, page.limit + 1)

    def events_page(self, page: Page) -> list[Row]:
        return self.rows(EVENTS_PAGE, page.after, page.after, page.limit + 1)

    def entries_page(self, order_id: str | None, page: Page) -> list[Row]:
        """Oldest first, as they were entered."""
        return self.rows(ENTRIES_PAGE, order_id, order_id, page.after or 0, page.limit + 1)

    def _enter(self, intent: Row, kind: str, amount: int) -> None:
        self._db.execute(
            "INSERT INTO entries (intent, kind, amount, currency, at) VALUES (?, ?, ?, ?, ?)",
            (intent["id"], kind, amount, intent["currency"], time.time()),
        )

    def _transaction(self) -> "Transaction":
        return Transaction(self._db)


class Transaction:
    """BEGIN … COMMIT, or ROLLBACK."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._db.execute("COMMIT" if error is None else "ROLLBACK")
