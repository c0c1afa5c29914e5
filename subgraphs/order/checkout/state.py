"""What a checkout remembers between its steps: frozen, stored as JSON, versioned with the definition."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from chassis.money import Money
from subgraphs.order.app.price_carts import Priced, ToPrice
from subgraphs.order.domain.cart import ShopContext
from subgraphs.order.domain.problem import Problem
from subgraphs.order.domain.tax import Destination

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Checkout:
    order_id: str
    buyer_id: str
    cart_id: str
    channel: str
    currency: str
    locale: str
    lines: tuple[tuple[str, str, int], ...]
    """(line id, SKU, quantity)."""
    codes: tuple[str, ...]
    delivery_code: str
    country: str
    region: str = ""
    expected_total: int
    payment_token: str
    """Gone as soon as the provider answered."""

    # Stable keys of the effects, chosen before the first step.
    reservation_id: str
    authorization_id: str
    capture_id: str
    void_id: str

    customer_id: str | None = None

    # What was learned on the way.
    total: int = 0
    doubtful: bool = False
    """A call to the provider ended without an answer: ask before calling again."""
    authorization: str | None = None
    """The provider's reference of it."""
    declined: str | None = None
    action_url: str | None = None
    action_expires_at: str | None = None
    abandoned: bool = False
    """The shopper cancelled while their action was awaited."""
    captured: int | None = None
    """Minor units the provider says it took."""
    lapsed: bool = False
    """After the pivot the authorisation turned out to be gone: the order is closed, its stock and codes go back."""
    refusal: dict[str, Any] = field(default_factory=dict[str, Any])
    """Why the order is rejected, for the shopper."""
    priced: Priced | None = None
    """Only from the pricing call to its recording; never stored."""

    @property
    def owed(self) -> Money:
        """What the shopper has to pay."""
        return Money(self.total, self.currency)

    @property
    def to_price(self) -> ToPrice:
        context = ShopContext(channel=self.channel, currency=self.currency, locale=self.locale)
        return ToPrice(
            context=context,
            lines=self.lines,
            codes=self.codes,
            delivery_code=self.delivery_code,
            destination=Destination(country=self.country, region=self.region),
        )

    @property
    def action_expires(self) -> datetime | None:
        return None if self.action_expires_at is None else datetime.fromisoformat(self.action_expires_at)

    def refused(self, problem: Problem) -> "Checkout":
        """With the reason to tell."""
        return replace(self, refusal=refusal_of(problem))


NOT_STORED = frozenset({"priced"})
STORED = tuple(item.name for item in fields(Checkout) if item.name not in NOT_STORED)


def dump(state: Checkout) -> dict[str, Any]:
    return {name: getattr(state, name) for name in STORED}


def load(payload: dict[str, Any], version: int) -> Checkout:
    """Version 1 is the only one so far; a later one migrates here what earlier ones stored."""
    if version != VERSION:
        raise ValueError(f"checkout version {version} is unknown")
    values = {name: payload[name] for name in STORED if name in payload}
    values["lines"] = tuple(tuple(line) for line in payload["lines"])
    values["codes"] = tuple(payload["codes"])
    return Checkout(**values)


def refusal_of(problem: Problem) -> dict[str, Any]:
    return {name: value for name, value in asdict(problem).items() if value is not None}
