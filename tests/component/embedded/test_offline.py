"""After the first start no network is needed, nor root."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.stack import SharedServers

CHECKOUT = Path(__file__).resolve().parents[3]

SCRIPT = """
import os, socket, sys
from pathlib import Path
from infra.embedded.stack import embedded_servers
assert os.geteuid() != 0
try:
    socket.create_connection(("192.0.2.1", 80), timeout=2)
except OSError:
    print("no network")
with embedded_servers(Path(sys.argv[1])) as servers:
    print("ready:", *sorted(part.name for part in servers.status() if part.state == "ready"))
"""


def test_all_servers_start_without_a_network_and_without_root(tmp_path: Path, servers: SharedServers) -> None:
    servers.start()  # a first start has fetched everything
    isolated = Path(__file__).with_name("isolated.py")
    done = subprocess.run(
        [sys.executable, "-S", str(isolated), sys.executable, "-c", SCRIPT, str(tmp_path / "state")],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    if done.returncode == 125:
        pytest.skip("this system allows no user and network namespaces")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["no network", "ready: elasticsearch kafka postgres redis"]
