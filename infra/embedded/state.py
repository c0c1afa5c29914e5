"""The state of one checkout's stack: data, logs, secrets, ports and who is running, in one private folder."""

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from infra.embedded.failures import AlreadyRunning, NoDiskSpace, StateUnusable
from infra.embedded.identity import NOBODY, Identity, namespaces_allowed, open_to_others

CHECKOUT = Path(__file__).resolve().parents[2]
_LOG_LIMIT = 8 * 1024 * 1024
_LONGEST_LOG = 64 * 1024 * 1024


def default_state_folder() -> Path:
    """EMPORIUM_STATE, else `.emporium` of the checkout (of the working directory when installed elsewhere)."""
    chosen = os.environ.get("EMPORIUM_STATE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    in_checkout = (CHECKOUT / "proto").is_dir()
    return (CHECKOUT if in_checkout else Path.cwd()) / ".emporium"


def default_cache_folder() -> Path:
    """EMPORIUM_CACHE, else `~/.cache/emporium`: shared by all checkouts of a user.

    For root, whose home no other user can enter, it is in /var/cache where user namespaces are forbidden (as in most
    containers): the servers must reach it as another user.
    """
    chosen = os.environ.get("EMPORIUM_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    usual = (Path(base) if base else Path.home() / ".cache") / "emporium"
    if os.geteuid() == 0 and not open_to_others(usual) and not namespaces_allowed():
        return Path("/var/cache/emporium")
    return usual


def write_privately(path: Path, content: str) -> None:
    """Replace a file in one step, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def read_object(path: Path) -> dict[str, object]:
    """A JSON object from a file; empty when it is missing or damaged."""
    try:
        loaded: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, object]", loaded) if isinstance(loaded, dict) else {}


class StateFolder:
    """One checkout's state. Everything in it can be deleted by `emporium reset`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._secrets_lock = threading.Lock()

    def create(self) -> None:
        """Make the folder, private to its owner. Raises StateUnusable when that cannot be done."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Running servers may pass through by their group: a second start must not lock them out.
            shared = self.path.stat().st_gid == NOBODY
            self.path.chmod(0o710 if shared else 0o700)
            (self.path / "logs").mkdir(mode=0o700, exist_ok=True)
            write_privately(self.path / ".writable", "")
        except OSError as error:
            if error.errno == 28:
                raise NoDiskSpace(f"There is no space left on the disk of {self.path}.", "Free some space.") from error
            raise StateUnusable(
                f"The state folder {self.path} cannot be written: {error.strerror}.",
                "Give yourself write access to it, or choose another with EMPORIUM_STATE.",
            ) from error

    def share_with(self, identity: Identity) -> None:
        """Let the servers' user pass through the folder (not list it) when that user is not its owner."""
        if identity.mode == "drop":
            os.chown(self.path, -1, NOBODY)
            self.path.chmod(0o710)

    @contextmanager
    def locked(self) -> Generator[None]:
        """Hold the folder for this process. The lock dies with the process, so it is never stale."""
        with (self.path / "lock").open("a", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    f"Emporium is already running in {self.path}.",
                    "See `emporium status`; `emporium down` stops it.",
                ) from None
            yield

    def is_locked(self) -> bool:
        """Whether a launcher is running here."""
        try:
            with (self.path / "lock").open("r", encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def folder(self, name: str) -> Path:
        """A private folder below the state, made if need be."""
        path = self.path / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        """The log file of one part."""
        return self.path / "logs" / f"{name}.log"

    def rotate_log(self, name: str) -> None:
        """Set a log that has grown aside; one older file is kept."""
        path = self.log(name)
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))

    def cut_log(self, name: str) -> None:
        """Halve a log that has grown far too long while its writer, which appends, keeps it open."""
        path = self.log(name)
        if not path.exists() or path.stat().st_size <= _LONGEST_LOG:
            return
        with path.open("r+b") as file:
            file.seek(-_LOG_LIMIT, os.SEEK_END)
            kept = file.read()
            file.seek(0)
            file.write(kept[kept.find(b"\n") + 1 :])
            file.truncate()

    def secret(self, name: str) -> str:
        """A random secret of this checkout: made once, then kept in a file only the owner can read."""
        with self._secrets_lock:
            path = self.path / "secrets.json"
            known = read_object(path)
            if not known and path.exists():
                raise StateUnusable(
                    f"{path} is damaged: without its secrets the data beside it cannot be read.",
                    "Put the file back from a copy, or begin with new data: `emporium reset`.",
                )
            value = known.get(name)
            if not isinstance(value, str):
                value = secrets.token_urlsafe(32)
                write_privately(path, json.dumps({**known, name: value}, indent=1))
            return value

    def read(self, name: str) -> dict[str, object]:
        """A JSON document of the state, empty when absent."""
        return read_object(self.path / name)

    def write(self, name: str, document: Mapping[str, object]) -> None:
        """Replace a JSON document of the state."""
        write_privately(self.path / name, json.dumps(document, indent=1))
