"""Checkout on one screen: what is done, how it is undone, and from where there is only forward."""

from collections.abc import Callable, Sequence
from datetime import datetime

from subgraphs.order.checkout.ports import CheckoutWork
from subgraphs.order.checkout.state import VERSION, Checkout, dump, load
from subgraphs.order.checkout.steps.authorize_payment import AuthorizePayment
from subgraphs.order.checkout.steps.capture_payment import CapturePayment
from subgraphs.order.checkout.steps.commit_stock import CommitStock
from subgraphs.order.checkout.steps.confirm_order import ConfirmOrder
from subgraphs.order.checkout.steps.price import Price
from subgraphs.order.checkout.steps.reserve_stock import ReserveStock
from subgraphs.order.checkout.steps.secure_stock import SecureStock
from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.retry import UNTIL_KNOWN

CheckoutSaga = Saga[Checkout, CheckoutWork]


def checkout_saga(
    *,
    price: Price,
    reserve: ReserveStock,
    authorize: AuthorizePayment,
    secure: SecureStock,
    confirm: ConfirmOrder,
    capture: CapturePayment,
    commit: CommitStock,
    rejected: "RejectOrder",
) -> CheckoutSaga:
    return Saga(name="checkout", version=VERSION, dump=dump, load=load, undone=rejected, steps=(
        Step(
            name="price",
            do=Action(together=price.run, settle=price.claim_codes, locks=True),
            undo=Action(settle=price.give_codes_back),
            ahead=True,
        ),
        Step(
            name="reserve_stock",
            do=Action(together=reserve.run),
            undo=Action(together=reserve.release),
        ),
        Step(
            name="authorize_payment",
            do=Action(prepare=authorize.write_intent, each=authorize.run, settle=authorize.settle, locks=True),
            undo=Action(prepare=authorize.write_void_intent, each=authorize.void, settle=authorize.settle_void),
            deadline=20.0, undo_unknown=False, retry=UNTIL_KNOWN, with_next=True,
        ),
        Step(name="secure_stock", do=Action(together=secure.run)),
        # The pivot: above it everything can be undone, below it there is only forward.
        Step(name="confirm_order", do=Action(settle=confirm.confirm, locks=True), pivot=True),
        Step(
            name="capture_payment",
            do=Action(prepare=capture.write_intent, each=capture.run, settle=capture.settle, locks=True),
            deadline=20.0, retry=UNTIL_KNOWN,
        ),
        # The shopper has the answer: it may wait for others to be booked with.
        Step(
            name="commit_stock",
            do=Action(together=commit.run, settle=commit.settle, patience=0.2),
            retry=UNTIL_KNOWN,
        ),
    ))  # fmt: skip


class RejectOrder:
    """The end of a checkout that was undone: the order is rejected, its cart open again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    async def __call__(self, work: CheckoutWork, undone: Sequence[tuple[Checkout, str]]) -> None:
        why = {state.order_id: (state, reason) for state, reason in undone}
        orders = await work.orders.lock(list(why))
        for order_id, order in orders.items():
            state, reason = why[order_id]
            order.reason_facts = state.refusal
            message = str(state.refusal.get("message") or "the shop could not complete the order; try again")
            voided = state.authorization is not None and not state.declined
            order.reject(str(state.refusal.get("code") or reason), message, self._now(), voided=voided)
        await work.orders.save(list(orders.values()))
        await work.carts.reopen(list(why))
