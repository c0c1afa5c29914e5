"""What the running stack has used so far: CPU by process, commits and WAL syncs, RPCs. Differences are what counts."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
import psycopg
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct

from chassis.rpc_server import CALLS_METHOD
from infra.embedded.running import RunningStack

APART = frozenset({"payment_sandbox"})
"""Stands for a service somewhere else."""
SUBGRAPHS = ("account", "catalog", "order")
_TICK = 1000 / os.sysconf("SC_CLK_TCK")
_COUNTERS = """
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS writing,
    (SELECT sum(xact_commit)::bigint FROM pg_stat_database WHERE datname = ANY(%s)) AS commits,
    (SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal') AS syncs
"""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Since the start of each process."""

    cpu: Mapping[str, float]
    """Milliseconds by part."""
    rpcs: Mapping[str, int]
    """Calls answered by the subgraphs, by method."""
    writing: int
    """Transactions that wrote; exact."""
    commits: int
    """All transactions, as PostgreSQL's statistics have them: up to some seconds late."""
    syncs: int
    """fsync of WAL; group commit makes it fewer than the commits. Late like the commits."""

    def since(self, before: "Usage") -> "Usage":
        """What was used in between."""
        return Usage(
            cpu={name: spent - before.cpu.get(name, 0.0) for name, spent in self.cpu.items()},
            rpcs={name: count - before.rpcs.get(name, 0) for name, count in self.rpcs.items()},
            writing=self.writing - before.writing,
            commits=self.commits - before.commits,
            syncs=self.syncs - before.syncs,
        )

    @property
    def platform_cpu(self) -> float:
        """Milliseconds of all parts but those that stand for somebody else's service."""
        return sum(spent for name, spent in self.cpu.items() if name not in APART)


def read_usage(stack: RunningStack) -> Usage:
    """As it is now."""
    children = _children()
    cpu = {part.name: _tree_cpu(part.pid, children) for part in stack.record.parts if part.pid is not None}
    with psycopg.connect(admin_url(stack), autocommit=True) as connection:
        row = connection.execute(_COUNTERS, [list(SUBGRAPHS)]).fetchone()
    assert row is not None  # noqa: S101 (a SELECT of scalars)
    writing, commits, syncs = row
    return Usage(cpu=cpu, rpcs=_rpcs(stack), writing=writing, commits=commits, syncs=syncs)


def read_memory(stack: RunningStack) -> dict[str, float]:
    """Megabytes by part, its children included; what they share counts for each by its share (PSS)."""
    children = _children()
    return {part.name: _tree_memory(part.pid, children) / 1000 for part in stack.record.parts if part.pid is not None}


def admin_url(stack: RunningStack, database: str = "postgres") -> str:
    """PostgreSQL as its administrator."""
    return f"postgresql://postgres:{stack.secret('postgres_password_postgres')}@{stack.address('postgres')}/{database}"


def _rpcs(stack: RunningStack) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in SUBGRAPHS:
        with grpc.insecure_channel(stack.address(name)) as channel:
            ask = channel.unary_unary(CALLS_METHOD, Empty.SerializeToString, Struct.FromString)
            answer = ask(Empty(), timeout=5)
            counts.update({method: int(value.number_value) for method, value in answer.fields.items()})
    return counts


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int(_stat(int(entry.name))[1])
            except (OSError, IndexError):
                continue
            found.setdefault(parent, []).append(int(entry.name))
    return found


def _tree_cpu(pid: int, children: Mapping[int, Sequence[int]]) -> float:
    """Of a process, its reaped children and those that live."""
    try:
        own = sum(int(ticks) for ticks in _stat(pid)[11:15]) * _TICK
    except (OSError, IndexError):
        own = 0.0
    return own + sum(_tree_cpu(child, children) for child in children.get(pid, ()))


def _tree_memory(pid: int, children: Mapping[int, Sequence[int]]) -> float:
    """Kilobytes."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        own = next(float(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    except (OSError, StopIteration):
        own = 0.0
    return own + sum(_tree_memory(child, children) for child in children.get(pid, ()))


def _stat(pid: int) -> list[str]:
    """From the state on: the name before it may contain anything."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
