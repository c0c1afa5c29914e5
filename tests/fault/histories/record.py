"""A history: what each process asked, and what it was answered, as one JSON object a line.

In the manner of Jepsen an operation is invoked and then ends `ok` (it happened, this is the answer), `fail` (it did not
happen) or `info` (nobody knows: the answer was lost). What never ended is `info` too.
"""

import contextlib
import json
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

INVOKE, OK, FAIL, INFO = "invoke", "ok", "fail", "info"
NEVER = float("inf")
NEMESIS = "nemesis"
"""The process that does the faults; every other one is a shopper or who serves them."""


@dataclass(kw_only=True)
class Operation:
    """One call of one process; times are seconds since the history began."""

    id: int
    process: str
    f: str
    value: dict[str, Any]
    """What was asked."""
    start: float
    end: float = NEVER
    """When its answer was there; never, when it is not known to have happened."""
    type: str = INFO
    result: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def ok(self) -> bool:
        return self.type == OK


@dataclass
class Answer:
    """How an operation ends; whoever leaves it open leaves an `info`."""

    type: str = INFO
    result: dict[str, Any] = field(default_factory=dict[str, Any])

    def ok(self, **result: Any) -> None:
        self.type, self.result = OK, result

    def fail(self, **result: Any) -> None:
        self.type, self.result = FAIL, result


class Recorder:
    """Writes each line at once: what a test that dies leaves behind can be read."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._began = time.monotonic()
        self._count = 0
        self.in_flight: set[int] = set()
        """Operations of shoppers that have no answer yet."""

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    @contextlib.contextmanager
    def operation(self, process: str, f: str, **value: Any) -> Generator[Answer]:
        """Whatever is raised inside goes through; the operation then ends as `info`."""
        self._count += 1
        number, answer = self._count, Answer()
        self._write(number, process, INVOKE, f, value)
        if process != NEMESIS:
            self.in_flight.add(number)
        try:
            yield answer
        except BaseException as error:
            answer.type, answer.result = INFO, {"error": f"{type(error).__name__}: {error}"[:200]}
            raise
        finally:
            self.in_flight.discard(number)
            self._write(number, process, answer.type, f, answer.result)

    def _write(self, number: int, process: str, kind: str, f: str, value: dict[str, Any]) -> None:
        line = {"t": round(self.elapsed, 6), "op": number, "process": process, "type": kind, "f": f, "value": value}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def read(lines: Iterable[str]) -> list[Operation]:
    """Raises ValueError for an end without a beginning."""
    operations: dict[int, Operation] = {}
    for line in lines:
        one = json.loads(line)
        if one["type"] == INVOKE:
            operations[one["op"]] = Operation(
                id=one["op"], process=one["process"], f=one["f"], value=one["value"], start=one["t"]
            )
            continue
        known = operations.get(one["op"])
        if known is None:
            raise ValueError(f"operation {one['op']} ends without a beginning")
        known.type, known.result = one["type"], one["value"]
        if one["type"] != INFO:
            known.end = one["t"]
    return list(operations.values())


def read_file(path: Path) -> list[Operation]:
    with path.open() as file:
        return read(file)
