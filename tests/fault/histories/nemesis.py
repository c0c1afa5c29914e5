"""Kills, pauses and cuts off the processes of a shop, as a seed says, and records what each fault met."""

import asyncio
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fault.histories.record import NEMESIS, Recorder
from tests.fault.proxy import Fault, Way
from tests.fault.wired import Server, WiredShop

KILL, PAUSE, CUT = "kill", "pause", "cut"
PAUSE_SECONDS = (0.3, 1.6)
"""Around the lease of a saga: after some of them another engine has taken over, after others not."""
QUIET_SECONDS = (0.2, 0.6)
"""Between two faults."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One fault: what is done to whom, and for how long."""

    kind: str
    target: str
    seconds: float
    fault: Fault | None = None
    lost: bool = False
    """What a cut held back is gone, not late."""


def plan(seed: int, servers: list[str], ways: list[str]) -> Iterator[Planned]:
    """Without end, in rounds of each kind and each way of cutting once, in an order drawn anew."""
    draw = random.Random(f"nemesis {seed}")
    kinds: list[tuple[str, Fault | None]] = [(KILL, None), (PAUSE, None), *((CUT, fault) for fault in Fault)]
    while True:
        for kind, fault in draw.sample(kinds, len(kinds)):
            yield Planned(
                kind=kind,
                fault=fault,
                target=draw.choice(ways if kind == CUT else servers),
                seconds=draw.uniform(*PAUSE_SECONDS),
                lost=draw.random() < 0.5,
            )


class Nemesis:
    def __init__(self, shop: WiredShop, recorder: Recorder, seed: int) -> None:
        self._shop = shop
        self._recorder = recorder
        self._servers = {server.name: server for server in shop.servers}
        self._plan = plan(seed, list(self._servers), list(shop.ways))
        self._draw = random.Random(f"quiet {seed}")

    async def run(self, seconds: float) -> None:
        """Until the time is over and each kind of fault was done once; then everything is mended."""
        done: set[tuple[str, Fault | None]] = set()
        while self._recorder.elapsed < seconds or len(done) < 2 + len(Fault):
            await asyncio.sleep(self._draw.uniform(*QUIET_SECONDS))
            one = next(self._plan)
            await self._do(one)
            done.add((one.kind, one.fault))
        await self._shop.mend()

    async def _do(self, one: Planned) -> None:
        value = {"target": one.target, "fault": one.fault, "seconds": round(one.seconds, 3), "lost": one.lost}
        await self._somebody_is_at_it()
        with self._recorder.operation(NEMESIS, one.kind, **value) as answer:
            met = len(self._recorder.in_flight)
            if one.fault is not None:
                hits = await self._cut(self._shop.ways[one.target], one, one.fault)
            elif one.kind == KILL:
                hits = await self._kill(self._servers[one.target], one.seconds)
            else:
                hits = await self._pause(self._servers[one.target], one.seconds)
            answer.ok(hits=hits, in_flight=met)

    async def _kill(self, server: Server, seconds: float) -> int:
        code = await server.kill()
        await asyncio.sleep(seconds)
        await server.start()
        return int(code == -signal.SIGKILL)

    async def _pause(self, server: Server, seconds: float) -> int:
        server.pause()
        try:
            await asyncio.sleep(seconds)
            return int(server.paused)
        finally:
            server.resume()

    async def _cut(self, way: Way, one: Planned, fault: Fault) -> int:
        before = way.hits[fault]
        await way.cut(fault, delay=one.seconds / 5)
        await asyncio.sleep(one.seconds)
        await way.heal(lost=one.lost)
        return way.hits[fault] - before

    async def _somebody_is_at_it(self) -> None:
        """A fault that meets nobody proves nothing."""
        async with asyncio.timeout(30):
            while not self._recorder.in_flight:
                await asyncio.sleep(0.005)
