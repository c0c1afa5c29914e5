"""A pytest plugin that runs the proofs of all fault cases and writes docs/fault-matrix.md. `make fault` loads it.

Resumable: what passed under a seed is remembered in FAULT_PROGRESS (a folder) and not run again under the same seed.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.fault.cases import CASES, PROPERTIES, Case

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "fault-matrix.md"
PROOFS = {proof.partition("~")[0] for case in CASES for proof in case.proofs} | set(PROPERTIES)
KILL_PROOF = "tests/fault/test_kill_points.py::test_a_kill_loses_nothing"
TELL_SECONDS = 30.0


def proof_of(node_id: str) -> str:
    """The test without its parameters; of a state machine its class."""
    name = node_id.partition("[")[0]
    return name.removesuffix("::runTest")


@dataclass
class Tally:
    """What came of each proof."""

    seed: str
    folder: Path
    results: dict[str, str] = field(default_factory=dict[str, str])
    """By test, with parameters."""

    @property
    def file(self) -> Path:
        return self.folder / f"{self.seed}.passed"

    def remembered(self) -> set[str]:
        return set(self.file.read_text().splitlines()) if self.file.exists() else set()

    def note(self, node_id: str, outcome: str) -> None:
        if outcome != "passed" or self.results.get(node_id, "passed") == "passed":
            self.results[node_id] = outcome

    def passed(self, node_id: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as file:
            file.write(node_id + "\n")


def tally(config: pytest.Config) -> Tally:
    made = getattr(config, "_fault_tally", None)
    if made is None:
        folder = Path(os.getenv("FAULT_PROGRESS", ".emporium/fault"))
        made = Tally(seed=os.getenv("FAULT_SEED", "1"), folder=folder)
        config._fault_tally = made  # type: ignore[attr-defined]
    return made


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Only the process that shows the results counts them; xdist's workers just run."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Teller(config), "fault-teller")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The proofs, without those that passed under this seed before."""
    done = tally(config).remembered()
    kept = [item for item in items if proof_of(item.nodeid) in PROOFS and item.nodeid not in done]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


class Teller:
    """Tells how far it is, and in the end the matrix."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._tally = tally(config)
        self._before = self._tally.remembered()
        self._ended = 0
        self._began = self._told = time.monotonic()
        self._expected = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._expected = len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """With xdist only a worker knows how much there is."""
        self._expected = len(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self._tally.note(report.nodeid, report.outcome)
        if report.when != "teardown":
            return
        if self._tally.results.get(report.nodeid) == "passed":
            self._tally.passed(report.nodeid)
        self._ended += 1
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._told = time.monotonic()
            terminal: Any = self._config.pluginmanager.getplugin("terminalreporter")
            terminal.ensure_newline()
            terminal.write_line(self.progress(self._told - self._began))

    def progress(self, seconds: float) -> str:
        """`seconds` since the start."""
        each = seconds / self._ended
        left = each * (self._expected - self._ended)
        done, whole = self._ended + len(self._before), self._expected + len(self._before)
        failed = sum(outcome == "failed" for outcome in self._tally.results.values())
        return f"fault: {done} of {whole}, {failed} failed, {each:.1f} s each, about {left / 60:.0f} min left"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """Writes and shows the matrix. A whole run is forgotten: the next one begins anew.

        Whether it was whole is counted: a session that is interrupted twice ends with any exit status.
        """
        results = dict.fromkeys(self._before, "passed") | self._tally.results
        document = Path(os.getenv("FAULT_MATRIX", DOCUMENT))
        document.write_text(matrix(results, self._tally.seed))
        terminalreporter.write_line(document.read_text())
        terminalreporter.write_line(f"wrote {document}")
        if exitstatus == pytest.ExitCode.OK and self._ended == self._expected:
            self._tally.file.unlink(missing_ok=True)
        else:
            terminalreporter.write_line(f"go on with the same seed: make fault SEED={self._tally.seed}")


def matrix(results: dict[str, str], seed: str) -> str:
    """As Markdown."""
    # The sweep imports the order service, which those who only run tests of others need not wait for.
    from tests.fault.sweep import sweep

    kills = {f"{KILL_PROOF}[{kill.id}]" for kill in sweep(1, 0)}
    # What was remembered may be of an older step table.
    results = {test: result for test, result in results.items() if test in kills or proof_of(test) != KILL_PROOF}
    by_proof: dict[str, Counter[str]] = {}
    for node_id, outcome in results.items():
        by_proof.setdefault(proof_of(node_id), Counter())[outcome] += 1
    rows = [row(case, results) for case in CASES]
    failed = sorted(node_id for node_id, outcome in results.items() if outcome == "failed")
    properties = [f"{name.rpartition('::')[2]} {verdict(by_proof.get(name, Counter()))}" for name in PROPERTIES]
    run = sum(by_proof.get(KILL_PROOF, Counter()).values())
    return "\n".join([
        "# Fault matrix", "",
        "What checkout survives, written by `make fault`. Every case proves that its fault fired; then the invariants",
        "named are checked ([the views](../subgraphs/order/adapters/postgres/migrations/0002_invariants.sql),",
        "`emporium verify`). I1–I12 are checked in the books of orders, of stock and of the payment provider.", "",
        f"Seed {seed}; {len(results)} runs, {len(failed)} not as they must be. Of the sweep (every kill point",
        f"× step × provider mode, and double kills) {run} of {len(kills)} cases were run.", "",
        "| | case | result | runs | invariants | note |", "|---|---|---|---|---|---|", *rows, "",
        f"Property tests (any sequence of moves, of outcomes): {', '.join(properties)}.", "",
        *kill_table(results),
        *(["", "Failed:", "", *(f"- `{node_id}`" for node_id in failed)] if failed else []), "",
    ])  # fmt: skip


def row(case: Case, results: dict[str, str]) -> str:
    """A bounded sweep may have drawn nothing of a part of it; then the case's other proofs count alone."""
    counts: Counter[str] = Counter()
    unproven = False
    for proof in case.proofs:
        found = [outcome for node_id, outcome in results.items() if proves(node_id, proof)]
        unproven = unproven or (not found and "~" not in proof)
        counts.update(found)
    result = "not run" if unproven else verdict(counts)
    runs = sum(counts.values())
    return f"| {case.number} | {case.title} | {result} | {runs} | {case.checks} | {case.missing} |"


def kill_table(results: dict[str, str]) -> list[str]:
    """How many kills held, by mode and by the phase of the last one; of how many, where not all did."""
    from subgraphs.order.saga.kill_points import PHASES
    from tests.fault.modes import MODES
    from tests.fault.sweep import sweep

    held: Counter[tuple[str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    for kill in sweep(1, 0):
        place = kill.mode, kill.points[-1].rpartition(".")[2]
        whole[place] += 1
        held[place] += results.get(f"{KILL_PROOF}[{kill.id}]") == "passed"
    return [
        "## The kill sweep", "",
        "Kills that held, by what the provider and the shopper do and by the phase in which the process dies (of a",
        "double kill the second time). Checked in each, with I1–I12: the order, its money at the provider, its stock,",
        "its discount code, its history and what subscribers got of it.", "",
        f"| mode | {' | '.join(phase.replace('_', ' ') for phase in PHASES)} |", f"|---|{'---|' * len(PHASES)}",
        *(f"| {mode} | {' | '.join(cell(held[mode, one], whole[mode, one]) for one in PHASES)} |" for mode in MODES),
    ]  # fmt: skip


def cell(held: int, whole: int) -> str:
    return "" if not whole else f"{held}" if held == whole else f"{held} of {whole}"


def proves(node_id: str, proof: str) -> bool:
    name, _, part = proof.partition("~")
    return proof_of(node_id) == name and part in node_id.partition("[")[2]


def verdict(counts: Counter[str]) -> str:
    if not counts:
        return "not run"
    if counts["failed"]:
        return "**failed**"
    return "skipped" if counts["skipped"] else "holds"
