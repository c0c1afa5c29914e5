"""`emporium reset`."""

import shutil
import sys

import click

from infra.cli.console import err, out
from infra.embedded.failures import StackError, StateUnusable
from infra.embedded.state import StateFolder, default_state_folder

# Only a folder that looks like ours is deleted: EMPORIUM_STATE may point anywhere.
_OURS = ("lock", "logs", "secrets.json", "run.json")


@click.command()
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(yes: bool) -> None:
    """Delete this checkout's data, logs and secrets. The downloads are kept."""
    state = StateFolder(default_state_folder())
    if not state.path.exists():
        out.print("There is nothing to delete.")
        return
    if not any((state.path / name).exists() for name in _OURS) and any(state.path.iterdir()):
        raise StackError(f"{state.path} does not look like a state folder of Emporium; it is left alone.")
    if state.is_locked():
        raise StackError("Emporium is running here.", "Stop it first: `emporium down`.")
    if not yes:
        if not sys.stdin.isatty():
            raise StackError("Nobody is there to confirm.", "Use --yes.")
        if not click.confirm(f"Delete all orders, products, users and secrets in {state.path}?"):
            err.print("Nothing was deleted.")
            sys.exit(1)
    with state.locked():
        try:
            shutil.rmtree(state.path)
        except OSError as error:
            raise StateUnusable(
                f"{error.filename} cannot be deleted: {error.strerror}.", "Delete the folder as its owner."
            ) from error
    out.print("Deleted. The next `emporium up` starts afresh.")
