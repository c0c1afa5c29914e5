"""What the Tiltfile says, as Tilt itself understands it. Needs neither a cluster nor a running stack."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.embedded.applications import APPLICATIONS
from infra.embedded.stack import SERVERS

pytestmark = pytest.mark.peers

Load = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def load(tilt: str, checkout: Path, environment: dict[str, str]) -> Load:
    """`tilt alpha tiltfile-result`, with these groups."""

    def load(*groups: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [tilt, "alpha", "tiltfile-result", "-v", "--", *groups],
            cwd=checkout,
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return load


def resources(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return {manifest["Name"]: manifest for manifest in json.loads(done.stdout)["Manifests"]}


def test_every_server_and_process_is_a_resource_with_a_probe(load: Load) -> None:
    found = resources(load())
    for name in (*SERVERS, *APPLICATIONS):
        target = found[name]["DeployTarget"]
        assert target["ServeCmd"]["Argv"], name
        assert target["ReadinessProbe"], name
    without = [
        name
        for name, one in found.items()
        if one["DeployTarget"]["ServeCmd"]["Argv"] and not one["DeployTarget"]["ReadinessProbe"]
    ]
    assert without == []


def test_it_loads_without_a_warning(load: Load) -> None:
    done = load()
    said = done.stderr.lower()
    assert done.returncode == 0, done.stderr
    assert not any(word in said for word in ("warning", "ignored", "deprecated")), done.stderr


def test_dependencies_exist_and_end_at_the_servers(load: Load) -> None:
    found = resources(load())
    needs = {name: one["ResourceDependencies"] or [] for name, one in found.items()}
    assert {needed for names in needs.values() for needed in names} <= set(found)
    assert {name: needs[name] for name in APPLICATIONS} == {
        "account": ["postgres"],
        "catalog": ["postgres"],
        "order": ["postgres", "catalog", "account"],
        "payment_sandbox": [],
        "gateway": ["account", "catalog", "order", "payment_sandbox"],
    }


def test_labels_group_the_resources(load: Load) -> None:
    labels = {name: set(one["Labels"]) for name, one in resources(load()).items()}
    assert {label for each in labels.values() for label in each} == {"infra", "subgraphs", "edge", "tasks", "tests"}
    assert {name for name, each in labels.items() if each == {"infra"}} == set(SERVERS)
    assert {name for name, each in labels.items() if each == {"subgraphs"}} == {"account", "catalog", "order"}


def test_no_secret_is_in_the_tiltfile_or_in_an_environment(load: Load, environment: dict[str, str]) -> None:
    shown = load().stdout
    secrets = json.loads((Path(environment["EMPORIUM_STATE"]) / "secrets.json").read_text())
    assert len(secrets) >= 8
    assert [name for name, value in secrets.items() if value in shown] == []


def test_a_group_brings_what_it_needs_and_nothing_else(load: Load) -> None:
    done = load("subgraphs")
    resources(done)
    enabled = set(json.loads(done.stdout)["EnabledManifests"])
    assert {"account", "catalog", "order", "postgres"} <= enabled
    assert not {"gateway", "demo", "test-unit", "kafka"} & enabled


def test_an_unknown_group_is_refused_by_name(load: Load) -> None:
    done = load("everything")
    assert done.returncode != 0
    assert "unknown group everything; known: infra, subgraphs, edge, tasks, tests" in done.stdout + done.stderr


def test_a_server_whose_url_is_given_is_not_run_here(load: Load) -> None:
    found = resources(load(KAFKA_BOOTSTRAP_SERVERS="kafka.example:9092", REDIS_URL="redis://redis.example/0"))
    assert "kafka" not in found
    assert "redis" not in found
    assert "postgres" in found


def test_ports_stay_the_same_from_load_to_load(load: Load) -> None:
    first, second = resources(load()), resources(load())
    assert first == second


def test_manual_tasks_do_not_run_at_the_start(load: Load) -> None:
    found = resources(load())
    by_hand = {
        name for name, one in found.items() if not one["DeployTarget"]["ServeCmd"]["Argv"] and one["TriggerMode"] != 0
    }
    assert {"demo", "reset", "supergraph", "test-unit", "test-e2e"} <= by_hand
