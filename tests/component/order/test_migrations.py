"""What migrations do to sagas that are on their way."""

import shutil
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from chassis.migrate import migrate
from chassis.settings import Secret
from subgraphs.order.bootstrap import MIGRATIONS
from subgraphs.order.checkout import refund
from tests.fixtures.order import made_database
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
ORDER = """
INSERT INTO orders (id, number, buyer_id, cart_id, email, status, payment_status, channel, currency, subtotal, discount,
    shipping, tax, total, captured, address, delivery_code, delivery_name, sequence, version, created_at, updated_at)
VALUES ('ord_1', 'E-1', 'byr_1', 'crt_1', 'a@b.c', 'CONFIRMED', 'PAID', 'web', 'KWD', 1000, 0, 0, 0, 1000, 1000, '{}',
    'standard', 'Standard', 4, 4, now(), now())
"""
SAGA = """
INSERT INTO sagas (id, definition, order_id, buyer_id, state, step, epoch, attempts, version, payload, due_at)
VALUES ('sag_1', 'refund', 'ord_1', 'byr_1', 'RUNNING', 'refund_payment', 1, 0, 1, %s, now())
"""


def test_a_refund_begun_before_amounts_had_a_currency_learns_its_own(servers: SharedServers, tmp_path: Path):
    for path in MIGRATIONS.glob("*.sql"):
        if path.name < "0005":
            shutil.copy(path, tmp_path)
    old = {"order_id": "ord_1", "buyer_id": "byr_1", "attempt_id": "rfd_1", "reference": "pi_1", "amount": 400}
    with made_database(servers, "order") as url:
        migrate(Secret(url), tmp_path)
        with psycopg.connect(url, row_factory=dict_row, autocommit=True) as connection:
            connection.execute(ORDER)
            connection.execute(SAGA, [Jsonb(old)])
            migrate(Secret(url), MIGRATIONS)
            row = connection.execute("SELECT payload, version FROM sagas").fetchone()
    assert row is not None
    assert refund.load(row["payload"], row["version"]) == refund.Refund(**old, currency="KWD")
