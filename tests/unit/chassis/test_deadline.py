import pytest

from chassis import deadline
from chassis.errors import DeadlineExceeded


def test_the_earlier_deadline_holds() -> None:
    with deadline.within(1), deadline.within(60):
        assert deadline.remaining(30) <= 1


def test_without_a_deadline_the_default_holds() -> None:
    assert deadline.remaining(7) == 7


def test_a_call_after_the_deadline_is_not_made() -> None:
    with deadline.within(-1), pytest.raises(DeadlineExceeded):
        deadline.remaining(5)
