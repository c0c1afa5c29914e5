"""Which plans of queries search remembers, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subgraphs.catalog.adapters.elasticsearch.query import Plan
from subgraphs.catalog.adapters.elasticsearch.remembered import MOST, SECONDS, RememberedPlans
from subgraphs.catalog.domain.found import Rescue, RescueKind

KEY = ("lamp", "web", "True")
PLAN = Plan(text="lamp", intent={"cat_lamps": 1.0})


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_plan_is_remembered_for_some_seconds() -> None:
    clock = Clock()
    plans = RememberedPlans(clock)
    assert plans.keep(KEY, PLAN, "lamp") is PLAN
    clock.now += SECONDS - 0.1
    assert plans.find(KEY) is PLAN
    assert plans.find(("lamp", "outlet", "True")) is None
    clock.now += 0.2
    assert plans.find(KEY) is None


@pytest.mark.parametrize(
    "second_best",
    [
        replace(PLAN, loose=True),
        replace(PLAN, text="lamps"),
        replace(PLAN, rescue=Rescue(kind=RescueKind.NEAR_CATEGORY, ignored_words=(), category_id="cat_1")),
    ],
)
def test_a_plan_for_what_was_missing_is_made_anew(second_best: Plan) -> None:
    plans = RememberedPlans(Clock())
    assert plans.keep(KEY, second_best, "lamp") is second_best
    assert plans.find(KEY) is None


def test_the_oldest_plans_make_room() -> None:
    plans = RememberedPlans(Clock())
    for number in range(MOST + 1):
        plans.keep((str(number),), replace(PLAN, text=str(number)), str(number))
    assert plans.find(("0",)) is None
    assert plans.find(("1",)) is not None
