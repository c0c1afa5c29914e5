"""The example operations that GraphiQL lists: one `NN_name.graphql` each, its variables in a `.json` beside it.

A file starts with `# title: …`; further comment lines before the operation are its description. Files in `admin/`
belong to the admin view.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

OPERATIONS: Final = Path(__file__).parent

View = Literal["storefront", "admin"]

_TITLE: Final = re.compile(r"# *title: *(.+)")
_KIND: Final = re.compile(r"^(query|mutation|subscription)\b", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class SavedOperation:
    """One example: `query` is the document without its comment header, `variables` JSON text with placeholders."""

    title: str
    text: str
    kind: str
    query: str
    variables: str

    def for_page(self) -> dict[str, str]:
        """Return what the page's list shows and opens."""
        return {
            "title": self.title,
            "text": self.text,
            "kind": self.kind,
            "query": self.query,
            "variables": self.variables,
        }


def saved_operations(view: View, folder: Path = OPERATIONS) -> Sequence[SavedOperation]:
    """Return the view's examples in the order of their file names."""
    own = folder / "admin" if view == "admin" else folder
    return [_read(file) for file in sorted(own.glob("*.graphql"))]


def _read(file: Path) -> SavedOperation:
    lines = file.read_text(encoding="utf-8").splitlines()
    header = 0
    while header < len(lines) and lines[header].startswith("#"):
        header += 1
    title = _TITLE.fullmatch(lines[0]) if header else None
    query = "\n".join(lines[header:]).strip()
    kind = _KIND.search(query)
    variables = file.with_suffix(".json")
    return SavedOperation(
        title=title[1] if title else file.stem,
        text=" ".join(line.lstrip("# ") for line in lines[1:header]),
        kind=kind[1] if kind else "query",
        query=query,
        variables=variables.read_text(encoding="utf-8").strip() if variables.is_file() else "",
    )
