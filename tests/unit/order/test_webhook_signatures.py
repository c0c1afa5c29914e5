"""Which of the provider's events are taken: by our own check and by the one of Stripe's package."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chassis.settings import Secret
from subgraphs.order.adapters.stripe_webhooks import StripeWebhooks
from subgraphs.order.adapters.webhook_signature import HEADER, SignedWebhooks, signature
from tests.fixtures.processes import CHECKOUT, environment

EVENT = b'{"id": "evt_1", "type": "t", "data": {"object": {"id": "pi_1", "metadata": {"attempt": "pay_1"}}}}'
SECRETS = (Secret("whsec_new"), Secret("whsec_old"))
Verify = Callable[[bytes, Mapping[str, str]], Any]


@pytest.fixture(params=[SignedWebhooks, StripeWebhooks])
def verify(request: pytest.FixtureRequest) -> Verify:
    made = request.param(SECRETS)
    return lambda body, headers, provider=made.provider: made(provider, body, headers)


def signed(body: bytes = EVENT, *, ago: float = 0, secret: bytes = b"whsec_new", scheme: str = "v1") -> str:
    sent = str(int(time.time() - ago))
    return f"t={sent},{scheme}={signature(secret, sent, body)}"


def test_a_genuine_event_is_read(verify: Verify):
    event = verify(EVENT, {HEADER: signed()})
    assert (event.event_id, event.type, event.attempt_id, event.object_id) == ("evt_1", "t", "pay_1", "pi_1")


GENUINE: dict[str, Callable[[], str]] = {
    "the older secret": lambda: signed(secret=b"whsec_old"),
    "one of two is ours": lambda: signed() + ",v1=00",
    "with the test scheme": lambda: "v0=" + "0" * 64 + "," + signed(),
    "a secret is being changed": lambda: signed(secret=b"whsec_gone") + ",v1=" + signed().partition("v1=")[2],
    "not yet old": lambda: signed(ago=200),
}
FALSE: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "no signature": lambda: "t=1",
    "no time": lambda: "v1=00",
    "an empty time": lambda: "t=," + signed().partition(",")[2],
    "a strange digit": lambda: "t=\u00b2,v1=00",
    "a strange letter": lambda: signed() + "\u00e9",
    "a long time": lambda: f"t={'9' * 5000},v1=00",
    "garbage": lambda: ",,,=",
    "another secret": lambda: signed(secret=b"whsec_gone"),
    "another scheme": lambda: signed(scheme="v0"),
    "too old": lambda: signed(ago=310),
    "from the future": lambda: signed(ago=-400),
    "of another body": lambda: signed(EVENT + b" "),
}


@pytest.mark.parametrize("header", GENUINE.values(), ids=GENUINE)
def test_any_signature_of_ours_will_do(verify: Verify, header: Callable[[], str]):
    assert verify(EVENT, {HEADER: header()}) is not None


@pytest.mark.parametrize("header", FALSE.values(), ids=FALSE)
def test_what_is_forged_old_or_from_the_future_is_refused(verify: Verify, header: Callable[[], str]):
    assert verify(EVENT, {HEADER: header()}) is None


@pytest.mark.parametrize(
    "body", [b"x", b"[]", b"\xff\xfe", EVENT.replace(b"evt_1", b"\\u0000"), EVENT.replace(b'"pi_1"', b"{}")]
)
def test_a_signed_event_that_is_none_is_refused(verify: Verify, body: bytes):
    assert verify(body, {HEADER: signed(body)}) is None


@pytest.mark.parametrize("kind", [SignedWebhooks, StripeWebhooks])
def test_another_providers_events_are_refused(kind: Any):
    assert kind(SECRETS)("another", EVENT, {HEADER: signed()}) is None


def test_who_is_not_paid_through_stripe_never_imports_it():
    asked = "import sys, subgraphs.order.bootstrap; sys.exit('stripe' in sys.modules)"
    subprocess.run([sys.executable, "-c", asked], cwd=CHECKOUT, env=environment(), check=True)
