"""How the stack tells what it is doing. The CLI draws it; tests keep silent."""

from typing import Protocol


class Reporter(Protocol):
    """Receives news from several threads at once; implementations lock for themselves."""

    def step(self, part: str, text: str) -> None:
        """`part` is now doing `text`."""
        ...

    def progress(self, part: str, done: int, total: int) -> None:
        """`part` has `done` of `total` bytes."""
        ...

    def ready(self, part: str, text: str) -> None:
        """`part` can be used."""
        ...

    def trouble(self, part: str, text: str) -> None:
        """`part` has a problem that the stack deals with itself (a crash, a restart)."""
        ...


class SilentReporter:
    """Says nothing."""

    def step(self, part: str, text: str) -> None:
        """Ignore it."""

    def progress(self, part: str, done: int, total: int) -> None:
        """Ignore it."""

    def ready(self, part: str, text: str) -> None:
        """Ignore it."""

    def trouble(self, part: str, text: str) -> None:
        """Ignore it."""
