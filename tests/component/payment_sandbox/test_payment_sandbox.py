"""The provider by itself, over HTTP, in its own process; and the payment port's adapter against it."""

import asyncio
import re
import sys
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import aiohttp
import httpx
import pytest
import pytest_asyncio

from chassis.settings import Secret
from subgraphs.order.adapters.payment_intents import PaymentIntents
from subgraphs.order.checkout.ports import ProviderStatus
from subgraphs.order.domain.payment import PaymentOutcome, PaymentResult
from subgraphs.order.saga.outcome import NotReached
from tests.fixtures.order import API_KEY, Sandbox, running_sandbox
from tests.fixtures.processes import CHECKOUT

BARE = {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/proto/gen"}
HEADERS = {"authorization": f"Bearer {API_KEY}"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Generator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("provider"), HANG_SECONDS="2", SLOW_SECONDS="0.05") as running:
        yield running


@pytest_asyncio.fixture
async def payments(sandbox: Sandbox) -> AsyncGenerator[PaymentIntents]:
    async with aiohttp.ClientSession() as session:
        yield adapter(session, sandbox.url)


def adapter(session: aiohttp.ClientSession, url: str, key: str = API_KEY) -> PaymentIntents:
    return PaymentIntents(
        session, provider="sandbox", url=url, api_key=Secret(key), timeout=0.5, return_url="http://shop.example/"
    )


async def authorize(payments: PaymentIntents, token: str, key: str, amount: int = 1000) -> PaymentResult:
    return await payments.authorize(key=key, amount=amount, currency="USD", token=token, order_id="ord_1")


@pytest.mark.parametrize("token", ["tok_approve", "pm_card_visa", "tok_slow"])
async def test_a_good_card_is_authorised_captured_and_refunded(payments: PaymentIntents, token: str):
    held = await authorize(payments, token, f"a-{token}")
    assert held.outcome is PaymentOutcome.SUCCEEDED
    reference = held.reference or ""
    captured = await payments.capture(key=f"c-{token}", reference=reference, amount=1000)
    assert captured.outcome is PaymentOutcome.SUCCEEDED
    for key, amount, expected in (("r1", 400, "SUCCEEDED"), ("r2", 601, "DECLINED"), ("r3", 600, "SUCCEEDED")):
        answer = await payments.refund(key=f"{key}-{token}", reference=reference, amount=amount)
        assert answer.outcome == expected
    found = await payments.find_refund(key=f"r1-{token}", reference=reference)
    assert found is not None
    assert await payments.find_refund(key="never", reference=reference) is None


@pytest.mark.parametrize(
    ("token", "reason"),
    [("pm_card_chargeDeclined", "generic_decline"), ("tok_insufficient_funds", "insufficient_funds")],
)
async def test_a_bad_card_is_declined_with_its_reason(payments: PaymentIntents, token: str, reason: str):
    answer = await authorize(payments, token, f"d-{token}")
    assert (answer.outcome, answer.decline_reason) == (PaymentOutcome.DECLINED, reason)
    found = await payments.find(key=f"d-{token}", reference=None)
    assert found is not None
    assert found.status is ProviderStatus.DECLINED


@pytest.mark.parametrize("token", ["tok_unknown", "4242424242424242", "tok_approve+nonsense", ""])
async def test_what_is_no_test_card_is_refused(payments: PaymentIntents, token: str):
    assert (await authorize(payments, token, f"x-{token}")).outcome is PaymentOutcome.DECLINED


async def test_a_repeated_key_is_answered_the_same_and_charged_once(payments: PaymentIntents, sandbox: Sandbox):
    first, second = await authorize(payments, "tok_approve", "same"), await authorize(payments, "tok_approve", "same")
    assert first == second
    mine = [one for one in (await sandbox.book())["payment_intents"] if one["attempt"] == "same"]
    assert len(mine) == 1
    other = await authorize(payments, "tok_approve", "same", amount=999)
    assert (other.outcome, other.decline_reason) == (PaymentOutcome.DECLINED, "idempotency_error")


@pytest.mark.parametrize("token", ["tok_500_after_charge", "tok_charge_then_timeout"])
async def test_a_lost_answer_is_unknown_until_asked_for(payments: PaymentIntents, token: str):
    answer = await authorize(payments, token, f"u-{token}")
    assert answer.outcome is PaymentOutcome.UNKNOWN
    found = await payments.find(key=f"u-{token}", reference=None)
    assert found is not None
    assert found.status is ProviderStatus.AUTHORIZED


async def test_a_stored_error_is_replayed(payments: PaymentIntents):
    for _ in range(2):
        assert (await authorize(payments, "tok_500_after_charge", "stored")).outcome is PaymentOutcome.UNKNOWN


async def test_what_never_arrived_is_not_found(payments: PaymentIntents):
    assert (await authorize(payments, "tok_timeout_before_charge", "lost")).outcome is PaymentOutcome.UNKNOWN
    assert await payments.find(key="lost", reference=None) is None
    assert (await authorize(payments, "tok_timeout_before_charge", "lost")).outcome is PaymentOutcome.SUCCEEDED


async def test_an_authorisation_can_be_voided_once(payments: PaymentIntents):
    held = await authorize(payments, "tok_approve", "to-void")
    reference = held.reference or ""
    assert (await payments.void(key="v1", reference=reference)).outcome is PaymentOutcome.SUCCEEDED
    assert (await payments.void(key="v1", reference=reference)).outcome is PaymentOutcome.SUCCEEDED
    assert (await payments.void(key="v2", reference=reference)).outcome is PaymentOutcome.DECLINED
    assert (await payments.capture(key="vc", reference=reference, amount=1)).outcome is PaymentOutcome.DECLINED


async def test_an_expired_authorisation_cannot_be_captured(payments: PaymentIntents):
    held = await authorize(payments, "tok_expired_authorization", "expired")
    answer = await payments.capture(key="ec", reference=held.reference or "", amount=1000)
    assert (answer.outcome, answer.decline_reason) == (PaymentOutcome.DECLINED, "charge_expired_for_capture")


@pytest.mark.parametrize(
    ("outcome", "status"), [("approve", ProviderStatus.AUTHORIZED), ("refuse", ProviderStatus.DECLINED)]
)
async def test_the_banks_page_decides(payments: PaymentIntents, sandbox: Sandbox, outcome: str, status: ProviderStatus):
    answer = await authorize(payments, "tok_3ds", f"3ds-{outcome}", amount=123456)
    assert answer.outcome is PaymentOutcome.REQUIRES_ACTION
    url = answer.action_url or ""
    async with httpx.AsyncClient() as client:
        shown = await client.get(url)
        assert "1234.56 USD" in shown.text
        done = await client.post(url, data={"outcome": outcome})
        assert "http://shop.example/" in done.text
        assert (await client.get(f"{sandbox.url}/3ds/pi_none")).status_code == 404
    found = await payments.find(key="", reference=answer.reference)
    assert found is not None
    assert found.status is status


async def test_a_provider_that_is_away_was_not_reached():
    async with aiohttp.ClientSession() as session:
        payments = adapter(session, "http://127.0.0.1:9")
        with pytest.raises(NotReached):
            await authorize(payments, "tok_approve", "away")
        with pytest.raises(NotReached):
            await payments.find(key="away", reference=None)


async def test_a_wrong_key_opens_nothing(sandbox: Sandbox):
    async with httpx.AsyncClient() as client:
        for method, path in (("GET", "/v1/ledger"), ("POST", "/v1/payment_intents"), ("POST", "/v1/tokens")):
            answer = await client.request(method, sandbox.url + path, headers={"authorization": "Bearer nope"})
            assert answer.status_code == 401
    async with aiohttp.ClientSession() as session:
        answer = await authorize(adapter(session, sandbox.url, "nope"), "tok_approve", "wrong-key")
    assert answer.outcome is PaymentOutcome.DECLINED


async def test_the_page_makes_tokens_from_test_cards_only(payments: PaymentIntents, sandbox: Sandbox):
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
    assert (await authorize(payments, token[0], "page")).outcome is PaymentOutcome.DECLINED
    assert (await authorize(payments, by_number.json()["id"], "number")).outcome is PaymentOutcome.SUCCEEDED
    assert refused.status_code == 400


async def test_the_ledger_outlives_the_process(tmp_path: Path):
    async with aiohttp.ClientSession() as session:
        with running_sandbox(tmp_path) as first:
            held = await authorize(adapter(session, first.url), "tok_approve", "kept")
            first.process.kill()
            first.process.wait(5)
        with running_sandbox(tmp_path) as second:
            again = await authorize(adapter(session, second.url), "tok_approve", "kept")
            assert again.reference == held.reference
            assert [entry["kind"] for entry in (await second.book())["entries"]] == ["authorized"]


async def test_missing_settings_are_told_at_once():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.payment_sandbox"), cwd=CHECKOUT, stderr=asyncio.subprocess.PIPE, env=BARE
    )
    _, errors = await process.communicate()
    assert process.returncode == 78
    assert b"STATE_FILE is missing" in errors
    assert b"Traceback" not in errors
