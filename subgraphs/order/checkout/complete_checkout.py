"""Checkout: the order is placed in one transaction, and its outcome waited for, shortly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from chassis.ids import new_id
from chassis.money import Money
from subgraphs.order.app.access import owns_cart, principal
from subgraphs.order.app.idempotency import checked_key, fingerprint, same_use
from subgraphs.order.app.ports import KeyUse, OrderChanges
from subgraphs.order.checkout.answers import AwaitOrder, OrderAnswer, answer_of
from subgraphs.order.checkout.place_order import Placement, placement
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.cart import Cart, CartStatus, checkout_problems
from subgraphs.order.domain.errors import UnknownCart
from subgraphs.order.domain.payment import token_problems
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.engine import Engine
from subgraphs.order.saga.transition import Claimed

MUTATION = "checkoutComplete"


@dataclass(frozen=True, kw_only=True)
class CheckoutRequest:
    cart_id: str
    idempotency_key: str
    expected_total: Money | None
    payment_token: str

    @property
    def arguments(self) -> str:
        total = self.expected_total
        shown = None if total is None else (total.minor_units, total.currency)
        return fingerprint(self.cart_id, shown, self.payment_token)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What the placing transaction left: an order to wait for, or what is wrong."""

    order_id: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CompleteCheckout:
    store: CheckoutStore
    engine: Engine[Checkout, CheckoutWork]
    changes: OrderChanges
    wait: AwaitOrder
    now: Callable[[], datetime]

    async def __call__(self, caller: Caller, request: CheckoutRequest) -> OrderAnswer:
        """Raises UnknownCart, IdempotencyKeyMismatch. A repeated key joins the wait for the same order."""
        checked_key(request.idempotency_key)
        order_id = new_id("ord")
        with self.changes.watching(order_id) as watching:
            placed = await self._place(caller, request, order_id)
            if placed.order_id == order_id:
                return answer_of(await self.wait(order_id, watching, lambda order: order.checkout_settled))
        if placed.order_id is None:
            return OrderAnswer(problems=list(placed.problems))
        with self.changes.watching(placed.order_id) as watching:
            order = await self.wait(placed.order_id, watching, lambda order: order.checkout_settled)
        answer = answer_of(order)
        return OrderAnswer(order=order, problems=[*placed.problems, *answer.problems])

    async def _place(self, caller: Caller, request: CheckoutRequest, order_id: str) -> Placed:
        claims: list[Claimed[Checkout]] = []
        async with self.store.work() as work:
            cart = await work.carts.lock(request.cart_id)
            if cart is None or not owns_cart(caller, cart):
                raise UnknownCart(cart_id=request.cart_id)
            scope = principal(caller)
            earlier = await work.keys.find(scope, MUTATION, request.idempotency_key)
            if earlier is not None:
                return Placed(order_id=same_use(earlier, request.arguments).order_id)
            refused = self._refusal(cart, request)
            if refused is not None:
                return refused
            use = KeyUse(arguments=request.arguments, order_id=order_id, result="", fresh=True)
            used = await work.keys.claim(scope, MUTATION, request.idempotency_key, use)
            if not used.fresh:
                return Placed(order_id=same_use(used, request.arguments).order_id)
            placed = await self._write(work, cart, request, order_id)
            claims = await self.engine.begin(work, [(order_id, cart.buyer_id, placed.checkout)])
        self.engine.take(claims)
        return Placed(order_id=order_id)

    def _refusal(self, cart: Cart, request: CheckoutRequest) -> Placed | None:
        """What is wrong before anything is written. A cart that has its order answers with it."""
        locked = cart.locked()
        if locked is not None:
            mine = cart.status is not CartStatus.MERGED
            return Placed(order_id=cart.order_id if mine else None, problems=(locked,))
        problems = [*checkout_problems(cart), *request_problems(cart, request)]
        return Placed(problems=tuple(problems)) if problems else None

    async def _write(self, work: CheckoutWork, cart: Cart, request: CheckoutRequest, order_id: str) -> Placement:
        number = await work.orders.next_number()
        total = request.expected_total.minor_units if request.expected_total else 0
        placed = placement(cart, order_id, number, total, request.payment_token, self.now())
        await work.orders.add([placed.order])
        await work.carts.set_checkout([cart.id], order_ids=[order_id], completed=False)
        return placed


def request_problems(cart: Cart, request: CheckoutRequest) -> list[Problem]:
    total, currency = request.expected_total, cart.context.currency
    found: list[Problem] = []
    if total is None:
        found.append(Problem(code="REQUIRED", message="expectedTotal is required", field=("expectedTotal",)))
    elif total.currency != currency:
        text = f"this cart is in {currency}"
        found.append(Problem(code="WRONG_CURRENCY", message=text, field=("expectedTotal", "currencyCode")))
    elif total.minor_units < 0:
        found.append(Problem(code="INVALID", message="expectedTotal is negative", field=("expectedTotal",)))
    return [*found, *token_problems(request.payment_token)]
