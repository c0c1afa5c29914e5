"""Adds, changes and removes lines of a cart. Prices and stock are asked of the catalogue, never of the client."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.app.access import owns_cart
from subgraphs.order.app.cart_answers import CartAnswer, priced_cart
from subgraphs.order.app.ports import Store
from subgraphs.order.app.price_carts import PriceCarts
from subgraphs.order.domain.cart import MAX_LINES, MAX_QUANTITY, Cart, CartLine, quantity_problem
from subgraphs.order.domain.errors import UnknownCart
from subgraphs.order.domain.pricing import Offer
from subgraphs.order.domain.problem import Adjustment, Problem

Change = Callable[[Cart], tuple[list[Problem], list[Adjustment]]]


@dataclass(frozen=True, kw_only=True)
class LineInput:
    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class LineUpdate:
    line_id: str
    quantity: int
    """0 removes the line."""


@dataclass(frozen=True, kw_only=True)
class ChangeCart:
    """One change of one cart, under its row lock. Raises UnknownCart."""

    store: Store
    price: PriceCarts

    async def __call__(self, caller: Caller, cart_id: str, change: Change) -> CartAnswer:
        async with self.store.work() as work:
            cart = await work.carts.lock(cart_id)
            if cart is None or not owns_cart(caller, cart):
                raise UnknownCart(cart_id=cart_id)
            locked = cart.locked()
            problems, warnings = ([locked], []) if locked else change(cart)
            if not problems:
                await work.carts.save(cart)
            else:
                cart = (await work.carts.get([cart_id]))[cart_id]
        return CartAnswer(cart=await priced_cart(self.price, cart), problems=problems, warnings=warnings)


@dataclass(frozen=True, kw_only=True)
class ChangeCartLines:
    change: ChangeCart
    store: Store
    price: PriceCarts

    async def add(self, caller: Caller, cart_id: str, lines: Sequence[LineInput]) -> CartAnswer:
        """All of them or none."""
        offers = await self._offers(caller, cart_id, [line.sku for line in lines])
        return await self.change(caller, cart_id, lambda cart: add_lines(cart, lines, offers, path=("lines",)))

    async def update(self, caller: Caller, cart_id: str, updates: Sequence[LineUpdate]) -> CartAnswer:
        """All of them or none."""
        cart = await self._cart(caller, cart_id)
        wanted = {update.line_id for update in updates}
        skus = [line.sku for line in cart.lines if line.id in wanted]
        offers = await self.price.prices.offers(skus, cart.context) if skus else {}
        return await self.change(caller, cart_id, lambda cart: update_lines(cart, updates, offers))

    async def remove(self, caller: Caller, cart_id: str, line_ids: Sequence[str]) -> CartAnswer:
        """All of them or none."""
        updates = [LineUpdate(line_id=line_id, quantity=0) for line_id in line_ids]
        return await self.change(caller, cart_id, lambda cart: update_lines(cart, updates, {}, name="lineIds"))

    async def _offers(self, caller: Caller, cart_id: str, skus: Sequence[str]) -> dict[str, Offer]:
        cart = await self._cart(caller, cart_id)
        return await self.price.prices.offers(sorted(set(skus)), cart.context) if skus else {}

    async def _cart(self, caller: Caller, cart_id: str) -> Cart:
        async with self.store.reading() as work:
            cart = (await work.carts.get([cart_id])).get(cart_id)
        if cart is None or not owns_cart(caller, cart):
            raise UnknownCart(cart_id=cart_id)
        return cart


def add_lines(
    cart: Cart, lines: Sequence[LineInput], offers: Mapping[str, Offer], *, path: tuple[str, ...]
) -> tuple[list[Problem], list[Adjustment]]:
    """Duplicates join their line; what is more than the stock is capped with a warning."""
    problems: list[Problem] = []
    warnings: list[Adjustment] = []
    for index, line in enumerate(lines):
        at = (*path, str(index))
        problem = quantity_problem(line.quantity, *at, "quantity") or offer_problem(line.sku, offers, at)
        if problem is not None:
            problems.append(problem)
            continue
        present = cart.line_of(line.sku)
        quantity = line.quantity + (present.quantity if present else 0)
        kept, warning = capped(line.sku, quantity, offers[line.sku].available, at)
        warnings += [warning] if warning else []
        if present is not None:
            cart.lines[cart.lines.index(present)] = replace(present, quantity=kept)
        elif len(cart.lines) >= MAX_LINES:
            problems.append(Problem(code="LIMIT_REACHED", message=f"a cart has at most {MAX_LINES} lines", field=at))
        else:
            cart.lines.append(CartLine(id=new_id("cln"), sku=line.sku, quantity=kept))
    return problems, warnings


def update_lines(
    cart: Cart, updates: Sequence[LineUpdate], offers: Mapping[str, Offer], *, name: str = "lines"
) -> tuple[list[Problem], list[Adjustment]]:
    problems: list[Problem] = []
    warnings: list[Adjustment] = []
    for index, update in enumerate(updates):
        at = (name, str(index))
        line = cart.line(update.line_id)
        if line is None:
            problems.append(Problem(code="NOT_FOUND", message="the cart has no such line", field=at))
        elif update.quantity == 0:
            cart.lines.remove(line)
        elif problem := quantity_problem(update.quantity, *at, "quantity") or offer_problem(line.sku, offers, at):
            problems.append(problem)
        else:
            kept, warning = capped(line.sku, update.quantity, offers[line.sku].available, at)
            warnings += [warning] if warning else []
            cart.lines[cart.lines.index(line)] = replace(line, quantity=kept)
    return problems, warnings


def offer_problem(sku: str, offers: Mapping[str, Offer], at: tuple[str, ...]) -> Problem | None:
    """Why the SKU cannot be bought in this cart."""
    field = (*at, "sku")
    offer = offers.get(sku)
    if offer is None:
        return Problem(code="UNKNOWN_SKU", message=f"no variant has the SKU {sku[:80]!r}", field=field)
    if not offer.published:
        return Problem(code="NOT_AVAILABLE", message=f"{sku} is not for sale", field=field)
    if offer.price is None:
        return Problem(code="WRONG_CURRENCY", message=f"{sku} has no price in the cart's currency", field=field)
    if offer.available < 1:
        text = f"{sku} is sold out"
        return Problem(code="INSUFFICIENT_STOCK", message=text, field=field, sku=sku, available=0)
    return None


def capped(sku: str, quantity: int, available: int, at: tuple[str, ...]) -> tuple[int, Adjustment | None]:
    """At most what is left and what a line may hold; the change is told."""
    most = min(available, MAX_QUANTITY)
    if quantity <= most:
        return quantity, None
    code = "CAPPED_AT_STOCK" if available < MAX_QUANTITY else "CAPPED_AT_LIMIT"
    return most, Adjustment(code=code, message=f"only {most} of {sku}", field=(*at, "quantity"))
