"""`emporium doctor`."""

import sys

import click
from rich.markup import escape

from infra.cli.console import out
from infra.embedded.artifacts import ArtifactCache
from infra.embedded.diagnosis import Verdict, examine, mend
from infra.embedded.state import StateFolder, default_cache_folder, default_state_folder

_SIGNS = {Verdict.OK: "[green]✓[/]", Verdict.NOTE: "[yellow]•[/]", Verdict.WRONG: "[bold red]✗[/]"}


@click.command()
@click.option("--mend", "mending", is_flag=True, help="Remove damaged downloads, so that the next start fetches them.")
def command(mending: bool) -> None:
    """Find out what is missing or broken, and how to mend it. Exit code 1 when something is wrong."""
    cache = ArtifactCache(default_cache_folder())
    if mending:
        for name in mend(cache):
            out.print(f"removed the damaged download {escape(name)}")
    findings = examine(StateFolder(default_state_folder()), cache)
    for finding in findings:
        out.print(f"{_SIGNS[finding.verdict]} {finding.subject:<18} {escape(finding.text)}", soft_wrap=True)
        if finding.remedy:
            out.print(f"  {'':<18} → {escape(finding.remedy)}", soft_wrap=True)
    wrong = sum(finding.verdict is Verdict.WRONG for finding in findings)
    out.print(f"\n{wrong} to mend." if wrong else "\nEverything is in order.")
    sys.exit(1 if wrong else 0)
