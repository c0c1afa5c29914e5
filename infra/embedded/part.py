"""What the supervisor runs: a part of the stack, be it a server or a service."""

from typing import Protocol

from infra.embedded.process import Launch
from infra.embedded.reporting import Reporter


class Part(Protocol):
    """One supervised child process and what belongs to it."""

    @property
    def name(self) -> str:
        """Its name in logs, `status` and `--only`."""
        ...

    @property
    def port(self) -> int:
        """The loopback port it serves on."""
        ...

    @property
    def after(self) -> tuple[str, ...]:
        """The parts that must be ready before it is launched (those that run here); it is prepared meanwhile."""
        ...

    @property
    def stop_rank(self) -> int:
        """Parts of a lower rank are stopped first."""
        ...

    def prepare(self, reporter: Reporter) -> None:
        """Make ready to be launched: fetch, unpack, initialise. Called once, in the part's own thread."""
        ...

    def launch(self) -> Launch:
        """How to start it."""
        ...

    def is_ready(self) -> bool:
        """Ask whether it serves. Quick; may be called often."""
        ...

    def provision(self) -> None:
        """What it needs before others may use it (databases, roles). Called after each start, when it is ready."""
        ...

    def may_retry(self, log: str) -> bool:
        """Whether a start that failed with this log is worth another try in a moment."""
        ...
