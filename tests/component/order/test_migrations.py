"""Orders of the release before keep their sums when their lines get a part of discounts and taxes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from chassis.migrate import migrate
from chassis.settings import Secret
from subgraphs.order.bootstrap import MIGRATIONS

pytestmark = pytest.mark.servers
ORDER = """
INSERT INTO orders (id, number, buyer_id, cart_id, email, status, payment_status, channel, currency, subtotal, discount,
    shipping, tax, total, address, delivery_code, delivery_name, sequence, version, created_at, updated_at)
VALUES (%(id)s, %(id)s, 'byr_1', %(id)s, 'a@b.c', 'CONFIRMED', 'PAID', 'web', 'EUR', 3002, %(discount)s, 490, %(tax)s,
    3492 - %(discount)s + %(tax)s, '{}', 'standard', 'Standard', 1, 1, now(), now())
"""
LINES = """
INSERT INTO order_lines (order_id, id, buyer_id, sku, variant_id, product_id, name, quantity, unit_price, position)
VALUES (%(id)s, 'a', 'byr_1', 'a', '', '', '', 2, 1000, 0), (%(id)s, 'b', 'byr_1', 'b', '', '', '', 1, 1001, 1),
    (%(id)s, 'c', 'byr_1', 'c', '', '', '', 1, 1, 2)
"""


def test_what_was_sold_before_is_split_over_its_lines_without_a_remainder(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    for name in ("0001_ordering.sql", "0002_invariants.sql", "0003_rules_and_operators.sql"):
        shutil.copy(MIGRATIONS / name, tmp_path / name)
    url = Secret(fresh_database("order"))
    migrate(url, tmp_path)
    sums = {"plain": (0, 0), "discounted": (1001, 0), "taxed": (0, 663), "both": (333, 601), "free": (3002, 93)}
    with psycopg.connect(url.reveal(), autocommit=True) as connection:
        for order_id, (discount, tax) in sums.items():
            connection.execute(ORDER, {"id": order_id, "discount": discount, "tax": tax})
            connection.execute(LINES, {"id": order_id})
        migrate(url, MIGRATIONS)
        parts = "SELECT order_id, sum(discount)::int, sum(tax)::int FROM order_lines GROUP BY order_id"
        found = {row[0]: row[1:] for row in connection.execute(parts).fetchall()}
        assert connection.execute("SELECT * FROM invariant_i10_total").fetchall() == []
    # 490 of what was taxed is the delivery's.
    assert found == {"plain": (0, 0), "discounted": (1001, 0), "taxed": (0, 570), "both": (333, 508), "free": (3002, 0)}
