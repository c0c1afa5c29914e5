from dataclasses import dataclass
from typing import Literal

import pytest

from chassis.run import SubgraphSettings
from chassis.settings import Mode, Secret, ServiceSettings, SettingsError, load
from subgraphs.catalog.settings import CatalogSettings

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
