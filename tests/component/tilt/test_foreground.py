"""Parts that run one by one in the foreground, as Tilt runs them."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from chassis.settings import load
from gateway.settings import GatewaySettings
from infra.cli.process import LIVE_RELOAD
from infra.embedded.failures import AlreadyRunning
from infra.embedded.foreground import ForegroundStack
from infra.embedded.probes import http_get, redis_answers
from infra.embedded.running import read_record
from infra.embedded.state import default_cache_folder

pytestmark = pytest.mark.servers


@pytest.fixture
def stack(environment: dict[str, str]) -> ForegroundStack:
    return ForegroundStack(Path(environment["EMPORIUM_STATE"]), default_cache_folder(), {})


@pytest.fixture
def run(checkout: Path, environment: dict[str, str]) -> Generator[Callable[..., subprocess.Popen[str]]]:
    """`emporium …` in the background; ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "infra.cli.main", *arguments]
        output = subprocess.PIPE
        child = subprocess.Popen(
            command, cwd=checkout, env=environment, text=True, stdout=output, stderr=subprocess.STDOUT
        )
        started.append(child)
        return child

    yield run
    for child in started:
        child.kill()
        child.wait()


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def is_ready(stack: ForegroundStack) -> bool:
    return http_get(stack.ports["redis-readiness"], "/readyz")[0] == 200


def redis_serves(stack: ForegroundStack) -> bool:
    return redis_answers(stack.ports["redis"], stack.state.secret("redis_password"))


def test_a_server_says_when_it_is_ready_and_stops_in_order(
    stack: ForegroundStack, run: Callable[..., subprocess.Popen[str]]
) -> None:
    server = run("server", "redis")
    assert until(lambda: is_ready(stack))
    assert redis_serves(stack)
    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=15)
    assert server.returncode == 0, said
    assert "redis: ready in" in said
    assert not redis_serves(stack)


def test_a_killed_server_command_leaves_nothing_behind(
    stack: ForegroundStack, run: Callable[..., subprocess.Popen[str]]
) -> None:
    server = run("server", "redis")
    assert until(lambda: is_ready(stack))
    server.kill()
    assert until(lambda: not redis_serves(stack))
    assert not stack.is_held("redis")


def test_up_and_a_foreground_part_keep_each_other_out(
    stack: ForegroundStack, run: Callable[..., subprocess.Popen[str]]
) -> None:
    with stack.held("redis"):
        said, _ = run("up").communicate(timeout=30)
        assert "already running" in said
    with stack.state.locked():
        with pytest.raises(AlreadyRunning, match="already running"), stack.held("redis"):
            pass
        ports = stack.state.read("ports.json")
        said, _ = run("process", "--plan", "--launcher", str(os.getpid())).communicate(timeout=30)
        assert "already running" in said
        assert stack.state.read("ports.json") == ports
        assert read_record(stack.state) is None, "the launcher's record was replaced"


def test_the_tools_find_a_stack_that_tilt_runs(
    stack: ForegroundStack, run: Callable[..., subprocess.Popen[str]]
) -> None:
    planned, _ = run("process", "--plan", "--launcher", str(os.getpid())).communicate(timeout=30)
    run("server", "redis")
    assert until(lambda: is_ready(stack))
    said, _ = run("status", "--json").communicate(timeout=30)
    status = json.loads(said)
    assert status["addresses"]["gateway"] == f"127.0.0.1:{json.loads(planned)['ports']['gateway']}"
    assert [(part["name"], part["state"]) for part in status["parts"]] == [("redis", "ready")]
    assert status["parts"][0]["memory_bytes"] > 0


def test_a_port_somebody_took_is_replaced_but_one_of_ours_stays(
    stack: ForegroundStack, environment: dict[str, str]
) -> None:
    again = ForegroundStack(stack.state.path, default_cache_folder(), {})
    with (
        socket.create_server(("127.0.0.1", stack.ports["redis"])),
        socket.create_server(("127.0.0.1", stack.ports["kafka"])),
        stack.state.folder("foreground").joinpath("redis.lock").open("a") as lock,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert again.ports["redis"] == stack.ports["redis"]
        assert again.ports["kafka"] != stack.ports["kafka"]


def test_under_live_reload_nothing_is_kept_that_would_hide_what_was_saved() -> None:
    settings = load(GatewaySettings, LIVE_RELOAD | {"MODE": "development", "INTERNAL_TOKEN_SECRET": "s" * 32})
    assert settings.share
    assert (settings.kept_megabytes, settings.keep_in_redis) == (0, False)


def test_what_cannot_take_over_from_itself_is_not_reloaded(run: Callable[..., subprocess.Popen[str]]) -> None:
    said, _ = run("process", "payment_sandbox", "--reload").communicate(timeout=30)
    assert "cannot take over from itself" in said
