"""The kill sweep, generated from the step table: every kill point × every step × every provider mode, and double kills.

A mode says how the provider behaves and how far the checkout gets with it, so that each case names a point that must be
reached: a case whose fault never fires fails.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emporium.order.v1 import order_pb2 as pb

from subgraphs.order.saga.kill_points import AFTER_RECORD, PHASES
from tests.fixtures.steps import CHECKOUT_STEPS, UNDO_STEPS

AUTHORIZE = CHECKOUT_STEPS.index("authorize_payment")
SECURE = CHECKOUT_STEPS.index("secure_stock")


@dataclass(frozen=True, kw_only=True)
class Mode:
    """How the provider and the world behave, and what must come of it."""

    token: str
    status: int = pb.CONFIRMED
    reached: int = len(CHECKOUT_STEPS)
    """How many steps are begun."""
    undone: int = 0
    """Of how many of the first steps the undoing is begun."""
    loses_stock: bool = False
    """The reservation is gone when the shopper comes back from the bank."""

    @property
    def points(self) -> list[str]:
        undos = [f"undo_{step}" for step in UNDO_STEPS if CHECKOUT_STEPS.index(step) < self.undone]
        return [*CHECKOUT_STEPS[: self.reached], *undos]


MODES = {
    "approve": Mode(token="tok_approve"),
    "slow": Mode(token="tok_slow"),
    "charge_then_timeout": Mode(token="tok_charge_then_timeout"),
    "500_after_charge": Mode(token="tok_500_after_charge"),
    "timeout_before_charge": Mode(token="tok_timeout_before_charge"),
    "capture_then_timeout": Mode(token="tok_capture_then_timeout"),
    "500_after_capture": Mode(token="tok_500_after_capture"),
    "3ds": Mode(token="tok_3ds+webhook_never"),
    "expired_authorization": Mode(token="tok_expired_authorization", status=pb.CLOSED),
    "decline": Mode(token="tok_decline", status=pb.REJECTED, reached=AUTHORIZE + 1, undone=AUTHORIZE),
    "stock_lost": Mode(
        token="tok_3ds+webhook_never", status=pb.REJECTED, reached=SECURE + 1, undone=SECURE, loses_stock=True
    ),
}


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One case: the points at which the process dies, one after the other."""

    mode: str
    points: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.mode}-{'-then-'.join(self.points)}"


def single_kills() -> Iterator[Kill]:
    for mode, what in MODES.items():
        for step in what.points:
            for phase in PHASES:
                yield Kill(mode=mode, points=(f"{step}.{phase}",))


def double_kills() -> Iterator[Kill]:
    """The recovery is killed too, at the same step. After the record the saga is past it, so that cannot come first."""
    for mode in ("approve", "charge_then_timeout", "capture_then_timeout", "decline", "stock_lost"):
        for step in MODES[mode].points:
            for first in PHASES:
                if first == AFTER_RECORD:
                    continue
                for second in PHASES:
                    yield Kill(mode=mode, points=(f"{step}.{first}", f"{step}.{second}"))


def sweep(seed: int, most: int) -> Sequence[Kill]:
    """In an order drawn by `seed`; the first `most` of it (0: all)."""
    cases = [*single_kills(), *double_kills()]
    random.Random(seed).shuffle(cases)
    return cases[:most] if most else cases
