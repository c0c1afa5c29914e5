"""How far an import came, kept beside the stack's state, so that it goes on where it was stopped."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from chassis.ids import new_id
from infra.embedded.state import read_object, write_privately


@dataclass(frozen=True, kw_only=True)
class Progress:
    """An import of one file into one catalogue."""

    run: str
    """Names the attempt: batches of it carry keys made from it, so that none is written twice."""
    lines_done: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


class ProgressFile:
    """Kept by content and target: a renamed file goes on, a changed one starts afresh."""

    def __init__(self, folder: Path, file_digest: str, target: str) -> None:
        key = hashlib.sha256(f"{file_digest} {target}".encode()).hexdigest()[:24]
        self._path = folder / "imports" / f"{key}.json"

    def load(self) -> Progress:
        """Where to go on; a fresh start when there is nothing to go on with."""
        known = read_object(self._path)
        try:
            return Progress(**known)  # pyright: ignore[reportArgumentType]
        except TypeError:
            return fresh()

    def save(self, progress: Progress) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_privately(self._path, json.dumps(asdict(progress)))

    def remove(self) -> None:
        """The import is done: the next one of this file looks at every line again."""
        self._path.unlink(missing_ok=True)


def fresh() -> Progress:
    return Progress(run=new_id("imp"))
