"""`emporium verify`'s questions: silent about sound books, and each finds its breach."""

import asyncio

import pytest
from emporium.order.v1 import order_pb2 as pb

from infra.verify.invariants import Books, invariants
from tests.fixtures.order import RunningOrder
from tests.fixtures.payment_sandbox import API_KEY

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]


async def breaches(shop: RunningOrder) -> list[str]:
    books = Books(
        order_url=shop.settings.database_url.reveal(),
        catalog_url=shop.catalog.settings.database_url.reveal(),
        provider_url=shop.sandbox.url,
        provider_key=API_KEY,
    )
    found = [await asyncio.to_thread(one.breaches, books) for one in invariants(60)]
    return [one.id for one, rows in zip(invariants(60), found, strict=True) if rows]


async def paid(shop: RunningOrder, token: str = "tok_approve") -> str:
    order = (await shop.complete(await shop.guest((await shop.product(), 1)), token)).order
    await shop.quiet()
    return order.id


async def test_sound_books_have_no_breach(shop: RunningOrder):
    for token in ("tok_approve", "tok_decline", "tok_expired_authorization", "tok_3ds+webhook_never"):
        await paid(shop, token)
    assert await breaches(shop) == []


@pytest.mark.parametrize(
    ("id_", "break_", "mend"),
    [
        ("I2", "UPDATE orders SET total = total + 1, tax = tax + 1 WHERE id = %s",
         "UPDATE orders SET total = total - 1, tax = tax - 1 WHERE id = %s"),
        ("I3", "UPDATE orders SET captured = captured - 1 WHERE id = %s",
         "UPDATE orders SET captured = captured + 1 WHERE id = %s"),
        ("I5", "UPDATE orders SET status = 'CANCELLED' WHERE id = %s",
         "UPDATE orders SET status = 'CONFIRMED' WHERE id = %s"),
        ("I11", "UPDATE orders SET sequence = sequence + 1 WHERE id = %s",
         "UPDATE orders SET sequence = sequence - 1 WHERE id = %s"),
        ("I12", "UPDATE sagas SET state = 'RUNNING', due_at = now() - interval '1 hour', definition = 'x'"
         " WHERE order_id = %s", "UPDATE sagas SET state = 'DONE', definition = 'checkout' WHERE order_id = %s"),
    ],
)  # fmt: skip
async def test_a_breach_is_found(shop: RunningOrder, id_: str, break_: str, mend: str):
    order_id = await paid(shop)
    await shop.db_execute(break_, [order_id])
    assert id_ in await breaches(shop)
    await shop.db_execute(mend, [order_id])
    assert (await shop.order(order_id)).payment_status == pb.PAID
    assert await breaches(shop) == []
