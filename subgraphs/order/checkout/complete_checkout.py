"""Checkout: the order is placed in one transaction, and its outcome waited for, shortly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chassis.gathering import Gathering
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
from subgraphs.order.domain.errors import IdempotencyKeyMismatch, UnknownCart
from subgraphs.order.domain.order import Order
from subgraphs.order.domain.payment import token_problems
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.engine import Engine
from subgraphs.order.saga.outcome import Outcome

MUTATION = "checkoutComplete"
COHORTS = 3
"""On their way at a time. Who comes beyond goes with the next one: a set costs hardly more than one order, and more
smaller sets would cost each order more and none would be faster."""
COHORT_SECONDS = 0.25
"""The longest that a cohort holds the next one back: a slow provider is nobody else's fault."""
PRICING_SECONDS = 0.5
"""The longest that placing waits for prices. Without them the order is placed too, and its checkout asks for them."""


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
class Asked:
    """One shopper's submission, with the id its order will have."""

    caller: Caller
    request: CheckoutRequest
    order_id: str

    @property
    def key(self) -> tuple[str, str]:
        return principal(self.caller), self.request.idempotency_key


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What was found out before the placing transaction, of the cart as it was then."""

    cart_version: int
    placement: Placement
    outcome: Outcome[Checkout]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What the placing transaction left: an order to wait for, or what is wrong."""

    order_id: str | None = None
    problems: tuple[Problem, ...] = ()
    order: Order | None = None
    """When it is new."""


@dataclass(frozen=True, kw_only=True)
class CompleteCheckout:
    """Those who submit while a placing transaction is under way share the next one."""

    store: CheckoutStore
    engine: Engine[Checkout, CheckoutWork]
    changes: OrderChanges
    wait: AwaitOrder
    now: Callable[[], datetime]
    place: Gathering[Asked, Placed] = field(init=False)

    def __post_init__(self) -> None:
        gathering = Gathering(self._place, in_flight=COHORTS, follow=self._follow)
        object.__setattr__(self, "place", gathering)

    async def __call__(self, caller: Caller, request: CheckoutRequest) -> OrderAnswer:
        """Raises UnknownCart, IdempotencyKeyMismatch. A repeated key joins the wait for the same order."""
        checked_key(request.idempotency_key)
        order_id = new_id("ord")
        with self.changes.watching(order_id, settled) as watching:
            placed = await self.place(Asked(caller=caller, request=request, order_id=order_id))
            if placed.order is not None:
                return answer_of(await self.wait(order_id, watching, settled, placed.order))
        if placed.order_id is None:
            return OrderAnswer(problems=list(placed.problems))
        with self.changes.watching(placed.order_id, settled) as watching:
            order = await self.wait(placed.order_id, watching, settled)
        answer = answer_of(order)
        return OrderAnswer(order=order, problems=[*placed.problems, *answer.problems])

    async def _place(self, asked: Sequence[Asked]) -> list[Placed | Exception]:
        """In one transaction. Those after the first with one cart or one key are judged after it is committed."""
        answers: dict[str, Placed | Exception] = {}
        left = list(asked)
        while left:
            now, left = first_of_each(left)
            answers |= await self._place_apart(now)
            left += [one for one in now if one.order_id not in answers]
        return [answers[one.order_id] for one in asked]

    async def _place_apart(self, asked: Sequence[Asked]) -> dict[str, Placed | Exception]:
        """By order id, of submissions with a cart and a key of their own; without those whose key another process
        used in this moment."""
        ahead = await self._price(asked)
        async with self.store.work() as work:
            carts = await work.carts.lock_all([one.request.cart_id for one in asked])
            earlier = await work.keys.find_all(MUTATION, [one.key for one in asked])
            answers: dict[str, Placed | Exception] = {}
            new: list[Asked] = []
            for one in asked:
                answer = self._known(one, carts.get(one.request.cart_id), earlier.get(one.key))
                if answer is None:
                    new.append(one)
                else:
                    answers[one.order_id] = answer
            priced = {
                one.order_id: ahead[one.order_id]
                for one in new
                if one.order_id in ahead and ahead[one.order_id].cart_version == carts[one.request.cart_id].version
            }
            written = await self._write(work, new, carts, priced) if new else []
            begun = [(one.order.id, one.order.buyer_id, one.checkout) for one in written]
            known = {order_id: one.outcome for order_id, one in priced.items()}
            claims = await self.engine.begin(work, begun, known) if begun else []
        self.engine.take(claims)
        return answers | {one.order.id: Placed(order_id=one.order.id, order=one.order) for one in written}

    async def _price(self, asked: Sequence[Asked]) -> dict[str, Ahead]:
        """By order id, of those that will be placed as it looks; nothing where the prices are not to be had now."""
        async with self.store.reading() as work:
            carts = await work.carts.get([one.request.cart_id for one in asked])
        wanted = [
            (one, cart)
            for one in asked
            if (cart := carts.get(one.request.cart_id)) is not None
            and owns_cart(one.caller, cart)
            and self._refusal(cart, one.request) is None
        ]
        placements = [self._placement(one, cart) for one, cart in wanted]
        outcomes = await self.engine.ask_ahead([one.checkout for one in placements], PRICING_SECONDS) if wanted else []
        return {
            one.order_id: Ahead(cart_version=cart.version, placement=placement, outcome=outcome)
            for (one, cart), placement, outcome in zip(wanted, placements, outcomes or [], strict=outcomes is not None)
        }

    async def _follow(self, placed: Sequence[Placed]) -> None:
        """Until one of the cohort is decided, or for a moment: who comes meanwhile goes together, through all steps."""
        first = next((one.order for one in placed if one.order is not None and not settled(one.order)), None)
        if first is not None:
            with self.changes.watching(first.id, settled) as watching:
                await watching.next(COHORT_SECONDS)

    def _known(self, asked: Asked, cart: Cart | None, earlier: KeyUse | None) -> Placed | Exception | None:
        """The answer when no order is to be placed."""
        request = asked.request
        if cart is None or not owns_cart(asked.caller, cart):
            return UnknownCart(cart_id=request.cart_id)
        if earlier is None:
            return self._refusal(cart, request)
        try:
            return Placed(order_id=same_use(earlier, request.arguments).order_id)
        except IdempotencyKeyMismatch as error:
            return error

    def _refusal(self, cart: Cart, request: CheckoutRequest) -> Placed | None:
        """What is wrong before anything is written. A cart that has its order answers with it."""
        locked = cart.locked()
        if locked is not None:
            mine = cart.status is not CartStatus.MERGED
            return Placed(order_id=cart.order_id if mine else None, problems=(locked,))
        problems = [*checkout_problems(cart), *request_problems(cart, request)]
        return Placed(problems=tuple(problems)) if problems else None

    async def _write(
        self, work: CheckoutWork, asked: Sequence[Asked], carts: Mapping[str, Cart], ahead: Mapping[str, Ahead]
    ) -> list[Placement]:
        """The orders of those whose key is fresh."""
        uses = {
            one.key: KeyUse(arguments=one.request.arguments, order_id=one.order_id, result="", fresh=True)
            for one in asked
        }
        fresh = await work.keys.claim_all(MUTATION, uses)
        mine = [one for one in asked if one.key in fresh]
        if not mine:
            return []
        numbers = await work.orders.next_numbers(len(mine))
        placed = [
            ahead[one.order_id].placement if one.order_id in ahead else self._placement(one, carts[one.request.cart_id])
            for one in mine
        ]
        for one, number in zip(placed, numbers, strict=True):
            one.order.number = number
        await work.orders.add([one.order for one in placed])
        order_ids = [one.order.id for one in placed]
        await work.carts.set_checkout([one.order.cart_id for one in placed], order_ids=order_ids, completed=False)
        return placed

    def _placement(self, asked: Asked, cart: Cart) -> Placement:
        request = asked.request
        total = request.expected_total.minor_units if request.expected_total else 0
        return placement(cart, asked.order_id, total, request.payment_token, self.now())


def settled(order: Order) -> bool:
    return order.checkout_settled


def first_of_each(asked: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Those with a cart and a key nobody before them has, and the others."""
    first: list[Asked] = []
    others: list[Asked] = []
    seen: set[object] = set()
    for one in asked:
        names = {one.request.cart_id, one.key}
        (others if names & seen else first).append(one)
        seen |= names
    return first, others


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
