"""`python -m infra.payment_sandbox`."""

import logging
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
    app = application(settings)
    # A card that never answers must not hold up the end of the process.
    uvicorn.run(app, host=host, port=int(port), log_level="warning", access_log=False, timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
