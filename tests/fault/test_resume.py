"""`make fault` is stopped in the middle and goes on: no case is run again, and each is in the matrix once."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.fault.matrix import KILL_PROOF
from tests.fault.sweep import sweep

CHECKOUT = Path(__file__).parents[2]
CASES = 60
SEED = 7
# The sweep's own cases, but each just tells that it was run.
STAND_IN = f"""
import os, time
import pytest
from tests.fault.sweep import sweep

@pytest.mark.parametrize("kill", [pytest.param(kill, id=kill.id) for kill in sweep({SEED}, {CASES})])
def test_a_kill_loses_nothing(kill):
    with open(os.environ["RAN"], "a") as ran:
        ran.write(kill.id + "\\n")
    time.sleep(float(os.environ["PAUSE"]))
    assert kill.id != os.environ.get("BROKEN")
"""


class Fault:
    """What `make fault` starts, over the stand-in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.matrix = folder / "matrix.md"
        test = folder / KILL_PROOF.partition("::")[0]
        test.parent.mkdir(parents=True)
        test.write_text(STAND_IN)
        (folder / "pytest.ini").write_text("[pytest]\n")

    def start(self, ran: str, *, pause: float = 0.0, broken: str = "", workers: int = 0) -> "subprocess.Popen[str]":
        path = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "proto/gen")])
        environment = {
            **os.environ, "PYTHONPATH": path, "FAULT_SEED": str(SEED), "FAULT_PROGRESS": str(self.folder / "progress"),
            "FAULT_MATRIX": str(self.matrix), "RAN": str(self.folder / ran), "PAUSE": str(pause), "BROKEN": broken,
        }  # fmt: skip
        command = [sys.executable, "-m", "pytest", "-p", "tests.fault.matrix", "-n", str(workers), "--dist", "load"]
        return subprocess.Popen(
            [*command, "-p", "no:cacheprovider", "tests"],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def ran(self, name: str) -> Counter[str]:
        file = self.folder / name
        return Counter(file.read_text().split()) if file.exists() else Counter()

    def passed(self) -> set[str]:
        file = self.folder / "progress" / f"{SEED}.passed"
        return set(re.findall(r"\[(.*)\]", file.read_text())) if file.exists() else set()


@pytest.mark.parametrize(("how", "workers"), [(signal.SIGKILL, 2), (signal.SIGINT, 0)])
def test_a_stopped_sweep_goes_on_where_it_was(tmp_path: Path, how: signal.Signals, workers: int):
    fault = Fault(tmp_path)
    with fault.start("first", pause=0.05, workers=workers) as first:
        deadline = time.monotonic() + 60
        while len(fault.passed()) < CASES // 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(first.pid, how)
        first.communicate(timeout=60)
    done = fault.passed()
    assert CASES // 4 <= len(done) < CASES
    with fault.start("second") as second:
        told, _ = second.communicate(timeout=60)
    assert second.returncode == 0, told
    assert not done & set(fault.ran("second")), "what had passed was run again"
    assert fault.ran("second") == Counter({kill.id for kill in sweep(SEED, CASES)} - done)
    matrix = fault.matrix.read_text()
    assert f"Seed {SEED}; {CASES} runs, 0 not as they must be." in matrix
    assert matrix in told
    assert fault.passed() == set(), "a whole run is forgotten"


def test_what_failed_is_run_again(tmp_path: Path):
    fault = Fault(tmp_path)
    broken = sweep(SEED, CASES)[CASES // 2].id
    with fault.start("first", broken=broken) as first:
        told, _ = first.communicate(timeout=60)
    assert first.returncode == 1
    assert f"{CASES} runs, 1 not as they must be." in fault.matrix.read_text()
    assert f"make fault SEED={SEED}" in told
    with fault.start("second") as second:
        second.communicate(timeout=60)
    assert fault.ran("second") == {broken: 1}
    assert f"{CASES} runs, 0 not as they must be." in fault.matrix.read_text()


def test_progress_tells_what_is_left(monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, tmp_path: Path):
    from tests.fault.matrix import Teller

    monkeypatch.setenv("FAULT_PROGRESS", str(tmp_path))
    teller = Teller(pytestconfig)
    teller.pytest_xdist_node_collection_finished(ids=["a"] * 100)
    for number in range(10):
        for when in ("setup", "call", "teardown"):
            teller.pytest_runtest_logreport(report(f"t[{number}]", when))
    assert teller.progress(20.0) == "fault: 10 of 100, 0 failed, 2.0 s each, about 3 min left"


def report(node_id: str, when: str) -> pytest.TestReport:
    return pytest.TestReport(node_id, ("t", 1, "t"), {}, "passed", None, when)  # type: ignore[arg-type]
