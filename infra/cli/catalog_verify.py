"""`emporium catalog verify`, from the terminal's side."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from infra.cli.catalog_service import Catalog, index_status, services, target
from infra.cli.progress import bar
from infra.embedded.failures import StackError

SHOWN = 20
"""Differences listed; all are counted."""
STRETCH_SECONDS = 60
SIDES = {"database": pb.INDEX_SIDE_DATABASE, "index": pb.INDEX_SIDE_INDEX}


@dataclass
class Comparison:
    """What was found on both sides."""

    products: int = 0
    documents: int = 0
    pending: int = 0
    kinds: Counter[str] = field(default_factory=Counter[str])
    examples: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @property
    def differences(self) -> int:
        return self.kinds.total()

    def add(self, side: str, answer: pb.VerifyIndexResponse) -> None:
        if side == "database":
            self.products += answer.checked_count
        else:
            self.documents += answer.checked_count
        self.pending += answer.pending_count
        for each in answer.differences:
            self.kinds[each.kind] += 1
            if len(self.examples) < SHOWN:
                self.examples.append({"product": each.product_id, "kind": each.kind, "detail": each.detail})

    def document(self) -> dict[str, Any]:
        return {
            "checked": self.products + self.documents,
            "products": self.products,
            "documents": self.documents,
            "pending": self.pending,
            "differences": self.differences,
            "kinds": dict(self.kinds),
            "examples": self.examples,
        }


async def compare(*, mend: bool) -> Comparison:
    """Both sides from beginning to end. Raises StackError."""
    found = Comparison()
    async with services(target()) as catalog:
        status = await index_status(catalog)
        with bar() as shown:
            for name, side in SIDES.items():
                task = shown.add_task(name, total=status.product_count or 1, shown="", done=0)
                after, checked = "", 0
                while True:
                    answer = await _stretch(catalog, pb.VerifyIndexRequest(side=side, after=after, mend=mend))
                    found.add(name, answer)
                    checked += answer.checked_count
                    after = answer.next
                    # Nobody counts before what is archived or published nowhere.
                    total = max(status.product_count, checked + 1) if after else max(checked, 1)
                    completed = checked if after else total
                    shown.update(task, total=total, completed=completed, shown=f"{checked:,}", done=checked)
                    if not after:
                        break
    return found


async def _stretch(catalog: Catalog, request: pb.VerifyIndexRequest) -> pb.VerifyIndexResponse:
    try:
        return cast("pb.VerifyIndexResponse", await catalog.catalog.VerifyIndex(request, timeout=STRETCH_SECONDS))
    except RemoteError as error:
        raise StackError(
            f"The index cannot be compared: {error.message}",
            "See `emporium catalog index status` and `emporium logs catalog`.",
        ) from error
