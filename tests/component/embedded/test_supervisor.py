"""The supervisor, with small programs in place of servers."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from infra.embedded.failures import PortTaken, ProcessFailed
from infra.embedded.identity import Identity
from infra.embedded.process import Launch, start_time
from infra.embedded.reporting import Reporter, SilentReporter
from infra.embedded.runs import PartState
from infra.embedded.state import StateFolder
from infra.embedded.supervisor import Supervisor

OBEDIENT = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(0)); open(sys.argv[1], 'w'); time.sleep(60)"
STUBBORN = "import signal, sys, time; signal.signal(15, signal.SIG_IGN); open(sys.argv[1], 'w'); time.sleep(60)"


class Program:
    """A part that is ready when it has created its file."""

    port = 1

    def __init__(self, name: str, folder: Path, code: str, *, after: tuple[str, ...] = (), stop_rank: int = 0) -> None:
        self.name = name
        self.after = after
        self.stop_rank = stop_rank
        self._folder = folder
        self._code = code
        self.file = folder / name

    def prepare(self, reporter: Reporter) -> None:
        pass

    def launch(self) -> Launch:
        self.file.unlink(missing_ok=True)
        command = [sys.executable, "-S", "-c", self._code, str(self.file)]
        return Launch(command=command, folder=self._folder, environment={})

    def is_ready(self) -> bool:
        return self.file.exists()

    def provision(self) -> None:
        pass

    def may_retry(self, log: str) -> bool:
        return "try again" in log


class News(SilentReporter):
    """Remembers the troubles."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def trouble(self, part: str, text: str) -> None:
        self.troubles.append(f"{part}: {text}")


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def supervisor(tmp_path: Path, news: News) -> Generator[Supervisor]:
    state = StateFolder(tmp_path / "state")
    state.create()
    made = Supervisor(state=state, identity=Identity(mode="same"), reporter=news)
    yield made
    made.stop_all(seconds=2)


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_crashed_child_is_started_again_and_reported(supervisor: Supervisor, tmp_path: Path, news: News) -> None:
    program = Program("shop", tmp_path, OBEDIENT)
    supervisor.start([program])
    supervisor.wait_ready(["shop"])
    first = supervisor.pid("shop")
    os.kill(first, signal.SIGKILL)
    eventually(lambda: supervisor.status()[0].restarts == 1)
    supervisor.wait_ready(["shop"])
    assert supervisor.pid("shop") != first
    assert "shop: was ended by SIGKILL" in news.troubles[0]


def test_a_part_that_fails_ends_the_wait_for_another(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Program("slow", tmp_path, "import time; time.sleep(60)"), Program("bad", tmp_path, "1 / 0")])
    with pytest.raises(ProcessFailed, match="bad ended with exit code 1"):
        supervisor.wait_ready(["slow"])


def test_a_disk_that_is_full_for_a_while_ends_no_supervision(tmp_path: Path) -> None:
    full = False

    class FullDisk(News):
        def trouble(self, part: str, text: str) -> None:
            super().trouble(part, text)
            fail_when_full()

    def fail_when_full(_: object = None) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class Filling(Program):
        def launch(self) -> Launch:
            fail_when_full()
            return super().launch()

    state = StateFolder(tmp_path / "state")
    state.create()
    news = FullDisk()
    made = Supervisor(state=state, identity=Identity(mode="same"), reporter=news, on_change=fail_when_full)
    try:
        made.start([Filling("one", tmp_path, OBEDIENT)])
        made.wait_ready(["one"])
        full = True
        os.kill(made.pid("one"), signal.SIGKILL)
        eventually(lambda: any("cannot be started again" in told for told in news.troubles))
        full = False
        eventually(lambda: made.status()[0].state is PartState.READY)
    finally:
        made.stop_all(seconds=2)


def test_a_child_that_dies_at_its_start_fails_the_start_at_once_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start([Program("shop", tmp_path, "print('the reason'); raise SystemExit(3)")])
    with pytest.raises(ProcessFailed, match="exit code 3") as failed:
        supervisor.wait_ready(["shop"])
    assert "the reason" in failed.value.log_tail


def test_a_port_that_is_taken_is_told_apart_also_above_a_long_trace(supervisor: Supervisor, tmp_path: Path) -> None:
    code = "raise SystemExit('bind: Address already in use' + '\\n  at shop.Server.bind' * 80)"
    supervisor.start([Program("shop", tmp_path, code)])
    with pytest.raises(PortTaken):
        supervisor.wait_ready(["shop"])


def test_a_part_waits_for_those_before_it_and_fails_with_them(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(
        [
            Program("shop", tmp_path, OBEDIENT, after=("database",)),
            Program("database", tmp_path, "raise SystemExit(1)"),
        ]
    )
    with pytest.raises(ProcessFailed, match="database"):
        supervisor.wait_ready(["shop"])


def test_parts_are_stopped_in_the_order_of_their_rank(supervisor: Supervisor, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        "def stop(*_):\n    open(sys.argv[1] + '.stopped', 'w').write(str(time.monotonic())); sys.exit(0)\n"
        "signal.signal(15, stop); open(sys.argv[1], 'w'); time.sleep(60)"
    )
    parts = [Program(f"rank{rank}", tmp_path, code, stop_rank=rank) for rank in (2, 0, 1)]
    supervisor.start(parts)
    supervisor.wait_ready(["rank0", "rank1", "rank2"])
    supervisor.stop_all()
    times = [float((tmp_path / f"rank{rank}.stopped").read_text()) for rank in (0, 1, 2)]
    assert times == sorted(times)


def test_a_child_that_does_not_stop_is_killed(supervisor: Supervisor, tmp_path: Path, news: News) -> None:
    supervisor.start([Program("shop", tmp_path, STUBBORN)])
    supervisor.wait_ready(["shop"])
    pid = supervisor.pid("shop")
    supervisor.stop_all(seconds=0.3)
    eventually(lambda: start_time(pid) is None)
    assert supervisor.status()[0].state is PartState.STOPPED
    assert "killed" in news.troubles[0]


def test_a_frozen_child_can_be_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Program("shop", tmp_path, OBEDIENT)])
    supervisor.wait_ready(["shop"])
    supervisor.freeze("shop")
    began = time.monotonic()
    supervisor.stop_all(seconds=10)
    assert time.monotonic() - began < 5


def test_a_killed_child_stays_down_until_it_is_released(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Program("shop", tmp_path, OBEDIENT)])
    supervisor.wait_ready(["shop"])
    supervisor.kill("shop")
    assert supervisor.status()[0].state is PartState.HELD
    supervisor.release("shop")
    supervisor.wait_ready(["shop"])
    assert supervisor.status()[0].restarts == 0
