"""What the commands have in common on the terminal: failures, and the progress of a start."""

import threading
import time
from pathlib import Path
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from infra.embedded.failures import ProcessFailed, StackError

_MIB = 1024 * 1024
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
STANDARD_INPUT = Path("-")
"""Where a command takes a file: standard input, or standard output."""


def show_failure(failure: StackError) -> None:
    """What is wrong, the end of the log if there is one, and what to do."""
    if isinstance(failure, ProcessFailed) and failure.log_tail:
        err.print(Text(failure.log_tail, style="dim"), soft_wrap=True)
    err.print(f"[bold red]✗[/] {escape(failure.message)}", soft_wrap=True)
    if failure.remedy:
        err.print(f"  {escape(failure.remedy)}", soft_wrap=True)


def mebibytes(count: int) -> str:
    """`12 MiB`."""
    return f"{count / _MIB:.0f} MiB"


class ProgressReporter:
    """Draws one line a part on a terminal; elsewhere writes a line for each step."""

    def __init__(self, console: Console = err) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._lines: dict[str, tuple[str, str]] = {}
        self._written: dict[str, int] = {}
        self._began = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> "ProgressReporter":
        if self._console.is_terminal:
            self._live = Live(console=self._console, get_renderable=self._draw, refresh_per_second=8, transient=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def finish(self) -> None:
        """Leave the last drawing on the screen; later news are plain lines."""
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def step(self, part: str, text: str) -> None:
        """A part does something new."""
        self._tell(part, "cyan", "…", text)

    def progress(self, part: str, done: int, total: int) -> None:
        """A download goes on."""
        text = f"downloading {mebibytes(done)} of {mebibytes(total)}"
        with self._lock:
            self._lines[part] = ("cyan", f"↓ {text}")
            quarter = 4 * done // max(total, 1)
            news = self._written.get(part) != quarter
            self._written[part] = quarter
        if self._live is None and news:
            self._console.print(f"{self._seconds()} {part:<16} {text}", soft_wrap=True)

    def ready(self, part: str, text: str) -> None:
        """A part can be used."""
        self._tell(part, "green", "✓", text)

    def trouble(self, part: str, text: str) -> None:
        """A part has a problem that is being dealt with."""
        self._tell(part, "yellow", "!", text)

    def _tell(self, part: str, colour: str, sign: str, text: str) -> None:
        with self._lock:
            known = self._lines.get(part)
            self._lines[part] = (colour, f"{sign} {text}")
        if self._live is None and known != (colour, f"{sign} {text}"):
            self._console.print(f"{self._seconds()} {part:<16} [{colour}]{sign}[/] {escape(text)}", soft_wrap=True)

    def _seconds(self) -> str:
        return f"{time.monotonic() - self._began:6.1f} s "

    def _draw(self) -> Group:
        table = Table.grid(padding=(0, 2))
        with self._lock:
            for part, (colour, text) in self._lines.items():
                table.add_row(Text(part), Text(text, style=colour))
        return Group(table, Text(self._seconds(), style="dim"))
