"""Stripe's own description of its API takes every request that the adapters send: stripe-mock checks their shapes."""

import shutil
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from chassis.money import Money
from tests.fixtures.payments import PROVIDERS, adapter
from tests.fixtures.processes import ended, free_address, start

pytestmark = pytest.mark.peers
KEY = "sk_test_123"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """Of a running stripe-mock."""
    program = shutil.which("stripe-mock")
    if program is None:
        pytest.skip("there is no stripe-mock on PATH; `make test-peers` builds one")
    address, log = free_address(), tmp_path_factory.mktemp("mock") / "stripe-mock.log"
    with ended(start([program, "-http-addr", address, "-https-addr", free_address()], log, {})) as process:
        deadline = time.monotonic() + 60
        while True:
            with suppress(httpx.HTTPError):
                httpx.get(f"http://{address}/")
                break
            assert process.poll() is None, f"stripe-mock ended: {Path(log).read_text()}"
            assert time.monotonic() < deadline, "stripe-mock was not ready in time"
            time.sleep(0.1)
        yield f"http://{address}"


def test_what_stripe_does_not_know_is_refused(url: str):
    """Else the tests below would prove nothing."""
    headers = {"authorization": f"Bearer {KEY}"}
    for form in ({"amount": "ten", "currency": "usd"}, {"amount": "10", "currency": "usd", "unheard": "of"}):
        answer = httpx.post(f"{url}/v1/payment_intents", data=form, headers=headers)
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_every_request_is_one_that_stripe_knows(url: str, provider: str):
    answered: list[tuple[str, str, int]] = []

    async def note(_: object, __: object, about: aiohttp.TraceRequestEndParams) -> None:
        answered.append((about.method, about.url.path, about.response.status))

    tracing = aiohttp.TraceConfig()
    tracing.on_request_end.append(note)
    async with aiohttp.ClientSession(trace_configs=[tracing]) as session:
        payments: Any = adapter(provider, session, url, key=KEY)
        amount = Money(2490, "USD")
        await payments.authorize(key="a", amount=amount, token="pm_card_visa", order_id="ord_1")
        await payments.capture(key="c", reference="pi_1", amount=amount)
        await payments.void(key="v", reference="pi_1")
        await payments.refund(key="r", reference="pi_1", amount=Money(100, "USD"))
        await payments.find(key="a", reference="pi_1")
        await payments.find(key="a", reference=None)
        await payments.find_refund(key="r", reference="pi_1")
    assert answered == [
        ("POST", "/v1/payment_intents", 200),
        ("POST", "/v1/payment_intents/pi_1/capture", 200),
        ("POST", "/v1/payment_intents/pi_1/cancel", 200),
        ("POST", "/v1/refunds", 200),
        ("GET", "/v1/payment_intents/pi_1", 200),
        ("GET", "/v1/payment_intents/search", 200),
        ("GET", "/v1/refunds", 200),
    ]
