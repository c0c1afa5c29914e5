"""`emporium run`: one application in the foreground, as debuggers want it."""

import os

import click

from infra.embedded.applications import APPLICATIONS, saved_wiring
from infra.embedded.applications import command as application_command
from infra.embedded.running import running_stack
from infra.embedded.state import CHECKOUT


@click.command()
@click.argument("name", type=click.Choice(APPLICATIONS))
@click.option("--print-environment", is_flag=True, help="Print its variables instead (secrets included).")
def command(name: str, print_environment: bool) -> None:
    """Run one application in the foreground, against the servers of a running `emporium up --only …`."""
    environment = saved_wiring(running_stack().state).environment(name)
    if print_environment:
        for variable, value in sorted(environment.items()):
            click.echo(f"{variable}={value}")
        return
    arguments = application_command(name)
    os.chdir(CHECKOUT)
    os.execve(arguments[0], arguments, environment)  # noqa: S606
