"""The process: commands, settings, start, drain, exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from emporium.account.v1 import account_pb2 as pb
from emporium.account.v1.account_pb2_grpc import AccountServiceStub

from chassis.identity import TokenMinter
from chassis.rpc import channel
from chassis.settings import Secret
from tests.fixtures.processes import free_address

pytestmark = pytest.mark.servers

INTERNAL = "i" * 40


def environment(**variables: str) -> dict[str, str]:
    path = os.pathsep.join(sys.path)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, "LOG_FORMAT": "json", **variables}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "subgraphs.account", *arguments]
    return subprocess.run(
        command, env=environment(**variables), capture_output=True, text=True, timeout=60, check=False
    )


def test_missing_and_bad_settings_are_told_all_at_once() -> None:
    ended = run(DATABASE_URL="postgresql://x", PASSWORD_HASHING_THREADS="many")
    assert ended.returncode == 78
    for variable in ("INTERNAL_TOKEN_SECRET", "TOKEN_KEY_ENCRYPTION_SECRET", "PASSWORD_HASHING_THREADS"):
        assert variable in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_process_migrates_serves_without_redis_and_kafka_rotates_and_drains(
    fresh_database: Callable[[str], str],
) -> None:
    address = free_address()
    variables = {
        "DATABASE_URL": fresh_database("account"),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "INTERNAL_TOKEN_SECRET": INTERNAL,
        "TOKEN_KEY_ENCRYPTION_SECRET": "k" * 40,
        "LISTEN_ADDRESS": address,
    }
    refused = run(**variables)
    assert refused.returncode == 78
    assert "python -m subgraphs.account migrate" in refused.stderr
    assert run("migrate", **variables).returncode == 0

    command = [sys.executable, "-m", "subgraphs.account"]
    with subprocess.Popen(command, env=environment(**variables), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while '"serving"' not in (line := process.stderr.readline()):
            assert line, "it ended before it served"
        minter = TokenMinter(Secret(INTERNAL), "gateway")
        async with channel(address, audience="account", minter=minter) as opened:
            answer = await AccountServiceStub(opened).GetJwks(pb.GetJwksRequest())
        assert answer.jwks_json.count('"kid"') == 2
        process.send_signal(signal.SIGTERM)
        log = process.stderr.read()
        assert process.wait(15) == 0
        assert "draining" in log

    assert run("rotate-keys", **variables).returncode == 0
    wrong = run(**{**variables, "TOKEN_KEY_ENCRYPTION_SECRET": "w" * 40})
    assert wrong.returncode == 78
    assert "TOKEN_KEY_ENCRYPTION_SECRET does not open" in wrong.stderr
    assert "Traceback" not in wrong.stderr
