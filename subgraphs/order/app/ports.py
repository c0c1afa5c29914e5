"""What the use cases of ordering need, in their own words."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from subgraphs.order.domain.cart import Cart, ShopContext
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.order import Order, OrderEvent, OrderStatus
from subgraphs.order.domain.payment import AttemptAnswer, AttemptKind, PaymentAttempt
from subgraphs.order.domain.pricing import Offer


class Prices(Protocol):
    """The catalogue, as far as carts look at it."""

    async def offers(self, skus: Sequence[str], context: ShopContext) -> dict[str, Offer]:
        """Of the SKUs that exist. One call for all."""
        ...


class Carts(Protocol):
    async def get(self, ids: Sequence[str]) -> dict[str, Cart]: ...

    async def open_of_customers(self, customer_ids: Sequence[str]) -> dict[str, Cart]:
        """By customer."""
        ...

    async def lock(self, cart_id: str) -> Cart | None: ...

    async def lock_all(self, ids: Sequence[str]) -> dict[str, Cart]:
        """For update, always in the order of ids."""
        ...

    async def add(self, cart: Cart) -> None: ...

    async def save(self, cart: Cart) -> None:
        """The cart with its lines as they are now; raises Conflict when somebody else changed it meanwhile."""
        ...

    async def set_checkout(self, cart_ids: Sequence[str], *, order_ids: Sequence[str], completed: bool) -> None:
        """Being checked out by, or completed as, these orders."""
        ...

    async def reopen(self, order_ids: Sequence[str]) -> None:
        """The carts these rejected orders held."""
        ...


@dataclass(frozen=True, kw_only=True)
class Page:
    first: int
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderPage:
    orders: Sequence[Order]
    has_next: bool
    total_count: int | None = None


class Orders(Protocol):
    async def get(self, ids: Sequence[str]) -> dict[str, Order]: ...

    async def lock(self, ids: Sequence[str]) -> dict[str, Order]:
        """For update, always in the order of ids."""
        ...

    async def add(self, orders: Sequence[Order]) -> None:
        """With their lines, their events and the announcement of these."""
        ...

    async def save(self, orders: Sequence[Order], *, lines: bool = False) -> None:
        """With their new events and the announcement of these; lines only when they were priced anew."""
        ...

    async def save_parcels(self, order: Order) -> None:
        """What was shipped, delivered and returned; `save` follows."""
        ...

    async def next_numbers(self, count: int) -> list[str]: ...

    async def of_cart(self, cart_id: str) -> str | None:
        """The one order of the cart that is not rejected."""
        ...

    async def by_number(self, number: str) -> Order | None: ...

    async def pages_of_customers(self, customer_ids: Sequence[str], page: Page) -> list[OrderPage]: ...

    async def page(self, page: Page, status: OrderStatus | None) -> OrderPage: ...

    async def events(self, ids: Sequence[str], *, after: int = 0) -> dict[str, list[OrderEvent]]: ...


@dataclass(frozen=True, kw_only=True)
class CodeUses:
    """How often a code is in use now."""

    total: int = 0
    by_one_customer: int = 0
    """The most by one customer, or by one guest's e-mail address."""


class DiscountCodes(Protocol):
    async def get(self, codes: Sequence[str]) -> dict[str, DiscountCode]: ...

    async def lock_uses(self, code: str) -> CodeUses:
        """No use is claimed or given back until the transaction ends. A code that does not exist has none."""
        ...

    async def save(self, code: DiscountCode) -> DiscountCode: ...

    async def claim(self, wanted: Sequence[tuple[str, str, str]]) -> set[tuple[str, str]]:
        """Uses for (code, order id, buyer id), as far as the limits go; the granted (code, order id). Repeatable."""
        ...

    async def give_back(self, order_ids: Sequence[str]) -> None:
        """The uses of these orders; repeatable."""
        ...


class PaymentAttempts(Protocol):
    async def add(self, attempts: Sequence[PaymentAttempt]) -> None:
        """Those that are not there yet."""
        ...

    async def resolve(self, answers: Sequence[AttemptAnswer]) -> None: ...

    async def of_orders(self, order_ids: Sequence[str]) -> dict[str, list[PaymentAttempt]]: ...

    async def get(self, attempt_id: str) -> PaymentAttempt | None: ...

    async def pending_refunds(self, order_id: str) -> int:
        """Minor units of refunds whose outcome is not known yet."""
        ...

    async def known(self, order_id: str, kind: AttemptKind) -> PaymentAttempt | None:
        """The newest attempt of the kind."""
        ...


@dataclass(frozen=True, kw_only=True)
class KeyUse:
    """What an idempotency key was first used for."""

    arguments: str
    """Their hash."""
    order_id: str
    result: str
    """Of refunds: the attempt; else empty."""
    fresh: bool
    """Ours: nobody used the key before."""


class IdempotencyKeys(Protocol):
    async def claim(self, scope: str, mutation: str, key: str, use: KeyUse) -> KeyUse:
        """Ours when the key is fresh, else the earlier use; waits for a transaction in flight that has it."""
        ...

    async def find(self, scope: str, mutation: str, key: str) -> KeyUse | None: ...

    async def claim_all(self, mutation: str, uses: Mapping[tuple[str, str], KeyUse]) -> set[tuple[str, str]]:
        """By (scope, key); those that were fresh and are ours now."""
        ...

    async def find_all(self, mutation: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KeyUse]:
        """Those of (scope, key) that were used."""
        ...

    async def prune(self) -> None:
        """Forgets keys no client still repeats."""
        ...


class Work(Protocol):
    """An open transaction; leaving it cleanly commits."""

    @property
    def carts(self) -> Carts: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def discount_codes(self) -> DiscountCodes: ...
    @property
    def attempts(self) -> PaymentAttempts: ...
    @property
    def keys(self) -> IdempotencyKeys: ...


class Store(Protocol):
    def work(self) -> AbstractAsyncContextManager[Work]:
        """A transaction. No remote call inside."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Work]:
        """For reads alone: no transaction around them."""
        ...


class Watching(Protocol):
    """One order, watched from a moment on."""

    async def next(self, seconds: float) -> Order | None:
        """The order after its next move, or None: when it must be read anew, or the time is over."""
        ...


class OrderChanges(Protocol):
    """Tells whoever waits for an order that it moved."""

    def watching(
        self, order_id: str, wanted: Callable[[Order], bool] | None = None
    ) -> AbstractContextManager[Watching]:
        """Told of all its moves, or only of those after which it is as wanted."""
        ...
