"""Which port each part listens on: the usual one when it is free, and the same one again at the next start."""

import random
import socket
from pathlib import Path

from infra.embedded.failures import PortTaken
from infra.embedded.process import with_descendants
from infra.embedded.state import StateFolder

_LOOPBACK = "127.0.0.1"
# Below the range from which the kernel takes ports for outgoing connections: what is free now stays free.
_SPARE = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(avoid: frozenset[int] = frozenset()) -> int:
    """Some port nobody listens on."""
    for port in random.sample(_SPARE, k=2_000):
        if port not in avoid and is_free(port):
            return port
    raise PortTaken("emporium", 0, "No free port was found on the loopback interface.")


class Ports:
    """The port numbers of one checkout, kept in its state.

    With `hold`, a number that was given out is kept from other programs until `release`: at a first start minutes may
    pass before its server listens.
    """

    def __init__(self, state: StateFolder, avoid: frozenset[int] = frozenset(), *, hold: bool = False) -> None:
        self._state = state
        self._avoid = avoid
        self._taken: dict[str, int] = {}
        self._hold = hold
        self._held: dict[str, socket.socket] = {}

    def taken(self) -> frozenset[int]:
        """The numbers given out."""
        return self._avoid | frozenset(self._taken.values())

    def assign(self, name: str, *, usual: int | None = None, demanded: int | None = None) -> int:
        """The port of `name`: the demanded one or an error, else last time's, else the usual one, else any free one."""
        if demanded is not None:
            if not is_free(demanded):
                raise PortTaken(
                    name,
                    demanded,
                    f"Port {demanded}, asked for {name}, is in use{_user_of(demanded)}.",
                    "Stop that program, or ask for another port, or for none: a free one is chosen then.",
                )
            return self._keep(name, demanded)
        remembered = self._state.read("ports.json").get(name)
        for candidate in (remembered, usual):
            if isinstance(candidate, int) and candidate not in self.taken() and is_free(candidate):
                return self._keep(name, candidate)
        return self._keep(name, free_port(self.taken()))

    def release(self, part: str) -> None:
        """Let the ports of a part go: it is about to listen."""
        for name in [name for name in self._held if name == part or name.startswith(f"{part}-")]:
            self._held.pop(name).close()

    def release_all(self) -> None:
        """Let all ports go."""
        for held in self._held.values():
            held.close()
        self._held.clear()

    def forget(self, name: str) -> None:
        """Take another port next time: somebody was faster."""
        self._taken.pop(name, None)
        known = self._state.read("ports.json")
        known.pop(name, None)
        self._state.write("ports.json", known)

    def _keep(self, name: str, port: int) -> int:
        self._taken[name] = port
        self._state.write("ports.json", {**self._state.read("ports.json"), name: port})
        if self._hold:
            self._hold_back(name, port)
        return port

    def _hold_back(self, name: str, port: int) -> None:
        """Bind without listening: other programs see it in use, clients see that nobody is there yet."""
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            held.bind((_LOOPBACK, port))
        except OSError:  # connections of the last run still linger; a server may listen all the same
            held.close()
        else:
            self._held[name] = held


def listens(pid: int, port: int) -> bool:
    """Whether whoever listens on this loopback port is that process or below it. True also when it cannot be seen."""
    inodes = _listening_inodes(port)
    if not inodes:
        return True
    try:
        return any(_open_sockets(each) & inodes for each in with_descendants(pid))
    except PermissionError:
        return True


def _user_of(port: int) -> str:
    """` by NAME (pid N)` when that can be seen, else nothing."""
    inodes = _listening_inodes(port)
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        try:
            if _open_sockets(int(process.name)) & inodes:
                name = (process / "comm").read_text(encoding="utf-8").strip()
                return f" by {name} (pid {process.name})"
        except OSError:
            continue
    return ""


def _open_sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets. Raises PermissionError when it is not ours to look at."""
    found: set[str] = set()
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink())
            if target.startswith("socket:["):
                found.add(target.removeprefix("socket:[").removesuffix("]"))
    except FileNotFoundError:  # it has just ended, or closed a file
        pass
    return found


def _listening_inodes(port: int) -> set[str]:
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                found.add(fields[9])
    return found
