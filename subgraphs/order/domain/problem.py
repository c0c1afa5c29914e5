"""What a shopper can act on, as a value: it travels in the answer, not as an error."""

from dataclasses import dataclass

from chassis.money import Money


@dataclass(frozen=True, kw_only=True)
class Problem:
    """`code` is a name of the contract's UserErrorCode; `field` is the path into the mutation's input."""

    code: str
    message: str
    field: tuple[str, ...] = ()
    sku: str | None = None
    available: int | None = None
    expected: Money | None = None
    actual: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A change the shop made by itself."""

    code: str
    message: str
    field: tuple[str, ...] = ()
