"""`emporium`: the table of subcommands. A subcommand's module is imported only when it runs: `--help` is fast."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from infra.embedded.failures import StackError

# name → (module with a click command named `command`, what it does)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "up": ("infra.cli.up", "Start everything: real servers, subgraphs, gateway, GraphiQL."),
    "down": ("infra.cli.down", "Stop what `up` started."),
    "status": ("infra.cli.status", "What runs: state, port, uptime, restarts, memory."),
    "logs": ("infra.cli.logs", "Show the logs of all parts or of one."),
    "run": ("infra.cli.run", "Run one application in the foreground, against the running servers."),
    "server": ("infra.cli.server", "Run one embedded server in the foreground (Tilt does)."),
    "process": ("infra.cli.process", "Run one application in the foreground, with live reload (Tilt does)."),
    "reset": ("infra.cli.reset", "Delete this checkout's data and start afresh."),
    "doctor": ("infra.cli.doctor", "Find out what is missing or broken, and how to mend it."),
    "catalog": ("infra.cli.catalog", "Import or generate a catalogue."),
    "subgraph": ("infra.cli.subgraph", "Serve one subgraph's schema alone, for any federation router."),
    "documents": ("infra.cli.documents", "Compile the manifest of trusted GraphQL documents."),
    "demo": ("infra.cli.demo", "A whole purchase against the running stack."),
    "verify": ("infra.cli.verify", "Check the invariants of orders, stock and money (I1 to I12)."),
    "explain": ("infra.cli.explain", "What the operations of a file fetch, and how many calls they make at most."),
    "bench": ("infra.cli.bench", "Measure the running stack."),
    "profile": ("infra.cli.profile", "Where a running process spends its time: a flame graph."),
}


class LazyGroup(click.Group):
    """Knows its subcommands by name and loads one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the table's order."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a subcommand."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        loaded: Any = importlib.import_module(module)
        return loaded.command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without loading anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="emporium", prog_name="emporium")
def emporium() -> None:
    """Emporium: a GraphQL-federated commerce platform on real servers, on your machine."""


def main() -> None:
    """The console script. Failures a user can act on are told in words; exit code 1."""
    try:
        emporium(prog_name="emporium")
    except StackError as failure:
        from infra.cli.console import show_failure

        show_failure(failure)
        sys.exit(1)


if __name__ == "__main__":
    main()
