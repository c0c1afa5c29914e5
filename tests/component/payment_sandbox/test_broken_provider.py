"""A provider that is away, answers nonsense, or hangs up: what each adapter makes of it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest

from subgraphs.order.domain.payment import PaymentOutcome
from subgraphs.order.saga.outcome import NotReached
from tests.fixtures.payment_sandbox import Sandbox
from tests.fixtures.payments import adapter, authorize, dollars
from tests.fixtures.processes import free_port

UNKNOWN = PaymentOutcome.UNKNOWN


async def test_a_provider_that_is_away_was_not_reached(provider: str, session: aiohttp.ClientSession):
    payments = adapter(provider, session, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotReached):
        await authorize(payments, "tok_approve", "away")
    with pytest.raises(NotReached):
        await payments.find(key="away", reference=None)


async def test_a_refused_key_is_our_fault_and_declines_nobody(
    provider: str, session: aiohttp.ClientSession, sandbox: Sandbox
):
    payments = adapter(provider, session, sandbox.url, key="sk_test_rotated")
    with pytest.raises(NotReached, match="401 Invalid API Key"):
        await authorize(payments, "tok_approve", "wrong-key")
    with pytest.raises(NotReached):
        await payments.find(key="wrong-key", reference=None)


@contextlib.asynccontextmanager
async def answering(reply: bytes) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """A provider that answers every request so, and hangs up; its URL, and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b": 0")
        await reader.readexactly(int(length.split(b":")[1]))
        asked.append(head)
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()


def reply(status: int, body: bytes, **headers: Any) -> bytes:
    head = [f"HTTP/1.1 {status} X", "connection: close", f"content-length: {headers.get('length', len(body))}"]
    return "\r\n".join([*head, "", ""]).encode() + body


ERROR = b'{"error": {"type": "invalid_request_error", "code": "lock_timeout", "message": "busy"}}'


@pytest.mark.parametrize(
    "answer",
    [
        reply(409, ERROR), reply(429, ERROR), reply(500, ERROR), reply(502, b"<html>"), reply(503, b""),
        reply(404, b"<html>not here"), reply(403, b"{}"), reply(200, b"{"), reply(200, b"[]"), reply(200, b'{"id": 1}'),
        reply(200, b'{"id": "pi_1", "object": "payment_intent", "status": "requires_capture"}'),
        reply(200, b'{"id": "pi_1"', length=100), b"", b"nonsense\r\n\r\n",
    ],
    ids=[
        "conflict", "too many", "server error", "bad gateway", "unavailable", "no such page", "a proxy's refusal",
        "half an answer", "a list", "no payment", "no amount", "cut off", "nothing", "not HTTP",
    ],
)  # fmt: skip
async def test_what_says_nothing_certain_is_unknown(provider: str, session: aiohttp.ClientSession, answer: bytes):
    async with answering(answer) as (url, asked):
        payments = adapter(provider, session, url)
        assert (await authorize(payments, "tok_approve", "k")).outcome is UNKNOWN
        assert (await payments.capture(key="k", reference="pi_1", amount=dollars(1))).outcome is UNKNOWN
        assert (await payments.refund(key="k", reference="pi_1", amount=dollars(1))).outcome is UNKNOWN
        with pytest.raises(NotReached):
            await payments.find(key="k", reference="pi_1")
        with pytest.raises(NotReached):
            await payments.find_refund(key="k", reference="pi_1")
    # Whether what moves money is sent again is the saga's business.
    assert [b"idempotency-key: k\r\n" in head.lower() for head in asked if head.startswith(b"POST")] == [True] * 3
