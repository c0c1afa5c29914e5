"""Payments through the port, by each adapter, at the sandbox in its own process: the same outcomes, whoever asks."""

import asyncio
import contextlib
import logging
import sqlite3
from pathlib import Path

import httpx
import pytest

from chassis.money import Money
from subgraphs.order.checkout.cancellation import refund
from subgraphs.order.checkout.ports import Payments, ProviderStatus
from subgraphs.order.domain.payment import PaymentOutcome
from tests.fixtures.payment_sandbox import API_KEY, Sandbox
from tests.fixtures.payments import authorize, dollars

SUCCEEDED, DECLINED, UNKNOWN = PaymentOutcome.SUCCEEDED, PaymentOutcome.DECLINED, PaymentOutcome.UNKNOWN


async def held(payments: Payments, token: str, key: str, amount: Money | int = 1000) -> str:
    """An authorisation's reference."""
    answer = await authorize(payments, token, key, amount)
    assert answer.outcome is SUCCEEDED, answer
    return answer.reference or ""


@pytest.mark.parametrize("token", ["tok_approve", "pm_card_visa", "tok_slow"])
async def test_a_good_card_is_authorised_captured_and_refunded(payments: Payments, token: str):
    answer = await authorize(payments, token, f"a-{token}")
    assert (answer.outcome, answer.amount) == (SUCCEEDED, dollars(1000))
    reference = answer.reference or ""
    captured = await payments.capture(key=f"c-{token}", reference=reference, amount=dollars(1000))
    assert (captured.outcome, captured.amount) == (SUCCEEDED, dollars(1000))
    found = await payments.find(key="", reference=reference)
    assert found is not None
    assert (found.status, found.amount) == (ProviderStatus.CAPTURED, dollars(1000))
    for key, amount, expected in (("r1", 400, SUCCEEDED), ("r2", 601, DECLINED), ("r3", 600, SUCCEEDED)):
        back = await payments.refund(key=f"{key}-{token}", reference=reference, amount=dollars(amount))
        assert (back.outcome, back.amount) == (expected, dollars(amount) if expected is SUCCEEDED else None)


@pytest.mark.parametrize(
    ("token", "reason"),
    [("pm_card_chargeDeclined", "generic_decline"), ("tok_insufficient_funds", "insufficient_funds")],
)
async def test_a_bad_card_is_declined_with_its_reason(payments: Payments, token: str, reason: str):
    answer = await authorize(payments, token, f"d-{token}")
    assert (answer.outcome, answer.decline_reason) == (DECLINED, reason)
    found = await payments.find(key=f"d-{token}", reference=None)
    assert found is not None
    assert (found.status, found.reference, found.amount) == (ProviderStatus.DECLINED, answer.reference, None)


@pytest.mark.parametrize("token", ["tok_unknown", "4242424242424242", "tok_approve+nonsense", ""])
async def test_what_is_no_test_card_is_refused(payments: Payments, token: str):
    answer = await authorize(payments, token, f"x-{token}")
    assert (answer.outcome, answer.decline_reason) == (DECLINED, "resource_missing")


async def test_a_repeated_key_is_answered_the_same_and_charged_once(payments: Payments, sandbox: Sandbox):
    first, second = await authorize(payments, "tok_approve", "same"), await authorize(payments, "tok_approve", "same")
    assert first == second
    mine = [one for one in await sandbox.listed("payment_intents") if one["metadata"]["attempt"] == "same"]
    assert len(mine) == 1
    other = await authorize(payments, "tok_approve", "same", amount=999)
    assert (other.outcome, other.decline_reason) == (DECLINED, "idempotency_error")


@pytest.mark.parametrize("token", ["tok_500_after_charge", "tok_charge_then_timeout"])
async def test_a_lost_answer_is_unknown_until_asked_for(
    payments: Payments, hasty: Payments, token: str, sandbox: Sandbox
):
    answer = await authorize(hasty, token, f"u-{token}")
    assert answer.outcome is UNKNOWN
    found = await payments.find(key=f"u-{token}", reference=None)
    assert found is not None
    assert (found.status, found.amount) == (ProviderStatus.AUTHORIZED, dollars(1000))
    kinds = [entry["kind"] for entry in await sandbox.listed("ledger") if entry["intent"] == found.reference]
    assert kinds == ["authorized"]


@pytest.mark.parametrize("card", ["capture_then_timeout", "500_after_capture"])
async def test_a_lost_capture_is_unknown_until_asked_for(payments: Payments, hasty: Payments, card: str):
    reference = await held(payments, f"tok_{card}", card)
    assert (await hasty.capture(key=f"c-{card}", reference=reference, amount=dollars(1000))).outcome is UNKNOWN
    found = await payments.find(key=card, reference=reference)
    assert found is not None
    assert (found.status, found.amount) == (ProviderStatus.CAPTURED, dollars(1000))


async def test_a_lost_refund_is_unknown_until_asked_for(payments: Payments, hasty: Payments):
    reference = await captured(payments, "tok_refund_then_timeout", "lost-refund")
    lost = await hasty.refund(key="lost-r", reference=reference, amount=dollars(300))
    assert lost.outcome is UNKNOWN
    found = await payments.find_refund(key="lost-r", reference=reference)
    assert found is not None
    assert (found.outcome, found.amount) == (SUCCEEDED, dollars(300))


async def captured(payments: Payments, token: str, key: str, amount: Money | int = 1000) -> str:
    reference = await held(payments, token, key, amount)
    asked = dollars(amount) if isinstance(amount, int) else amount
    assert (await payments.capture(key=f"c-{key}", reference=reference, amount=asked)).outcome is SUCCEEDED
    return reference


async def test_a_refund_is_found_among_more_than_one_page(payments: Payments):
    reference = await captured(payments, "tok_approve", "many", amount=200)
    refunds = (payments.refund(key=f"m{n}", reference=reference, amount=dollars(1)) for n in range(120))
    assert {(one.outcome, one.error) for one in await asyncio.gather(*refunds)} == {(SUCCEEDED, None)}
    for key in ("m0", "m119"):
        assert await payments.find_refund(key=key, reference=reference) is not None
    assert await payments.find_refund(key="never", reference=reference) is None


async def test_a_refund_that_the_provider_refuses_is_declined(payments: Payments):
    reference = await captured(payments, "tok_refund_refused", "no-refund")
    answer = await payments.refund(key="nr", reference=reference, amount=dollars(300))
    assert (answer.outcome, answer.decline_reason) == (DECLINED, "refund_refused")


async def test_a_refund_is_paid_once_even_when_the_provider_has_forgotten_its_key(
    payments: Payments, sandbox: Sandbox, folder: Path
):
    reference = await captured(payments, "tok_approve", "forgotten")
    first = await refund(payments, key="f", reference=reference, amount=dollars(300))
    with contextlib.closing(sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None)) as ledger:
        ledger.execute("DELETE FROM answers WHERE key = 'f'")
    assert await refund(payments, key="f", reference=reference, amount=dollars(300)) == first
    mine = [entry["kind"] for entry in await sandbox.listed("ledger") if entry["intent"] == reference]
    assert mine == ["authorized", "captured", "refunded"]


async def test_a_stored_error_is_replayed(payments: Payments):
    for _ in range(2):
        assert (await authorize(payments, "tok_500_after_charge", "stored")).outcome is UNKNOWN


async def test_what_never_arrived_is_not_found(payments: Payments, hasty: Payments):
    assert (await authorize(hasty, "tok_timeout_before_charge", "lost")).outcome is UNKNOWN
    assert await payments.find(key="lost", reference=None) is None
    assert await payments.find(key="lost", reference="pi_none") is None
    assert (await authorize(payments, "tok_timeout_before_charge", "lost")).outcome is SUCCEEDED


async def test_an_authorisation_can_be_voided_once(payments: Payments):
    reference = await held(payments, "tok_approve", "to-void")
    assert (await payments.void(key="v1", reference=reference)).outcome is SUCCEEDED
    assert (await payments.void(key="v1", reference=reference)).outcome is SUCCEEDED
    assert (await payments.void(key="v2", reference=reference)).outcome is DECLINED
    assert (await payments.capture(key="vc", reference=reference, amount=dollars(1))).outcome is DECLINED


async def test_an_expired_authorisation_cannot_be_captured(payments: Payments):
    reference = await held(payments, "tok_expired_authorization", "expired")
    answer = await payments.capture(key="ec", reference=reference, amount=dollars(1000))
    assert (answer.outcome, answer.decline_reason) == (DECLINED, "charge_expired_for_capture")
    found = await payments.find(key="", reference=reference)
    assert found is not None
    assert found.status is ProviderStatus.VOIDED


@pytest.mark.parametrize(
    ("outcome", "status"), [("approve", ProviderStatus.AUTHORIZED), ("refuse", ProviderStatus.DECLINED)]
)
async def test_the_banks_page_decides(payments: Payments, outcome: str, status: ProviderStatus):
    answer = await authorize(payments, "tok_3ds", f"3ds-{outcome}", amount=123456)
    assert (answer.outcome, answer.amount) == (PaymentOutcome.REQUIRES_ACTION, None)
    url = answer.action_url or ""
    async with httpx.AsyncClient() as client:
        shown = await client.get(url)
        assert "1234.56 USD" in shown.text
        done = await client.post(url, data={"outcome": outcome})
        assert "http://shop.example/" in done.text
    found = await payments.find(key="", reference=answer.reference)
    assert found is not None
    assert found.status is status


# What the provider says it moved


@pytest.mark.parametrize("token", ["tok_authorize_less", "tok_authorize_less+webhook_never"])
async def test_less_held_than_asked_is_told(payments: Payments, token: str):
    answer = await authorize(payments, token, f"less-{token}", amount=1001)
    assert (answer.outcome, answer.amount) == (SUCCEEDED, dollars(500))
    found = await payments.find(key="", reference=answer.reference)
    assert found is not None
    assert found.amount == dollars(500)


async def test_less_taken_than_asked_is_told(payments: Payments):
    reference = await held(payments, "tok_capture_less", "takes-less")
    answer = await payments.capture(key="tl", reference=reference, amount=dollars(1000))
    assert (answer.outcome, answer.amount) == (SUCCEEDED, dollars(500))
    found = await payments.find(key="", reference=reference)
    assert found is not None
    assert (found.status, found.amount) == (ProviderStatus.CAPTURED, dollars(500))


async def test_less_paid_back_than_asked_is_told(payments: Payments):
    reference = await captured(payments, "tok_refund_less", "pays-less")
    answer = await payments.refund(key="pl", reference=reference, amount=dollars(400))
    assert (answer.outcome, answer.amount) == (SUCCEEDED, dollars(200))
    found = await payments.find_refund(key="pl", reference=reference)
    assert found is not None
    assert found.amount == dollars(200)


# Currencies


@pytest.mark.parametrize(
    ("amount", "at_provider", "page"),
    [
        (Money(1234, "EUR"), 1234, "12.34 EUR"),
        (Money(1234, "JPY"), 1234, "1234 JPY"),
        (Money(1230, "KWD"), 1230, "1.230 KWD"),
        (Money(1230, "TND"), 1230, "1.230 TND"),
        (Money(1234, "ISK"), 123400, "1234.00 ISK"),
        (Money(1234, "UGX"), 123400, "1234.00 UGX"),
        (Money(1200, "MGA"), 12, "12 MGA"),
    ],
    ids=lambda value: str(value) if isinstance(value, Money) else None,
)
async def test_a_currency_is_paid_in_the_providers_units(
    payments: Payments, sandbox: Sandbox, amount: Money, at_provider: int, page: str
):
    key = f"in-{amount.currency}"
    reference = await captured(payments, "tok_approve", key, amount)
    back = await payments.refund(key=f"r-{key}", reference=reference, amount=amount)
    assert (back.outcome, back.amount) == (SUCCEEDED, amount)
    moves = [(one["kind"], one["amount"]) for one in await sandbox.listed("ledger") if one["intent"] == reference]
    assert moves == [("authorized", at_provider), ("captured", at_provider), ("refunded", at_provider)]
    action = await authorize(payments, "tok_3ds", f"3ds-{key}", amount)
    async with httpx.AsyncClient() as client:
        assert page in (await client.get(action.action_url or "")).text


@pytest.mark.parametrize("amount", [Money(1234, "KWD"), Money(1, "BHD"), Money(1234, "MGA")], ids=str)
async def test_what_the_provider_cannot_move_exactly_is_refused_unsent(
    payments: Payments, sandbox: Sandbox, amount: Money
):
    before = len(await sandbox.listed("payment_intents"))
    answer = await authorize(payments, "tok_approve", f"odd-{amount}", amount)
    assert (answer.outcome, answer.decline_reason) == (DECLINED, "amount_not_payable")
    back = await payments.refund(key=f"r-odd-{amount}", reference="pi_none", amount=amount)
    assert (back.outcome, back.decline_reason) == (DECLINED, "amount_not_payable")
    assert len(await sandbox.listed("payment_intents")) == before


async def test_no_token_and_no_key_reaches_a_log(payments: Payments, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        await held(payments, "tok_approve", "quiet")
        declined = await authorize(payments, "tok_never_seen_before", "loud")
    assert declined.outcome is DECLINED
    assert not [word for word in ("tok_", API_KEY) if word in caplog.text]
