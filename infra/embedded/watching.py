"""Prints a line of changed files whenever code changes: `python -m infra.embedded.watching PATH… [--except PATH…]`.

A process of its own, because the watcher has threads and the one that listens to it forks.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from watchfiles import DefaultFilter, watch

SUFFIXES = (".py", ".sql", ".graphql")
_STEP_MILLISECONDS = 30
_LOOK_MILLISECONDS = 200


def changes(paths: list[str], left_out: list[str]) -> Iterator[list[str]]:
    """Changed files in batches: what one save, or one `git switch`, writes. Once an empty one: now it watches."""
    excluded = tuple(str(Path(path).absolute()) + os.sep for path in left_out)
    parent = os.getppid()
    watching = False
    for batch in watch(
        *paths,
        watch_filter=DefaultFilter(),
        step=_STEP_MILLISECONDS,
        rust_timeout=_LOOK_MILLISECONDS,
        yield_on_timeout=True,
    ):
        if os.getppid() != parent:
            return
        if not watching:
            watching = True
            yield []
        changed = sorted({path for _, path in batch if path.endswith(SUFFIXES) and not path.startswith(excluded)})
        if changed:
            yield changed


def main() -> None:
    """One line a batch, the names separated by tabs; the first line is empty."""
    arguments = sys.argv[1:]
    split = arguments.index("--except") if "--except" in arguments else len(arguments)
    with suppress(KeyboardInterrupt, BrokenPipeError):
        for batch in changes(arguments[:split], arguments[split + 1 :]):
            sys.stdout.write("\t".join(batch) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
