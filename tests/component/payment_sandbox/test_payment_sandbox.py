"""The provider by itself, over HTTP, in its own process."""

import asyncio
import re
import sys
from collections.abc import Generator
from pathlib import Path

import aiohttp
import httpx
import pytest

from subgraphs.order.domain.payment import PaymentOutcome
from tests.fixtures.payment_sandbox import API_KEY, Sandbox, running_sandbox
from tests.fixtures.payments import adapter, authorize
from tests.fixtures.processes import CHECKOUT

BARE = {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/proto/gen"}
HEADERS = {"authorization": f"Bearer {API_KEY}"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Generator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("provider"), HANG_SECONDS="2", SLOW_SECONDS="0.05") as running:
        yield running


async def test_a_wrong_key_opens_nothing(sandbox: Sandbox):
    async with httpx.AsyncClient() as client:
        for method, path in (("GET", "/v1/ledger"), ("POST", "/v1/payment_intents"), ("POST", "/v1/tokens")):
            answer = await client.request(method, sandbox.url + path, headers={"authorization": "Bearer nope"})
            assert answer.status_code == 401


async def test_the_page_makes_tokens_from_test_cards_only(sandbox: Sandbox):
    async with httpx.AsyncClient() as client:
        form = await client.get(sandbox.url)
        assert "<form" in form.text
        made = await client.post(sandbox.url, data={"card": "decline"})
        assert (await client.post(sandbox.url, data={"card": "4111"})).status_code == 400
        tokens = f"{sandbox.url}/v1/tokens"
        by_number = await client.post(tokens, data={"card[number]": "4242 4242 4242 4242"}, headers=HEADERS)
        refused = await client.post(tokens, data={"card[number]": "4111111111111111"}, headers=HEADERS)
    token = re.search(r"tok_[0-9a-f]+", made.text)
    assert token is not None
    async with aiohttp.ClientSession() as session:
        payments = adapter("sandbox", session, sandbox.url)
        assert (await authorize(payments, token[0], "page")).outcome is PaymentOutcome.DECLINED
        assert (await authorize(payments, by_number.json()["id"], "number")).outcome is PaymentOutcome.SUCCEEDED
    assert refused.status_code == 400


async def test_the_ledger_outlives_the_process(tmp_path: Path):
    async with aiohttp.ClientSession() as session:
        with running_sandbox(tmp_path) as first:
            held = await authorize(adapter("sandbox", session, first.url), "tok_approve", "kept")
            first.process.kill()
            first.process.wait(5)
        with running_sandbox(tmp_path) as second:
            again = await authorize(adapter("sandbox", session, second.url), "tok_approve", "kept")
            assert again.reference == held.reference
            assert [entry["kind"] for entry in await second.listed("ledger")] == ["authorized"]


async def test_missing_settings_are_told_at_once():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.payment_sandbox"), cwd=CHECKOUT, stderr=asyncio.subprocess.PIPE, env=BARE
    )
    _, errors = await process.communicate()
    assert process.returncode == 78
    assert b"STATE_FILE is missing" in errors
    assert b"Traceback" not in errors
