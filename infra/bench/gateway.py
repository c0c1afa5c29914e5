"""`emporium bench gateway`: CPU of the gateway's process for one request, five ways, in one run."""

import contextlib
import http.client
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

WAYS = ("hand", "compiled", "interpreted", "graphql-core", "strawberry")
SLOW = frozenset({"interpreted", "graphql-core", "strawberry"})
PRODUCTS = """query Products($first: Int!) { products(first: $first) { nodes { id name slug description brand
  availableForSale priceRange { min { amount currencyCode } } category { id name } } } }"""
ORDERS = """query Orders($first: Int!) { orders(first: $first) { nodes { id number status
  lines { quantity name product { id name category { id name } } } } } }"""
MOST_OVER_HAND = 1.25
LEAST_FASTER = {"20 products": 4.0, "2,000 products": 20.0}
"""Budgets: compiled against by hand, and against Strawberry's default executor."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One operation of a size."""

    name: str
    query: str
    first: int
    requests: int
    """In a round; the slow ways get fewer."""
    rpcs: int

    def body(self) -> bytes:
        kind = "orders" if self.query is ORDERS else "products"
        return json.dumps({"query": self.query, "variables": {"first": self.first, "shape": kind}}).encode()


SHAPES = (
    Shape(name="20 products", query=PRODUCTS, first=20, requests=200, rpcs=2),
    Shape(name="2,000 products", query=PRODUCTS, first=2_000, requests=20, rpcs=2),
    Shape(name="10,000 products", query=PRODUCTS, first=10_000, requests=5, rpcs=2),
    Shape(name="10 orders × 5 lines", query=ORDERS, first=10, requests=150, rpcs=3),
)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """CPU milliseconds a request: the median of the rounds, and their ends."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, rounds: list[float]) -> "Figure":
        return cls(median=statistics.median(rounds), least=min(rounds), most=max(rounds))


@dataclass(frozen=True, kw_only=True)
class Report:
    """Shape → way → figure."""

    figures: Mapping[str, Mapping[str, Figure]]

    def over_hand(self, shape: str) -> float:
        """Compiled ÷ by hand."""
        return self.figures[shape]["compiled"].median / self.figures[shape]["hand"].median

    def faster(self, shape: str) -> float:
        """Strawberry's default ÷ compiled."""
        return self.figures[shape]["strawberry"].median / self.figures[shape]["compiled"].median

    def missed(self) -> list[str]:
        """Budgets that do not hold."""
        over = [
            f"{shape}: {self.over_hand(shape):.2f} × by hand, at most {MOST_OVER_HAND}"
            for shape in self.figures
            if self.over_hand(shape) > MOST_OVER_HAND
        ]
        slow = [
            f"{shape}: {self.faster(shape):.1f} × less than Strawberry's default, at least {least}"
            for shape, least in LEAST_FASTER.items()
            if self.faster(shape) < least
        ]
        return over + slow

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "unit": "CPU ms of the gateway process a request",
            "shapes": {
                shape: {
                    "ways": {way: vars(figure) for way, figure in ways.items()},
                    "compiled_over_hand": round(self.over_hand(shape), 3),
                    "strawberry_over_compiled": round(self.faster(shape), 2),
                }
                for shape, ways in self.figures.items()
            },
            "missed": self.missed(),
        }


def measure(rounds: int, tell: Callable[[str], None]) -> Report:
    """Starts a backend and a server of all ways; raises AssertionError when two ways answer differently."""
    with (
        _started("infra.bench.gateway_shop") as backend,
        _started("infra.bench.gateway_contenders", f"127.0.0.1:{backend}") as port,
    ):
        client = _Client(port)
        figures: dict[str, dict[str, Figure]] = {}
        for shape in SHAPES:
            _agree(client, shape)
            taken: dict[str, list[float]] = {way: [] for way in WAYS}
            for turn in range(rounds):
                tell(f"{shape.name}: round {turn + 1} of {rounds}")
                for way in WAYS:
                    taken[way].append(client.cpu_of(way, shape))
            figures[shape.name] = {way: Figure.of(each) for way, each in taken.items()}
        return Report(figures=figures)


def _agree(client: "_Client", shape: Shape) -> None:
    answers = {way: json.loads(client.post(way, shape.body())) for way in WAYS}
    for way, answer in answers.items():
        if answer != answers["hand"]:
            raise AssertionError(f"{shape.name}: {way} does not answer what the hand-written code answers")


class _Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(self, way: str, body: bytes) -> bytes:
        self._connection.request("POST", f"/{way}", body)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise AssertionError(f"{way} answers {response.status}: {content[:200]!r}")
        return content

    def cpu_of(self, way: str, shape: Shape) -> float:
        requests = max(1, shape.requests // 5) if way in SLOW else shape.requests
        body = shape.body()
        self.post(way, body)
        before = self._cpu()
        for _ in range(requests):
            self.post(way, body)
        return (self._cpu() - before) * 1000 / requests

    def _cpu(self) -> float:
        self._connection.request("GET", "/cpu")
        return float(self._connection.getresponse().read())


@contextlib.contextmanager
def _started(module: str, *arguments: str) -> Generator[int]:
    """A process that prints its port."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("no output to read")
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
