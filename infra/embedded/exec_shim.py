"""Becomes the command it is given, after it has taken care of identity and of the launcher's death.

Run as `python -I -S exec_shim.py MODE UID GID SIGNAL PARENT COMMAND…`. It takes the place of `preexec_fn`, which is
unsafe in a process with threads. MODE is `same`, `drop` (become UID) or `namespace` (look like UID, in a user
namespace).
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000


def _fail(text: str) -> None:
    sys.stderr.write(f"exec shim: {text}: {os.strerror(ctypes.get_errno())}\n")
    sys.exit(126)


def _become(mode: str, uid: int, gid: int, libc: ctypes.CDLL) -> None:
    if mode == "drop":
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    elif mode == "namespace":
        if libc.unshare(_CLONE_NEWUSER) != 0:
            _fail("a user namespace was refused")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{uid} 0 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{gid} 0 1", encoding="ascii")


def main() -> None:
    """Change identity, ask the kernel to be told of the launcher's death, then exec."""
    mode, uid, gid, death_signal, parent, *command = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    _become(mode, int(uid), int(gid), libc)
    # Only after the change of credentials, which clears it.
    if libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
        _fail("prctl failed")
    if os.getppid() != int(parent):
        sys.exit(0)  # the launcher died before the request above was in force
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # the interpreter ignores it, and exec would hand that on
    os.execv(command[0], command)  # noqa: S606 -- the whole point


if __name__ == "__main__":
    main()
