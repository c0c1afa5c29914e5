"""The file of kill points: one death for each line, whichever process gets there first."""

import subprocess
import sys
from pathlib import Path

import pytest

from subgraphs.order.saga.kill_points import EXIT_CODE, kill_at

CHECKOUT = Path(__file__).parents[3]
REACH = """
import sys
from subgraphs.order.saga.kill_points import kill_at
reached = kill_at("@" + sys.argv[1])
sys.stdin.read()
for step in sys.argv[2:]:
    reached(step, "after_intent")
"""
RACE = """
import sys
from pathlib import Path
from subgraphs.order.saga.kill_points import kill_at
file = Path(sys.argv[1])
reached = kill_at(f"@{file}")
while True:
    reached("price", "after_intent")
    try:
        if not file.read_text():
            break
    except FileNotFoundError:
        continue  # somebody has it in hand
"""


def processes(file: Path, *steps: str, code: str = REACH, count: int = 1) -> list[int]:
    """The exit codes of so many, which begin when all are there."""
    command = [sys.executable, "-S", "-c", code, str(file), *steps]
    started = [subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE) for _ in range(count)]
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
    return [process.wait(60) for process in started]


def test_of_many_processes_that_reach_a_point_at_once_one_dies(tmp_path: Path):
    for number in range(5):
        file = tmp_path / str(number)
        file.write_text("\n".join(["price.after_intent"] * 4))
        assert sorted(processes(file, code=RACE, count=5)) == [0] + [EXIT_CODE] * 4


def test_the_second_point_kills_nobody_before_the_first(tmp_path: Path):
    file = tmp_path / "points"
    file.write_text("price.after_intent\nreserve.after_intent")
    assert processes(file, "reserve") == [0]
    assert processes(file, "price", "reserve") == [EXIT_CODE]
    assert processes(file, "price") == [0]
    assert processes(file, "reserve") == [EXIT_CODE]
    assert file.read_text() == ""
    assert processes(file, "price", "reserve") == [0]


@pytest.mark.parametrize("spec", ["price", "price.", "price.sometime", ".after_intent", "price.after_intent:soon"])
def test_what_is_not_a_point_is_refused(spec: str):
    with pytest.raises(ValueError, match=r"step\.phase"):
        kill_at(spec)


def test_an_events_type_may_have_dots():
    kill_at("payment.captured.before_relay_ack")("payment.captured", "after_intent")
