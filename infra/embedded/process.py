"""Starting child processes: long-lived ones with a log, and tools that run to their end."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.embedded.failures import ProcessFailed
from infra.embedded.identity import Identity

_TAIL_LINES = 25
_LOG_BYTES = 65_536


@dataclass(frozen=True, kw_only=True)
class Launch:
    """All that is needed to start one child."""

    command: Sequence[str]
    folder: Path
    """Its working directory."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    stop_signal: signal.Signals = signal.SIGTERM
    """Asks it to stop in good order; it also gets it when the launcher dies."""
    as_launcher: bool = False
    """Runs as the launcher's own user, also when the servers do not."""
    standard_input: bytes | None = None
    """Written at its start; the pipe then stays open as long as the launcher lives."""


def spawn(launch: Launch, identity: Identity, log: Path) -> subprocess.Popen[bytes]:
    """Start a child. The calling thread must live as long as the child: the kernel takes its end for the launcher's."""
    user = Identity(mode="same") if launch.as_launcher else identity
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        child = subprocess.Popen(
            user.command(launch.command, death_signal=launch.stop_signal),
            cwd=launch.folder,
            env=dict(launch.environment),
            stdin=subprocess.DEVNULL if launch.standard_input is None else subprocess.PIPE,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,  # Ctrl-C reaches the launcher only, which stops the children in order
        )
    finally:
        os.close(descriptor)
    if launch.standard_input is not None and child.stdin is not None:
        try:
            child.stdin.write(launch.standard_input)
            child.stdin.flush()
        except BrokenPipeError:
            pass  # it has died already; the log says why
    return child


def run_tool(
    part: str, command: Sequence[str], *, identity: Identity, folder: Path, environment: Mapping[str, str]
) -> str:
    """Run a command to its end and return what it printed. Raises ProcessFailed with the end of its output."""
    done = subprocess.run(
        identity.command(command, death_signal=signal.SIGKILL),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        name = Path(command[0]).name
        raise ProcessFailed(
            part,
            f"{name} failed while {part} was being prepared (exit code {done.returncode}).",
            log_tail=last_lines(output),
        )
    return output


def last_lines(text: str, count: int = _TAIL_LINES) -> str:
    """The end of a text."""
    return "\n".join(text.rstrip().splitlines()[-count:])


def log_tail(path: Path, since: int = 0) -> str:
    """The last lines of a log, not looking before byte `since`."""
    return last_lines(log_since(path, since))


def log_since(path: Path, since: int) -> str:
    """A log from byte `since` on, but no more than the end of it."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(since, file.tell() - _LOG_BYTES))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def start_time(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when there is no such process (or it is a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def with_descendants(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(process.name))
    found = [pid]
    for each in found:
        found.extend(children.get(each, []))
    return found


def how_it_ended(code: int | None) -> str:
    """What an exit code says, as a verb; None: nothing."""
    if code is None:
        return "ended"
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def send(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """A signal, which a frozen child gets too."""
    try:
        child.send_signal(number)
        child.send_signal(signal.SIGCONT)  # a frozen process sees its signals only then
    except ProcessLookupError:
        return


def kill_session(child: subprocess.Popen[bytes] | None) -> None:
    """Kill a child and all of its session, if it still runs."""
    if child is None or child.poll() is not None:
        return
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
