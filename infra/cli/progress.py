"""How far a command is: bars on a terminal, a line now and then in a pipe or a log."""

import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Task as ShownTask
from rich.text import Text

from infra.cli.console import err

QUIET_SECONDS = 30
"""A log is told at least so often that something goes on, and each tenth of the way."""


def bar(console: Console = err) -> Progress:
    """On standard error, so that output stays clean: how far, how many, how fast, how long still."""
    return _Bars(console) if console.is_terminal else _Lines(console)


class _Rate(ProgressColumn):
    """Things a second, since the bar began."""

    def render(self, task: ShownTask) -> Text:
        return Text(_rate(task), style="progress.data.speed")


def _rate(task: ShownTask) -> str:
    done, seconds = task.fields.get("done", 0) - task.fields.get("begin", 0), task.elapsed
    return f"{done / seconds:,.0f}/s" if seconds and done > 0 else ""


class _Bars(Progress):
    def __init__(self, console: Console) -> None:
        super().__init__(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            TextColumn("{task.fields[shown]:>18}"),
            _Rate(),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=console,
        )


class _Lines(Progress):
    """Draws nothing; writes a line when there is news."""

    def __init__(self, console: Console) -> None:
        super().__init__(console=console, disable=True)
        self._told: dict[TaskID, tuple[int, float]] = {}

    def update(self, task_id: TaskID, **changed: Any) -> None:
        super().update(task_id, **changed)
        task = next(each for each in self.tasks if each.id == task_id)
        tenth, now = int(task.percentage // 10), time.monotonic()
        before, when = self._told.setdefault(task_id, (-1 if task.finished else 0, now))
        if tenth > before or now - when >= QUIET_SECONDS:
            self._told[task_id] = (tenth, now)
            self.console.print(_line(task), markup=False, soft_wrap=True)


def _line(task: ShownTask) -> str:
    words = [f"{task.description:<10}"]
    if task.total:
        words.append(f"{task.percentage:3.0f} %")
    words += [text for text in (str(task.fields.get("shown", "")), _rate(task)) if text]
    left = task.time_remaining
    if left and not task.finished:
        words.append(f"{int(left) // 60:02d}:{int(left) % 60:02d} left")
    return "  ".join(words)
