"""Which settings payments take, and how each wrong one is told; no secret ever is."""

import pytest

from chassis.settings import SettingsError, load
from subgraphs.order.settings import OrderSettings

GOOD = {
    "MODE": "production",
    "INTERNAL_TOKEN_SECRET": "0" * 32,
    "DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x",
    "PAYMENT_PROVIDER": "stripe",
    "PAYMENT_API_KEY": "sk_live_hidden",
    "PAYMENT_WEBHOOK_SECRET": "whsec_hidden",
    "PAYMENT_RETURN_URL": "https://shop.example/",
}

SANDBOX = GOOD | {"PAYMENT_PROVIDER": "sandbox", "PAYMENT_API_KEY": "any", "PAYMENT_WEBHOOK_SECRET": "any"}


def test_stripe_is_asked_at_its_own_address_unless_told_otherwise():
    assert load(OrderSettings, GOOD).provider_url == "https://api.stripe.com"
    assert load(OrderSettings, GOOD | {"PAYMENT_URL": "http://127.0.0.1:1"}).provider_url == "http://127.0.0.1:1"
    assert load(OrderSettings, SANDBOX | {"MODE": "development"}).provider_url == "http://127.0.0.1:4242"


def test_a_rehearsal_in_production_mode_names_its_sandbox():
    assert load(OrderSettings, SANDBOX | {"PAYMENT_URL": "http://sandbox:4242"}).provider_url == "http://sandbox:4242"
    with pytest.raises(SettingsError, match="PAYMENT_PROVIDER=sandbox moves no money"):
        load(OrderSettings, SANDBOX)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"PAYMENT_API_KEY": ""}, "PAYMENT_API_KEY is missing"),
        ({"PAYMENT_API_KEY": "pk_live_hidden"}, "PAYMENT_API_KEY must be a secret (sk_"),
        ({"PAYMENT_WEBHOOK_SECRET": ""}, "PAYMENT_WEBHOOK_SECRET is missing"),
        ({"PAYMENT_WEBHOOK_SECRET": "sk_live_hidden"}, "PAYMENT_WEBHOOK_SECRET must be the signing secret (whsec_"),
        ({"PAYMENT_PROVIDER": "paypal"}, "PAYMENT_PROVIDER='paypal': expected one of sandbox, stripe"),
        ({"PAYMENT_URL": "api.stripe.com"}, "PAYMENT_URL='api.stripe.com': expected an http:// or https://"),
        ({"PAYMENT_RETURN_URL": "shop.example"}, "PAYMENT_RETURN_URL='shop.example': expected an http:// or https://"),
        ({"PAYMENT_RETURN_URL": ""}, "PAYMENT_RETURN_URL is missing: the shop's address"),
        ({"PAYMENT_RETURN_URL": "http://127.0.0.1:8000/"}, "PAYMENT_RETURN_URL is missing: the shop's address"),
    ],
)
def test_a_wrong_setting_is_told_with_how_to_mend_it(changes: dict[str, str], told: str):
    variables = {name: value for name, value in (GOOD | changes).items() if value}
    with pytest.raises(SettingsError) as refused:
        load(OrderSettings, variables)
    assert told in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_development_needs_no_return_address():
    variables = {name: value for name, value in GOOD.items() if name != "PAYMENT_RETURN_URL"}
    load(OrderSettings, variables | {"MODE": "development"})
