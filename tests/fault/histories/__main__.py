"""Checks a kept history again, or tells what happened to one order, cart, key or SKU.

python -m tests.fault.histories FOLDER [ID]
"""

import json
import sys
from pathlib import Path

from tests.fault.histories.checker import check
from tests.fault.histories.record import NEVER, Operation, read_file


def shown(op: Operation) -> str:
    end = "    –   " if op.end == NEVER else f"{op.end:8.3f}"
    return f"{op.start:8.3f} {end} {op.id:5} {op.process:10} {op.f:9} {op.type:4} {op.value} {op.result}"


def main(folder: Path, wanted: str = "") -> int:
    """1 when something is wrong."""
    history = read_file(folder / "history.jsonl")
    if wanted:
        faults = [op for op in history if op.process == "nemesis"]
        mine = [op for op in history if wanted in {*op.value.values(), op.result.get("order")}]
        sys.stdout.writelines(shown(op) + "\n" for op in sorted([*faults, *mine], key=lambda op: op.start))
        return 0
    wrong = check(history, json.loads((folder / "books.json").read_text()))
    sys.stdout.writelines(line + "\n" for line in wrong or [f"{len(history)} operations can be believed"])
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
