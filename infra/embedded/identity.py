"""As whom the servers run. PostgreSQL and Elasticsearch refuse root; everybody else runs as the user who started them.

Root prefers a real change of user. That needs every parent folder of what a server reads to be open to that user,
which a checkout under /root is not; then a user namespace makes the process look like another user. That satisfies
the servers' check, but is no security boundary: the process can still read what root can.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.embedded.failures import StackError

NOBODY = 65534
"""Nearly always present in /etc/passwd, which initdb insists on."""

_SHIM = Path(__file__).with_name("exec_shim.py")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How a child process gets its user."""

    mode: Literal["same", "drop", "namespace"]

    def command(self, command: Iterable[str], *, death_signal: int) -> list[str]:
        """`command`, started through the shim; `death_signal` reaches it when the launcher dies."""
        shim = [sys.executable, "-I", "-S", str(_SHIM), self.mode, str(NOBODY), str(NOBODY)]
        return [*shim, str(death_signal), str(os.getpid()), *command]

    def own(self, folder: Path) -> None:
        """Give a part's folder to the user the servers run as. Goes down only where an owner differs at the top."""
        if os.geteuid() != 0:
            return
        owner = NOBODY if self.mode == "drop" else 0
        for top in (folder, *folder.iterdir()):
            if top.lstat().st_uid != owner:
                os.chown(top, owner, owner, follow_symlinks=False)
                if top is not folder and top.is_dir() and not top.is_symlink():
                    for inner in top.rglob("*"):
                        os.chown(inner, owner, owner, follow_symlinks=False)

    @property
    def description(self) -> str:
        """One line for the log."""
        return {
            "same": "the servers run as the user who started them",
            "drop": f"started as root: the servers run as user {NOBODY}",
            "namespace": "started as root below a private folder: the servers run in a user namespace, "
            "which satisfies their check but does not confine them",
        }[self.mode]


def choose_identity(read_by_servers: Iterable[Path]) -> Identity:
    """The safest identity that works for servers which must read all of `read_by_servers`."""
    if os.geteuid() != 0:
        return Identity(mode="same")
    closed = [path for path in read_by_servers if not open_to_others(path)]
    if not closed:
        return Identity(mode="drop")
    if namespaces_allowed():
        return Identity(mode="namespace")
    raise StackError(
        f"PostgreSQL and Elasticsearch refuse to run as root, user {NOBODY} cannot reach {closed[0]}, "
        "and this system allows no user namespaces.",
        "Start as an ordinary user, or move the checkout, its .venv and EMPORIUM_CACHE out of private folders "
        "such as /root.",
    )


def open_to_others(path: Path) -> bool:
    """Whether any user can reach `path`: each existing folder on the way is executable by all."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in [*reversed(resolved.parents), resolved] if folder.is_dir())


def namespaces_allowed() -> bool:
    """Whether a process may make a user namespace here (containers often forbid it)."""
    probe = Identity(mode="namespace").command(["/bin/true"], death_signal=15)
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0
