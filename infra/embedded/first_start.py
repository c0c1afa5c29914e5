"""Puts the demo data into a new stack: `python -m infra.embedded.first_start STATE`. Each line it prints is a step."""

import sys
from pathlib import Path

from chassis.settings import Secret
from infra.cli.seed import SeedTarget, seed_first_start
from infra.embedded.running import running_stack


def main() -> None:
    """Seed the stack of that state folder."""
    stack = running_stack(Path(sys.argv[1]))
    target = SeedTarget(
        state=stack.state.path,
        account_address=stack.address("account"),
        catalog_address=stack.address("catalog"),
        order_address=stack.address("order"),
        internal_token_secret=Secret(stack.secret("internal_token_secret")),
    )
    seed_first_start(target, _say)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
