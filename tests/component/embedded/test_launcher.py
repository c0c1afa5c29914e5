"""`emporium up` and what it promises, with real servers (the fast ones)."""

import ctypes
import json
import os
import platform
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import pytest

from infra.embedded.process import start_time

CHECKOUT = Path(__file__).resolve().parents[3]
BOTH = ("postgres", "redis")
TGKILL = {"x86_64": 234, "aarch64": 131}[platform.machine()]
"""The number of a system call: a signal for one thread."""


class Checkout:
    """One state folder and the commands run on it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        # None of the URLs that would make the launcher skip a server.
        kept = ("PATH", "HOME", "EMPORIUM_CACHE", "XDG_CACHE_HOME")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment["EMPORIUM_STATE"] = str(state)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "infra.cli.main", *arguments]

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=CHECKOUT,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )

    def up(self, *parts: str) -> subprocess.CompletedProcess[str]:
        """Redis alone unless told otherwise: it starts in no time."""
        return self.run("up", "--detach", "--only", ",".join(parts or ("redis",)))

    def status(self) -> dict[str, object]:
        return json.loads(self.run("status", "--json").stdout)

    def record(self) -> dict[str, object]:
        return json.loads((self.state / "run.json").read_text())

    def pids(self) -> list[int]:
        parts = self.record()["parts"]
        assert isinstance(parts, list)
        return [part["pid"] for part in parts]


@pytest.fixture
def checkout(tmp_path: Path) -> Generator[Checkout]:
    made = Checkout(tmp_path / "state")
    yield made
    made.run("down")


def eventually(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_up_status_and_down(checkout: Checkout) -> None:
    assert checkout.run("status").returncode == 3
    started = checkout.up(*BOTH)
    assert started.returncode == 0, started.stderr
    status = checkout.status()
    assert status["phase"] == "ready"
    parts = status["parts"]
    assert isinstance(parts, list)
    assert {part["name"]: part["state"] for part in parts} == dict.fromkeys(BOTH, "ready")
    assert all(part["memory_bytes"] > 0 for part in parts)
    pids = checkout.pids()
    assert checkout.run("down").returncode == 0
    assert all(start_time(pid) is None for pid in pids)


def test_the_state_is_private_and_the_secrets_are_in_no_argument_list(checkout: Checkout) -> None:
    checkout.up(*BOTH)
    assert not stat.S_IMODE(checkout.state.stat().st_mode) & 0o007
    assert stat.S_IMODE((checkout.state / "secrets.json").stat().st_mode) == 0o600
    secrets = json.loads((checkout.state / "secrets.json").read_text()).values()
    for pid in checkout.pids():
        arguments = Path(f"/proc/{pid}/cmdline").read_text()
        assert not any(secret in arguments for secret in secrets)


def test_no_server_outlives_a_launcher_that_is_killed(checkout: Checkout) -> None:
    checkout.up(*BOTH)
    pids = checkout.pids()
    launcher = checkout.record()["launcher"]
    assert isinstance(launcher, int)
    os.kill(launcher, signal.SIGKILL)
    eventually(lambda: all(start_time(pid) is None for pid in pids))
    again = checkout.up(*BOTH)
    assert again.returncode == 0, again.stderr


def test_a_second_start_in_the_same_checkout_is_refused(checkout: Checkout) -> None:
    checkout.up()
    second = checkout.up()
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert "Traceback" not in second.stderr
    assert checkout.status()["phase"] == "ready"


def test_two_checkouts_run_side_by_side(checkout: Checkout, tmp_path: Path) -> None:
    other = Checkout(tmp_path / "other")
    try:
        assert checkout.up().returncode == 0
        assert other.up().returncode == 0
        first, second = checkout.record()["addresses"], other.record()["addresses"]
        assert isinstance(first, dict)
        assert isinstance(second, dict)
        assert first["redis"] != second["redis"]
    finally:
        other.run("down")


def test_ctrl_c_stops_everything_whichever_thread_gets_it(checkout: Checkout) -> None:
    foreground = subprocess.Popen(
        checkout.command("up", "--only", ",".join(BOTH)),
        cwd=CHECKOUT,
        env=checkout.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    eventually(lambda: (checkout.state / "run.json").exists() and checkout.record()["phase"] == "ready")
    pids = checkout.pids()
    thread = max(int(task.name) for task in Path(f"/proc/{foreground.pid}/task").iterdir())
    assert thread != foreground.pid
    assert ctypes.CDLL(None).syscall(TGKILL, foreground.pid, thread, int(signal.SIGINT)) == 0
    output, _ = foreground.communicate(timeout=30)
    assert foreground.returncode == 130
    assert "stopped" in output
    assert all(start_time(pid) is None for pid in pids)


def test_a_port_asked_for_that_is_in_use_is_refused_with_the_name_of_its_user(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = checkout.run("up", "--detach", "--only", "redis", "--port", f"redis={port}")
    assert refused.returncode == 1
    assert f"Port {port}" in refused.stderr
    assert f"pid {os.getpid()}" in refused.stderr


def test_a_server_whose_url_is_given_is_not_started(checkout: Checkout) -> None:
    given = {f"{name}_DATABASE_URL": "postgresql://127.0.0.1:1/x" for name in ("ACCOUNT", "CATALOG", "ORDER")}
    checkout.run("up", "--detach", "--only", "redis,postgres", environment=given)
    parts = checkout.status()["parts"]
    assert isinstance(parts, list)
    assert [part["name"] for part in parts] == ["redis"]


@pytest.mark.parametrize("option", [("--only", "postgrse"), ("--port", "postgrse=5432")])
def test_an_unknown_part_is_refused_with_the_list_of_parts(checkout: Checkout, option: tuple[str, str]) -> None:
    refused = checkout.run("up", *option)
    assert refused.returncode == 1
    assert "postgrse" in refused.stderr
    assert "elasticsearch" in refused.stderr


def test_a_state_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = Checkout(tmp_path / "file" / "state").run("up", "--only", "redis")
    assert refused.returncode == 1
    assert "EMPORIUM_STATE" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_reset_deletes_the_state_and_nothing_that_is_not_one(checkout: Checkout, tmp_path: Path) -> None:
    checkout.up()
    assert "running" in checkout.run("reset", "--yes").stderr
    checkout.run("down")
    assert checkout.run("reset", "--yes").returncode == 0
    assert not checkout.state.exists()
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "cat.jpg").write_text("")
    assert Checkout(photos).run("reset", "--yes").returncode == 1
    assert (photos / "cat.jpg").exists()


def test_a_crash_is_told_in_the_status_and_mended(checkout: Checkout) -> None:
    checkout.up(*BOTH)
    first = checkout.pids()
    for pid in first:
        os.kill(pid, signal.SIGKILL)

    def mended() -> bool:
        parts = checkout.record()["parts"]
        assert isinstance(parts, list)
        return all(part["restarts"] == 1 and part["state"] == "ready" for part in parts)

    eventually(mended)


def test_logs_shows_one_part(checkout: Checkout) -> None:
    checkout.up()
    assert "Ready to accept connections" in checkout.run("logs", "redis").stdout
    assert "There are" in checkout.run("logs", "nobody").stderr
