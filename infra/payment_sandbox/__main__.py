"""`python -m infra.payment_sandbox`."""

import logging
import sqlite3
import sys

import uvicorn

from chassis.settings import SettingsError, load
from infra.payment_sandbox.app import application
from infra.payment_sandbox.settings import SandboxSettings

CONFIGURATION_EXIT = 78


def main() -> None:
    """Serves until SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = load(SandboxSettings)
    except SettingsError as error:
        sys.stderr.write(f"payment_sandbox: {error}\n")
        sys.exit(CONFIGURATION_EXIT)
    host, _, port = settings.listen_address.rpartition(":")
    try:
        app = application(settings)
    except (OSError, sqlite3.Error) as error:
        sys.stderr.write(f"payment_sandbox: STATE_FILE={settings.state_file!r} cannot be written: {error}\n")
        sys.exit(CONFIGURATION_EXIT)
    try:
        # A card that never answers must not hold up the end of the process.
        uvicorn.run(app, host=host, port=int(port), log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    except SystemExit as ended:  # uvicorn's answer to an address it cannot have
        if ended.code:
            sys.stderr.write(
                f"payment_sandbox: {settings.listen_address} is in use or not this machine's; "
                "set LISTEN_ADDRESS to a free one\n"
            )
            sys.exit(CONFIGURATION_EXIT)


if __name__ == "__main__":
    main()
