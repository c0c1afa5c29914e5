"""`make fault` is stopped in the middle and goes on: no case is run again, and each is in the matrix once."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fault.matrix import KILL_PROOF, Teller
from tests.fault.sweep import sweep

CHECKOUT = Path(__file__).parents[2]
CASES = 60
SEED = 7
# The sweep's own cases, but each just tells that it was run.
STAND_IN = f"""
import os, time
import pytest

# Named by themselves: pytest gives names of its own to texts of more than a hundred characters.
@pytest.mark.parametrize("kill", [pytest.param(kill, id=kill) for kill in {[kill.id for kill in sweep(SEED, CASES)]}])
def test_a_kill_loses_nothing(kill):
    with open(os.environ["RAN"], "a") as ran:
        ran.write(kill + "\\n")
    time.sleep(float(os.environ["PAUSE"]))
    assert kill != os.environ.get("BROKEN")
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
            **os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "FAULT_SEED": str(SEED),
            "FAULT_PROGRESS": str(self.folder / "progress"), "FAULT_MATRIX": str(self.matrix),
            "RAN": str(self.folder / ran), "PAUSE": str(pause), "BROKEN": broken,
        }  # fmt: skip
        command = [sys.executable, "-m", "pytest", "-p", "tests.fault.matrix", "-p", "no:cacheprovider", "tests"]
        side_by_side = ["-p", "xdist.plugin", "-n", str(workers), "--dist", "load"] if workers else []
        return subprocess.Popen(
            [*command, *side_by_side],
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
        first.communicate(timeout=150)
    done = fault.passed()
    assert CASES // 4 <= len(done) < CASES
    with fault.start("second") as second:
        told, _ = second.communicate(timeout=150)
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
        told, _ = first.communicate(timeout=150)
    assert first.returncode == 1
    assert f"{CASES} runs, 1 not as they must be." in fault.matrix.read_text()
    assert f"make fault SEED={SEED}" in told
    with fault.start("second") as second:
        second.communicate(timeout=150)
    assert fault.ran("second") == {broken: 1}
    assert f"{CASES} runs, 0 not as they must be." in fault.matrix.read_text()


@pytest.fixture
def teller(monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, tmp_path: Path) -> Teller:
    """After 10 of 100 cases."""
    monkeypatch.setenv("FAULT_PROGRESS", str(tmp_path))
    monkeypatch.setenv("FAULT_MATRIX", str(tmp_path / "matrix.md"))
    monkeypatch.setattr(pytestconfig, "_fault_tally", None, raising=False)
    teller = Teller(pytestconfig)
    teller.pytest_xdist_node_collection_finished(ids=["a"] * 100)
    for number in range(10):
        ended(teller, number)
    return teller


def ended(teller: Teller, number: int) -> None:
    for when in ("setup", "call", "teardown"):
        report: Any = pytest.TestReport(f"t[{number}]", ("t", 1, "t"), {}, "passed", None, when)  # type: ignore[arg-type]
        teller.pytest_runtest_logreport(report)


def test_progress_tells_what_is_left(teller: Teller):
    assert teller.progress(20.0) == "fault: 10 of 100, 0 failed, 2.0 s each, about 3 min left"


def test_a_part_is_not_forgotten_whatever_the_exit_status(teller: Teller, tmp_path: Path):
    """Pytest that is interrupted twice may say that all went well."""
    terminal: Any = SimpleNamespace(write_line=lambda _: None)
    teller.pytest_terminal_summary(terminal, pytest.ExitCode.OK)
    assert len(list(tmp_path.glob("*.passed"))) == 1
    for number in range(10, 100):
        ended(teller, number)
    teller.pytest_terminal_summary(terminal, pytest.ExitCode.OK)
    assert not list(tmp_path.glob("*.passed"))
