"""What staff may do to the category tree. Pure: returns faults, never raises for what can be mended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from subgraphs.catalog.domain.arrangement import missing, position_faults, stale, text_faults, twins
from subgraphs.catalog.domain.draft_rules import DEEPEST_CATEGORY
from subgraphs.catalog.domain.product import Fault, Image

Path = tuple[str, ...]
ROOTS = ""
"""The parent of the roots."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCategory:
    """A category to be made."""

    name: str
    parent_id: str = ROOTS
    slug: str | None = None
    description: str | None = None
    image: Image | None = None
    position: int | None = None
    """Among its siblings, from 0; None: behind those that were arranged, by name."""

    def faults(self) -> Iterator[Fault]:
        yield from text_faults(name=self.name, slug=self.slug, description=self.description, image=self.image)
        yield from position_faults(self.position)


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryChange:
    """None: stays. An empty description or a picture without address takes away."""

    id: str
    expected_version: int | None = None
    name: str | None = None
    slug: str | None = None
    description: str | None = None
    image: Image | None = None

    def faults(self) -> Iterator[Fault]:
        yield from text_faults(name=self.name, slug=self.slug, description=self.description, image=self.image)


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryMove:
    """To another parent, another place, or both."""

    id: str
    parent_id: str
    position: int | None = None
    expected_version: int | None = None

    def faults(self) -> Iterator[Fault]:
        yield from position_faults(self.position)


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoriesOrder:
    """The children that come first, each with the version its reader saw."""

    parent_id: str
    places: tuple[tuple[str, int | None], ...]

    @property
    def ids(self) -> list[str]:
        return [each for each, _ in self.places]

    def faults(self) -> Iterator[Fault]:
        yield from twins(self.ids, ("categories",))


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryRemoval:
    """A category to be taken away, and where goes what it holds."""

    id: str
    expected_version: int | None = None
    products_to: str | None = None
    children_to: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeNode:
    """A category as a write finds it."""

    id: str
    name: str
    slug: str
    parent_id: str
    path: Path
    ancestor_ids: Path
    """Its own last."""
    version: int
    description: str | None = None
    image: Image | None = None
    position: int | None = None

    def path_below(self, name: str) -> Path:
        return (*self.path, name)


def move_faults(move: CategoryMove, node: TreeNode, parent: TreeNode | None, height: int) -> Iterator[Fault]:
    """`height`: how many levels there are from the category down, itself included."""
    old = stale("category", node.version, move.expected_version)
    if old:
        yield old
    if parent is not None and node.id in parent.ancestor_ids:
        message = f"{' › '.join(parent.path)} is the category itself or stands below it"
        yield Fault(code="CYCLE", field=("parentId",), message=message)
        return
    yield from depth_faults((len(parent.path) if parent else 0) + height, ("parentId",))


def depth_faults(depth: int, at: tuple[str, ...]) -> Iterator[Fault]:
    if depth > DEEPEST_CATEGORY:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"categories are at most {DEEPEST_CATEGORY} deep")


def taken_name(path: Path, at: tuple[str, ...]) -> Fault:
    return Fault(code="TAKEN", field=at, message=f"there is a category {' › '.join(path)} already")


def order_faults(order: CategoriesOrder, nodes: Mapping[str, TreeNode]) -> Iterator[Fault]:
    """Each is a child of that parent, as its reader saw it."""
    for index, (category_id, expected) in enumerate(order.places):
        at = ("categories", str(index))
        node = nodes.get(category_id)
        if node is None or node.parent_id != order.parent_id:
            where = f"below {order.parent_id}" if order.parent_id else "among the roots"
            message = f"there is no category {category_id} {where}"
            yield Fault(code="NOT_FOUND", field=(*at, "id"), message=message)
        elif old := stale("category", node.version, expected, (*at, "expectedVersion")):
            yield old


def target_faults(removal: CategoryRemoval, node: TreeNode, nodes: Mapping[str, TreeNode]) -> Iterator[Fault]:
    """What the category holds can go where it is to go."""
    for field, target in (("moveProductsTo", removal.products_to), ("moveChildrenTo", removal.children_to)):
        if target and target not in nodes:
            yield missing("category", target, (field,))
        elif target and (target == node.id or (field == "moveChildrenTo" and node.id in nodes[target].ancestor_ids)):
            message = "what a category holds goes elsewhere, not to itself or below it"
            yield Fault(code="CYCLE", field=(field,), message=message)
