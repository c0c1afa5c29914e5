"""`emporium bench gateway`: what a request costs the gateway's process, against code written by hand and against
Strawberry's default executor, on one server in one run."""

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.bench.gateway_load import Caller, Client, Load, started
from infra.bench.gateway_operations import LENGTHS, MEASURED, Measured, listing
from infra.bench.gateway_startup import Startup, measure_startup

WAYS = ("compiled", "hand", "strawberry", "walk")
SLOW = frozenset({"strawberry", "walk"})
MOST_OVER_HAND = 1.25
"""Compiled against by hand."""
CLIENTS = 8

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Of several rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, rounds: Sequence[float]) -> "Figure":
        return cls(median=statistics.median(rounds), least=min(rounds), most=max(rounds))


@dataclass(kw_only=True)
class Row:
    """One operation: way → what it costs."""

    measured: Measured
    cpu_ms: dict[str, Figure] = field(default_factory=dict)
    over_hand: Figure | None = None
    """Compiled ÷ by hand, round by round."""
    faster: Figure | None = None
    """Strawberry's default ÷ compiled, round by round."""
    allocated: dict[str, int] = field(default_factory=dict)
    loads: dict[str, Load] = field(default_factory=dict)

    def missed(self) -> list[str]:
        """Aims that do not hold."""
        name, least = self.measured.name, self.measured.least_faster
        found: list[str] = []
        if self.over_hand and self.over_hand.median > MOST_OVER_HAND:
            found.append(f"{name}: {self.over_hand.median:.2f} × by hand, at most {MOST_OVER_HAND}")
        if self.faster and self.faster.median < least:
            found.append(f"{name}: {self.faster.median:.1f} × less than Strawberry's default, at least {least}")
        return found

    def document(self) -> dict[str, Any]:
        return {
            "rpcs": self.measured.rpcs,
            "errors": self.measured.errors,
            "cpu_ms": {way: vars(figure) for way, figure in self.cpu_ms.items()},
            "requests_per_second_of_one_cpu": {way: 1000 / figure.median for way, figure in self.cpu_ms.items()},
            "compiled_over_hand": vars(self.over_hand) if self.over_hand else None,
            "strawberry_over_compiled": vars(self.faster) if self.faster else None,
            "allocated_kib": {way: round(number / 1024, 1) for way, number in self.allocated.items()},
            "load": {way: vars(load) for way, load in self.loads.items()},
        }


@dataclass(kw_only=True)
class Report:
    """All that was measured."""

    rows: list[Row]
    curves: Mapping[str, list[tuple[float, float]]]
    """Way → length of a list and CPU ms."""
    startup: Startup

    def missed(self) -> list[str]:
        return [miss for row in self.rows for miss in row.missed()] + self.startup.missed()

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "unit": "CPU ms of the gateway process a request",
            "clients": CLIENTS,
            "operations": {row.measured.name: row.document() for row in self.rows},
            "curves": self.curves,
            "startup": vars(self.startup),
            "missed": self.missed(),
        }


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How long to measure."""

    rounds: int
    load_seconds: float
    curve: bool


def measure(effort: Effort, tell: Tell) -> Report:
    """Starts subgraphs and a server of all contenders. Raises AssertionError when two of them answer differently."""
    caller = Caller()
    with (
        started("infra.bench.gateway_backend", caller.jwks) as backend,
        started("infra.bench.gateway_contenders", f"127.0.0.1:{backend}") as port,
    ):
        client = Client(port, caller)
        rows = [_row(client, measured, effort, tell) for measured in MEASURED]
        curves = _curves(client, effort, tell) if effort.curve else {}
    tell("startup")
    return Report(rows=rows, curves=curves, startup=measure_startup(effort.rounds))


def _row(client: Client, measured: Measured, effort: Effort, tell: Tell) -> Row:
    agree(measured, {way: client.answer(way, measured) for way in WAYS})
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for turn in range(effort.rounds):
        tell(f"{measured.name}: round {turn + 1} of {effort.rounds}")
        for way in WAYS:
            taken[way].append(client.cpu_of(way, measured, _requests(way, measured)))
    row = Row(measured=measured, cpu_ms={way: Figure.of(each) for way, each in taken.items()})
    row.over_hand = _ratio(taken["compiled"], taken["hand"])
    row.faster = _ratio(taken["strawberry"], taken["compiled"])
    row.allocated = {way: client.allocated(way, measured) for way in WAYS}
    if measured.loaded and effort.load_seconds:
        for way in WAYS:
            tell(f"{measured.name}: {CLIENTS} clients at once, {way}")
            row.loads[way] = client.load(way, measured, clients=CLIENTS, seconds=effort.load_seconds)
    return row


def _requests(way: str, measured: Measured) -> int:
    return max(1, measured.requests // 5) if way in SLOW else measured.requests


def _ratio(above: Sequence[float], below: Sequence[float]) -> Figure:
    return Figure.of([one / other for one, other in zip(above, below, strict=True)])


def _curves(client: Client, effort: Effort, tell: Tell) -> dict[str, list[tuple[float, float]]]:
    curves: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for length in LENGTHS:
        tell(f"curve: a list of {length}")
        measured = listing(length, max(3, min(100, 10_000 // length)))
        for way, points in curves.items():
            rounds = [client.cpu_of(way, measured, _requests(way, measured)) for _ in range(min(3, effort.rounds))]
            points.append((float(length), statistics.median(rounds)))
    return curves


def agree(measured: Measured, answers: Mapping[str, bytes]) -> None:
    """All answer with the same bytes, but that errors may come in any order. Raises AssertionError."""
    texts = {way: text if not measured.errors else ordered(text) for way, text in answers.items()}
    for way, text in texts.items():
        if text != texts["hand"]:
            raise AssertionError(f"{measured.name}: {way} does not answer what the hand-written code answers")
        found = len(json.loads(answers[way]).get("errors", ()))
        if found != measured.errors:
            raise AssertionError(f"{measured.name}: {way} answers with {found} errors, not {measured.errors}")


def ordered(text: bytes) -> bytes:
    """The answer with its errors in the order of their paths."""
    body = json.loads(text)
    body["errors"].sort(key=lambda error: error["path"])
    return json.dumps(body).encode()
