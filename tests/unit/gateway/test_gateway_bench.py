"""`emporium bench gateway` compares like with like."""

import json

import pytest

from infra.bench.gateway import Figure, Row, agree
from infra.bench.gateway_operations import MEASURED, listing, nested
from infra.bench.plot import apart, curves

PLAIN = b'{"data":{"products":{"nodes":[]}}}'


def test_one_other_byte_fails_the_run() -> None:
    measured = listing(20, 1)
    agree(measured, {"hand": PLAIN, "compiled": PLAIN})
    with pytest.raises(AssertionError, match="compiled does not answer"):
        agree(measured, {"hand": PLAIN, "compiled": PLAIN.replace(b"[]", b"[ ]")})


def test_errors_may_come_in_any_order_but_all_must_come() -> None:
    measured = nested(failing=True)
    errors = [{"path": ["shelves", number]} for number in range(measured.errors)]
    one, other, fewer = (
        json.dumps({"data": None, "errors": each}).encode() for each in (errors, errors[::-1], errors[1:])
    )
    agree(measured, {"hand": one, "strawberry": other})
    with pytest.raises(AssertionError, match="errors"):
        agree(measured, {"hand": fewer, "strawberry": fewer})


def test_a_missed_aim_is_told() -> None:
    row = Row(
        measured=listing(20, 1, least_faster=4.0),
        over_hand=Figure.of([1.1, 1.3, 1.4]),
        faster=Figure.of([3.0, 3.9, 5.0]),
    )
    assert row.missed() == [
        "listing of 20: 1.30 × by hand, at most 1.25",
        "listing of 20: 3.9 × less than Strawberry's default, at least 4.0",
    ]


def test_every_operation_of_the_aims_is_measured() -> None:
    assert {each.least_faster for each in MEASURED if each.least_faster} == {4.0, 20.0, 30.0}
    assert {each.errors for each in MEASURED} == {0, 1_000}


def test_a_curve_names_each_contender() -> None:
    drawing = curves("CPU", "products", "ms", {"hand": [(1, 1), (100, 5)], "strawberry": [(1, 3), (100, 90)]})
    assert ">hand 5<" in drawing
    assert ">strawberry 90<" in drawing


def test_labels_that_would_touch_are_moved_apart() -> None:
    assert apart([100.0, 20.0, 104.0]) == [100.0, 20.0, 112.0]
