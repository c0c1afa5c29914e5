"""What the zygote forks ends with it, however it ends."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.fault.ground import order_variables
from tests.fault.replicas import fork_server
from tests.fixtures.order import made_database
from tests.fixtures.payment_sandbox import Sandbox
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("how", [None, signal.SIGTERM, signal.SIGKILL])
async def test_nothing_is_left_behind(servers: SharedServers, tmp_path: Path, how: signal.Signals | None):
    with made_database(servers, "order") as url:
        provider = Sandbox(url="http://127.0.0.1:1", process=None)  # type: ignore[arg-type]
        settings = order_variables(url, 1, provider, "") | {"LISTEN_ADDRESS": f"unix:{tmp_path}/order.sock"}
        async with fork_server(tmp_path) as forks:
            pid = await forks.fork(settings, tmp_path / "order.log")
            async with asyncio.timeout(30):
                while not (tmp_path / "order.sock").exists():
                    await asyncio.sleep(0.02)
            assert alive(pid)
            if how is not None:
                os.kill(parent_of(pid), how)
        async with asyncio.timeout(10):
            while alive(pid):
                await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return status(pid)[0] != "Z"


def parent_of(pid: int) -> int:
    return int(status(pid)[1])


def status(pid: int) -> list[str]:
    """The kernel's words after the name: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["Z", "0"]
