"""`emporium logs`."""

import os
import sys
import time
from collections import deque
from pathlib import Path

import click

from infra.embedded.failures import StackError
from infra.embedded.state import StateFolder, default_state_folder


@click.command()
@click.argument("name", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--lines", "-n", default=50, show_default=True, help="How many of the last lines of each log.")
def command(name: str | None, follow: bool, lines: int) -> None:
    """Show the logs of all parts or of one."""
    folder = StateFolder(default_state_folder()).path / "logs"
    known = sorted(path.stem for path in folder.glob("*.log")) if folder.is_dir() else []
    if not known:
        raise StackError("There are no logs yet.", "Start the stack first: `emporium up`.")
    if name is not None and name not in known:
        raise StackError(f"There is no log of {name}.", f"There are: {', '.join(known)}.")
    tails = [
        _Tail(folder / f"{each}.log", prefix="" if name else f"{each:<16} ") for each in known if name in (None, each)
    ]
    try:
        for tail in tails:
            tail.last(lines)
        while follow:
            news = [tail.more() for tail in tails]
            if not any(news):
                time.sleep(0.2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `… | head`: nothing more to say


class _Tail:
    """The end of one log, also when the file is replaced by a new one."""

    def __init__(self, path: Path, prefix: str) -> None:
        self._path = path
        self._prefix = prefix
        self._file = path.open("rb")
        self._inode = os.fstat(self._file.fileno()).st_ino

    def last(self, count: int) -> None:
        """Its last lines."""
        for line in deque(self._file, maxlen=count):
            self._show(line)

    def more(self) -> bool:
        """What has come since; whether there was anything."""
        found = False
        for line in self._file:
            self._show(line)
            found = True
        try:
            current = self._path.stat()
        except FileNotFoundError:
            return found
        if current.st_ino != self._inode or current.st_size < self._file.tell():
            self._file.close()
            self._file = self._path.open("rb")
            self._inode = os.fstat(self._file.fileno()).st_ino
        return found

    def _show(self, line: bytes) -> None:
        sys.stdout.write(f"{self._prefix}{line.decode(errors='replace').rstrip()}\n")
        sys.stdout.flush()
