"""The checker of histories finds every violation that is planted, and none in an honest history."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.fault.histories.checker import check, what_is_paid_was_in_the_cart
from tests.fault.histories.counter import PUT, READ, REFUSED, TAKE, Effect, Move, Undecided, explained
from tests.fault.histories.planted import PLANTED, Books, History, honest, op, told
from tests.fault.histories.record import Recorder, read


def test_an_honest_history_is_believed():
    assert check(*honest()) == []


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_violation_is_found(plant: Callable[[History, Books], None]):
    history, books = honest()
    plant(history, books)
    assert PLANTED[plant] in {found.partition(":")[0] for found in check(history, books)}


def test_a_history_in_which_nobody_bought_proves_nothing():
    history, _ = honest()
    empty: Books = {"initial": {}, "stock": {}, "keys": {}, "webhooks": {}, "orders": {}, "provider": {}}
    assert "somebody_bought: no order was ever paid" in check(history[-3:], empty)


@pytest.mark.parametrize("units", range(5))
def test_an_addition_meanwhile_may_leave_less_than_was_there_because_that_is_all_there_is(units: int):
    history = [
        op(1, 0, 1, "add", {"cart": "c", "sku": "s", "units": 2}, quantity=2),
        op(2, 2, 5, "complete", {"cart": "c", "key": "k"}, **told("o", "REJECTED", "PENDING", 2)),
        op(3, 2, 4, "add", {"cart": "c", "sku": "s", "units": 1}, quantity=1),
    ]
    wrong = what_is_paid_was_in_the_cart(history, {"orders": {"o": {"cart": "c", "lines": {"s": units}}}})
    assert bool(wrong) == (units not in {1, 2, 3}), wrong


# The counter


def move(start: float, end: float, kind: str, units: int, **more: Any) -> Move:
    return Move(name=f"{kind} {units}", start=start, end=end, effects=(Effect(kind=kind, units=units),), **more)


def test_what_overlaps_may_have_happened_in_any_order():
    assert explained(1, [move(0, 9, TAKE, 1), move(1, 2, READ, 1), move(3, 4, READ, 0)]) is None
    assert explained(0, [move(0, 5, TAKE, 2), move(1, 4, PUT, 1), move(2, 3, PUT, 1)]) is None


def test_what_ended_before_another_began_came_first():
    assert explained(1, [move(0, 1, TAKE, 1), move(2, 3, READ, 1)]) == "read 1"
    assert explained(0, [move(0, 1, TAKE, 1), move(2, 3, PUT, 1)]) == "take 1"


def test_two_cannot_have_the_last_one():
    assert explained(1, [move(0, 5, TAKE, 1), move(0, 6, TAKE, 1)]) == "take 1"


def test_a_refusal_needs_a_moment_of_want():
    assert explained(2, [move(0, 1, REFUSED, 2)]) == "refused 2"
    assert explained(2, [move(0, 5, REFUSED, 2), move(1, 2, TAKE, 1)]) is None


def test_what_nobody_knows_of_may_have_happened_or_not():
    lost = move(0, 9, PUT, 1, optional=True)
    assert explained(0, [lost, move(10, 11, READ, 0)]) is None
    assert explained(0, [lost, move(10, 11, READ, 1)]) is None
    assert explained(0, [lost, move(10, 11, READ, 2)]) == "read 2"


def test_a_checkout_that_was_undone_held_its_units_for_a_while_or_never():
    effects = (Effect(kind=TAKE, units=1), Effect(kind=PUT, units=1))
    undone = Move(name="undone", start=0, end=9, effects=effects, optional=True)
    assert explained(1, [undone, move(1, 2, READ, 0), move(3, 4, READ, 1)]) is None
    assert explained(1, [undone, move(10, 11, READ, 0)]) == "read 0"


def test_many_alike_are_few_ways():
    """Thirty units given back at times nobody knows: 31 configurations, not 2**30."""
    assert explained(0, [*(move(0, 99, PUT, 1) for _ in range(30)), move(100, 101, READ, 30)]) is None


def test_too_much_at_once_is_told_apart():
    different = [move(0, 50 + n, PUT, 2**n) for n in range(20)]
    with pytest.raises(Undecided):
        explained(0, different, most=1_000)


# The record


def test_what_is_recorded_is_read_again():
    file = io.StringIO()
    recorder = Recorder(file)
    with recorder.operation("a", "read", order="o1") as answer:
        answer.ok(order="o1", sequence=3)
    with pytest.raises(ConnectionError), recorder.operation("b", "cancel", order="o1"):
        raise ConnectionError("lost")
    with recorder.operation("b", "refund", order="o1") as answer:
        answer.fail(errors=["WRONG_STATE"])
    ok, lost, failed = read(file.getvalue().splitlines())
    assert (ok.type, ok.result, ok.end < lost.start) == ("ok", {"order": "o1", "sequence": 3}, True)
    assert (lost.type, lost.end, lost.result["error"]) == ("info", float("inf"), "ConnectionError: lost")
    assert (failed.type, failed.result) == ("fail", {"errors": ["WRONG_STATE"]})


def test_an_operation_that_never_ended_may_have_happened():
    file = io.StringIO()
    recorder = Recorder(file)
    recorder.operation("a", "cancel", order="o1").__enter__()
    (only,) = read(file.getvalue().splitlines())
    assert (only.type, only.end) == ("info", float("inf"))
