"""The categories among hits as a tree: along the chosen path, each level with its counts."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from subgraphs.catalog.domain.facet import CATEGORY, LABELS, Facet, FacetKind, FacetValue
from subgraphs.catalog.domain.product import Category

MOST_SIBLINGS = 30


def category_facet(
    counts: Sequence[tuple[str, int]],
    chosen: Collection[str],
    opened: Collection[str],
    known: Mapping[str, Category],
) -> Facet:
    """Depth first, siblings by hits. Below a category that is not `opened` nothing is shown; with nothing opened, the
    tree is shown down to the first choice there is."""
    hits = {category: count for category, count in counts if category in known}
    # What is chosen stays visible, so that it can be taken back.
    hits |= {category: 0 for category in [*opened, *chosen] if category in known and category not in hits}
    below: dict[str, list[str]] = defaultdict(list)
    for category in sorted(hits, key=lambda each: (-hits[each], known[each].path)):
        parent = known[category].parent_id or ""
        below[parent if parent in hits else ""].append(category)
    open_now = {*opened, *chosen} or _single_branch(below)
    values: list[FacetValue] = []

    def show(parent: str, level: int) -> None:
        kept = [each for place, each in enumerate(below[parent]) if place < MOST_SIBLINGS or each in open_now]
        for category in kept:
            values.append(
                FacetValue(
                    value=category, label=" › ".join(known[category].path), count=hits[category],
                    selected=category in chosen, level=level, parent_value=parent or None,
                )
            )  # fmt: skip
            if category in open_now:
                show(category, level + 1)

    show("", 0)
    return Facet(key=CATEGORY, label=LABELS[CATEGORY], kind=FacetKind.TREE, values=tuple(values))


def _single_branch(below: Mapping[str, Sequence[str]]) -> set[str]:
    """The categories that leave no choice, from the root down."""
    found: set[str] = set()
    parent = ""
    while len(children := below.get(parent, ())) == 1 and children[0] not in found:
        parent = children[0]
        found.add(parent)
    return found
