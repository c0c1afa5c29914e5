"""Who makes things."""

from collections.abc import Iterator
from dataclasses import dataclass

from subgraphs.catalog.domain.arrangement import text_faults
from subgraphs.catalog.domain.product import Fault


@dataclass(frozen=True, kw_only=True, slots=True)
class Brand:
    """A name that products share. It is made with the first product that has it."""

    id: str
    name: str
    slug: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBrand:
    """One without products."""

    name: str
    slug: str | None = None
    """None: made of the name."""

    def faults(self) -> Iterator[Fault]:
        yield from text_faults(name=self.name, slug=self.slug, description=None, image=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class BrandChange:
    """None: stays."""

    id: str
    expected_version: int | None = None
    name: str | None = None
    slug: str | None = None

    def faults(self) -> Iterator[Fault]:
        yield from text_faults(name=self.name, slug=self.slug, description=None, image=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class BrandRemoval:
    """A brand that is to go, and whose its products are then."""

    id: str
    expected_version: int | None = None
    products_to: str | None = None

    def faults(self) -> Iterator[Fault]:
        if self.products_to == self.id:
            yield Fault(code="INVALID", field=("moveProductsTo",), message="products move to another brand")
