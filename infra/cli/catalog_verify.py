"""`emporium catalog verify`, from the terminal's side."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from infra.cli.catalog_service import bar, connected, target
from infra.embedded.failures import StackError

SHOWN = 20
"""Differences listed; all are counted."""
STRETCH_SECONDS = 60
SIDES = {"database": pb.INDEX_SIDE_DATABASE, "index": pb.INDEX_SIDE_INDEX}


@dataclass
class Comparison:
    """What was found on both sides."""

    checked: int = 0
    pending: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])
    examples: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @property
    def differences(self) -> int:
        return self.kinds.total()

    def add(self, answer: pb.VerifyIndexResponse) -> None:
        self.checked += answer.checked_count
        self.pending += answer.pending_count
        for each in answer.differences:
            self.kinds[each.kind] += 1
            if len(self.examples) < SHOWN:
                self.examples.append({"product": each.product_id, "kind": each.kind, "detail": each.detail})

    def document(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "pending": self.pending,
            "differences": self.differences,
            "kinds": dict(self.kinds),
            "examples": self.examples,
        }


async def compare(*, mend: bool) -> Comparison:
    """Both sides from beginning to end. Raises StackError."""
    found = Comparison()
    async with connected(target()) as catalog:
        with bar() as shown:
            for name, side in SIDES.items():
                task = shown.add_task(name, total=None, shown="", done=0)
                after, checked = "", 0
                while True:
                    request = pb.VerifyIndexRequest(side=side, after=after, mend=mend)
                    try:
                        answer: pb.VerifyIndexResponse = await catalog.VerifyIndex(request, timeout=STRETCH_SECONDS)
                    except RemoteError as error:
                        raise StackError(
                            f"The index cannot be compared: {error.message}",
                            "See `emporium catalog index status` and `emporium logs catalog`.",
                        ) from error
                    found.add(answer)
                    checked += answer.checked_count
                    shown.update(task, shown=f"{checked:,}", done=checked)
                    after = answer.next
                    if not after:
                        break
                shown.update(task, total=1, completed=1)
    return found
