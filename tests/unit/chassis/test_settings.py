from dataclasses import dataclass
from typing import Literal

import pytest

from chassis.run import SubgraphSettings
from chassis.settings import Mode, Secret, ServiceSettings, SettingsError, load
from gateway.settings import GatewaySettings
from subgraphs.account.settings import AccountSettings
from subgraphs.catalog.settings import CatalogSettings
from subgraphs.order.settings import OrderSettings

SECRET = "s" * 32


@dataclass(frozen=True, kw_only=True)
class ExampleSettings(ServiceSettings):
    database_url: Secret
    listen_port: int
    level: Literal["low", "high"] = "low"
    greeting: str = "hello"
    origins: tuple[str, ...] = ()
    quick: bool = False


def test_every_fault_is_told_at_once_and_no_secret_is_shown() -> None:
    with pytest.raises(SettingsError) as told:
        load(
            ExampleSettings, {"LISTEN_PORT": "abc", "MODE": "party", "INTERNAL_TOKEN_SECRET": SECRET, "QUICK": "maybe"}
        )
    message = str(told.value)
    assert "DATABASE_URL is missing" in message
    assert "LISTEN_PORT='abc'" in message
    assert "MODE='party': expected one of production, development" in message
    assert "QUICK='maybe': expected true or false" in message
    assert SECRET not in message


def test_defaults_hold_and_values_are_read_by_their_types() -> None:
    settings = load(
        ExampleSettings,
        {
            "INTERNAL_TOKEN_SECRET": SECRET,
            "DATABASE_URL": "postgresql://u:p@h/d",
            "LISTEN_PORT": "8000",
            "ORIGINS": "http://a, http://b",
            "QUICK": "yes",
        },
    )
    assert (settings.mode, settings.listen_port, settings.level, settings.quick) == (Mode.PRODUCTION, 8000, "low", True)
    assert settings.origins == ("http://a", "http://b")
    assert not settings.development


def test_a_secret_never_shows_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r}"
    assert secret.reveal() == "hunter2"


def test_a_short_internal_token_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 32 characters"):
        load(ServiceSettings, {"INTERNAL_TOKEN_SECRET": "short"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://user:hunter2@host/name"),
        ("DATABASE_URL", "hunter2"),
        ("LISTEN_ADDRESS", "nonsense"),
        ("LISTEN_ADDRESS", "127.0.0.1:70000"),
        ("LISTEN_ADDRESS", ":50051"),
    ],
)
def test_a_setting_that_cannot_work_is_named_with_the_form_it_must_have(variable: str, value: str) -> None:
    valid = {"DATABASE_URL": "postgresql://u:p@h/d", "LISTEN_ADDRESS": "127.0.0.1:50051"}
    with pytest.raises(SettingsError, match=f"{variable}.*(postgresql://|host:port)") as told:
        load(SubgraphSettings, valid | {"INTERNAL_TOKEN_SECRET": SECRET, variable: value})
    assert "hunter2" not in str(told.value)


def test_rules_between_settings_are_told_at_once_and_beside_other_faults() -> None:
    environ = {
        "DATABASE_URL": "hunter2",
        "LISTEN_ADDRESS": "nonsense",
        "SUBGRAPH_METRICS_ADDRESS": ":1",
        "LOG_LEVEL": "loud",
    }
    with pytest.raises(SettingsError) as told:
        load(SubgraphSettings, environ | {"INTERNAL_TOKEN_SECRET": "short"})
    for name in ("INTERNAL_TOKEN_SECRET", "DATABASE_URL", "LISTEN_ADDRESS", "SUBGRAPH_METRICS_ADDRESS", "LOG_LEVEL"):
        assert str(told.value).count(name) == 1
    assert "hunter2" not in str(told.value)


def test_a_subclass_adds_its_rules_to_those_of_all() -> None:
    environ = {
        "INTERNAL_TOKEN_SECRET": "short", "DATABASE_URL": "postgresql://", "SEARCH_TIMEOUT_SECONDS": "99",
        "EXPIRY_INTERVAL_SECONDS": "0",
    }  # fmt: skip
    with pytest.raises(SettingsError) as told:
        load(CatalogSettings, environ)
    for name in ("INTERNAL_TOKEN_SECRET", "SEARCH_TIMEOUT_SECONDS", "EXPIRY_INTERVAL_SECONDS"):
        assert name in str(told.value)


COMPLETE = {
    "MODE": "development",
    "INTERNAL_TOKEN_SECRET": SECRET,
    "DATABASE_URL": "postgresql://u:p@h/d",
    "TOKEN_KEY_ENCRYPTION_SECRET": SECRET,
    "PAYMENT_API_KEY": "k",
    "PAYMENT_WEBHOOK_SECRET": "w",
}


@pytest.mark.parametrize(
    ("process", "variable", "value", "form"),
    [
        (AccountSettings, "REDIS_URL", "hunter2", "redis://"),
        (AccountSettings, "KAFKA_BOOTSTRAP_SERVERS", "kafka one", "host:port"),
        (AccountSettings, "PASSWORD_HASHING_THREADS", "two", "a whole number"),
        (AccountSettings, "DATABASE_POOL_SIZE", "0", "at least 1"),
        (CatalogSettings, "ELASTICSEARCH_URL", "localhost:9200", "http://"),
        (CatalogSettings, "JOB_LEASE_SECONDS", "nan", "a number"),
        (OrderSettings, "CATALOG_ADDRESS", "catalog", "host:port"),
        (OrderSettings, "SAGA_POLL_SECONDS", "0", "at least 0.01"),
        (GatewaySettings, "LISTEN_ADDRESS", "unix:/tmp/s", "host:port"),
        (GatewaySettings, "ORDER_ADDRESS", "order:http", "host:port"),
        (GatewaySettings, "REDIS_URL", "http://:hunter2@host", "redis://"),
        (GatewaySettings, "MAX_IN_FLIGHT", "0", "at least 1"),
        (GatewaySettings, "DRAIN_SECONDS", "-1", "at least 0"),
        (GatewaySettings, "OTEL_EXPORTER_OTLP_ENDPOINT", "jaeger", "http://"),
    ],
)
def test_no_process_starts_with_a_value_that_cannot_work(
    process: type[ServiceSettings], variable: str, value: str, form: str
) -> None:
    load(process, COMPLETE)
    with pytest.raises(SettingsError, match=f"{variable}.*{form}") as told:
        load(process, COMPLETE | {variable: value})
    assert "hunter2" not in str(told.value)


def test_addresses_of_every_usual_kind_are_taken() -> None:
    load(
        GatewaySettings,
        COMPLETE
        | {
            "ACCOUNT_ADDRESS": "dns:///account.shop:50051",
            "CATALOG_ADDRESS": "unix:/run/catalog.sock",
            "ORDER_ADDRESS": "[::1]:50053",
            "METRICS_ADDRESS": "",
            "KAFKA_BOOTSTRAP_SERVERS": "a:9092, b:9092",
            "REDIS_URL": "rediss://user:p%40ss@cache.shop/1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317",
        },
    )
