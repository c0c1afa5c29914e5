"""How long a gateway with all slices takes to answer."""

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

MOST_SECONDS = 2.0
DEADLINE = 60.0


@dataclass(frozen=True, kw_only=True)
class Startup:
    """Medians, from the process's start to its first answer."""

    wall_seconds: float
    cpu_seconds: float

    def missed(self) -> list[str]:
        over = self.wall_seconds > MOST_SECONDS
        return [f"startup: {self.wall_seconds:.2f} s, at most {MOST_SECONDS}"] if over else []


def measure_startup(rounds: int) -> Startup:
    """Of `python -m gateway`; its subgraphs need not be there."""
    taken = [_once() for _ in range(rounds)]
    wall, cpu = (statistics.median(each) for each in zip(*taken, strict=True))
    return Startup(wall_seconds=wall, cpu_seconds=cpu)


def _once() -> tuple[float, float]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "LISTEN_ADDRESS": f"127.0.0.1:{port}",
        "METRICS_ADDRESS": "",
        "INTERNAL_TOKEN_SECRET": "only-for-measuring-on-this-machine-0",
        "LOG_LEVEL": "error",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway"],
        env=os.environ | settings,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _first_answer(port, process)
        return time.perf_counter() - began, _cpu(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _first_answer(port: int, process: "subprocess.Popen[Any]") -> None:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.01)
    raise AssertionError("the gateway did not start; run `python -m gateway` to see why")


def _cpu(pid: int) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
