"""Who makes things."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Brand:
    """A name that products share. It is made with the first product that has it."""

    id: str
    name: str
    slug: str
    version: int
