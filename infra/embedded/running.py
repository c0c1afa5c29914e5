"""What is known of a running stack from outside its launcher: `run.json` in the state folder."""

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from infra.embedded.failures import StackError
from infra.embedded.process import start_time
from infra.embedded.runs import PartState, PartStatus
from infra.embedded.state import StateFolder, default_state_folder

_RECORD = "run.json"


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One start of the stack."""

    launcher: int
    launcher_started: int
    phase: str
    """`starting`, `ready` or `stopping`."""
    addresses: Mapping[str, str]
    """`host:port` of each part and of what belongs to it."""
    parts: Sequence[PartStatus]


def write_record(state: StateFolder, record: RunRecord) -> None:
    """Replace the record."""
    state.write(_RECORD, asdict(record))


def read_record(state: StateFolder) -> RunRecord | None:
    """The last start's record, of a launcher that may have gone."""
    document = state.read(_RECORD)
    try:
        parts = cast("list[dict[str, object]]", document["parts"])
        return RunRecord(
            launcher=cast("int", document["launcher"]),
            launcher_started=cast("int", document["launcher_started"]),
            phase=cast("str", document["phase"]),
            addresses=cast("dict[str, str]", document["addresses"]),
            parts=[_part(part) for part in parts],
        )
    except (KeyError, TypeError, ValueError):
        return None


def _part(document: Mapping[str, object]) -> PartStatus:
    fields = {**document, "state": PartState(cast("str", document["state"]))}
    return PartStatus(**fields)  # pyright: ignore[reportArgumentType]


def is_alive(pid: int | None, started: int | None) -> bool:
    """Whether that very process still runs: a pid alone may belong to somebody else by now."""
    return pid is not None and started is not None and start_time(pid) == started


@dataclass(frozen=True, kw_only=True)
class RunningStack:
    """A stack that runs, for the tools that talk to it."""

    state: StateFolder
    record: RunRecord

    @property
    def gateway_url(self) -> str:
        """What a browser opens."""
        return f"http://{self.address('gateway')}"

    def address(self, name: str) -> str:
        """`host:port` of a part: `account`, `catalog`, `order`, `payment_sandbox`, `gateway`, `postgres`, …"""
        try:
            return self.record.addresses[name]
        except KeyError:
            raise StackError(f"{name} does not run.", "See `emporium status`.") from None

    def secret(self, name: str) -> str:
        """A secret of the state, such as `internal_token_secret`."""
        return self.state.secret(name)


def running_stack(state: Path | None = None) -> RunningStack:
    """The running stack of this checkout. Raises StackError with a remedy when there is none."""
    folder = StateFolder(state or default_state_folder())
    record = read_record(folder)
    if record is None or not is_alive(record.launcher, record.launcher_started):
        raise StackError("Emporium is not running here.", "Start it with `make up` or `emporium up`.")
    return RunningStack(state=folder, record=record)


def end_left_overs(record: RunRecord | None, seconds: float = 10.0) -> list[str]:
    """See to it that no process of an earlier start is left: wait for those that are going, kill those that stay.

    Returns the names of those that had to be killed.
    """
    left = [part for part in record.parts if is_alive(part.pid, part.process_started)] if record else []
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [part for part in left if is_alive(part.pid, part.process_started)]
    for part in left:
        if part.pid is not None:
            os.kill(part.pid, signal.SIGKILL)
    return [part.name for part in left]
